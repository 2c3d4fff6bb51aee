"""What a rule of lint says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is."""

    ERROR = "error"
    """Some Workflow that uses the object will be denied or will fail."""
    WARNING = "warning"
    """It works in some ways of using the object and fails in others, or does not do what its author expects."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One problem at one place; sorts by file, then by place."""

    path: str
    """The file, from the root of the repository or folder."""
    line: int
    """The line on which the document starts, from 1; 0 where it is not known."""
    site: str
    """The place inside the document, as `spec.templates[2].steps[0][1].templateRef`."""
    rule: str
    severity: Severity
    text: str
    remedy: str
    subject: str = ""
    """The object, as `WorkflowTemplate build`; empty for a file that cannot be read."""
