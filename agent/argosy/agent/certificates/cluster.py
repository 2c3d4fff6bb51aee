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
    from collections.abc import Callable

__all__ = ["Answer", "Permission", "ask"]

_REQUEST_SECONDS: Final = 10.0
_ASKED_FOR: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY})


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


def ask(method: Callable[..., Any], *arguments: object, permission: Permission, **options: str) -> Answer:
    """Call a method of the client; raises Misconfigured where a rule is missing, RetryLater for all else that fails.

    404, 409 and 422 are answers. The body is read as JSON: the client's own models put what they refuse into the text
    of their errors, and here that is a private key.
    """
    try:
        response = method(*arguments, _preload_content=False, _request_timeout=_REQUEST_SECONDS, **options)
        return Answer(response.status, orjson.loads(response.data))
    except ApiException as error:
        _strip(error)
        status: int = error.status or 0
        if status in _ASKED_FOR:
            return Answer(status)
        raise _refusal(error, permission) from error
    except (HTTPError, orjson.JSONDecodeError) as error:
        raise RetryLater(
            Reason.CLUSTER_UNAVAILABLE,
            f"the API server cannot be asked to {permission}: {type(error).__name__}",
            remedy="check that this pod can reach the API server",
        ) from error


def _strip(error: ApiException) -> None:
    # A traceback shows what an error is raised from, and this one would show what the API server sent.
    error.body = error.data = error.headers = None


def _refusal(error: ApiException, permission: Permission) -> ArgosyError:
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
    )
