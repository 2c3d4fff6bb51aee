"""Version labels that say nothing, or nothing that can be read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from argosy.resolver.lint import Severity
from tests.lint.written import found, subject, told

KEY = "pipekit.io.templates.gitVersion"
LABELS = "metadata: {{labels: {{{key}: {value}}}}}"


def _labelled(value: str, *, body: str = "steps: []", key: str = KEY) -> str:
    return f"templates: [{{name: a, {LABELS.format(key=key, value=value)}, {body}}}]"


@pytest.mark.parametrize("value", ["1234567", "12e5", "true", "'a b'", "'v1~2'", "'-x'"])
def test_a_version_that_cannot_be_read_is_an_error(value: str) -> None:
    (finding,) = found(subject(_labelled(value, body="steps: [[]]")))

    assert (finding.rule, finding.severity) == ("version-label", Severity.ERROR)


def test_a_pull_policy_that_is_none_is_an_error() -> None:
    spec = _labelled("Sometimes", key="pipekit.io.templates.pullPolicy")

    assert told(subject(spec)) == [("version-label", "spec.templates[0].metadata.labels")]


@pytest.mark.parametrize("value", ["v1.2.0", "feature/x", "'^1.2'", "latest", "''"])
def test_a_version_on_a_template_that_calls_is_fine(value: str) -> None:
    assert told(subject(_labelled(value, body="steps: [[]]"))) == []


def test_a_version_on_a_template_that_calls_nothing_is_a_warning() -> None:
    (finding,) = found(subject(_labelled("v1", body="container: {image: a}")))

    assert (finding.rule, finding.severity, finding.site) == (
        "version-label",
        Severity.WARNING,
        "spec.templates[0].metadata.labels",
    )


@pytest.mark.parametrize("carrier", ["labels", "annotations"])
def test_a_version_on_the_object_itself_is_a_warning(carrier: str) -> None:
    one = subject("{}")
    manifest: Any = {**one.manifest, "metadata": {"name": "library", carrier: {KEY: "v1"}}}

    assert told(replace(one, manifest=manifest)) == [("unread-version-label", f"metadata.{carrier}")]
