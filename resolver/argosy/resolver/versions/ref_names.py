"""Which texts can name a ref: git's rules (git help check-ref-format), and a few of our own."""

from __future__ import annotations

import re

__all__ = ["is_ref_name"]

# git forbids these anywhere in a name; what rev-parse gives a meaning to is among them, but for a bare "@".
_FORBIDDEN = re.compile(r"[ ~^:?*\[\\]|\.\.|@\{|//|/\.|\.lock(?:/|\Z)")


def is_ref_name(name: str) -> bool:
    """Whether a tag or a branch can have this name, and is safe to show and to give to git as an argument.

    Stricter than git, which takes a leading `-` and what is not printable.
    """
    return (
        name.isprintable()
        and not name.startswith(("-", ".", "/"))
        and not name.endswith((".", "/"))
        and name not in ("", "@")
        and _FORBIDDEN.search(name) is None
    )
