"""Volumes that a templateRef leaves behind."""

from __future__ import annotations

import pytest

from argosy.resolver.lint import Severity
from tests.lint.written import found, subject, told

MOUNT = "volumeMounts: [{name: work, mountPath: /work}]"


@pytest.mark.parametrize(
    ("around", "where"),
    [
        ("volumes: [{name: work, emptyDir: {}}]", "is declared in spec.volumes"),
        ("volumeClaimTemplates: [{metadata: {name: work}}]", "is declared in spec.volumeClaimTemplates"),
        ("templateDefaults: {volumes: [{name: work}]}", "is declared in spec.templateDefaults.volumes"),
        ("{}", "is declared nowhere in this object"),
    ],
)
def test_a_volume_that_is_not_declared_in_the_template_is_a_warning(around: str, where: str) -> None:
    spec = "" if around == "{}" else around + "\n"

    (finding,) = found(subject(f"{spec}templates: [{{name: a, container: {{image: x, {MOUNT}}}}}]"))

    assert (finding.rule, finding.severity) == ("volume-left-behind", Severity.WARNING)
    assert where in finding.text


@pytest.mark.parametrize(
    ("body", "site"),
    [
        (f"container: {{{MOUNT}}}", "container"),
        (f"script: {{{MOUNT}}}", "script"),
        (f"container: {{}}, sidecars: [{{{MOUNT}}}]", "sidecars[0]"),
        (f"container: {{}}, initContainers: [{{}}, {{{MOUNT}}}]", "initContainers[1]"),
        (f"containerSet: {{{MOUNT}, containers: []}}", "containerSet"),
        (f"containerSet: {{containers: [{{{MOUNT}}}]}}", "containerSet.containers[0]"),
    ],
)
def test_every_kind_of_container_is_looked_at(body: str, site: str) -> None:
    assert told(subject(f"templates: [{{name: a, {body}}}]")) == [
        ("volume-left-behind", f"spec.templates[0].{site}.volumeMounts[0].name")
    ]


def test_a_volume_is_told_once_for_each_template() -> None:
    mounts = "volumeMounts: [{name: work, mountPath: /a}, {name: work, mountPath: /b}]"
    one = subject(f"templates: [{{name: a, container: {{{mounts}}}}}, {{name: b, container: {{{mounts}}}}}]")

    assert [site for _, site in told(one)] == [
        "spec.templates[0].container.volumeMounts[0].name",
        "spec.templates[1].container.volumeMounts[0].name",
    ]


@pytest.mark.parametrize(
    "spec",
    [
        f"templates: [{{name: a, volumes: [{{name: work}}], container: {{{MOUNT}}}}}]",
        f"templates: [{{name: a, podSpecPatch: x, container: {{{MOUNT}}}}}]",
        f"podSpecPatch: x\ntemplates: [{{name: a, container: {{{MOUNT}}}}}]",
        "volumes: [{name: unused}]",
    ],
)
def test_a_volume_that_comes_along_or_may_come_by_a_patch_is_fine(spec: str) -> None:
    assert told(subject(spec)) == []
