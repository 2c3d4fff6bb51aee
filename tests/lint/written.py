"""Objects written in a few lines of YAML, and what lint finds in them."""

from __future__ import annotations

from textwrap import dedent

from argosy.resolver.documents import load
from argosy.resolver.lint import Finding, Library, Subject, lint


def subject(spec: str, *, name: str = "library", kind: str = "WorkflowTemplate", path: str = "a.yaml") -> Subject:
    """An object with the spec that a text in YAML says."""
    manifest = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": kind,
        "metadata": {"name": name},
        "spec": load(dedent(spec).encode()),
    }
    return Subject(path, manifest, 1)  # type: ignore[arg-type]  # as JSON has it


def found(*subjects: Subject) -> tuple[Finding, ...]:
    """All that lint finds in the objects together."""
    return lint(Library(subjects))


def told(*subjects: Subject) -> list[tuple[str, str]]:
    """The rule and the site of each finding."""
    return [(finding.rule, finding.site) for finding in found(*subjects)]


CONTAINER = "container: {image: alpine}"
