"""What a template used in its own object and does not bring along: the user is told, the Workflow is not changed.

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
    """A notice for each volume and image that the template had from its object and has not in the Workflow."""
    for name in sorted(_missing_volumes(entry, holding, execution)):
        yield Notice(
            Reason.VOLUME_NOT_IMPORTED,
            f"mounts volume {name!r}, which only {place(holding.found.resource)} declares: "
            "declare it in the Workflow or in the template",
            entry.site,
        )
    for kind in ("container", "script"):
        body = entry.template.get(kind)
        if body is None or mapping(body, f"{entry.site}.{kind}").get("image"):
            continue
        if _default_image(holding.spec, kind) and not _default_image(execution, kind):
            yield Notice(
                Reason.IMAGE_NOT_IMPORTED,
                f"has no image; that of templateDefaults in {place(holding.found.resource)} does not count: "
                "give the image in the template, or in the Workflow's templateDefaults",
                f"{entry.site}.{kind}",
            )


def _missing_volumes(entry: Entry, holding: Holding, execution: WorkflowSpec) -> frozenset[str]:
    missing = entry.volumes_needed
    if missing:
        defaults = mapping(execution.get("templateDefaults"), "templateDefaults")
        missing = missing & volumes(holding.spec) - volumes(execution) - volumes(defaults)
    return missing


def _default_image(spec: WorkflowSpec, kind: str) -> bool:
    defaults = mapping(spec.get("templateDefaults"), "templateDefaults")
    return bool(mapping(defaults.get(kind), f"templateDefaults.{kind}").get("image"))
