"""What Argo refuses in a Workflow and overlooks beside a workflowTemplateRef is found before the two are one."""

from __future__ import annotations

from textwrap import indent
from typing import TYPE_CHECKING, cast

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten import flatten
from argosy.resolver.flatten.label_selectors import is_label_key
from argosy.resolver.flattened import Mode
from tests.flatten.memory import TemplatesInMemory, commit_of
from tests.flatten.running import flattened, read, spec, template, workflow

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

REFERENCE = "workflowTemplateRef: {name: ci}\n"
MAIN = "entrypoint: main\ntemplates: [{name: main, suspend: {}}]\n"
CI = f"WorkflowTemplate/ci (platform@{commit_of('v1')[:12]} ci.yaml)"


def ci(text: str) -> TemplatesInMemory:
    """A WorkflowTemplate that holds these fields."""
    return TemplatesInMemory().add("v1", template("ci", MAIN + text))


def plugin(container: str, metadata: str = "{name: hello}") -> str:
    return f"executorPlugins: [{{metadata: {metadata}, spec: {{sidecar: {{container: {container}}}}}}}]"


def matching(expression: str) -> str:
    return f"podGC: {{labelSelector: {{matchExpressions: [{expression}]}}}}"


PORTS = "ports: [{containerPort: 4355}]"
RESOURCES = "resources: {requests: {cpu: 1}, limits: {cpu: 1}}"
CONTAINER = f"{{{PORTS}, {RESOURCES}, securityContext: {{}}}}"
AT_PLUGIN = "spec.executorPlugins[0].spec.sidecar.container"
AT_EXPRESSION = "spec.podGC.labelSelector.matchExpressions[0]"
STRATEGIES = "OnPodCompletion, OnPodSuccess, OnWorkflowCompletion, OnWorkflowSuccess"

REFUSED = [
    ("hooks: {mine: {template: main}, exit: {template: main}}", "spec.hooks.mine has no expression"),
    ("podGC: {strategy: Sometimes}", f"spec.podGC.strategy 'Sometimes' is none of {STRATEGIES}"),
    ("podGC: {strategy: onPodSuccess}", f"spec.podGC.strategy 'onPodSuccess' is none of {STRATEGIES}"),
    (
        'podGC: {strategy: "{{workflow.parameters.gc}}"}',
        f"spec.podGC.strategy '{{{{workflow.parameters.gc}}}}' is none of {STRATEGIES}",
    ),
    (
        "podGC: {labelSelector: {matchLabels: {/app: a}}}",
        "spec.podGC.labelSelector.matchLabels has '/app', which is no key of a label",
    ),
    (
        "podGC: {labelSelector: {matchLabels: {app: feature/x}}}",
        "spec.podGC.labelSelector.matchLabels has 'feature/x' for 'app', which is no value of a label",
    ),
    (
        matching("{key: app, operator: in, values: [a]}"),
        f"{AT_EXPRESSION}.operator 'in' is none of In, NotIn, Exists, DoesNotExist",
    ),
    (
        matching("{key: app, operator: Gt, values: ['1']}"),
        f"{AT_EXPRESSION}.operator 'Gt' is none of In, NotIn, Exists, DoesNotExist",
    ),
    (matching("{key: app}"), f"{AT_EXPRESSION}.operator '' is none of In, NotIn, Exists, DoesNotExist"),
    (matching("{key: app, operator: In}"), f"{AT_EXPRESSION} has no values, which In needs"),
    (matching("{key: app, operator: NotIn, values: []}"), f"{AT_EXPRESSION} has no values, which NotIn needs"),
    (
        matching("{key: app, operator: Exists, values: [a]}"),
        f"{AT_EXPRESSION} has values, which Exists does not take",
    ),
    (
        matching("{key: app, operator: DoesNotExist, values: ['']}"),
        f"{AT_EXPRESSION} has values, which DoesNotExist does not take",
    ),
    (matching("{operator: Exists}"), f"{AT_EXPRESSION} has '', which is no key of a label"),
    (
        matching("{key: app, operator: In, values: [a, -b]}"),
        f"{AT_EXPRESSION} has '-b' for 'app', which is no value of a label",
    ),
    (
        "podResources: {claims: [{name: gpu}]}",
        "spec.podResources has claims, which a pod as a whole cannot have",
    ),
    (
        "podResources: {limits: {nvidia.com/gpu: 1}}",
        "spec.podResources.limits has 'nvidia.com/gpu', where only cpu, memory and hugepages-* can stand",
    ),
    (
        "podResources: {requests: {ephemeral-storage: 1Gi}}",
        "spec.podResources.requests has 'ephemeral-storage', where only cpu, memory and hugepages-* can stand",
    ),
    (
        "podResources: {requests: {hugepages: 1Gi}}",
        "spec.podResources.requests has 'hugepages', where only cpu, memory and hugepages-* can stand",
    ),
    (plugin(CONTAINER, metadata="{}"), "spec.executorPlugins[0] has no metadata.name"),
    (plugin(f"{{{RESOURCES}, securityContext: {{}}}}"), f"{AT_PLUGIN} has no ports"),
    (plugin(f"{{ports: [], {RESOURCES}, securityContext: {{}}}}"), f"{AT_PLUGIN} has no ports"),
    (
        plugin(f"{{{PORTS}, resources: {{limits: {{cpu: 1}}}}, securityContext: {{}}}}"),
        f"{AT_PLUGIN} has no resources.requests",
    ),
    (
        # Argo's merge, too, leaves an empty map out.
        plugin(f"{{{PORTS}, resources: {{requests: {{}}, limits: {{cpu: 1}}}}, securityContext: {{}}}}"),
        f"{AT_PLUGIN} has no resources.requests",
    ),
    (
        plugin(f"{{{PORTS}, resources: {{requests: {{cpu: 1}}}}, securityContext: {{}}}}"),
        f"{AT_PLUGIN} has no resources.limits",
    ),
    (plugin(f"{{{PORTS}, {RESOURCES}}}"), f"{AT_PLUGIN} has no securityContext"),
]
"""What the WorkflowTemplate holds, and what is said of it."""


