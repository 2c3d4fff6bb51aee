"""The shape of the source tree that packaging and imports rely on."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE_ROOTS = ("agent", "gc", "resolver")


@pytest.mark.parametrize("root", SOURCE_ROOTS)
def test_a_source_root_holds_only_the_shared_namespace(root: str) -> None:
    outside = [path for path in (ROOT / root).rglob("*.py") if (ROOT / root / "argosy" / root) not in path.parents]

    assert outside == []


@pytest.mark.parametrize("root", SOURCE_ROOTS)
def test_a_source_root_is_typed(root: str) -> None:
    assert (ROOT / root / "argosy" / root / "py.typed").is_file()


@pytest.mark.parametrize("root", SOURCE_ROOTS)
def test_every_package_says_what_belongs_in_it(root: str) -> None:
    silent = [
        path
        for path in (ROOT / root).rglob("__init__.py")
        if not path.read_text(encoding="utf-8").lstrip().startswith('"""')
    ]

    assert silent == []


@pytest.mark.parametrize("root", [root for root in SOURCE_ROOTS if root != "agent"])
def test_only_the_agent_reads_the_environment(root: str) -> None:
    readers = [path.name for path in (ROOT / root).rglob("*.py") if "os.environ" in path.read_text(encoding="utf-8")]

    # GitPython hands the whole environment on to git; its names are read so that git is started without them.
    assert readers == (["commands.py"] if root == "resolver" else [])
