"""What is to be delivered for one resolved object, as it is to stand in the cluster: no I/O."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple, cast

from argosy.gc.uses import uses_labels
from argosy.resolver import contract
from argosy.resolver.deliverable import deliverable
from argosy.resolver.flatten.version_labels import LabelMoves
from argosy.resolver.flattened import Mode
from argosy.resolver.manifests import Namespace
from argosy.resolver.merge import normalised_spec
from argosy.resolver.repositories import Deliver
from argosy.resolver.shapes import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.flattened import Flattened
    from argosy.resolver.lookup import Found
    from argosy.resolver.manifests import (
        JsonObject,
        Manifest,
        ResourceKind,
        ResourceName,
        WorkflowSpec,
        WorkflowTemplate,
    )

__all__ = ["Parcel", "ParcelKey", "Sender", "key_of", "one_of_each_name", "parcel_of_own_name", "parcels_of"]

_PIPES: Final = uuid.uuid5(uuid.NAMESPACE_DNS, contract.PREFIX)


class ParcelKey(NamedTuple):
    """Where in the cluster an object stands; the namespace is empty for a ClusterWorkflowTemplate."""

    kind: ResourceKind
    namespace: Namespace
    name: ResourceName


@dataclass(frozen=True, slots=True)
class Sender:
    """Who delivers, to whom and why: what is written on an object besides what was taken."""

    namespace: Namespace
    runner: str
    """This installation, as the label `workflows.pipekit.io/runner` names it."""
    run_uuid: str = ""
    """The uid of the admission that it is delivered for; empty where it is for none."""
    deliver: Deliver = Deliver.ON_USE


@dataclass(frozen=True, slots=True)
class Parcel:
    """One object to be delivered. When it was last used is not part of it: `place` is told that."""

    key: ParcelKey
    manifest: WorkflowTemplate
    """With all labels and annotations that it is to have, but for the stamp of its use."""
    labels: dict[str, str]
    """Those of them that Argosy writes."""
    annotations: dict[str, str]
    changeable: bool
    """Whether the object of ours that has this name already is to become this one."""

    def of_instance(self, instance_id: str) -> Parcel:
        """The same, labelled for an Argo that has an instance id: its server and UI show nobody else's objects."""
        if not instance_id:
            return self
        label = {contract.ARGO_INSTANCE_ID: instance_id}
        metadata: JsonObject = cast("JsonObject", self.manifest)["metadata"]
        labelled = {**metadata, "labels": {**metadata["labels"], **label}}
        manifest = cast("WorkflowTemplate", {**self.manifest, "metadata": labelled})
        return replace(self, manifest=manifest, labels={**self.labels, **label})

    def is_like(self, metadata: JsonObject) -> bool:
        """Whether an object with this metadata was made of the same version of the same content."""
        written = (("labels", self.labels), ("annotations", self.annotations))
        return all((metadata.get(field) or {}).items() >= values.items() for field, values in written)

    def replaces(self, metadata: JsonObject) -> bool:
        """Whether an object of ours with this metadata is to become this one.

        What is kept in step with a default version is not a Workflow's to change.
        """
        always = (metadata.get("labels") or {}).get(contract.DELIVER) == Deliver.ALWAYS
        is_changed_by_use = always and self.labels[contract.DELIVER] != Deliver.ALWAYS
        return self.changeable and not is_changed_by_use and not self.is_like(metadata)


def parcels_of(flattened: Flattened, sender: Sender, *, mode: Mode) -> tuple[Parcel, ...]:
    """Reference mode: the versioned objects. Otherwise all that was taken, under their own names, as the controller
    wants to find them before it makes a Workflow of a CronWorkflow. Raises Denied(INVALID_MANIFEST).
    """
    if mode is Mode.REFERENCE:
        return _versioned(flattened, sender)
    return tuple(parcel_of_own_name(found, sender) for found in one_of_each_name(flattened.taken))


