"""The volumes that a template mounts, and those that an object, a Workflow or a template declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.shapes import mapping, sequence
from argosy.resolver.variables import is_dynamic

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue

_ONE = ("container", "script", "containerSet")
_MANY = ("sidecars", "initContainers")


def volumes(holder: JsonValue) -> set[str]:
    """The names that an object's or template's volumes are declared by, those of claims made for it among them."""
    declared = [mapping(one, "volumes") for one in sequence(holder.get("volumes"), "volumes")]
    claims = [mapping(one, "volumes") for one in sequence(holder.get("volumeClaimTemplates"), "volumeClaimTemplates")]
    names = [one.get("name") for one in declared]
    names += [mapping(one.get("metadata"), "metadata").get("name") for one in claims]
    return {str(name) for name in names if name}


def mounted(template: JsonValue) -> set[str]:
    """The names of volumes that the containers of a template mount, as far as they are known beforehand."""
    holders = [mapping(template.get(field), field) for field in _ONE]
    for field in _MANY:
        holders += [mapping(one, field) for one in sequence(template.get(field), field)]
    inner = mapping(template.get("containerSet"), "containerSet").get("containers")
    holders += [mapping(one, "containers") for one in sequence(inner, "containers")]
    mounts = [
        mapping(one, "volumeMounts") for holder in holders for one in sequence(holder.get("volumeMounts"), "mounts")
    ]
    names = {str(mount.get("name")) for mount in mounts if mount.get("name")}
    return {name for name in names if not is_dynamic(name)}
