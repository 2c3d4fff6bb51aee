"""What each rule of the merge does to a Workflow over its WorkflowTemplate, in the smallest specs that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, and the specs that it is about."""

    sentence: str
    workflow: JsonObject
    template: JsonObject
    expected: JsonObject

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two specs that cannot be merged, and the place that is to be mended."""

    sentence: str
    workflow: JsonObject
    template: JsonObject
    site: str

    def __str__(self) -> str:
        return self.sentence


def parameters(*each: JsonObject) -> JsonObject:
    return {"arguments": {"parameters": list(each)}}


def artifacts(*each: JsonObject) -> JsonObject:
    return {"arguments": {"artifacts": list(each)}}


def named(*names: str) -> list[JsonObject]:
    return [{"name": name} for name in names]


def both(workflow: JsonObject, template: JsonObject) -> tuple[JsonObject, JsonObject]:
    """The same two for a template called `run`, which both specs have."""
    return {"templates": [{"name": "run", **workflow}]}, {"templates": [{"name": "run", **template}]}


def alike(
    workflow: JsonObject, template: JsonObject, expected: JsonObject
) -> tuple[JsonObject, JsonObject, JsonObject]:
    """As `both`, with what they make."""
    return *both(workflow, template), {"templates": [{"name": "run", **expected}]}


def tasks(hook: JsonValue) -> JsonObject:
    return {"dag": {"tasks": [{"name": "build", "template": "t", "hooks": {"exit": hook}}]}}


_S3 = {"bucket": "wheels", "endpoint": "s3.example"}
_GCS = {"bucket": "wheels", "key": "a.whl"}
_PREFERENCE: JsonObject = {"preference": {"matchExpressions": [{"key": "disk", "operator": "Exists"}]}, "weight": 1}

CASES = (
    Case(
        "the Workflow comes first and its template fills the gaps",
        {"entrypoint": "hi", "templates": [{"name": "hi", "container": {"image": "cow", "args": ["hi"]}}]},
        {
            "entrypoint": "say",
            "serviceAccountName": "robot",
            "activeDeadlineSeconds": 60,
            "arguments": {"parameters": [{"name": "text", "value": "hello"}]},
            "templates": [{"name": "say", "inputs": {"parameters": named("text")}, "container": {"image": "cow"}}],
            "volumes": [{"name": "data", "secret": {"secretName": "s"}}],
        },
        {
            "entrypoint": "hi",
            "serviceAccountName": "robot",
            "activeDeadlineSeconds": 60,
            "arguments": {"parameters": [{"name": "text", "value": "hello"}]},
            "templates": [
                {"name": "hi", "container": {"image": "cow", "args": ["hi"]}},
                {"name": "say", "inputs": {"parameters": named("text")}, "container": {"image": "cow"}},
            ],
            "volumes": [{"name": "data", "secret": {"secretName": "s"}}],
        },
    ),
    Case(
        "each parameter has the source of the first that names one",
        parameters(
            {"name": "one", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "one"}}},
            {"name": "two", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "two"}}},
            {"name": "four", "value": "W4"},
        ),
        parameters({"name": "one", "value": "T1"}, {"name": "two"}, {"name": "three", "value": "T3"}, {"name": "four"}),
        parameters(
            {"name": "one", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "one"}}},
            {"name": "two", "valueFrom": {"configMapKeyRef": {"name": "m", "key": "two"}}},
            {"name": "three", "value": "T3"},
            {"name": "four", "value": "W4"},
        ),
    ),
    Case(
        "a parameter with a value drops the template's enum, description and global name",
        parameters({"name": "size", "value": "XXL"}),
        parameters({"name": "size", "value": "S", "enum": ["S", "L"], "description": "how big", "globalName": "g"}),
        parameters({"name": "size", "value": "XXL"}),
    ),
    Case(
        "a parameter with only a name is the template's, and loses its own description",
        parameters({"name": "size", "description": "mine"}),
        parameters({"name": "size", "value": "S", "enum": ["S", "L"]}),
        parameters({"name": "size", "value": "S", "enum": ["S", "L"]}),
    ),
    Case(
        "parameters without any source merge field by field",
        parameters({"name": "size", "description": "mine"}),
        parameters({"name": "size", "description": "yours", "globalName": "g"}),
        parameters({"name": "size", "description": "mine", "globalName": "g"}),
    ),
    Case(
        "of parameters with one name the last that has a source counts",
        parameters({"name": "size", "value": "1"}, {"name": "size", "value": "2"}, {"name": "size"}),
        parameters({"name": "size", "value": "3"}),
        parameters({"name": "size", "value": "2"}),
    ),
    Case(
        "a template's parameter comes before the Workflow's next only where the template has both in that order",
        parameters(*({"name": name, "value": "W"} for name in "dbx")),
        parameters(*({"name": name, "value": "T"} for name in "abcde")),
        parameters(
            *({"name": name, "value": "W" if name in "dbx" else "T"} for name in ("a", "c", "d", "b", "x", "e"))
        ),
    ),
    Case(
        "a key-only artifact keeps the template's bucket and endpoint",
        artifacts({"name": "wheel", "s3": {"key": "mine.whl"}}),
        artifacts({"name": "wheel", "path": "/in/wheel", "s3": {**_S3, "key": "yours.whl"}}),
        artifacts({"name": "wheel", "s3": {**_S3, "key": "mine.whl"}}),
    ),
    Case(
        "an artifact without a location replaces the template's whole",
        artifacts({"name": "wheel", "optional": True}),
        artifacts({"name": "wheel", "path": "/in/wheel", "s3": {**_S3, "key": "yours.whl"}}),
        artifacts({"name": "wheel", "optional": True}),
    ),
    Case(
        "an artifact in other storage replaces the template's, whose storage Argo looks at first",
        artifacts({"name": "wheel", "s3": {**_S3, "key": "mine.whl"}}),
        artifacts({"name": "wheel", "gcs": _GCS}),
        artifacts({"name": "wheel", "s3": {**_S3, "key": "mine.whl"}}),
    ),
    Case(
        "an artifact in storage that Argo looks at first keeps the template's beside its own",
        artifacts({"name": "wheel", "gcs": _GCS}),
        artifacts({"name": "wheel", "s3": {**_S3, "key": "yours.whl"}}),
        artifacts({"name": "wheel", "s3": {**_S3, "key": "yours.whl"}, "gcs": _GCS}),
    ),
    Case(
        "hooks merge by event, and the Workflow's hook is whole",
        {"hooks": {"exit": {"template": "w"}, "mine": {"template": "w", "expression": "true"}}},
        {"hooks": {"exit": {"template": "t", "expression": "false"}, "yours": {"template": "t"}}},
        {
            "hooks": {
                "exit": {"template": "w"},
                "mine": {"template": "w", "expression": "true"},
                "yours": {"template": "t"},
            }
        },
    ),
    Case(
        "labelsFrom merges by label, and labels by key",
        {"workflowMetadata": {"labels": {"a": "w"}, "labelsFrom": {"l": {"expression": "w"}}}},
        {"workflowMetadata": {"labels": {"a": "t", "b": "t"}, "labelsFrom": {"l": {"expression": "t"}, "m": {}}}},
        {
            "workflowMetadata": {
                "labels": {"a": "w", "b": "t"},
                "labelsFrom": {"l": {"expression": "w"}, "m": {}},
            }
        },
    ),
    Case("suspend is the Workflow's", {"suspend": False}, {"suspend": True}, {"suspend": False}),
    Case("suspend is not inherited", {}, {"suspend": True}, {}),
    Case(
        "resource claims and volume claims are replaced whole",
        {"volumeClaimTemplates": [{"metadata": {"name": "work"}}], "resourceClaims": [{"name": "gpu"}]},
        {
            "volumeClaimTemplates": [{"metadata": {"name": "work"}, "spec": {"volumeName": "v"}}],
            "resourceClaims": [{"name": "gpu", "resourceClaimName": "c"}, {"name": "nic"}],
        },
        {"volumeClaimTemplates": [{"metadata": {"name": "work"}}], "resourceClaims": [{"name": "gpu"}]},
    ),
    Case(
        "executor plugins and Prometheus metrics are replaced whole",
        {"executorPlugins": [{"metadata": {"name": "w"}}], "metrics": {"prometheus": [{"name": "w", "help": "h"}]}},
        {"executorPlugins": [{"metadata": {"name": "t"}}], "metrics": {"prometheus": [{"name": "t", "help": "h"}]}},
        {"executorPlugins": [{"metadata": {"name": "w"}}], "metrics": {"prometheus": [{"name": "w", "help": "h"}]}},
    ),
    Case(
        "semaphores and mutexes are replaced each on its own",
        {"synchronization": {"mutexes": [{"name": "w"}]}},
        {"synchronization": {"mutexes": [{"name": "t"}], "semaphores": [{"namespace": "t"}]}},
        {"synchronization": {"mutexes": [{"name": "w"}], "semaphores": [{"namespace": "t"}]}},
    ),
    Case(
        "false, zero and empty cannot be set against the template where Argo leaves them out",
        {"artifactGC": {"forceFinalizerRemoval": False}, "onExit": "", "volumes": [], "nodeSelector": {}},
        {
            "artifactGC": {"forceFinalizerRemoval": True},
            "onExit": "bye",
            "volumes": [{"name": "v"}],
            "nodeSelector": {"disk": "ssd"},
        },
        {
            "artifactGC": {"forceFinalizerRemoval": True},
            "onExit": "bye",
            "volumes": [{"name": "v"}],
            "nodeSelector": {"disk": "ssd"},
        },
    ),
    Case(
        "false and zero can be set where Argo keeps a pointer",
        {"hostNetwork": False, "parallelism": 0, "automountServiceAccountToken": False},
        {"hostNetwork": True, "parallelism": 4, "automountServiceAccountToken": True},
        {"hostNetwork": False, "parallelism": 0, "automountServiceAccountToken": False},
    ),
    Case("null is as good as nothing", {"onExit": None, "metrics": None}, {"onExit": "bye"}, {"onExit": "bye"}),
    Case(
        "a field that Argo always writes takes the template's away",
        {"metrics": {}, "templateDefaults": {"container": {"image": "w"}}},
        {
            "metrics": {"prometheus": [{"name": "t", "help": "h"}]},
            "templateDefaults": {"container": {"name": "main", "image": "t"}},
        },
        {"metrics": {}, "templateDefaults": {"container": {"image": "w"}}},
    ),
    Case(
        "a pod disruption budget's selector is replaced, its other fields merge",
        {"podDisruptionBudget": {"selector": {"matchLabels": {"w": "1"}}}},
        {"podDisruptionBudget": {"minAvailable": 1, "selector": {"matchLabels": {"t": "1"}}}},
        {"podDisruptionBudget": {"minAvailable": 1, "selector": {"matchLabels": {"w": "1"}}}},
    ),
    Case(
        "maps merge per key",
        {"nodeSelector": {"disk": "ssd"}, "podMetadata": {"labels": {"a": "w"}}},
        {"nodeSelector": {"disk": "hdd", "zone": "z"}, "podMetadata": {"labels": {"b": "t"}}},
        {"nodeSelector": {"disk": "ssd", "zone": "z"}, "podMetadata": {"labels": {"a": "w", "b": "t"}}},
    ),
    Case("a patch to pod specs is one text", {"podSpecPatch": "w"}, {"podSpecPatch": "t"}, {"podSpecPatch": "w"}),
    Case(
        "every list of an affinity is replaced",
        {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}},
        {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [_PREFERENCE]}}},
        {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [_PREFERENCE]}}},
    ),
    Case(
        "tolerations that share a key collapse onto the first",
        {"tolerations": [{"key": "gpu", "value": "a"}, {"key": "gpu", "effect": "NoSchedule"}]},
        {"tolerations": [{"key": "gpu", "operator": "Equal"}]},
        {"tolerations": [{"key": "gpu", "operator": "Equal", "value": "a", "effect": "NoSchedule"}]},
    ),
    Case(
        "tolerations without a key are fine when one side alone has tolerations",
        {"tolerations": [{"operator": "Exists"}]},
        {},
        {"tolerations": [{"operator": "Exists"}]},
    ),
    Case(
        "volumes of one name and two sources become one volume with both",
        {"volumes": [{"name": "data", "emptyDir": {}}]},
        {"volumes": [{"name": "data", "secret": {"secretName": "s"}}]},
        {"volumes": [{"name": "data", "emptyDir": {}, "secret": {"secretName": "s"}}]},
    ),
    Case(
        "host aliases merge by address, and the names of a host are replaced",
        {"hostAliases": [{"ip": "1.1.1.1", "hostnames": ["w"]}]},
        {"hostAliases": [{"ip": "1.1.1.1", "hostnames": ["t"]}, {"ip": "2.2.2.2"}]},
        {"hostAliases": [{"ip": "1.1.1.1", "hostnames": ["w"]}, {"ip": "2.2.2.2"}]},
    ),
    Case(
        "finalizers of a volume's claim are united",
        {"volumes": [{"name": "v", "ephemeral": {"volumeClaimTemplate": {"metadata": {"finalizers": ["w", "b"]}}}}]},
        {"volumes": [{"name": "v", "ephemeral": {"volumeClaimTemplate": {"metadata": {"finalizers": ["a", "b"]}}}}]},
        {
            "volumes": [
                {"name": "v", "ephemeral": {"volumeClaimTemplate": {"metadata": {"finalizers": ["w", "a", "b"]}}}}
            ]
        },
    ),
    Case(
        "templates of one name merge field by field",
        *alike(
            {"container": {"image": "w", "env": [{"name": "A", "value": "w"}], "args": ["w"]}},
            {"container": {"image": "t", "env": [{"name": "B", "value": "t"}], "args": ["t"]}, "daemon": True},
            {
                "daemon": True,
                "container": {
                    "image": "w",
                    "args": ["w"],
                    "env": [{"name": "A", "value": "w"}, {"name": "B", "value": "t"}],
                },
            },
        ),
    ),
    Case(
        "steps are replaced, tasks merge by name",
        *alike(
            {"steps": [named("w")], "dag": {"tasks": [{"name": "a", "template": "w"}]}},
            {"steps": [named("t")], "dag": {"tasks": [{"name": "a", "when": "true"}, {"name": "b"}]}},
            {"steps": [named("w")], "dag": {"tasks": [{"name": "a", "template": "w", "when": "true"}, {"name": "b"}]}},
        ),
    ),
    Case(
        "a quantity that Argo always writes is taken away like a text",
        *alike(
            {"container": {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]}},
            {"container": {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"divisor": "1m"}}}]}},
            {"container": {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]}},
        ),
    ),
    Case(
        "an order to the patch works in a map and vanishes from a struct",
        {"nodeSelector": {"$patch": "delete"}, "podGC": {"$patch": "delete", "strategy": "s"}},
        {"nodeSelector": {"disk": "hdd"}, "podGC": {"labelSelector": {"matchLabels": {"a": "1"}}}},
        {"podGC": {"strategy": "s", "labelSelector": {"matchLabels": {"a": "1"}}}},
    ),
    Case(
        "nulls inside loop items vanish when the template has no templates at all",
        {"templates": [{"name": "w", "steps": [[{"name": "s", "withItems": [{"a": None}, None]}]]}]},
        {},
        {"templates": [{"name": "w", "steps": [[{"name": "s", "withItems": [{}, None]}]]}]},
    ),
    Case(
        "nulls inside loop items stay when the template has some",
        {"templates": [{"name": "w", "steps": [[{"name": "s", "withItems": [{"a": None}]}]]}]},
        {"templates": named("t")},
        {"templates": [{"name": "w", "steps": [[{"name": "s", "withItems": [{"a": None}]}]]}, {"name": "t"}]},
    ),
)

CONFLICTS = (
    Conflict(
        "both have tolerations and one of the Workflow's has no key",
        {"tolerations": [{"key": "a"}, {"operator": "Exists"}]},
        {"tolerations": [{"key": "a"}]},
        "spec.tolerations[1]",
    ),
    Conflict(
        "both have tolerations and one of the template's has no key",
        {"tolerations": [{"key": "a"}]},
        {"tolerations": [{"key": ""}]},
        "spec.tolerations[0] of the WorkflowTemplate",
    ),
    Conflict(
        "both have image pull secrets and one has no name",
        {"imagePullSecrets": [{}]},
        {"imagePullSecrets": named("s")},
        "spec.imagePullSecrets[0]",
    ),
    Conflict(
        "both have templates and one has no name", {"templates": [{}]}, {"templates": named("t")}, "spec.templates[0]"
    ),
    Conflict(
        "both have the same hook on the same task",
        *both(tasks({"template": "w"}), tasks({"template": "t"})),
        "spec.templates[0].dag.tasks[0].hooks.exit",
    ),
    Conflict(
        "both have a plugin in the same template, with other keys",
        *both({"plugin": {"slack": 1}}, {"plugin": {"mail": 1}}),
        "spec.templates[0].plugin",
    ),
    Conflict(
        "both have a plugin in the same template, with objects under the same key",
        *both({"plugin": {"slack": {"text": "w"}}}, {"plugin": {"slack": {"text": "t"}}}),
        "spec.templates[0].plugin.slack",
    ),
    Conflict(
        "an order to the patch that there is not",
        {"nodeSelector": {"$patch": "merge"}},
        {"nodeSelector": {"disk": "ssd"}},
        "spec.nodeSelector",
    ),
    Conflict(
        "an order to the patch that needs a list",
        {"nodeSelector": {"$retainKeys": "disk"}},
        {"nodeSelector": {"disk": "ssd"}},
        "spec.nodeSelector",
    ),
    Conflict(
        "an order to the patch that names no list",
        {"nodeSelector": {"$deleteFromPrimitiveList": "disk"}},
        {"nodeSelector": {"disk": "ssd"}},
        "spec.nodeSelector",
    ),
)
