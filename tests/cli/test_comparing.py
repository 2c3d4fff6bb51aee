"""`argosy diff`: what changed between two versions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.resolver.template_repositories import TemplateRepository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Argosy


def test_a_difference_is_told_in_the_unified_form(argosy: Argosy, library: TemplateRepository) -> None:
    ran = argosy("diff", "hello", "v1.0.0", "v1.2.0", "--repo", library.folder)

    old, new = (library.git("rev-parse", tag)[:12] for tag in ("v1.0.0", "v1.2.0"))
    assert (ran.status, ran.stderr) == (0, "")
    assert ran.stdout == (
        f"--- hello.yaml at v1.0.0 ({old})\n"
        f"+++ hello.yaml at v1.2.0 ({new})\n"
        "@@ -5,5 +5,5 @@\n"
        " spec:\n"
        "   templates:\n"
        "   - container:\n"
        "-      image: image:1.0\n"
        "+      image: image:1.2\n"
        "     name: main\n"
    )


@pytest.mark.parametrize(("version", "status"), [("v1.1.0", 0), ("v1.2.0", 1)])
def test_the_status_tells_a_difference_only_when_it_is_asked_to(
    version: str, status: int, argosy: Argosy, library: TemplateRepository
) -> None:
    arguments = ("diff", "hello", "v1.0.0", version, "--repo", library.folder)

    assert (argosy(*arguments).status, argosy(*arguments, "--exit-code").status) == (0, status)


def test_no_difference_is_no_output(argosy: Argosy, library: TemplateRepository) -> None:
    assert argosy("diff", "other", "v1.0.0", "main", "--repo", library.folder).stdout == ""


def test_the_order_of_keys_is_no_difference(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    lines = (repository.folder / "hello.yaml").read_text().splitlines(keepends=True)
    (repository.folder / "hello.yaml").write_text("".join([lines[1], lines[0], *lines[2:]]))
    repository.commit("v1.1.0")

    ran = argosy("diff", "hello", "v1.0.0", "v1.1.0", "--repo", repository.folder, "--exit-code")

    assert (ran.status, ran.stdout) == (0, "")


def test_programs_get_json(argosy: Argosy, library: TemplateRepository) -> None:
    ran = argosy("diff", "hello", "v1.0.0", "v1.2.0", "--repo", library.folder, "-o", "json")

    told = json.loads(ran.stdout)
    assert (
        told["same"],
        told["from"]["version"],
        told["to"]["commit"],
        "+      image: image:1.2\n" in told["diff"],
    ) == (
        *(False, "v1.0.0", library.git("rev-parse", "v1.2.0")),
        True,
    )


def test_a_version_without_the_template_is_denied(argosy: Argosy, library: TemplateRepository) -> None:
    ran = argosy("diff", "build", "v1.0.0", "v1.2.0", "--repo", library.folder)

    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr.endswith("[TemplateNotFound]\n")
