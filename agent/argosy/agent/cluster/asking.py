"""What the API server answers, in plain data; its refusals as errors that name the missing rule."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

import orjson
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from argosy.resolver.errors import ArgosyError, Misconfigured, Reason, RetryLater

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["ANSWERS", "Answer", "Permission", "ask"]

_REQUEST_SECONDS: Final = 10.0
ANSWERS: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})
"""The refusals that most callers can do something about."""
_RETRY_SECONDS: Final = 5.0
_LONGEST_RETRY_SECONDS: Final = 60.0
_MAX_MESSAGE_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class Permission:
    """What an RBAC rule must allow, for one object; or for all, as `create` cannot be held to a name."""

    verb: str
    resource: str
    name: str = ""
    namespace: str = ""

    def __str__(self) -> str:
        name = f" {self.name!r}" if self.name else ""
        place = f" in namespace {self.namespace!r}" if self.namespace else ""
        return f"{self.verb} {self.resource}{name}{place}"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status that the one who asked can do something about, and the object that came with it."""

    status: int
    content: Any = None
    """The object, or the `Status` that says why not; None where that was no JSON."""

    @property
    def message(self) -> str:
        """Why not, in the API server's words, not all of them. They may repeat what was sent."""
        told = self.content.get("message") if isinstance(self.content, dict) else None
        return " ".join(told.split())[:_MAX_MESSAGE_LENGTH] if isinstance(told, str) else ""


def ask(
    method: Callable[..., Any],
    *arguments: object,
    permission: Permission,
    answers: Collection[int] = ANSWERS,
    **options: object,
) -> Answer:
    """Call a method of the client; raises Misconfigured where a rule is missing, RetryLater for all else that fails.

    The refusals in `answers` are answers. The body is read as JSON: the client's own models put what they refuse into
    the text of their errors, and that may be a private key.
    """
    try:
        response = method(*arguments, _preload_content=False, _request_timeout=_REQUEST_SECONDS, **options)
        return Answer(response.status, orjson.loads(response.data))
    except ApiException as error:
        content, delay = _content(error), _delay(error)
        _strip(error)
        status: int = error.status or 0
        if status in answers:
            return Answer(status, content)
        raise _refusal(error, permission, delay) from error
    except (HTTPError, orjson.JSONDecodeError) as error:
        raise RetryLater(
            Reason.CLUSTER_UNAVAILABLE,
            f"the API server cannot be asked to {permission}: {type(error).__name__}",
            remedy="check that this pod can reach the API server",
        ) from error


def _content(error: ApiException) -> Any:
    try:
        return orjson.loads(error.body or "")
    except orjson.JSONDecodeError:
        return None


def _delay(error: ApiException) -> float:
    """The seconds that the API server's Retry-After asks for, within reason."""
    told = str((error.headers or {}).get("Retry-After", ""))
    return min(float(told), _LONGEST_RETRY_SECONDS) if told.isascii() and told.isdigit() else _RETRY_SECONDS


def _strip(error: ApiException) -> None:
    # A traceback shows what an error is raised from, and this one would show what the API server sent.
    error.body = error.data = error.headers = None


def _refusal(error: ApiException, permission: Permission, delay: float) -> ArgosyError:
    if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Misconfigured(
            Reason.CLUSTER_FORBIDDEN,
            f"the API server refuses to {permission}: {error.status}",
            remedy=f"allow the agent's service account to {permission}",
        )
    # Without a status no connection came about, and the reason is a text of several lines.
    cause = error.status or " ".join(str(error.reason).split())
    return RetryLater(
        Reason.CLUSTER_UNAVAILABLE,
        f"the API server failed to {permission}: {cause}",
        remedy="look at the API server if it goes on",
        delay=delay,
    )
