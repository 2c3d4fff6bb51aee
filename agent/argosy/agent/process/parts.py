"""The parts of an agent that differ between a cluster and standing alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from argosy.agent.certificates import FolderStore, Made, Mounted, Rotation, ServingCertificate
from argosy.agent.certificates.folder import files_in
from argosy.resolver.errors import ArgosyError, Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from argosy.agent.admission.admitting import Controller, Delivery
    from argosy.agent.settings import AgentSettings
    from argosy.resolver.flattened import Flattened, Mode
    from argosy.resolver.manifests import Namespace, WorkflowTemplate

__all__ = ["MemoryDelivery", "Parts", "PlainController", "standalone_parts"]

LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_MAX_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Parts:
    """What an agent is given of its surroundings."""

    controller: Callable[[], Controller]
    delivery: Delivery
    rotation: Rotation
    serving: ServingCertificate
    runner: str
    look: Callable[[], None] = lambda: None
    """Looks at what may have changed in the cluster; called in a thread, every few seconds."""


@dataclass(frozen=True, slots=True)
class PlainController:
    """Argo's controller with nothing configured."""

    needs_references: bool = False
    reserved_template_names: tuple[str, ...] = ()


@dataclass(slots=True)
class MemoryDelivery:
    """Keeps what would be delivered, for who runs an agent without a cluster; the oldest go first."""

    kept: OrderedDict[tuple[Namespace, str], WorkflowTemplate] = field(
        default_factory=OrderedDict["tuple[Namespace, str]", "WorkflowTemplate"]
    )
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def deliver(self, namespace: Namespace, flattened: Flattened, *, mode: Mode) -> None:  # noqa: ARG002  # the Protocol's
        """In place on return."""
        manifests = flattened.deliveries or tuple(found.resource.manifest for found in flattened.taken)
        with self._lock:
            for manifest in manifests:
                self.kept[namespace, str(manifest.get("metadata", {}).get("name"))] = manifest
            while len(self.kept) > _MAX_KEPT:
                self.kept.popitem(last=False)


def standalone_parts(settings: AgentSettings, certificates: Path) -> Parts:
    """Parts that need no cluster; `certificates` is a folder for the agent's own, with the `ca.crt` for clients."""
    serving = ServingCertificate(temporary_folder=settings.cache)
    names = (*LOOPBACK, *settings.certificate.names)
    folder = settings.certificate.folder
    source = Mounted(folder, names, serving) if folder else Made(FolderStore(certificates), names, serving)
    controller = PlainController()
    runner = f"argosy-agent-{settings.installation or 'standalone'}"
    return Parts(lambda: controller, MemoryDelivery(), Rotation(source), serving, runner)


def authority_of(certificates: Path) -> bytes:
    """The `ca.crt` in a folder of certificates."""
    try:
        return files_in(certificates)["ca.crt"]
    except (OSError, KeyError) as error:
        raise Misconfigured(Reason.CERTIFICATE_UNUSABLE, "there is no ca.crt", site=str(certificates)) from error


def problem_of(error: ArgosyError | None) -> str:
    """Why something is not there, for the probe of readiness."""
    return str(error) if error else "not looked for yet"
