"""The parts of an agent that differ between a cluster and standing alone."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from argosy.agent.certificates import FolderStore, Made, Mounted, Rotation, ServingCertificate
from argosy.agent.certificates.folder import files_in
from argosy.agent.controller import ControllerFacts
from argosy.agent.delivery import MemoryTemplates, TemplateDelivery, UseDelivery
from argosy.agent.delivery.settling import Settling
from argosy.agent.sweeping import Alone, Sweeper
from argosy.agent.sweeping.memory_objects import MemoryObjects
from argosy.resolver.errors import ArgosyError, Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from argosy.agent.admission.admitting import Controller, Delivery
    from argosy.agent.events import Event
    from argosy.agent.metrics import Metrics
    from argosy.agent.settings import AgentSettings
    from argosy.agent.sweeping import Sweeping
    from argosy.resolver.resolver import Resolver

__all__ = ["Parts", "standalone_parts"]

_SELDOM_SECONDS: Final = 3600.0
LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Parts:
    """What an agent is given of its surroundings."""

    controller: Callable[[], Controller]
    delivery: Delivery
    uses: UseDelivery
    rotation: Rotation
    serving: ServingCertificate
    runner: str
    sweeping: Sweeping
    """Also says whether this replica leads."""
    look: Callable[[], None] = lambda: None
    """Looks at what may have changed in the cluster; called in a thread, every few seconds."""
    publish: Callable[[Event], None] = lambda _: None
    """Takes what is to be told as an Event of the cluster; called in the event loop."""
    tell: Callable[[], float] = lambda: _SELDOM_SECONDS
    """Tells what was published; called in a thread. The seconds until the next call."""
    keep_in_step: Callable[[Resolver], float] = lambda _: _SELDOM_SECONDS
    """Delivers what is delivered always; called in a thread. The seconds until the next call."""
    stamp_in_flight: Callable[[float], float] = lambda _: _SELDOM_SECONDS
    """Stamps what running Workflows use, given the TTL; called in a thread. The seconds until the next call."""


def standalone_parts(settings: AgentSettings, certificates: Path, metrics: Metrics) -> Parts:
    """Parts that need no cluster; `certificates` is a folder for the agent's own, with the `ca.crt` for clients."""
    serving = ServingCertificate(temporary_folder=settings.cache)
    names = (*LOOPBACK, *settings.certificate.names)
    folder = settings.certificate.folder
    source = Mounted(folder, names, serving) if folder else Made(FolderStore(certificates), names, serving)
    runner = f"argosy-agent-{settings.installation or 'standalone'}"
    # No controller reads what is delivered here, so nothing has to wait for one.
    templates = MemoryTemplates(time.time)
    settling, told = Settling(settle_seconds=0), metrics.delivered
    delivery = TemplateDelivery(templates, runner, time.time, settling, told)
    uses = UseDelivery(templates, runner, time.time, settling, told, metrics.use_dropped, lambda _: None)
    sweeping = Sweeper(MemoryObjects(templates), Alone(), runner, lambda _: None, metrics.swept)
    return Parts(ControllerFacts, delivery, uses, Rotation(source), serving, runner, sweeping)


def authority_of(certificates: Path) -> bytes:
    """The `ca.crt` in a folder of certificates."""
    try:
        return files_in(certificates)["ca.crt"]
    except (OSError, KeyError) as error:
        raise Misconfigured(Reason.CERTIFICATE_UNUSABLE, "there is no ca.crt", site=str(certificates)) from error


def problem_of(error: ArgosyError | None) -> str:
    """Why something is not there, for the probe of readiness."""
    return str(error) if error else "not looked for yet"
