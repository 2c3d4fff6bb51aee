"""Argo's objects as JSON has them: only the fields that Argosy reads are named, all others pass through untouched.

Field names and meanings are those of pkg/apis/workflow/v1alpha1/workflow_types.go.
"""

from __future__ import annotations

from typing import Any, Literal, NewType, TypeAlias, TypedDict

# What JSON holds; Any, because a recursive alias makes every read of a foreign object a chain of casts.
JsonValue: TypeAlias = Any
JsonObject: TypeAlias = dict[str, JsonValue]

ResourceKind = Literal["WorkflowTemplate", "ClusterWorkflowTemplate"]
"""The two kinds of object that hold templates for others."""

ResourceName = NewType("ResourceName", str)
"""`metadata.name` of a WorkflowTemplate or ClusterWorkflowTemplate."""

TemplateName = NewType("TemplateName", str)
"""The name of one entry of `spec.templates`."""

Namespace = NewType("Namespace", str)


class ObjectMeta(TypedDict, total=False):
    name: str
    generateName: str
    namespace: str
    uid: str
    labels: dict[str, str]
    annotations: dict[str, str]


class Metadata(TypedDict, total=False):
    """Labels and annotations of a template, of its pods, or to be copied to the Workflow (`workflowMetadata`)."""

    labels: dict[str, str]
    annotations: dict[str, str]
    labelsFrom: dict[str, JsonObject]


class Parameter(TypedDict, total=False):
    name: str
    value: JsonValue
    default: JsonValue
    valueFrom: JsonObject
    enum: list[JsonValue]


class Artifact(TypedDict, total=False):
    name: str


# "from" is a keyword, so fields beyond these are read by subscript from the plain object.
class Arguments(TypedDict, total=False):
    parameters: list[Parameter]
    artifacts: list[Artifact]


class TemplateRef(TypedDict, total=False):
    name: str
    template: str
    clusterScope: bool


class WorkflowTemplateRef(TypedDict, total=False):
    name: str
    clusterScope: bool


class LifecycleHook(TypedDict, total=False):
    template: str
    templateRef: TemplateRef
    arguments: Arguments
    expression: str


class Caller(TypedDict, total=False):
    """What a WorkflowStep and a DAGTask have in common: they name the template to run."""

    name: str
    template: str
    templateRef: TemplateRef
    inline: Template
    arguments: Arguments
    onExit: str
    hooks: dict[str, LifecycleHook]
    withItems: list[JsonValue]
    withParam: str
    withSequence: JsonObject


class DagTemplate(TypedDict, total=False):
    tasks: list[Caller]


class Template(TypedDict, total=False):
    name: str
    metadata: Metadata
    annotations: dict[str, str]
    inputs: Arguments
    outputs: Arguments
    steps: list[list[Caller]]
    dag: DagTemplate
    container: JsonObject
    script: JsonObject
    containerSet: JsonObject
    volumes: list[JsonObject]


class WorkflowSpec(TypedDict, total=False):
    entrypoint: str
    onExit: str
    hooks: dict[str, LifecycleHook]
    arguments: Arguments
    templates: list[Template]
    templateDefaults: Template
    workflowTemplateRef: WorkflowTemplateRef
    podMetadata: Metadata
    workflowMetadata: Metadata
    volumes: list[JsonObject]


class Manifest(TypedDict, total=False):
    """Any Kubernetes object; `spec` is what its kind says."""

    apiVersion: str
    kind: str
    metadata: ObjectMeta
    spec: JsonObject
    status: JsonObject


class Workflow(TypedDict, total=False):
    apiVersion: str
    kind: str
    metadata: ObjectMeta
    spec: WorkflowSpec
    status: JsonObject


class CronWorkflowSpec(TypedDict, total=False):
    workflowSpec: WorkflowSpec
    workflowMetadata: ObjectMeta


class CronWorkflow(TypedDict, total=False):
    apiVersion: str
    kind: str
    metadata: ObjectMeta
    spec: CronWorkflowSpec


class WorkflowTemplate(TypedDict, total=False):
    """A WorkflowTemplate or a ClusterWorkflowTemplate."""

    apiVersion: str
    kind: str
    metadata: ObjectMeta
    spec: WorkflowSpec
