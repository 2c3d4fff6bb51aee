"""The ConfigMap of Argo's controller, as the controller reads it."""

from __future__ import annotations

import pytest

from argosy.agent.controller import ControllerFacts, Referencing, controller_facts
from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.flatten import WorkflowDefaults
from argosy.resolver.flatten.variables_read import VariablesSet
from argosy.resolver.manifests import TemplateName

DEFAULTS = """spec:
  templates:
  - name: notify
    suspend: {}
  - {name: 7, suspend: {}}
  - {suspend: {}}
"""
NONE = WorkflowDefaults()
NAMED = WorkflowDefaults(frozenset({TemplateName("notify"), TemplateName("7")}))
ENVIRONMENT = "spec: {arguments: {parameters: [{name: env}]}}\n"
WITH_ENVIRONMENT = WorkflowDefaults(variables=VariablesSet(frozenset({"workflow.parameters.env"}), ()))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, ControllerFacts(defaults=NONE)),
        ({"config": ""}, ControllerFacts(defaults=NONE)),
        ({"workflowRestrictions": "templateReferencing: Strict\n"}, ControllerFacts(Referencing.STRICT, NONE)),
        ({"workflowRestrictions": "templateReferencing: Secure\n"}, ControllerFacts(Referencing.SECURE, NONE)),
        ({"workflowRestrictions": "{templateReferencing: Secure}"}, ControllerFacts(Referencing.SECURE, NONE)),
        ({"workflowRestrictions": "templateReferencing: strict\n"}, ControllerFacts(defaults=NONE)),
        ({"workflowRestrictions": ""}, ControllerFacts(defaults=NONE)),
        ({"workflowDefaults": DEFAULTS}, ControllerFacts(defaults=NAMED)),
        ({"workflowDefaults": "\n\n" + DEFAULTS + "\n"}, ControllerFacts(defaults=NAMED)),
        ({"workflowDefaults": ENVIRONMENT}, ControllerFacts(defaults=WITH_ENVIRONMENT)),
        (
            {"instanceID": "ci", "links": "- name: x\n  url: y\n"},
            ControllerFacts(defaults=NONE, instance_id="ci"),
        ),
        ({"instanceID": "123"}, ControllerFacts(defaults=NONE, instance_id="123")),
        ({"instanceID": "true"}, ControllerFacts(defaults=NONE, instance_id="true")),
        (
            {"config": "instanceID: ci\nworkflowRestrictions:\n  templateReferencing: Strict\nworkflowDefaults: {}\n"},
            ControllerFacts(Referencing.STRICT, NONE, "ci"),
        ),
    ],
)
def test_facts_are_read_in_both_forms(data: dict[str, str], expected: ControllerFacts) -> None:
    assert controller_facts(data) == expected


@pytest.mark.parametrize("referencing", Referencing)
def test_only_a_restricted_controller_needs_references(referencing: Referencing) -> None:
    assert ControllerFacts(referencing).needs_references is (referencing is not Referencing.NONE)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"config": "a: b", "instanceID": "ci"}, "beside 'config' there must be no other key"),
        ({"links": "- name: [\n", "instanceID": "ci"}, "line "),
        (
            {"workflowDefaults": "spec: {templates: [{name: []}]}\n"},
            "workflowDefaults.spec.templates.name: this is a list",
        ),
        ({"config": "- a\n"}, "data: this is a list, not an object"),
        ({"workflowRestrictions": "Strict"}, "workflowRestrictions: this is a string, not an object"),
        ({"workflowDefaults": "spec: {templates: {}}\n"}, "workflowDefaults.spec.templates: this is an object"),
        ({"workflowDefaults": "spec: {templates: [a]}\n"}, "workflowDefaults.spec.templates: this is a string"),
        ({"workflowRestrictions": "templateReferencing: [Strict]\n"}, "templateReferencing: this is a list"),
        ({"instanceID": "a\ninstanceID: b"}, "line "),
        ({"config": "a: &x [*x]"}, "line "),
        # On one line it is no mapping: the controller puts `workflowDefaults: ` before it.
        ({"workflowDefaults": "spec: {}"}, "line "),
    ],
)
def test_one_broken_key_spoils_the_whole(data: dict[str, str], problem: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        controller_facts(data)

    assert caught.value.reason is Reason.INVALID_SETTINGS
    assert str(caught.value).startswith(f"the workflow-controller's ConfigMap cannot be read: {problem}")
