"""The parts of an agent that runs in a cluster, or beside one with a kubeconfig."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.agent.certificates import Made, Mounted, Rotation, ServingCertificate
from argosy.agent.controller import ControllerFacts, controller_facts
from argosy.agent.logs import Logger
from argosy.agent.process.parts import Parts
from argosy.resolver.errors import ArgosyError, Denied, Misconfigured, Reason
from argosy.resolver.flattened import Mode

if TYPE_CHECKING:
    from pathlib import Path

    from kubernetes.client import CoreV1Api

    from argosy.agent.settings import AgentSettings
    from argosy.resolver.flattened import Flattened
    from argosy.resolver.manifests import Namespace

__all__ = ["cluster_parts"]

_LOG: Final = Logger(__name__)
_CALL_SECONDS: Final = 10
_NOT_FOUND: Final = 404


def cluster_parts(settings: AgentSettings, namespace: str, kubeconfig: Path | None) -> Parts:
    """Parts over the API server that the pod, or the kubeconfig, names. Raises Misconfigured where there is none."""
    # Half a second of imports that no other command needs.
    from kubernetes import client, config  # noqa: PLC0415

    from argosy.agent.certificates.secret import SecretStore  # noqa: PLC0415
    from argosy.agent.certificates.trust import WebhookTrust  # noqa: PLC0415

    try:
        if kubeconfig:
            config.load_kube_config(str(kubeconfig))  # type: ignore[no-untyped-call]  # the client has no types here
        else:
            config.load_incluster_config()  # type: ignore[no-untyped-call]  # as above
    except (config.ConfigException, OSError) as error:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"there is no cluster to be had: {error}",
            remedy="run in a pod with a service account, or give --kubeconfig or --standalone",
        ) from error
    core = client.CoreV1Api()
    certificate = settings.certificate
    serving = ServingCertificate(temporary_folder=settings.cache)
    service = f"{certificate.service}.{namespace}.svc"
    names = (service, f"{service}.cluster.local", *certificate.names)
    if certificate.folder:
        source: Made | Mounted = Mounted(certificate.folder, (service, *certificate.names), serving)
    else:
        trust = WebhookTrust(client.AdmissionregistrationV1Api(), certificate.webhook_configurations)
        source = Made(SecretStore(core, namespace, certificate.secret), names, serving, trust)
    watch = ControllerWatch(core, settings.controller.namespace, settings.controller.config_map)
    runner = f"argosy-agent-{settings.installation or _uid(core, namespace)}"
    return Parts(lambda: watch.facts, NoDelivery(), Rotation(source), serving, runner, watch.look)


@dataclass(slots=True)
class ControllerWatch:
    """Keeps what is known of Argo's controller; what was known last goes on holding while it cannot be read."""

    core: CoreV1Api
    namespace: str
    config_map: str
    facts: ControllerFacts = field(default_factory=ControllerFacts)

    def look(self) -> None:
        """Read the ConfigMap once; a controller without one has all defaults."""
        from kubernetes.client.exceptions import ApiException  # noqa: PLC0415  # as above
        from urllib3.exceptions import HTTPError  # noqa: PLC0415  # as above

        try:
            found = self.core.read_namespaced_config_map(
                self.config_map, self.namespace, _request_timeout=_CALL_SECONDS
            )
            facts = controller_facts(found.data or {})
        except ApiException as error:
            if error.status != _NOT_FOUND:
                self._kept(f"{error.status} {error.reason}")
                return
            facts = ControllerFacts()
        except (HTTPError, ArgosyError) as error:
            self._kept(str(error))
            return
        if facts != self.facts:
            _LOG.info("the workflow-controller's configuration changed", needsReferences=facts.needs_references)
        self.facts = facts

    def _kept(self, problem: str) -> None:
        _LOG.warning("the workflow-controller's ConfigMap cannot be read", problem=problem)


@dataclass(frozen=True, slots=True)
class NoDelivery:
    """Delivers nothing: WorkflowTemplates are applied by somebody else."""

    def deliver(self, namespace: Namespace, flattened: Flattened, *, mode: Mode) -> None:  # noqa: ARG002  # the Protocol's
        """A CronWorkflow may find its templates in the cluster already; a versioned one is certain not to be there."""
        if mode is Mode.REFERENCE:
            raise Denied(
                Reason.UNFLATTENABLE,
                "the workflow-controller is Strict or Secure, so that templates cannot be flattened into the Workflow",
                remedy="print it with `argosy resolve --mode reference` and apply that",
            )


def _uid(core: CoreV1Api, namespace: str) -> str:
    """The uid of the agent's namespace: one for all replicas, and another in every cluster."""
    from kubernetes.client.exceptions import ApiException  # noqa: PLC0415  # as above
    from urllib3.exceptions import HTTPError  # noqa: PLC0415  # as above

    try:
        metadata = core.read_namespace(namespace, _request_timeout=_CALL_SECONDS).metadata
    except (ApiException, HTTPError) as error:
        told = json.dumps(error.reason) if isinstance(error, ApiException) else type(error).__name__
        raise Misconfigured(
            Reason.CLUSTER_FORBIDDEN,
            f"the namespace {namespace} cannot be read: {told}",
            remedy="let the service account get its own namespace, or set installation",
        ) from error
    return str(metadata.uid) if metadata else ""
