"""What a file defines, told without parsing it: a quick look that answers for plain files and doubts all others.

Nearly every WorkflowTemplate begins with `apiVersion`, `kind` and `metadata`, in block style. YAML is read from left to
right, so such a beginning means the same whatever follows, unless a key is given again further down; the look makes
sure that none is. A doubt costs a parse and is never an error. What the look says is checked again when the manifest
itself is read, so a file that fools it (by a quote left open, say) is refused then.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from argosy.resolver.catalog.definitions import Definition, valid_name
from argosy.resolver.documents.splitting import split
from argosy.resolver.manifests import ResourceName

if TYPE_CHECKING:
    from argosy.resolver.manifests import ResourceKind

__all__ = ["may_define", "scan"]

_WORD: Final = b"WorkflowTemplate"

# The ways to write that word in another way: escapes in double quotes (a line break may be escaped as well, and YAML
# has five), base64 behind the tag !!binary, and tags whose own name is written in another way.
_DISGUISE: Final = re.compile(rb'"[A-Za-z]{0,22}\\[xuU\r\n\xc2\xe2]|!\S*(?:binary|%)|%TAG')

# Line breaks that YAML knows beside \n and \r\n.
_OTHER_BREAK: Final = re.compile(rb"\r(?!\n)|\xc2\x85|\xe2\x80[\xa8\xa9]")

_BLANK = rb"(?:[ ]*(?:#[^\n]*)?\r?\n)*+"
_END = rb"[ ]*+(?:(?<=[ ])#[^\n]*)?\r?\n" + _BLANK
_VERSION = rb"apiVersion:[ ]+argoproj\.io/v1alpha1" + _END
_KIND = rb"kind:[ ]+(?P<%s>Cluster)?WorkflowTemplate" + _END
_VALUE = rb"""(?:[A-Za-z0-9][\w./@+-]*+|"[^"\\\n]*+"|'[^'\n]*+')"""
_SIBLING = rb"(?P=indent)(?:[ ]+|(?!name[ ]*:))[\w./-]+:(?:[ ]+" + _VALUE + rb")?" + _END
_LATER_SIBLING = rb"(?P=indent)(?!name[ ]*:)[A-Za-z]+:[^\n]*\n(?:(?P=indent)[ ][^\n]*\n|[ ]*(?:#[^\n]*)?\r?\n)*+"

_HEADER: Final = re.compile(
    rb"(?:---)?+"
    + _BLANK
    + (rb"(?:" + _VERSION + _KIND % b"second" + rb"|" + _KIND % b"first" + _VERSION + rb")")
    + (rb"metadata:" + _END + rb"(?=(?P<indent>[ ]+))")
    + (rb"(?:" + _SIBLING + rb")*+")
    + (rb"(?P=indent)name:[ ]+(?:(?P<plain>[a-z][a-z0-9.-]*+)|\"(?P<quoted>[a-z0-9.-]++)\")" + _END)
    + (rb"(?P<later>(?:" + _LATER_SIBLING + rb")*+)")
    + rb"(?=[A-Za-z]|\Z)"
)

# What may be a value that begins with a quote or a bracket and goes on in the next lines, hiding what they mean.
_LEFT_OPEN: Final = re.compile(rb"""["'{\[](?<=[ \n].)(?![^\n]*["'}\]][ ]*\r?\n)""", re.DOTALL)

# A line that begins at the margin after the header, and is not one of the two other parts of the object.
_OTHER_KEY: Final = re.compile(rb"\n(?![ #\r\n]|\Z|(?:spec|status):[ \r\n])")

# Plain words that YAML takes for something else than a string.
_NO_STRING: Final = frozenset((b"y", b"n", b"yes", b"no", b"on", b"off", b"true", b"false", b"null"))


def may_define(data: bytes) -> bool:
    """Whether the file has to be looked into: False only when no reading of it can give `WorkflowTemplate`."""
    return _WORD in data or _is_disguised(data)


def scan(data: bytes) -> tuple[Definition, ...] | None:
    """What a plain file defines, or None when only a parse can tell."""
    if _is_disguised(data) or _has_other_break(data):
        return None
    # Nearly every file is one document. Whoever looks for its keys at the margin meets a separator as well.
    whole = _look(data, 0)
    if whole is not None:
        return (whole,)
    if b"\n---" not in data:
        return None
    definitions: list[Definition] = []
    for number, part in enumerate(split(data)):
        if _WORD not in part.text:
            continue
        found = _look(part.text, number)
        if found is None:
            return None
        definitions.append(found)
    return tuple(definitions)


def _is_disguised(data: bytes) -> bool:
    """Whether the word may be there although its letters are not: also in UTF-16 and UTF-32."""
    if data.startswith((b"\xff", b"\xfe", b"\xef")) or b"\0" in data:
        return True
    return (b"\\" in data or b"!" in data or b"%" in data) and _DISGUISE.search(data) is not None


def _has_other_break(data: bytes) -> bool:
    return (b"\r" in data or not data.isascii()) and _OTHER_BREAK.search(data) is not None


def _look(document: bytes, number: int) -> Definition | None:
    text = document if document.endswith(b"\n") else document + b"\n"
    header = _HEADER.match(text)
    if header is None or _OTHER_KEY.search(text, header.end() - 1):
        return None
    second, first, _, plain, quoted, later = header.groups()
    if plain in _NO_STRING or _LEFT_OPEN.search(later):
        return None
    name = (plain or quoted).decode("ascii")
    kind: ResourceKind = "ClusterWorkflowTemplate" if first or second else "WorkflowTemplate"
    return Definition(kind, ResourceName(name), number) if valid_name(name) else None
