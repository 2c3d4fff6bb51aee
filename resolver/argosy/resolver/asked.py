"""What the author of a Workflow wrote about versions: which version, of which repository, pulled how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.resolver import contract
from argosy.resolver.errors import Denied, Reason
from argosy.resolver.sources import PullPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from argosy.resolver.manifests import JsonObject, Manifest, Template


@dataclass(frozen=True, slots=True)
class Asked:
    """The version, repository and pull policy asked for; empty where nobody asked."""

    version: str = ""
    repository: str = ""
    pull_policy: PullPolicy | None = None
    carrier: str = ""
    """Where the version was written, as `spec.templates[0].metadata.labels`."""

    def or_else(self, other: Asked) -> Asked:
        """This, with the gaps filled from a carrier of lower precedence."""
        return Asked(
            version=self.version or other.version,
            repository=self.repository or other.repository,
            pull_policy=self.pull_policy or other.pull_policy,
            carrier=self.carrier if self.version else other.carrier,
        )


NOTHING = Asked()


def asked_by_template(template: Template, site: str) -> Asked:
    """What an invoking template asks for its own references: its labels before its annotations."""
    metadata = template.get("metadata") or {}
    return _first(
        (
            (f"{site}.metadata.labels", metadata.get("labels")),
            (f"{site}.metadata.annotations", metadata.get("annotations")),
            (f"{site}.annotations", template.get("annotations")),
        )
    )


def asked_by_workflow(manifest: Manifest, spec: JsonObject, spec_site: str = "spec") -> Asked:
    """What a whole Workflow asks: its annotations, then its labels, then `spec.workflowMetadata`."""
    metadata = manifest.get("metadata") or {}
    inherited = spec.get("workflowMetadata") or {}
    return _first(
        (
            ("metadata.annotations", metadata.get("annotations")),
            ("metadata.labels", metadata.get("labels")),
            (f"{spec_site}.workflowMetadata.annotations", inherited.get("annotations")),
            (f"{spec_site}.workflowMetadata.labels", inherited.get("labels")),
        )
    )


def _first(carriers: Iterable[tuple[str, Mapping[str, str] | None]]) -> Asked:
    result = NOTHING
    for site, values in carriers:
        if isinstance(values, dict):
            result = result.or_else(_read(site, values))
    return result


def _read(site: str, values: Mapping[str, str]) -> Asked:
    for key in contract.ASKED_KEYS:
        if key in values and not isinstance(values[key], str):
            raise Denied(
                Reason.INVALID_VERSION,
                f"{key} is {type(values[key]).__name__}, not a string",
                site=site,
                remedy="put the value in quotes: YAML reads an unquoted commit such as 1234567 or 12e5 as a number",
            )
    version = values.get(contract.VERSION, "").strip()
    return Asked(
        version=version,
        repository=values.get(contract.REPOSITORY, "").strip(),
        pull_policy=_pull_policy(site, values.get(contract.PULL_POLICY, "").strip()),
        carrier=site if version else "",
    )


def _pull_policy(site: str, text: str) -> PullPolicy | None:
    if not text:
        return None
    try:
        return PullPolicy(text)
    except ValueError as error:
        raise Denied(
            Reason.INVALID_VERSION,
            f"{contract.PULL_POLICY} is {text!r}",
            site=site,
            remedy=f"use one of {', '.join(PullPolicy)}",
        ) from error
