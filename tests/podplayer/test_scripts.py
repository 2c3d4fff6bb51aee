from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.podplayer.scripts import Outcome, Script, exit_code

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

FAILS, ONCE = Outcome(exit_code=1), Outcome(exit_code=2)
SCRIPT = Script((("*.flaky(0)", ONCE), ("*.a(1:x)", FAILS), ("*", Outcome(result="last"))))


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("w.flaky(0)", ONCE),
        ("w[0].flaky(0)", ONCE),
        ("w.flaky(1)", Outcome(result="last")),
        ("w[0].a(1:x)", FAILS),
    ],
)
def test_the_first_rule_that_matches_counts(node: str, expected: Outcome) -> None:
    assert SCRIPT.outcome(node) == expected


def test_what_no_rule_matches_succeeds() -> None:
    assert Script().outcome("w") == Outcome()


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ({"container": {"command": ["sh", "-c"], "args": ["exit 3"]}}, 3),
        ({"script": {"source": "import sys\nif x:\n  sys.exit(1)\nsys.exit(0)"}}, 0),
        ({"container": {"args": ["echo hello"]}}, 0),
        ({"resource": {"action": "create"}}, 0),
    ],
)
def test_a_template_that_says_how_it_ends_ends_so(template: JsonObject, expected: int) -> None:
    assert exit_code(Outcome(), template) == expected
    assert exit_code(Outcome(exit_code=7), template) == 7
