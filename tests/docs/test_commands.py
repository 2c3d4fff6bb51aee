"""What the pages tell people to run does run: here what needs no cluster, and in tests/e2e/docs what does."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import template_repository

from tests.docs.commands import ELSEWHERE, ROOT, URL, checkout, commands, run

PAGES = [
    page
    for page in sorted([ROOT / "README.md", ROOT / "examples" / "README.md", *(ROOT / "docs").glob("*.md")])
    if any(not command.needs_cluster for command in commands(page))
]
MAKES = "template_repository.py build/templates"
GIT = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


# Each command of a page is a process of its own.
@pytest.mark.timeout(180)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_the_page_run_in_their_order(page: Path, tmp_path: Path) -> None:
    there = checkout(tmp_path / "checkout")
    remote = tmp_path / "templates.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    if not any(MAKES in command.text for command in commands(page)):
        template_repository.build(there / "build" / "templates")
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(tmp_path), "ARGOSY_CACHE": str(tmp_path / "cache"), **GIT}

    for command in commands(page):
        if not command.needs_cluster:
            done = run(command.text.replace(URL, str(remote)), there, environment)
            assert (done.returncode, "rror: " in done.stderr) == (0, False), f"{command.text}\n{done.stderr}"


@pytest.mark.parametrize(("text", "place"), ELSEWHERE.items())
def test_a_command_that_has_a_test_of_its_own_is_on_a_page(text: str, place: str) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]

    assert (ROOT / place).exists()
    assert [page.name for page in pages if text in page.read_text(encoding="utf-8")] != []
