"""The reference pages name all that the code has, and nothing that it has not."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from argosy.resolver import settings
from argosy.resolver.errors import Reason

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "examples" / "README.md"])


def _first_column(page: str, heading: str) -> set[str]:
    section = (DOCS / page).read_text(encoding="utf-8").split(heading, 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_reason_is_explained() -> None:
    assert _first_column("errors.md", "| reason |") == set(Reason)


@pytest.mark.parametrize(
    ("heading", "structure"),
    [("## Each repository", settings.RepositoryWire), ("## `credentials`", settings.CredentialsWire)],
)
def test_every_key_of_the_settings_is_explained(heading: str, structure: type[msgspec.Struct]) -> None:
    keys = {one.encode_name for one in msgspec.structs.fields(structure)} - {"credentials"}

    assert _first_column("settings.md", heading) == keys


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []
