"""The versions of the control plane are the same wherever they are told."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from tests.controlplane import programs
from tests.controlplane.programs import PROGRAMS
from tests.oracle.programs import ARGO_MODULE, ARGO_VERSION

if TYPE_CHECKING:
    import pytest

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"


def test_the_page_tells_the_versions_that_are_pinned() -> None:
    told = re.findall(r"^\| `([a-z0-9-]+)` \| (v\S+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert dict(told) == {name: program.version for name, program in PROGRAMS.items()}


def test_the_controller_is_of_the_same_version_as_the_code_that_judges_ours() -> None:
    assert (programs.ARGO, PROGRAMS["workflow-controller"].version) == (ARGO_MODULE, ARGO_VERSION)


def test_the_programs_of_a_given_folder_are_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "etcd").touch()
    monkeypatch.setenv(programs.ASSETS, str(tmp_path))

    assert programs.place("etcd") == tmp_path / "etcd"
