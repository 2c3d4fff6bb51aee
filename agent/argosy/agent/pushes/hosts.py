"""The two git hosts: where each puts its proof, its event, and the URLs of the repository that was pushed to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import orjson

from argosy.agent.pushes.outcomes import Outcome, Refused
from argosy.agent.pushes.signatures import is_github_signature, is_gitlab_token

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HOSTS", "Host", "HostName", "told_urls"]


class HostName(StrEnum):
    """The hosts that pushes are taken from."""

    GITHUB = "github"
    GITLAB = "gitlab"


@dataclass(frozen=True, slots=True)
class Host:
    """How one host tells of a push. Header names are in lower case, as ASGI has them."""

    name: HostName
    proof: bytes
    """The header that holds the signature or token."""
    is_proof: Callable[[bytes, bytes, bytes], bool]
    """Whether body, proof and secret go together."""
    event: bytes
    """The header that holds the kind of event."""
    outcomes: dict[bytes, Outcome]
    """The events that are more than ignored."""
    repository: str
    """The field of the payload that describes the repository."""
    urls: tuple[str, ...]
    """Its fields that hold a URL of the repository."""


HOSTS: Final = {
    "/github": Host(
        name=HostName.GITHUB,
        proof=b"x-hub-signature-256",
        is_proof=is_github_signature,
        event=b"x-github-event",
        outcomes={b"push": Outcome.ENQUEUED, b"ping": Outcome.PING},
        repository="repository",
        urls=("clone_url", "ssh_url", "git_url"),
    ),
    "/gitlab": Host(
        name=HostName.GITLAB,
        proof=b"x-gitlab-token",
        is_proof=is_gitlab_token,
        event=b"x-gitlab-event",
        outcomes={b"Push Hook": Outcome.ENQUEUED, b"Tag Push Hook": Outcome.ENQUEUED},
        repository="project",
        urls=("git_http_url", "git_ssh_url"),
    ),
}


def told_urls(host: Host, body: bytes) -> tuple[str, ...]:
    """The URLs by which a push names its repository, to be compared and nothing else.

    Raises Refused(MALFORMED) where there are none. The parser gives up at a depth of 1024.
    """
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused(Outcome.MALFORMED) from error
    repository = payload.get(host.repository) if isinstance(payload, dict) else None
    values = [repository.get(name) for name in host.urls] if isinstance(repository, dict) else []
    urls = tuple(value for value in values if isinstance(value, str))
    if not urls:
        raise Refused(Outcome.MALFORMED)
    return urls
