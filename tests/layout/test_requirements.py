"""The lock files, from which the image and the environment of `make` are made, fit the ranges of pyproject."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
DEV = [Requirement(text) for text in PROJECT["dependency-groups"]["dev"]]


def locked(name: str) -> dict[str, str]:
    """What a lock file has of each package, by its name."""
    text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    entries = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)
    return {entry.split("==")[0].split("[")[0]: entry for entry in entries if "==" in entry}


@pytest.mark.parametrize(("file", "wanted"), [("runtime.txt", RUNTIME), ("dev.txt", [*RUNTIME, *DEV])])
def test_a_lock_file_has_a_version_within_the_range_of_each_dependency(file: str, wanted: list[Requirement]) -> None:
    versions = {name: entry.split("==")[1].split()[0] for name, entry in locked(file).items()}

    assert [
        str(one) for one in wanted if not one.specifier.contains(versions[one.name.lower()], prereleases=True)
    ] == []


def test_what_is_tested_is_what_is_installed() -> None:
    runtime, dev = locked("runtime.txt"), locked("dev.txt")

    assert {name: dev[name].split()[0] for name in runtime} == {
        name: entry.split()[0] for name, entry in runtime.items()
    }


@pytest.mark.parametrize("file", ["runtime.txt", "dev.txt"])
def test_each_package_is_told_by_its_hash(file: str) -> None:
    entries = locked(file)

    assert entries
    assert [name for name, entry in entries.items() if "--hash=sha256:" not in entry] == []
