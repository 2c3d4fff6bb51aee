"""What a template needs and does not bring along: the user is told, the Workflow is not changed.

By reference, too, only the template itself and its object's podMetadata count; every other field of that object's spec
is the Workflow's business.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.errors import Reason
from argosy.resolver.flatten.contents import place
from argosy.resolver.flatten.volumes import volumes
from argosy.resolver.notices import Notice
from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.flatten.contents import Entry
    from argosy.resolver.flatten.holdings import Holding
    from argosy.resolver.manifests import WorkflowSpec


def left_behind(entry: Entry, holding: Holding, execution: WorkflowSpec) -> Iterator[Notice]:
    """A notice for each volume and image that the template, or a body inline in it, lacks in the Workflow."""
    if entry.volumes_needed:
        yield from _volumes(entry, holding, execution)
    for kind, site in entry.images_needed:
        yield from _images(kind, site, holding, execution)


def _volumes(entry: Entry, holding: Holding, execution: WorkflowSpec) -> Iterator[Notice]:
    defaults = mapping(execution.get("templateDefaults"), "templateDefaults")
    lost = volumes(holding.spec) - volumes(execution) - volumes(defaults)
    for site, needed in entry.volumes_needed.items():
        for name in sorted(needed & lost):
            yield Notice(
                Reason.VOLUME_NOT_IMPORTED,
                f"mounts volume {name!r}, which only {place(holding.found.resource)} declares: "
                "declare it in the Workflow or in the template",
                site,
            )


def _images(kind: str, site: str, holding: Holding, execution: WorkflowSpec) -> Iterator[Notice]:
    if _default_image(holding.spec, kind) and not _default_image(execution, kind):
        yield Notice(
            Reason.IMAGE_NOT_IMPORTED,
            f"has no image; that of templateDefaults in {place(holding.found.resource)} does not count: "
            "give the image in the template, or in the Workflow's templateDefaults",
            site,
        )


def _default_image(spec: WorkflowSpec, kind: str) -> bool:
    defaults = mapping(spec.get("templateDefaults"), "templateDefaults")
    return bool(mapping(defaults.get(kind), f"templateDefaults.{kind}").get("image"))
