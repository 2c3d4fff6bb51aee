"""How deep a spec may nest: an object from outside decides neither time nor the height of the stack."""

from __future__ import annotations

from argosy.resolver.errors import Denied, Reason

DEEPEST = 100
"""Levels of objects and lists: an inline body costs four, and Argo supports no inline within an inline."""
_LONGEST_SITE = 200


def check_depth(depth: int, site: str) -> None:
    """Raises Denied for a value that nests deeper than any Workflow does."""
    if depth > DEEPEST:
        raise Denied(
            Reason.LIMIT_EXCEEDED,
            f"nests deeper than {DEEPEST} levels",
            site=site if len(site) <= _LONGEST_SITE else f"{site[:_LONGEST_SITE]}…",
            remedy="give the inner templates names of their own",
        )
