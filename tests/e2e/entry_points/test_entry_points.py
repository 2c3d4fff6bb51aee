"""Which way to a Workflow works, with its template in the cluster and without: as docs/equivalence.md has it.

`ARGOSY_RENEW_DOCS=1` writes the table anew.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from argosy.resolver import contract
from tests.e2e.entry_points.ways import WAYS, delivered

if TYPE_CHECKING:
    from tests.e2e.entry_points.conftest import Site

pytestmark = [pytest.mark.needs("helm", "argo"), pytest.mark.timeout(400)]

PAGE = Path(__file__).parents[3] / "docs" / "equivalence.md"
BEGIN, END = "<!-- entry points -->\n", "<!-- end of entry points -->\n"


def row(site: Site, name: str) -> str:
    bare, used = site.namespace(), site.namespace()
    delivered(site, used)
    assert site.find(used, "workflowtemplate", "hello")["metadata"]["annotations"][contract.TAKEN_VERSION] == "v2.0.0"
    return f"| {name} | {WAYS[name](site, bare)} | {WAYS[name](site, used)} |"


def test_the_docs_tell_what_each_entry_point_needs(site: Site) -> None:
    head = ["| entry point | no template in the namespace | another version of it there |", "|---|---|---|"]
    table = "\n".join([*head, *(row(site, name) for name in WAYS)]) + "\n"
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    written, _, after = rest.partition(END)

    if os.environ.get("ARGOSY_RENEW_DOCS"):
        PAGE.write_text(before + BEGIN + table + END + after, encoding="utf-8")
        return
    assert table == written
