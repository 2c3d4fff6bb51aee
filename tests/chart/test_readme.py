"""The chart's README has every value as values.yaml has it, and every value has its words."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from tests.chart.values_table import BEGIN, CHART, END, Row, read, with_table

if TYPE_CHECKING:
    from pathlib import Path

README = CHART / "README.md"
RENEW = "ARGOSY_RENEW_CHART"


def test_the_table_is_that_of_the_comments() -> None:
    page = README.read_text(encoding="utf-8")
    wanted = with_table(page, read())
    if os.environ.get(RENEW):
        README.write_text(wanted, encoding="utf-8")

    assert README.read_text(encoding="utf-8") == wanted, "run `make chart`"


def test_every_value_is_explained() -> None:
    values = read()

    assert [row.key for row in values.rows(values.root) if isinstance(row, Row) and not row.meaning] == []


def test_a_table_has_headings_nested_keys_and_whole_mappings(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text(
        "# Of the file.\n\n## First\n\n# A part.\na:\n  # A number\n  # | of lines.\n  b: 1\n\n"
        '## Second\n\nc:\n  # Text.\n  d: "x|y"\n# Whole.\ne:\n  f: {g: [1]}\n'
    )

    made = with_table(f"before\n{BEGIN}old\n{END}after\n", read(tmp_path / "values.yaml"))

    assert made == (
        f"before\n{BEGIN}\n### First\n\n| value | default | meaning |\n|---|---|---|\n"
        "| `a` |  | A part. |\n| `a.b` | `1` | A number \\| of lines. |\n"
        "\n### Second\n\n| value | default | meaning |\n|---|---|---|\n"
        '| `c.d` | `"x\\|y"` | Text. |\n| `e` | `{"f": {"g": [1]}}` | Whole. |\n'
        f"\n{END}after\n"
    )


def test_the_schema_knows_every_value_and_no_other() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    values = read()
    told = {row.key.split(".")[0] for row in values.rows(values.root) if isinstance(row, Row)}

    assert set(schema["properties"]) == told | {"global"}
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("part", ["repo", "webhook", "certificate", "cache", "networkPolicy", "test"])
def test_a_part_has_the_keys_of_its_schema(part: str) -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    values = read()
    keys = {
        row.key.split(".")[1]
        for row in values.rows(values.root)
        if isinstance(row, Row) and row.key.startswith(f"{part}.")
    }
    place = schema["definitions"]["repository"] if part == "repo" else schema["properties"][part]

    assert keys == set(place["properties"])
