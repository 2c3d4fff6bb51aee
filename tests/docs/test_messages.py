"""The page of messages is made from the code; `make reference` writes it anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from argosy.resolver.errors import Reason
from tests.docs.messages import ANYTHING, Code, page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "messages.md"
SOURCES = [path for folder in ("agent", "gc", "resolver") for path in (ROOT / folder).rglob("*.py")]
RENEW = bool(os.environ.get("ARGOSY_RENEW_REFERENCE"))


def test_the_page_is_up_to_date() -> None:
    text = page(SOURCES)

    if RENEW:
        PAGE.write_text(text, encoding="utf-8")
    assert text == PAGE.read_text(encoding="utf-8")


def test_every_reason_has_a_message() -> None:
    sections = re.findall(r"^## (\w+)\n\n- `.+`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sections == list(Reason)


def test_a_message_that_was_printed_is_found_on_the_page() -> None:
    printed = (ROOT / "examples" / "policies" / "denied.txt").read_text(encoding="utf-8")
    section = PAGE.read_text(encoding="utf-8").split("## ForbiddenVersion\n")[1].split("\n## ")[0]
    texts = re.findall(r"^- `(.+)`$", section, re.MULTILINE)

    assert any(re.search(".+".join(map(re.escape, text.split(ANYTHING))), printed) for text in texts)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Denied(Reason.INTERNAL, 'a', remedy='b')", {"a; b"}),
        ("Denied(Reason.INTERNAL, f'a {x} b')", {"a … b"}),
        ("def f():\n  p = 'a' if x else 'b'\n  Denied(Reason.INTERNAL, p, remedy=r)", {"a", "b"}),
        ("def f(p):\n  Denied(Reason.INTERNAL, p)\nf('a')\nf(p='b')", {"a", "b"}),
        ("TEXT = 'a'\ndef f():\n  Denied(Reason.INTERNAL, TEXT)", {"a"}),
        ("means('git says', Reason.INTERNAL, 'b')", {"… failed: …; b"}),
        ("def f(p):\n  f(p)\n  Denied(Reason.INTERNAL, p)", set[str]()),
    ],
)
def test_the_text_is_found_wherever_it_has_its_name(source: str, expected: set[str]) -> None:
    code = Code()
    code.read(source)

    assert code.messages()[Reason.INTERNAL] == expected
