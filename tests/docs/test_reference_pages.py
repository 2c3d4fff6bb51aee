"""The reference pages name all that the code has, and nothing that it has not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from argosy.agent.settings import VARIABLES, keys
from argosy.resolver import contract, settings
from argosy.resolver.documents import load
from argosy.resolver.errors import Reason
from tests.e2e.equivalence.explanations import Explanation

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_SECTIONS = [
    one
    for one in msgspec.structs.fields(keys.AgentKeys)
    if isinstance(one.type, type) and issubclass(one.type, msgspec.Struct)
]
PAGES = sorted([*DOCS.glob("*.md"), ROOT / "README.md", ROOT / "examples" / "README.md"])


def _first_column(page: str, heading: str) -> set[str]:
    section = (DOCS / page).read_text(encoding="utf-8").split(heading, 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_reason_is_explained() -> None:
    assert _first_column("errors.md", "| reason |") == set(Reason)


@pytest.mark.parametrize(
    ("heading", "structure"),
    [
        ("## Each repository", settings.RepositoryWire),
        ("## `credentials`", settings.CredentialsWire),
        ("## Of the agent", keys.AgentKeys),
        *((f"## `{section.encode_name}`\n", section.type) for section in _SECTIONS),
    ],
)
def test_every_key_of_the_settings_is_explained(heading: str, structure: type[msgspec.Struct]) -> None:
    expected = {one.encode_name for one in msgspec.structs.fields(structure)}
    sections = {"credentials", *(section.encode_name for section in _SECTIONS)}

    assert _first_column("settings.md", heading) == expected - sections


def test_every_section_of_the_settings_and_every_variable_is_explained() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|$", page, re.MULTILINE))

    assert rows == {name: variable.key for name, variable in VARIABLES.items()}
    assert set(re.findall(r"^## `(\w+)`", page, re.MULTILINE)) == {
        *(section.encode_name for section in _SECTIONS),
        *("credentials", "policy"),
    }


@pytest.mark.parametrize(
    ("heading", "structure"),
    [
        ("## Each repository\n", settings.RepositoryWire),
        ("## Of the agent\n", keys.AgentKeys),
        *((f"## `{section.encode_name}`\n", section.type) for section in _SECTIONS),
    ],
)
def test_every_default_is_true(heading: str, structure: type[msgspec.Struct]) -> None:
    section = (DOCS / "settings.md").read_text(encoding="utf-8").split(heading, 1)[1].split("\n## ", 1)[0]
    cells = dict(re.findall(r"^\| `(\w+)` \| (`.*?`) \|", section, re.MULTILINE))
    told = {key: ", ".join(re.findall("`([^`]+)`", cell)) for key, cell in cells.items()}
    defaults = {one.encode_name: _default(one) for one in msgspec.structs.fields(structure)}

    assert told == {key: _shown(value) for key, value in defaults.items() if _shown(value)}


def _default(one: msgspec.structs.FieldInfo) -> object:
    """A section and what has to be given have none."""
    value = one.default if one.default_factory is msgspec.NODEFAULT else one.default_factory()
    return "" if value is msgspec.NODEFAULT or isinstance(value, msgspec.Struct) else msgspec.to_builtins(value)


def _shown(value: object) -> str:
    return ", ".join(value) if isinstance(value, (tuple, list)) else str("" if value is None else value)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?://)([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))

    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_label_and_annotation_is_explained() -> None:
    page = (DOCS / "labels.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    values = [value for value in vars(contract).values() if isinstance(value, str)]
    keys = {value for value in values if re.match(r"pipekit\.io\.|[a-z.]+\.io/.", value)} - {contract.API_VERSION}

    assert sorted(told) == sorted(keys | {f"{contract.USES}HASH"})


def test_the_operator_is_told_what_to_do_at_each_alert() -> None:
    rules = (ROOT / "helm" / "argosy" / "monitoring" / "alerts.yaml").read_text(encoding="utf-8")

    assert _first_column("operations.md", "## Alerts") == set(re.findall(r"alert: (\w+)", rules))


@pytest.mark.parametrize("place", [DOCS / "index.md", ROOT / "mkdocs.yml"], ids=lambda place: place.name)
def test_every_page_is_found_from_the_first_one_and_from_the_menu(place: Path) -> None:
    text = place.read_text(encoding="utf-8")

    assert [page.name for page in DOCS.glob("*.md") if page.name not in text and page.name != "index.md"] == []


def _blocks(page: str) -> list[Any]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [load(block.encode()) for block in re.findall(r"^```yaml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)]


def _example(path: str) -> Any:
    return load((ROOT / "examples" / path).read_bytes())


def test_the_manifests_on_the_pages_are_those_of_the_examples() -> None:
    before, after = (_example(f"hello-world/{name}.yaml")["spec"] for name in ("workflow", "expected"))

    assert _blocks("flattening.md") == [{"spec": before}, {"spec": after}]
    assert _blocks("promotion.md") == [_example("policies/settings.yaml")]


def test_every_difference_that_counts_as_explained_is_told_of() -> None:
    section = (DOCS / "equivalence.md").read_text(encoding="utf-8").split("| in the table |", 1)[1].split("\n\n", 1)[0]
    told = [line.split("|")[1].strip() for line in section.splitlines()[2:]]

    assert sorted(told) == sorted(Explanation)
