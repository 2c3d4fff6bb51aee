"""Git commands for one repository: with its environment and credentials, and with failures as errors of ours."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from argosy.resolver.errors import Misconfigured, Reason, RetryLater
from argosy.resolver.mirror.commands import Command, Completed, Ending, Limits, run
from argosy.resolver.mirror.credentials import Secrets, read_secrets
from argosy.resolver.mirror.environment import offline_environment, remote_environment
from argosy.resolver.mirror.failures import failure, is_damage
from argosy.resolver.mirror.sweeping import pack_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from argosy.resolver.mirror.remotes import Remote
    from argosy.resolver.repositories import Repository


@dataclass(frozen=True, slots=True)
class Work:
    """What a piece of work under the clone's lock may use."""

    lock: int
    """The descriptor of the lock, which git inherits."""
    ends_at: float
    """By the monotonic clock."""

    @property
    def seconds_left(self) -> float:
        """At least a moment, so that a late command fails by itself and says why."""
        return max(self.ends_at - time.monotonic(), 0.05)


class SizeExceeded(Misconfigured):
    """A transfer grew past the size it was allowed."""


@dataclass(frozen=True, slots=True)
class Transport:
    """Runs git for one repository. Everything that is not a fixed word goes after `--`."""

    repository: Repository
    remote: Remote
    environment: Mapping[str, str] = field(repr=False)
    """Of the caller; `environment.remote_environment` says what of it reaches git."""
    kill_after_seconds: float = 10.0

    def talk(
        self, arguments: Sequence[str], work: Work, *, growing: Path, max_bytes: int, given: bytes = b""
    ) -> Completed:
        """A command that reaches the remote; `growing` is the clone, whose packs may reach `max_bytes`."""
        secrets = read_secrets(self.repository.credentials, self.remote, self.repository.proxy)
        command = Command(
            arguments,
            remote_environment(self.repository, self.remote, secrets, self.environment),
            given,
            inherited_file=work.lock,
            traced=self.remote.scheme in ("http", "https"),
        )
        limits = Limits(work.seconds_left, self.kill_after_seconds, lambda: pack_bytes(growing) > max_bytes)
        completed = run(command, limits)
        if completed.ending is Ending.STOPPED or (completed.succeeded and pack_bytes(growing) > max_bytes):
            raise SizeExceeded(
                Reason.LIMIT_EXCEEDED,
                f"{self._action} was stopped at {max_bytes} bytes",
                remedy="raise maxCloneBytes, or use a smaller repository",
            )
        return self._checked(completed, secrets)

    def ask(self, arguments: Sequence[str], *, seconds: float, lock: int | None = None, given: bytes = b"") -> bytes:
        """A command on the clone alone; what it printed."""
        command = Command(arguments, offline_environment(self.environment), given, inherited_file=lock)
        return self._checked(run(command, Limits(seconds, self.kill_after_seconds)), Secrets()).output

    @property
    def _action(self) -> str:
        return f"fetching repository {self.repository.alias}"

    def _checked(self, completed: Completed, secrets: Secrets) -> Completed:
        if completed.succeeded:
            return completed
        error = failure(self._action, completed, secrets)
        if is_damage(completed):
            raise RetryLater(Reason.CLONE_DAMAGED, error.problem, remedy="the clone is made again")
        raise error