def one_of_each_name(taken: Iterable[Found]) -> list[Found]:
    """Of two versions the one that has more templates: each that is called should be found."""
    chosen: dict[tuple[str, str], Found] = {}
    for found in taken:
        key = found.resource.kind, found.resource.name
        if key not in chosen or _number_of_templates(found) > _number_of_templates(chosen[key]):
            chosen[key] = found
    return list(chosen.values())


def parcel_of_own_name(found: Found, sender: Sender) -> Parcel:
    """What was taken, under the name it has in git. Raises Denied(INVALID_MANIFEST)."""
    resource = found.resource
    site = f"{resource.kind} {resource.name} spec"
    spec = LabelMoves().spec(normalised_spec(mapping(resource.manifest.get("spec"), site), site), site)
    manifest = deliverable(resource, resource.name, sender.namespace, _with_pod_labels(spec, found, sender, site))
    # What stands once for the whole cluster is not one namespace's to change.
    changeable = resource.kind == "WorkflowTemplate" or sender.deliver is Deliver.ALWAYS
    return _parcel(cast("JsonObject", manifest), found, sender, changeable=changeable)


def key_of(found: Found, namespace: Namespace) -> ParcelKey:
    """Where `parcel_of_own_name` stands."""
    resource = found.resource
    own = namespace if resource.kind == "WorkflowTemplate" else Namespace("")
    return ParcelKey(resource.kind, own, resource.name)


def _versioned(flattened: Flattened, sender: Sender) -> tuple[Parcel, ...]:
    """Objects of equal content have one name, whatever commits they are from: the first tells where it is from."""
    taken = {(found.resource.origin, found.resource.kind, found.resource.name): found for found in flattened.taken}
    sources: dict[str, Found] = {}
    for rename in flattened.renames:
        identity = rename.identity
        sources.setdefault(rename.name, taken[identity.origin, identity.kind, identity.resource])
    return tuple(
        _parcel(manifest, sources[manifest["metadata"]["name"]], sender, changeable=False)
        for manifest in cast("tuple[JsonObject, ...]", flattened.deliveries)
    )


def _number_of_templates(found: Found) -> int:
    site = f"{found.resource.kind} {found.resource.name} spec"
    return len(sequence(mapping(found.resource.manifest.get("spec"), site).get("templates"), f"{site}.templates"))


def _with_pod_labels(spec: WorkflowSpec, found: Found, sender: Sender, site: str) -> WorkflowSpec:
    """The pods of a Workflow that is made of the object in the cluster tell what they come from."""
    resource = found.resource
    pipe = uuid.uuid5(_PIPES, f"{resource.origin.repository}/{resource.kind}/{resource.name}")
    labels = {contract.RUNNER: sender.runner, contract.RUN_UUID: sender.run_uuid, contract.PIPE_UUID: str(pipe)}
    written = mapping(cast("JsonObject", spec).get("podMetadata"), f"{site}.podMetadata")
    before = mapping(written.get("labels"), f"{site}.podMetadata.labels")
    metadata = {**written, "labels": {**before, **{key: value for key, value in labels.items() if value}}}
    return cast("WorkflowSpec", {**spec, "podMetadata": metadata})


def _parcel(manifest: JsonObject, found: Found, sender: Sender, *, changeable: bool) -> Parcel:
    resource = found.resource
    labels = {
        contract.RUNNER: sender.runner,
        contract.COMMIT: resource.origin.commit,
        contract.DELIVER: str(sender.deliver),
        **uses_labels(cast("Manifest", manifest)),
    }
    annotations = {
        contract.TAKEN_VERSION: found.version,
        contract.TAKEN_REPOSITORY: resource.origin.repository,
        contract.TAKEN_PATH: resource.path,
        contract.TAKEN_DIGEST: resource.digest,
    }
    metadata: JsonObject = manifest["metadata"]
    whole = {
        **metadata,
        "labels": {**metadata.get("labels", {}), **labels},
        "annotations": {**metadata.get("annotations", {}), **annotations},
    }
    key = ParcelKey(resource.kind, Namespace(metadata.get("namespace", "")), metadata["name"])
    return Parcel(key, cast("WorkflowTemplate", {**manifest, "metadata": whole}), labels, annotations, changeable)
