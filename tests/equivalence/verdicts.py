"""What became of an original: the same by another way, denied for a reason, or something that is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Mode
from tests.equivalence.delivery import delivery_differences
from tests.equivalence.oracle import differences
from tests.equivalence.resolution import Unresolvable

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, Manifest
    from tests.equivalence.library import Library

EQUAL = "equal"
UNANSWERABLE = "left for Argo to refuse"


def verdict(original: JsonObject, library: Library, mode: Mode) -> Reason | str:
    """`equal`, the reason of a denial, or the differences as text."""
    try:
        flattened = flatten(cast("Manifest", original), library, mode=mode)
    except Denied as denied:
        return denied.reason
    compare = differences if mode is Mode.FLATTEN else delivery_differences
    try:
        found = compare(original, flattened, library)
    except Unresolvable:
        return UNANSWERABLE
    return "\n".join(str(each) for each in found) or EQUAL
