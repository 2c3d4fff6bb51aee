"""Texts that crash, fill or stall a careless reader."""

from __future__ import annotations

from typing import Final

MEBIBYTE: Final = 1024 * 1024


def _fill(piece: bytes, size: int = MEBIBYTE) -> bytes:
    return piece * (size // len(piece))


def _laughs(levels: int, width: int) -> bytes:
    line = b"a%d: &a%d [" + b"*a%d, " * width + b"]"
    lines = (line % (level, level, *[level - 1] * width) for level in range(1, levels))
    return b"\n".join((b"a0: &a0 lol", *lines))


def _merges(levels: int) -> bytes:
    line = b"a%d: &a%d {k%d: 1, <<: [*a%d, *a%d]}"
    lines = (line % (level, level, level, level - 1, level - 1) for level in range(1, levels))
    return b"\n".join((b"a0: &a0 {x: 1}", *lines))


REFUSED_ATTACKS: Final = {
    "flow lists 100,000 deep": b"[" * 100_000,
    "flow lists 100,000 deep, closed": b"[" * 100_000 + b"]" * 100_000,
    "flow mappings 100,000 deep": b"{a: " * 100_000,
    "flow keys 100,000 deep": b"{" * 100_000,
    "block lists 100,000 deep": b"- " * 100_000 + b"a",
    "explicit keys 100,000 deep": b"? " * 100_000,
    "block mappings as deep as they fit": b"\n".join(b" " * depth + b"a:" for depth in range(1_400)),
    "JSON lists 100,000 deep": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "JSON objects 100,000 deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a billion laughs": _laughs(10, 9),
    "a quadrillion laughs": _laughs(40, 100),
    "merges that double": _merges(60),
    "a large text, 10,000 times": b"a: &a " + b"x" * 100_000 + b"\nb: [" + b"*a, " * 10_000 + b"]",
    "a large list, 2,000 times": b"a: &a [" + b"1, " * 10_000 + b"]\nb: [" + b"*a, " * 2_000 + b"]",
    "a large mapping, merged 2,000 times": b"- &a {"
    + b"".join(b"k%d, " % n for n in range(1_000))
    + b"}\n"
    + _fill(b"- {<<: *a}\n", 22_000),
    "a list that holds itself": b"&a [*a]",
    "a mapping that holds itself": b"&a {x: {y: *a}}",
    "a mapping that merges itself": b"&a {<<: *a}",
    "as many empty mappings as fit": b"a: [" + _fill(b"{},", MEBIBYTE - 4),
    "as many small mappings as fit": b"a: [" + _fill(b"{a},", MEBIBYTE - 4),
    "as many lists as fit": b"a: [" + _fill(b"[],", MEBIBYTE - 4),
    "as many documents as fit": _fill(b"\n---a"),
    "many documents that each merge a lot": _fill(
        b"- &x {" + b"".join(b"k%d, " % number for number in range(1_000)) + b"}\n" + b"- {<<: *x}\n" * 60 + b"\n---\n"
    ),
    "as many JSON lists as fit": b"[" + _fill(b"[],", MEBIBYTE - 4) + b"[]]",
    "as many short items as fit": _fill(b"- a\n"),
    "lines that only look like JSON": _fill(b'{"\n'),
    "thousands of %TAG lines": b"".join(b"%%TAG !%d! x\n" % number for number in range(70_000)) + b"--- a",
    "thousands of %TAG lines in UTF-16": "".join(f"%TAG !{n}! x\n" for n in range(25_000)).encode("utf-16"),
    "one byte too many": b"x" * (MEBIBYTE + 1),
    "bytes that are no text": bytes(range(256)) * 100,
    "only NUL": b"\0" * 1_000,
    "an anchor of a mebibyte, never ended": b"&" + b"a" * (MEBIBYTE - 2) + b"%",
    "UTF-16 cut in a surrogate pair": b"\xff\xfe\x3d\xd8",
}
"""What must be refused."""

READ_ATTACKS: Final = {
    "a plain word of a mebibyte": b"x" * MEBIBYTE,
    "a digit string of a mebibyte": b"1" * MEBIBYTE,
    "a hexadecimal of a mebibyte": b"0x" + b"0" * (MEBIBYTE - 2),
    "underscores between digits": b"1" + b"_" * (MEBIBYTE - 2) + b"1",
    "a folded text of a mebibyte": b"a: >\n" + _fill(b"  x\n", MEBIBYTE - 5),
    "a literal text of a mebibyte": b"a: |\n" + _fill(b"  x\n", MEBIBYTE - 5),
    "a quoted text of escapes": b'"' + _fill(b"\\n", MEBIBYTE - 2) + b'"',
    "a tag of a mebibyte": b"!" + b"a" * (MEBIBYTE - 3) + b" b",
    "nearly as many items as allowed": _fill(b"- a\n", 990_000),
    "as many keys as fit": b"".join(b"%d: a\n" % number for number in range(100_000)),
    "as many anchors as fit": b"".join(b"- &a%d a\n" % number for number in range(60_000)),
    "only comments": _fill(b"#\n"),
    "only line breaks": _fill(b"\n"),
    "a key of a mebibyte": b"? " + b"x" * (MEBIBYTE - 6) + b"\n: 1",
    "as many small mappings as allowed": b"a: [" + _fill(b"{ab: cd},", 700_000) + b"]",
    "as many small JSON objects as allowed": b"[" + _fill(b'{"ab":"cd"},', MEBIBYTE - 4) + b"{}]",
    "a JSON text of escapes": b'{"a":"' + _fill(b"\\\\", MEBIBYTE - 8) + b'"}',
}
"""What is large and allowed: reading takes no more than its share."""
