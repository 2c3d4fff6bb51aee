"""What becomes of a request: one closed table of statuses and sentences, for answers and metrics alike."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus
from typing import TypedDict

__all__ = ["Answer", "Outcome", "Refused"]


class Answer(TypedDict):
    """The body of every answer."""

    message: str


class Outcome(Enum):
    """Why a request was answered as it was; the name is a metric's label."""

    ENQUEUED = (HTTPStatus.ACCEPTED, "the repository will be refreshed")
    PENDING = (HTTPStatus.ACCEPTED, "the repository is about to be refreshed already")
    IGNORED = (HTTPStatus.ACCEPTED, "this event changes no ref: nothing to do")
    # Not a failure: the webhook of an organisation tells of all its repositories, and hosts switch failing ones off.
    UNKNOWN_REPOSITORY = (HTTPStatus.ACCEPTED, "this repository is not among the configured ones: nothing to do")
    PING = (HTTPStatus.OK, "pushes will be taken")
    MALFORMED = (
        HTTPStatus.BAD_REQUEST,
        "the body is no JSON of a push; let the host send the content type application/json",
    )
    UNPROVED = (HTTPStatus.UNAUTHORIZED, "the signature or token is missing or wrong")
    NOT_FOUND = (HTTPStatus.NOT_FOUND, "there is nothing here")
    WRONG_METHOD = (HTTPStatus.METHOD_NOT_ALLOWED, "use POST")
    TOO_SLOW = (HTTPStatus.REQUEST_TIMEOUT, "the body did not arrive in time")
    TOO_LARGE = (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
    RATE_LIMITED = (HTTPStatus.TOO_MANY_REQUESTS, "too many requests; try again later")

    def __init__(self, status: HTTPStatus, message: str) -> None:
        self.status = status
        self.message = message


class Refused(Exception):
    """The request goes no further, and this is its outcome."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.message)
