"""What became of an original: the same in flattened form, denied for a reason, or something that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import flatten
from tests.equivalence.oracle import differences

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, Manifest
    from tests.equivalence.library import Library

EQUAL = "equal"


def verdict(original: JsonObject, library: Library) -> Reason | str:
    """`equal`, the reason of a denial, or the differences as text."""
    try:
        flattened = flatten(cast("Manifest", original), library)
    except Denied as denied:
        return denied.reason
    found = differences(original, flattened, library)
    return "\n".join(str(each) for each in found) or EQUAL
