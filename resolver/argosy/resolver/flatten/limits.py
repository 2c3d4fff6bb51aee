"""How large a Workflow may become: what the CRD's schema and etcd would refuse later, refused here with the counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.resolver.documents import DocumentError, canonical
from argosy.resolver.errors import Denied, Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from argosy.resolver.manifests import JsonValue, Template, WorkflowSpec

_REMEDY = "use reference mode, which leaves templates in WorkflowTemplates of their own, or split the Workflow"


@dataclass(frozen=True, slots=True)
class FlattenLimits:
    """The schema allows 200 templates (maxItems of the full CRD); an etcd request may have 1.5 MiB, and the
    Workflow needs most of that for its status.
    """

    max_templates: int = 200
    max_spec_bytes: int = 512 * 1024
    max_resources: int = 200
    """How many objects one Workflow may reach."""
    max_depth: int = 100
    """How many references may lie between the Workflow and a template; Argo runs no more than 100 nested calls."""


DEFAULT_LIMITS = FlattenLimits()


def json_bytes(value: JsonValue, site: str) -> bytes:
    """The value as it goes over the wire; raises Denied(INVALID_MANIFEST) for what no JSON text can hold."""
    try:
        return canonical(value)
    except DocumentError as error:
        raise Denied(
            Reason.INVALID_MANIFEST, "this cannot be written as JSON", site=site, remedy="nest it less deep"
        ) from error


def check_result(
    spec: WorkflowSpec, sources: Callable[[], Sequence[tuple[str, Template]]], limits: FlattenLimits, *, site: str
) -> None:
    """Raises Denied(LIMIT_EXCEEDED) when the finished spec is too large; `sources` says where each template is from."""
    count = len(spec.get("templates") or [])
    if count > limits.max_templates:
        shares = _told(Counter(source for source, _ in sources()))
        raise Denied(
            Reason.LIMIT_EXCEEDED,
            f"{count} templates are needed, {limits.max_templates} are allowed: {shares}",
            site=f"{site}.templates",
            remedy=_REMEDY,
        )
    size = len(json_bytes(spec, site))
    if size > limits.max_spec_bytes:
        shares = _told(_bytes_by_source(sources()))
        raise Denied(
            Reason.LIMIT_EXCEEDED,
            f"{size} bytes are needed, {limits.max_spec_bytes} are allowed; bytes of templates: {shares}",
            site=site,
            remedy=_REMEDY,
        )


def too_many_templates(count: int, limits: FlattenLimits, *, site: str) -> Denied:
    """The closure is still growing far beyond the limit, so it is not followed to its end."""
    return Denied(
        Reason.LIMIT_EXCEEDED,
        f"more than {count} templates are needed, {limits.max_templates} are allowed",
        site=f"{site}.templates",
        remedy=_REMEDY,
    )


def too_many_resources(limits: FlattenLimits, *, site: str) -> Denied:
    return Denied(
        Reason.LIMIT_EXCEEDED,
        f"more than {limits.max_resources} WorkflowTemplates are reached",
        site=site,
        remedy="split the Workflow",
    )


def too_deep(limits: FlattenLimits, *, site: str) -> Denied:
    return Denied(
        Reason.LIMIT_EXCEEDED,
        f"more than {limits.max_depth} references lie between the Workflow and this template",
        site=site,
        remedy="call it from nearer to the entrypoint",
    )


def _bytes_by_source(sources: Sequence[tuple[str, Template]]) -> Counter[str]:
    sizes: Counter[str] = Counter()
    for source, template in sources:
        sizes[source] += len(json_bytes(template, source))
    return sizes


def _told(shares: Counter[str]) -> str:
    return ", ".join(f"{source} {count}" for source, count in sorted(shares.items(), key=lambda one: (-one[1], one[0])))
