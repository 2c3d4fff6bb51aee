"""The table of the chart's values, made of the comments in values.yaml: what stands above a key says what it is.

`## ` begins a part of the table. A mapping whose keys have comments of their own is no row: they are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHART = Path(__file__).parents[2] / "helm" / "argosy"
BEGIN = "<!-- values: made of values.yaml by `make chart` -->\n"
END = "<!-- end of values -->\n"


@dataclass(frozen=True, slots=True)
class Row:
    """One value."""

    key: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Values:
    """The file, as lines and as YAML knows where its keys stand."""

    lines: Sequence[str]
    root: yaml.MappingNode

    def comment(self, key: yaml.Node) -> str:
        """The lines right above a key, without what begins a part."""
        found: list[str] = []
        prefix = " " * key.start_mark.column + "# "
        for line in reversed(self.lines[: key.start_mark.line]):
            if not line.startswith(prefix):
                break
            found.insert(0, line.removeprefix(prefix))
        return " ".join(found)

    def rows(self, mapping: yaml.MappingNode, place: str = "") -> Iterator[Row | str]:
        """Rows, and the headings before them."""
        for key, value in mapping.value:
            if not place:
                yield from self._headings(key)
            name, comment = f"{place}{key.value}", self.comment(key)
            if isinstance(value, yaml.MappingNode) and any(self.comment(inner) for inner, _ in value.value):
                if comment:
                    yield Row(name, "", comment)
                yield from self.rows(value, f"{name}.")
            else:
                yield Row(name, _shown(value), comment)

    def _headings(self, key: yaml.Node) -> Iterator[str]:
        """The heading above a key, with nothing but comments between."""
        for line in reversed(self.lines[: key.start_mark.line]):
            if line.startswith("## "):
                yield line.removeprefix("## ")
            if line.startswith("## ") or (line and not line.startswith("# ")):
                return


def _shown(node: yaml.Node) -> str:
    value = yaml.safe_load(yaml.serialize(node))
    return f"`{json.dumps(value)}`"


def read(path: Path = CHART / "values.yaml") -> Values:
    """The chart's values."""
    text = path.read_text(encoding="utf-8")
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    assert isinstance(root, yaml.MappingNode)
    return Values(text.splitlines(), root)


def table(values: Values) -> str:
    """Markdown: a heading and a table for each part."""
    parts: list[str] = []
    for row in values.rows(values.root):
        if isinstance(row, str):
            parts.append(f"\n### {row}\n\n| value | default | meaning |\n|---|---|---|\n")
        else:
            cells = (text.replace("|", "\\|") for text in (f"`{row.key}`", row.default, row.meaning))
            parts.append(f"| {' | '.join(cells)} |\n")
    return "".join(parts)


def with_table(page: str, values: Values) -> str:
    """The page with the table as it is to be."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table(values)}\n{END}{after}"
