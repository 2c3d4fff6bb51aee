"""One YAML document as plain data, by libyaml's parser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yaml import YAMLError

from argosy.resolver.documents.builder import Builder
from argosy.resolver.documents.errors import DocumentError
from argosy.resolver.documents.limits import DEFAULT_LIMITS, Limits
from argosy.resolver.documents.source import Source
from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

try:
    from yaml._yaml import CParser
except ImportError as error:
    raise Misconfigured(
        Reason.INVALID_SETTINGS,
        "PyYAML is installed without libyaml, and its own parser is too slow and reads other rules",
        remedy="install PyYAML from its published wheel, or build it where libyaml's headers are",
    ) from error

__all__ = ["check_size", "load", "read"]

# Each %TAG line is compared with all before it, so thousands of them would take seconds; a document needs none.
_MAX_DIRECTIVES = 1_000


def load(data: bytes, *, limits: Limits = DEFAULT_LIMITS) -> JsonValue:
    """The first document of a text as JSON has it, by the rules of Go's sigs.k8s.io/yaml; None for an empty text.

    Of a mapping's equal keys the last counts. What an alias repeats is one object in several places: never change
    it. DocumentError: no YAML, nothing that JSON can hold, or more than the limits allow.
    """
    check_size(data, limits)
    return read(data, limits)[0]


def read(data: bytes, limits: Limits) -> tuple[JsonValue, int]:
    """The first document of a text that is not too long, and how many nodes it has with every alias written out."""
    # Without its NUL bytes, UTF-16 shows the same letters.
    if data.count(b"%") > _MAX_DIRECTIVES and data.replace(b"\0", b"").count(b"%TAG") > _MAX_DIRECTIVES:
        raise DocumentError(f"the document has more than {_MAX_DIRECTIVES} %TAG lines")
    builder = Builder(Source(data), limits)
    try:
        return builder.build(iter(CParser(data).get_event, None)), builder.nodes
    except YAMLError as error:
        raise _translated(error) from error
    except UnicodeDecodeError as error:
        raise DocumentError("a tag is no UTF-8 text; take it away") from error


def check_size(data: bytes, limits: Limits) -> None:
    """Refuse a text that is too large to look into."""
    if len(data) > limits.max_bytes:
        raise DocumentError(f"the text has {len(data)} bytes, more than the {limits.max_bytes} allowed; split the file")


def _translated(error: Any) -> DocumentError:
    """The parser's words, which name the construct, with the place in the text."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    context = getattr(error, "context", None)
    text = f"{context}, {problem}" if context else str(problem)
    if mark is None:
        return DocumentError(f"not YAML: {text}")
    return DocumentError(f"not YAML: {text}", line=mark.line + 1, column=mark.column + 1)
