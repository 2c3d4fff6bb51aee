"""The agent as a whole, from start to drained end."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from argosy.agent.admission import AdmissionApplication, Admitter
from argosy.agent.admission.application import Answered, described
from argosy.agent.endpoints import Endpoints
from argosy.agent.events import event_for
from argosy.agent.logs import Logger
from argosy.agent.metrics import Metrics, readings_of
from argosy.agent.process.clones import Clones
from argosy.agent.process.parts import problem_of
from argosy.agent.process.servers import Server
from argosy.agent.pushes import Receiver, Refreshes, secret_in
from argosy.agent.pushes.hosts import HostName
from argosy.resolver.errors import ArgosyError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from argosy.agent.process.parts import Parts
    from argosy.agent.settings import AgentSettings
    from argosy.resolver.resolver import Resolver
    from argosy.resolver.sources import RepositoryAlias

__all__ = ["Agent"]

_LOG: Final = Logger(__name__)
LOOK_SECONDS: Final = 15.0


@dataclass(slots=True)
class Agent:
    """One process that answers admissions. `run` in an event loop, until `stop` is set."""

    settings: AgentSettings
    parts: Parts
    resolver: Resolver
    metrics: Metrics
    clock: Callable[[], float]
    started: asyncio.Event = field(default_factory=asyncio.Event)
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    clones: Clones = field(init=False)
    admission: AdmissionApplication = field(init=False)
    servers: dict[str, Server] = field(default_factory=dict[str, Server])

    def __post_init__(self) -> None:
        parts = self.parts
        ttl = lambda: self.settings.template_ttl_seconds  # noqa: E731  # one of several that read what holds now
        admitter = Admitter(lambda: self.resolver, parts.controller, parts.delivery, parts.runner, ttl)
        self.clones = Clones(self.resolver, self.clock)
        self.admission = AdmissionApplication(
            admitter, lambda: self.settings.deadline_seconds, self.settings.max_body_bytes, observe=self._observe
        )
        self.metrics.read_from(lambda: readings_of(self.resolver, self.clock))

    async def run(self) -> None:
        """Serve until `stop` is set, then let running admissions end within the drain time."""
        refreshes = Refreshes(self._refresh)
        self.servers = self._servers(refreshes)
        loops = [
            asyncio.create_task(self._repeat("certificate", self.look_at_certificate)),
            asyncio.create_task(self._repeat("clones", self._look_at_clones)),
            asyncio.create_task(self._repeat("cluster", self._look_at_cluster)),
            asyncio.create_task(self._repeat("events", self._tell_events)),
            asyncio.create_task(self._repeat("uses", self._deliver_used)),
        ]
        loops.append(asyncio.create_task(self._repeat("lease", self._lead)))
        loops.append(asyncio.create_task(self._repeat("always", self._keep_in_step)))
        loops.append(asyncio.create_task(self._repeat("in flight", self._stamp_in_flight)))
        serving = [asyncio.create_task(server.serve()) for server in self.servers.values()]
        try:
            await self._until_started()
            self.parts.sweeping.start(lambda: self.settings)
            await self.stop.wait()
            _LOG.info("stopping", open=self.admission.open_requests)
        finally:
            for server in self.servers.values():
                server.should_exit = True
            for loop in loops:
                loop.cancel()
            ended = asyncio.to_thread(self.parts.sweeping.stop)
            await asyncio.gather(*serving, *loops, ended, return_exceptions=True)
            await refreshes.close()
            self.admission.close()
            # What was admitted last; the rest comes with the next use.
            await self._deliver_used()

    def missing(self) -> Mapping[str, str]:
        """What the agent is not ready without, and why it is not there."""
        missing = dict(self.clones.missing())
        if not self.parts.serving.is_valid(self.clock()):
            missing["certificate"] = problem_of(self.parts.rotation.problem)
        try:
            self.parts.controller()
        except ArgosyError as error:
            missing["workflow-controller"] = str(error)
        if self.stop.is_set():
            missing["agent"] = "stopping"
        return missing

    def _servers(self, refreshes: Refreshes) -> dict[str, Server]:
        settings, drain = self.settings, self.settings.drain_seconds
        tls = self.parts.serving.ssl_context_factory
        webhook, http, pushes = settings.webhook, settings.http, settings.pushes.address
        servers = {
            "http": Server(Endpoints(self.metrics, self.missing), host=http.host, port=http.port),
            "webhook": Server(self.admission, host=webhook.host, port=webhook.port, tls=tls, drain_seconds=drain),
        }
        if pushes.port:
            receiver = Receiver(
                lambda: tuple(self.resolver.repositories.values()), self._secrets(), refreshes, self.metrics.pushed
            )
            servers["pushes"] = Server(receiver, host=pushes.host, port=pushes.port)
        return servers

    def _secrets(self) -> dict[HostName, Any]:
        files: dict[HostName, Path | None] = {
            HostName.GITHUB: self.settings.pushes.github_secret_file,
            HostName.GITLAB: self.settings.pushes.gitlab_token_file,
        }
        return {host: secret_in(path) for host, path in files.items() if path}

    async def _until_started(self) -> None:
        while not all(server.started for server in self.servers.values()):
            if any(server.should_exit for server in self.servers.values()):
                raise OSError("a port cannot be listened at")
            await asyncio.sleep(0.01)
        _LOG.info("serving", **{name: server.port for name, server in self.servers.items()})
        self.started.set()

    async def look_at_certificate(self) -> float:
        """Serve the certificate that is due; the seconds until the next look."""
        wait = await asyncio.to_thread(self.parts.rotation.tick, self.clock())
        if served := self.parts.serving.served:
            self.metrics.certificate(served.not_after)
        return wait

    async def _refresh(self, alias: RepositoryAlias) -> None:
        await self.clones.refresh(alias)

    async def _look_at_clones(self) -> float:
        return await self.clones.look()

    async def _look_at_cluster(self) -> float:
        await asyncio.to_thread(self.parts.look)
        return LOOK_SECONDS

    async def _tell_events(self) -> float:
        return await asyncio.to_thread(self.parts.tell)

    async def _deliver_used(self) -> float:
        return await asyncio.to_thread(self.parts.uses.tick)

    async def _keep_in_step(self) -> float:
        return await asyncio.to_thread(self.parts.keep_in_step, self.resolver)

    async def _stamp_in_flight(self) -> float:
        return await asyncio.to_thread(self.parts.stamp_in_flight, self.settings.template_ttl_seconds)

    async def _lead(self) -> float:
        return await asyncio.to_thread(self.parts.sweeping.lead)

    async def _repeat(self, name: str, look: Callable[[], Awaitable[float]]) -> None:
        """Each look says when the next is due; several replicas do not look at the same moment."""
        while True:
            try:
                wait = await look()
            except Exception:  # noqa: BLE001  # a loop that ends is never heard of again
                _LOG.exception("a loop failed", loop=name)
                wait = LOOK_SECONDS
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), wait * random.uniform(0.9, 1.1))  # noqa: S311  # no secret
                return

    def _observe(self, answered: Answered) -> None:
        request, verdict = answered.request, answered.verdict
        self.metrics.admission(
            kind=request.kind,
            outcome=verdict.outcome,
            reason=verdict.error.reason if verdict.error else None,
            warm=answered.warm,
            dry_run=request.dry_run,
            seconds=answered.seconds,
        )
        for notice in verdict.notices:
            self.metrics.noticed(notice.reason)
        if verdict.used is not None:
            self.parts.uses.take(verdict.used)
        _LOG.info("answered", **described(answered))
        if event := event_for(request, verdict.error, verdict.notices):
            self.parts.publish(event)
