"""What is to be delivered for one resolved object, as it is to stand in the cluster: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, cast

from argosy.resolver import contract
from argosy.resolver.deliverable import deliverable
from argosy.resolver.flatten.version_labels import LabelMoves
from argosy.resolver.flattened import Mode
from argosy.resolver.manifests import Namespace
from argosy.resolver.merge import normalised_spec
from argosy.resolver.shapes import mapping, sequence

if TYPE_CHECKING:
    from argosy.resolver.flattened import Flattened
    from argosy.resolver.lookup import Found
    from argosy.resolver.manifests import JsonObject, ResourceKind, ResourceName, WorkflowTemplate

__all__ = ["Parcel", "ParcelKey", "parcels_of"]


class ParcelKey(NamedTuple):
    """Where in the cluster an object stands; the namespace is empty for a ClusterWorkflowTemplate."""

    kind: ResourceKind
    namespace: Namespace
    name: ResourceName


@dataclass(frozen=True, slots=True)
class Parcel:
    """One object to be delivered."""

    key: ParcelKey
    manifest: WorkflowTemplate
    """With all labels and annotations that it is to have."""
    labels: dict[str, str]
    """Those of them that Argosy writes."""
    annotations: dict[str, str]
    changeable: bool
    """Whether the object of ours that has this name already is to become this one."""

    def is_like(self, metadata: JsonObject) -> bool:
        """Whether an object with this metadata was made of the same version of the same content."""
        written = (("labels", self.labels), ("annotations", self.annotations))
        return all((metadata.get(field) or {}).items() >= values.items() for field, values in written)


def parcels_of(flattened: Flattened, *, mode: Mode, namespace: Namespace, runner: str) -> tuple[Parcel, ...]:
    """Reference mode: the versioned objects. Otherwise all that was taken, under their own names, as the controller
    wants to find them before it makes a Workflow of a CronWorkflow. Raises Denied(INVALID_MANIFEST).
    """
    if mode is Mode.REFERENCE:
        return _versioned(flattened, runner)
    return tuple(_of_own_name(found, namespace, runner) for found in _one_of_each_name(flattened.taken))


def _versioned(flattened: Flattened, runner: str) -> tuple[Parcel, ...]:
    """Objects of equal content have one name, whatever commits they are from: the first tells where it is from."""
    taken = {(found.resource.origin, found.resource.kind, found.resource.name): found for found in flattened.taken}
    sources: dict[str, Found] = {}
    for rename in flattened.renames:
        identity = rename.identity
        sources.setdefault(rename.name, taken[identity.origin, identity.kind, identity.resource])
    return tuple(
        _parcel(manifest, sources[manifest["metadata"]["name"]], runner, changeable=False)
        for manifest in cast("tuple[JsonObject, ...]", flattened.deliveries)
    )


def _one_of_each_name(taken: tuple[Found, ...]) -> list[Found]:
    """Of two versions the one that has more templates: each that is called should be found."""
    chosen: dict[tuple[str, str], Found] = {}
    for found in taken:
        key = found.resource.kind, found.resource.name
        if key not in chosen or _number_of_templates(found) > _number_of_templates(chosen[key]):
            chosen[key] = found
    return list(chosen.values())


def _number_of_templates(found: Found) -> int:
    site = f"{found.resource.kind} {found.resource.name} spec"
    return len(sequence(mapping(found.resource.manifest.get("spec"), site).get("templates"), f"{site}.templates"))


def _of_own_name(found: Found, namespace: Namespace, runner: str) -> Parcel:
    resource = found.resource
    site = f"{resource.kind} {resource.name} spec"
    spec = LabelMoves().spec(normalised_spec(mapping(resource.manifest.get("spec"), site), site), site)
    manifest = deliverable(resource, resource.name, namespace, spec)
    # What stands once for the whole cluster is not one namespace's to change.
    return _parcel(cast("JsonObject", manifest), found, runner, changeable=resource.kind == "WorkflowTemplate")


def _parcel(manifest: JsonObject, found: Found, runner: str, *, changeable: bool) -> Parcel:
    resource = found.resource
    labels = {contract.RUNNER: runner, contract.COMMIT: resource.origin.commit}
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