@pytest.mark.parametrize(("held", "fault"), REFUSED)
def test_what_argo_would_refuse_once_it_is_merged_is_denied_with_its_place_and_a_remedy(held: str, fault: str) -> None:
    with pytest.raises(Denied) as denied:
        flatten(workflow(REFERENCE), ci(held))
    assert (denied.value.reason, denied.value.site) == (Reason.UNFLATTENABLE, "spec.workflowTemplateRef")
    assert denied.value.problem == (
        f"with {CI} merged in, {fault}: Argo accepts that in a WorkflowTemplate and not in a Workflow"
    )
    assert denied.value.remedy == "mend the WorkflowTemplate, or use reference mode"


@pytest.mark.parametrize("held", [held for held, _ in REFUSED])
def test_reference_mode_lets_pass_what_argo_overlooks(held: str) -> None:
    result = flattened(workflow(REFERENCE), ci(held), mode=Mode.REFERENCE)
    (delivery,) = cast("tuple[JsonValue, ...]", result.deliveries)
    assert read(held).items() <= delivery["spec"].items()


@pytest.mark.parametrize(
    "held",
    [
        "podGC: {}",
        'podGC: {strategy: ""}',
        "podGC: {strategy: OnPodCompletion, deleteDelayDuration: soon}",
        "podGC: {strategy: OnPodSuccess, labelSelector: {}}",
        "podGC: {strategy: OnWorkflowCompletion, labelSelector: {matchLabels: {}}}",
        "podGC: {strategy: OnWorkflowSuccess, labelSelector: {matchLabels: {app: '', example.com/a_b.C: v1.2_x-Y}}}",
        matching("{key: app, operator: In, values: [a, '']}"),
        matching("{key: app, operator: NotIn, values: [a]}"),
        matching("{key: app, operator: Exists}"),
        matching("{key: app, operator: DoesNotExist}"),
        "podResources: {}",
        "podResources: {limits: {cpu: 1, memory: 1Gi, hugepages-2Mi: 4Mi, hugepages-: 1}, requests: {cpu: 500m}}",
        plugin(CONTAINER),
        plugin(f"{{ports: [{{}}], {RESOURCES}, securityContext: {{}}}}"),
        "hooks: {exit: {template: main}, mine: {template: main, expression: 'true'}}",
    ],
)
def test_what_argo_accepts_in_a_workflow_is_flattened(held: str) -> None:
    result = spec(flattened(workflow(REFERENCE), ci(held)))
    assert set(read(held)) <= set(result)


@pytest.mark.parametrize(
    ("own", "held"),
    [
        ("podGC: {strategy: OnPodSuccess}", "podGC: {strategy: Sometimes}"),
        (matching("{key: app, operator: Exists}"), matching("{key: app, operator: In}")),
        (plugin(CONTAINER), plugin("{}")),
        ("hooks: {mine: {template: main, expression: 'true'}}", "hooks: {mine: {template: main}}"),
    ],
)
def test_what_the_workflow_sets_in_the_place_of_a_fault_makes_it_good(own: str, held: str) -> None:
    result = spec(flattened(workflow(REFERENCE + own), ci(held)))
    (field,) = read(own)
    assert set(result) == {"entrypoint", "templates", field}


@pytest.mark.parametrize("own", [held for held, _ in REFUSED if "requests: {}" not in held])
def test_a_fault_of_the_workflow_itself_is_left_to_argo_which_refuses_it_in_either_form(own: str) -> None:
    result = spec(flattened(workflow(REFERENCE + own), ci("")))
    assert set(read(own)) <= set(result)
    with pytest.raises(Denied, match=r"spec\.hooks\.theirs has no expression"):
        flatten(workflow(REFERENCE + own), ci("hooks: {theirs: {template: main}}"))


def test_in_a_cron_workflow_the_fault_is_named_where_it_will_stand() -> None:
    inner = indent(f"{REFERENCE}workflowMetadata: {{annotations: {{pipekit.io.templates.gitVersion: v1}}}}", "  ")
    manifest: JsonValue = {
        **workflow("{}", version=""),
        "kind": "CronWorkflow",
        "spec": read(f"schedule: '* * * * *'\nworkflowSpec:\n{inner}"),
    }
    with pytest.raises(Denied, match=r"spec\.workflowSpec\.podGC\.strategy 'Sometimes'") as denied:
        flatten(manifest, ci("podGC: {strategy: Sometimes}"))
    assert denied.value.site == "spec.workflowSpec.workflowTemplateRef"


@pytest.mark.parametrize(
    ("key", "accepted"),
    [
        ("a", True),
        ("A_b-c.D9", True),
        ("a" * 63, True),
        ("a" * 64, False),
        ("example.com/app", True),
        ("a--b.c/app", True),
        ("a" * 253 + "/app", True),
        ("a" * 254 + "/app", False),
        ("Example.com/app", False),
        ("under_score/app", False),
        ("a..b/app", False),
        ("-a/app", False),
        ("a-/app", False),
        (".a/app", False),
        ("/app", False),
        ("a/", False),
        ("a/b/c", False),
        ("", False),
        ("-a", False),
        ("a.", False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
    ],
)
def test_a_key_of_a_label_is_what_kubernetes_accepts(key: str, accepted: bool) -> None:  # noqa: FBT001  # a column
    assert is_label_key(key) is accepted
