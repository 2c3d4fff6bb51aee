"""Fields of other versions of Argo that name templates: refused, because nothing would follow them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied, Reason

if TYPE_CHECKING:
    from argosy.resolver.manifests import Template
    from argosy.resolver.references import Reference

_ABSENT = ("template", "templateRef", "arguments")


def check_supported(template: Template, site: str) -> None:
    """Raises Denied(UNSUPPORTED_REFERENCE): a template of Argo 4.1 calls others only from its steps or dag."""
    for field in _ABSENT:
        if field in template:
            raise Denied(
                Reason.UNSUPPORTED_REFERENCE,
                f"Argo 4.1 has no field {field!r} on a template and would drop it",
                site=f"{site}.{field}",
                remedy="call the other template from a step or a task",
            )


def check_reference(reference: Reference) -> None:
    """Raises Denied for a managed templateRef that Argo 4.1 would not accept or would read in two ways."""
    if "runtimeResolution" in reference.raw:
        raise Denied(
            Reason.UNSUPPORTED_REFERENCE,
            "Argo 4.1 has no field 'runtimeResolution' on a templateRef",
            site=reference.site,
            remedy="remove it",
        )
    if reference.rival:
        raise Denied(
            Reason.UNSUPPORTED_REFERENCE,
            f"both templateRef and {reference.rival} are set",
            site=reference.site,
            remedy="keep one of the two",
        )
