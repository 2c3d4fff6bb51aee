"""The one replica that sweeps, by a Lease.

::

    0 s                    10 s              20 s                        30 s
    a renewal begins       the next begins   without one, it no longer   another replica, which has seen no
                                             leads: nothing more is      renewal since, takes the Lease
                                             begun

The last request that it began while it led has ended by then, since the API server is asked for 10 seconds at most.
Times are measured by each replica's own monotonic clock from when it saw the Lease change, never compared.

The leader election of the `kubernetes` package has neither an end nor a release, sleeps in the thread that it is given,
and asks without a time limit.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from argosy.agent.cluster.asking import Answer, Permission, ask
from argosy.agent.logs import Logger
from argosy.resolver.errors import ArgosyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubernetes.client import CoordinationV1Api

__all__ = ["LEASE", "Leader"]

_LOG: Final = Logger(__name__)
LEASE: Final = "argosy-leader"
DURATION_SECONDS: Final = 30
VALID_SECONDS: Final = 20.0
RENEW_SECONDS: Final = 10.0
RETRY_SECONDS: Final = 2.0


@dataclass(slots=True)
class Leader:
    """What one replica knows of the Lease. `is_leader` is for any thread, `tick` for one."""

    api: CoordinationV1Api
    namespace: str
    identity: str
    """Of this process: another after a restart."""
    monotonic: Callable[[], float] = time.monotonic
    clock: Callable[[], float] = time.time
    """Epoch seconds, for those who read the Lease."""
    _leads_until: float = 0.0
    _has_resigned: bool = False
    _seen: tuple[str, float] = ("", 0.0)
    """The resourceVersion of the Lease, and since when it has been that."""
    _problem: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def is_leader(self) -> bool:
        """Whether something may be begun that only one replica may do."""
        return not self._has_resigned and self.monotonic() < self._leads_until

    def tick(self) -> float:
        """Renew the Lease, or see whether it can be taken; the seconds until the next call. The body of a loop."""
        with self._lock:
            if self._has_resigned:
                return RENEW_SECONDS
            led, began = self.is_leader(), self.monotonic()
            try:
                self._leads_until = began + VALID_SECONDS if self._is_held(began) else 0.0
                self._problem = ""
            except ArgosyError as error:
                # What is held goes on to be, until it ends by itself.
                if str(error) != self._problem:
                    _LOG.warning("the lease cannot be asked for", problem=str(error))
                self._problem = str(error)
                return RETRY_SECONDS
            if self.is_leader() != led:
                _LOG.info("leads" if self.is_leader() else "leads no longer", identity=self.identity)
            return RENEW_SECONDS

    def resign(self) -> None:
        """Lead no longer from this moment on, for good; the Lease stays taken until it is released."""
        self._has_resigned = True

    def release(self) -> None:
        """Let another replica take the Lease at once; to be called when nothing that needs it goes on."""
        self.resign()
        with self._lock:
            try:
                answer = self._ask("read", "get", LEASE, self.namespace)
                if answer.status == HTTPStatus.OK and answer.content["spec"].get("holderIdentity") == self.identity:
                    self._replace(answer.content, {"holderIdentity": ""})
            except ArgosyError as error:
                _LOG.warning("the lease cannot be released, and ends by itself", problem=str(error))

    def _is_held(self, now: float) -> bool:
        answer = self._ask("read", "get", LEASE, self.namespace)
        if answer.status == HTTPStatus.NOT_FOUND:
            return self._create()
        lease = answer.content
        spec = lease.get("spec") or {}
        if spec.get("holderIdentity") == self.identity:
            return self._replace(lease, {"renewTime": self._moment()})
        if spec.get("holderIdentity") and not self._is_over(lease, now):
            return False
        transitions = (spec.get("leaseTransitions") or 0) + 1
        return self._replace(lease, {**self._taken(), "leaseTransitions": transitions})

    def _is_over(self, lease: Any, now: float) -> bool:
        """Whether it has not been renewed for as long as its holder said."""
        version = lease["metadata"]["resourceVersion"]
        if self._seen[0] != version:
            self._seen = version, now
        seconds = lease["spec"].get("leaseDurationSeconds") or DURATION_SECONDS
        return now - self._seen[1] >= seconds

    def _create(self) -> bool:
        metadata = {"name": LEASE, "namespace": self.namespace}
        body = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": metadata,
            "spec": {**self._taken(), "leaseTransitions": 0},
        }
        return self._ask("create", "create", self.namespace, body).status < HTTPStatus.BAD_REQUEST

    def _replace(self, lease: Any, changes: dict[str, Any]) -> bool:
        """False where somebody was faster: what was read has its resourceVersion."""
        body = {**lease, "spec": {**(lease.get("spec") or {}), **changes}}
        return self._ask("replace", "update", LEASE, self.namespace, body).status < HTTPStatus.BAD_REQUEST

    def _taken(self) -> dict[str, Any]:
        now = self._moment()
        return {
            "holderIdentity": self.identity,
            "leaseDurationSeconds": DURATION_SECONDS,
            "acquireTime": now,
            "renewTime": now,
        }

    def _moment(self) -> str:
        return datetime.fromtimestamp(self.clock(), UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    def _ask(self, method: str, verb: str, *arguments: object) -> Answer:
        name = "" if verb == "create" else LEASE
        return ask(
            getattr(self.api, f"{method}_namespaced_lease"),
            *arguments,
            permission=Permission(verb, "leases.coordination.k8s.io", name, self.namespace),
        )
