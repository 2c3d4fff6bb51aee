"""Volumes that a template mounts and that stay behind when the template is called from elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from argosy.resolver.lint.findings import Severity
from argosy.resolver.lint.library import bodies, objects
from argosy.resolver.lint.rules import Complaint
from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.lint.library import Subject
    from argosy.resolver.manifests import JsonObject

_SINGLE: Final = ("container", "script")
_SEVERAL: Final = ("initContainers", "sidecars")


def volume_left_behind(subject: Subject) -> Iterator[Complaint]:
    """`volume-left-behind`: a templateRef brings along the template, not the volumes of the object around it."""
    declared = _declared_around(subject)
    for site, template in bodies(subject):
        own = {volume.get("name") for _, volume in objects(template.get("volumes"), f"{site}.volumes")}
        if template.get("podSpecPatch") or subject.spec.get("podSpecPatch"):
            continue
        for name, place in _mounts(template, site).items():
            if name not in own:
                yield _complaint(place, name, declared)


def _complaint(place: str, name: str, declared: dict[str, str]) -> Complaint:
    if name in declared:
        return Complaint(
            place,
            f"volume {name!r} is declared in {declared[name]}, which a templateRef does not bring along",
            "declare it in the volumes of the template, or say in its description that the caller must",
            Severity.WARNING,
        )
    return Complaint(
        place,
        f"volume {name!r} is declared nowhere in this object: every Workflow that calls the template must declare it",
        "declare it in the volumes of the template",
        Severity.WARNING,
    )


def _declared_around(subject: Subject) -> dict[str, str]:
    spec = subject.spec
    declared: dict[str, str] = {}
    defaults = mapping(spec.get("templateDefaults"), "spec.templateDefaults")
    for _, volume in objects(defaults.get("volumes"), "spec.templateDefaults.volumes"):
        declared[str(volume.get("name"))] = "spec.templateDefaults.volumes"
    for site, claim in objects(spec.get("volumeClaimTemplates"), "spec.volumeClaimTemplates"):
        metadata = mapping(claim.get("metadata"), f"{site}.metadata")
        declared[str(metadata.get("name"))] = "spec.volumeClaimTemplates"
    for _, volume in objects(spec.get("volumes"), "spec.volumes"):
        declared[str(volume.get("name"))] = "spec.volumes"
    return declared


def _mounts(template: JsonObject, site: str) -> dict[str, str]:
    """The name of each volume that is mounted, with the site of its first mount."""
    mounts: dict[str, str] = {}
    for place, container in _containers(template, site):
        for field in ("volumeMounts", "volumeDevices"):
            for mount_site, mount in objects(container.get(field), f"{place}.{field}"):
                mounts.setdefault(str(mount.get("name")), f"{mount_site}.name")
    return mounts


def _containers(template: JsonObject, site: str) -> Iterator[tuple[str, JsonObject]]:
    for field in _SINGLE:
        yield f"{site}.{field}", mapping(template.get(field), f"{site}.{field}")
    for field in _SEVERAL:
        yield from objects(template.get(field), f"{site}.{field}")
    group_site = f"{site}.containerSet"
    group = mapping(template.get("containerSet"), group_site)
    yield group_site, group
    yield from objects(group.get("containers"), f"{group_site}.containers")
