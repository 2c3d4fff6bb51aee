"""The caBundle of the webhooks: by what authorities the API server knows the agent."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from argosy.agent.cluster.asking import Permission, ask
from argosy.resolver.errors import Misconfigured, Reason, RetryLater

if TYPE_CHECKING:
    from kubernetes.client import AdmissionregistrationV1Api

__all__ = ["WebhookTrust", "release_of", "trust_patch", "trusted_by"]

_RESOURCE: Final = "mutatingwebhookconfigurations"
_ATTEMPTS: Final = 3
_MANAGER: Final = "app.kubernetes.io/managed-by"
_RELEASE: Final = ("meta.helm.sh/release-name", "meta.helm.sh/release-namespace")
"""By these Helm tells whether an object is of a release (Helm's `pkg/action/validate.go`)."""


def trust_patch(configuration: Any, ca_bundle: str) -> list[dict[str, str]]:
    """The JSON patch (RFC 6902) that gives each webhook this caBundle in base64; empty where each has it.

    Each webhook is tested to be where it was seen: the list may have changed meanwhile.
    """
    operations: list[dict[str, str]] = []
    for position, webhook in enumerate(configuration.get("webhooks") or ()):
        if webhook["clientConfig"].get("caBundle") != ca_bundle:
            place = f"/webhooks/{position}"
            operations += (
                {"op": "test", "path": f"{place}/name", "value": webhook["name"]},
                {"op": "add", "path": f"{place}/clientConfig/caBundle", "value": ca_bundle},
            )
    return operations


def trusted_by(configuration: Any) -> bytes:
    """All caBundles of its webhooks, each once; the API server has seen to it that they can be read."""
    bundles = (webhook["clientConfig"].get("caBundle") for webhook in configuration.get("webhooks") or ())
    return b"\n".join(b64decode(bundle) for bundle in dict.fromkeys(bundles) if bundle)


def release_of(configuration: Any) -> dict[str, dict[str, str]]:
    """The metadata by which another object is of the Helm release that this one is of; empty where it is of none."""
    metadata = configuration.get("metadata") or {}
    labels, annotations = metadata.get("labels") or {}, metadata.get("annotations") or {}
    if _MANAGER not in labels or not annotations.keys() >= set(_RELEASE):
        return {}
    return {"labels": {_MANAGER: labels[_MANAGER]}, "annotations": {key: annotations[key] for key in _RELEASE}}


@dataclass(frozen=True, slots=True)
class WebhookTrust:
    """Every webhook of these MutatingWebhookConfigurations trusts our authorities, and no others."""

    api: AdmissionregistrationV1Api
    configurations: tuple[str, ...]

    def trusted(self) -> bytes:
        """What the caBundles hold now; raises Misconfigured or RetryLater."""
        return b"\n".join(trusted_by(self._read(name)) for name in self.configurations)

    def release(self) -> dict[str, dict[str, str]]:
        """The metadata of the Helm release that installed the first of them; raises Misconfigured or RetryLater."""
        return next((release_of(self._read(name)) for name in self.configurations), {})

    def publish(self, authorities: bytes) -> None:
        """Set the caBundle where it is another; raises Misconfigured or RetryLater."""
        ca_bundle = b64encode(authorities).decode()
        for name in self.configurations:
            self._publish(name, ca_bundle)

    def _publish(self, name: str, ca_bundle: str) -> None:
        for _ in range(_ATTEMPTS):
            operations = trust_patch(self._read(name), ca_bundle)
            if not operations or self._patch(name, operations):
                return
        raise RetryLater(
            Reason.CLUSTER_UNAVAILABLE,
            f"MutatingWebhookConfiguration {name!r} does not take our caBundle, or changes all the time",
            remedy="see who else writes to it",
        )

    def _read(self, name: str) -> Any:
        permission = Permission("get", _RESOURCE, name)
        answer = ask(self.api.read_mutating_webhook_configuration, name, permission=permission)
        if answer.status == HTTPStatus.NOT_FOUND:
            raise Misconfigured(
                Reason.INVALID_SETTINGS,
                f"there is no MutatingWebhookConfiguration {name!r}",
                remedy="create it, or correct its name in the settings",
            )
        return answer.content

    def _patch(self, name: str, operations: list[dict[str, str]]) -> bool:
        """Whether it was taken; not where a webhook has moved, or somebody else wrote."""
        answer = ask(
            self.api.patch_mutating_webhook_configuration,
            name,
            operations,
            permission=Permission("patch", _RESOURCE, name),
            _content_type="application/json-patch+json",
        )
        return answer.status == HTTPStatus.OK
