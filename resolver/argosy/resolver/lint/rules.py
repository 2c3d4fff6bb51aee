"""What a rule is: a function of one object, or of one object and all that stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from argosy.resolver.lint.findings import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.lint.library import Library, Subject


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a rule has to say about one place of an object."""

    site: str
    text: str
    remedy: str
    severity: Severity = Severity.ERROR


class OwnRule(Protocol):
    """A rule about one object by itself; it raises Denied where the object is not shaped as Argo's is."""

    @property
    def __name__(self) -> str: ...

    def __call__(self, subject: Subject) -> Iterator[Complaint]: ...


class SharedRule(Protocol):
    """A rule about one object among the others; it raises Denied as well."""

    @property
    def __name__(self) -> str: ...

    def __call__(self, subject: Subject, library: Library) -> Iterator[Complaint]: ...
