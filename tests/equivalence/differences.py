"""What the comparison of an original with its flattened form can find wrong."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What was broken."""

    OBJECT = "metadata of the object"
    SPEC = "field of the spec"
    OWN = "template of the Workflow's own"
    BODY = "what a template does"
    CALLS = "steps, tasks, hooks and their arguments"
    TARGET = "which template is run"
    INLINE = "inline body"
    METADATA = "metadata of pods"
    NAME = "name of a copied template"
    REACH = "copied template that nothing runs"
    TAKEN = "what is told to have been taken"
    VALIDATION = "what Argo's validation refuses"
    STABLE = "same input, same bytes"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the original has it."""

    rule: Rule
    site: str
    text: str

    def __str__(self) -> str:
        return f"{self.site}: {self.rule}: {self.text}"
