"""From the bytes of files to findings, whatever the files hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.resolver import lint as package
from argosy.resolver.documents import Limits
from argosy.resolver.lint import INVALID_MANIFEST, Library, Subject, lint, lint_files, rule_names

HEADER = b"apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata:\n  name: %s\n"


def _told(*files: tuple[str, bytes]) -> list[tuple[str, int, str]]:
    return [(one.path, one.line, one.rule) for one in lint_files(files)]


def test_a_finding_names_the_line_its_document_starts_on() -> None:
    first, second = HEADER % b"a" + b"spec: {}\n", HEADER % b"b" + b"spec: {entrypoint: nope}\n"

    assert _told(("x.yaml", b"# about\n" + first + b"---\n# more\n\n" + second)) == [
        ("x.yaml", 10, "dangling-reference")
    ]


def test_a_document_that_is_no_yaml_is_told_and_the_others_are_looked_at() -> None:
    bad, good = b"kind: WorkflowTemplate\nmetadata: [\n", HEADER % b"b" + b"spec: {entrypoint: nope}\n"

    assert _told(("x.yaml", bad + b"---\n" + good)) == [
        ("x.yaml", 3, INVALID_MANIFEST),
        ("x.yaml", 4, "dangling-reference"),
    ]


def test_a_json_file_is_looked_at() -> None:
    data = (
        b'{"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowTemplate",'
        b' "metadata": {"name": "a"}, "spec": {"entrypoint": "nope"}}'
    )

    assert _told(("x.json", data)) == [("x.json", 1, "dangling-reference")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"kind: Deployment\nspec: {entrypoint: nope}\n",
        b"apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nspec: {entrypoint: nope}\n",
        b"{{ if .Values.x }}\nkind: Deployment\n",
        b"- WorkflowTemplate\n",
    ],
)
def test_a_file_without_templates_is_passed_over(data: bytes) -> None:
    assert _told(("x.yaml", data)) == []


def test_another_api_version_is_an_error() -> None:
    assert _told(("x.yaml", b"apiVersion: v1\nkind: WorkflowTemplate\n")) == [("x.yaml", 1, INVALID_MANIFEST)]


def test_a_document_that_is_too_large_is_an_error() -> None:
    findings = lint_files([("x.yaml", HEADER % b"a")], limits=Limits(max_bytes=10))

    assert [one.rule for one in findings] == [INVALID_MANIFEST]


@pytest.mark.parametrize(
    ("spec", "site"),
    [
        ("spec: 3", "spec"),
        ("spec: {templates: {}}", "spec.templates"),
        ("spec: {templates: [3]}", "spec.templates[0]"),
        ("spec: {templates: [{name: a, steps: {a: b}}]}", "spec.templates[0].steps"),
        ("spec: {templates: [{name: a, steps: [{name: b}]}]}", "spec.templates[0].steps[0]"),
        ("spec: {templates: [{name: a, inputs: {parameters: {}}}]}", "spec.templates[0].inputs.parameters"),
        ("spec: {templates: [{name: a, container: x}]}", "spec.templates[0].container"),
        ("spec: {entrypoint: [a]}", "spec.entrypoint"),
        ("metadata: 3", "metadata"),
    ],
)
def test_what_is_not_shaped_as_argo_has_it_is_told_once(spec: str, site: str) -> None:
    text = (HEADER % b"a").decode() + spec
    if spec.startswith("metadata"):
        text = text.replace("metadata:\n  name: a\n", "")

    findings = lint_files([("x.yaml", text.encode())])

    assert [(one.rule, one.site) for one in findings] == [(INVALID_MANIFEST, site)]


KEYS = [
    *("name", "templates", "steps", "dag", "tasks", "template", "templateRef", "inline", "hooks", "onExit", "inputs"),
    *("parameters", "artifacts", "container", "volumeMounts", "metadata", "labels", "annotations", "arguments"),
    "pipekit.io.templates.gitVersion",
]

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(JSON, JSON)
def test_no_manifest_makes_a_rule_fail(metadata: object, spec: object) -> None:
    manifest = {"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowTemplate", "metadata": metadata, "spec": spec}
    subject = Subject("a.yaml", manifest)  # type: ignore[arg-type]  # whatever JSON may hold

    findings = lint(Library((subject, subject)))

    assert all(one.text and one.rule for one in findings)


def test_the_table_of_rules_names_every_rule() -> None:
    table = set(re.findall(r"^([a-z]+(?:-[a-z]+)+) +(?:error|warning)", package.__doc__ or "", re.MULTILINE))

    assert table == {*rule_names(), INVALID_MANIFEST}
