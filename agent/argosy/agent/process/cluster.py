"""The parts of an agent that runs in a cluster, or beside one with a kubeconfig."""

from __future__ import annotations

import platform
import time
import uuid
from typing import TYPE_CHECKING

from argosy.agent.certificates import Made, Mounted, Rotation, ServingCertificate
from argosy.agent.delivery import TemplateDelivery, UseDelivery
from argosy.agent.delivery.always import AlwaysDelivery
from argosy.agent.delivery.settling import Settling
from argosy.agent.process.parts import Parts
from argosy.agent.sweeping import Sweeper

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.agent.metrics import Metrics
    from argosy.agent.settings import AgentSettings

__all__ = ["cluster_parts"]


def cluster_parts(settings: AgentSettings, namespace: str, kubeconfig: Path | None, metrics: Metrics) -> Parts:
    """Parts over the API server that the pod, or the kubeconfig, names. Raises Misconfigured where there is none."""
    # Half a second of imports that no other command needs.
    from kubernetes import client  # noqa: PLC0415

    from argosy.agent.certificates.secret import SecretStore  # noqa: PLC0415
    from argosy.agent.certificates.trust import WebhookTrust  # noqa: PLC0415
    from argosy.agent.cluster.client import api_client  # noqa: PLC0415
    from argosy.agent.cluster.controller_watch import ControllerWatch  # noqa: PLC0415
    from argosy.agent.cluster.installation import installation  # noqa: PLC0415
    from argosy.agent.cluster.scope import Scope  # noqa: PLC0415
    from argosy.agent.delivery.cluster_templates import ClusterTemplates  # noqa: PLC0415
    from argosy.agent.delivery.in_flight import InFlight  # noqa: PLC0415
    from argosy.agent.delivery.standing import ClusterStanding  # noqa: PLC0415
    from argosy.agent.events.cluster_events import ClusterEvents  # noqa: PLC0415
    from argosy.agent.sweeping.cluster_objects import ClusterObjects  # noqa: PLC0415
    from argosy.agent.sweeping.leader import Leader  # noqa: PLC0415

    api = api_client(kubeconfig)
    core = client.CoreV1Api(api)
    certificate = settings.certificate
    serving = ServingCertificate(temporary_folder=settings.cache)
    service = f"{certificate.service}.{namespace}.svc"
    names = (service, f"{service}.cluster.local", *certificate.names)
    if certificate.folder:
        source: Made | Mounted = Mounted(certificate.folder, (service, *certificate.names), serving)
    else:
        trust = WebhookTrust(client.AdmissionregistrationV1Api(api), certificate.webhook_configurations)
        source = Made(SecretStore(core, namespace, certificate.secret, trust.release), names, serving, trust)
    watch = ControllerWatch(core, settings.controller.namespace, settings.controller.config_map)
    runner = f"argosy-agent-{settings.installation or installation(core, namespace)}"
    objects, scope = client.CustomObjectsApi(api), Scope(settings.namespaces)
    events = ClusterEvents(objects, platform.node(), metrics.event_dropped)
    templates = ClusterTemplates(objects, scope=scope, instance_id=lambda: watch.facts().instance_id)
    settling, told = Settling(), metrics.delivered
    delivery = TemplateDelivery(templates, runner, time.time, settling, told)
    uses = UseDelivery(templates, runner, time.time, settling, told, metrics.use_dropped, events.publish)
    leader = Leader(client.CoordinationV1Api(api), namespace, f"{platform.node()}_{uuid.uuid4()}")
    standing, leads = ClusterStanding(objects, runner, scope=scope), leader.is_leader
    always = AlwaysDelivery(templates, standing, runner, time.time, told, events.publish, leads)
    in_flight = InFlight(templates, standing, runner, time.time, told, leads)
    sweeping = Sweeper(ClusterObjects(objects, scope=scope), leader, runner, events.publish, metrics.swept)
    return Parts(
        watch.facts,
        delivery,
        uses,
        Rotation(source),
        serving,
        runner,
        sweeping,
        watch.look,
        publish=events.publish,
        tell=events.tick,
        keep_in_step=always.tick,
        stamp_in_flight=in_flight.tick,
    )
