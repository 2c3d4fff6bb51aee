"""The ASGI application behind the webhook: warm answers in the event loop, cold ones in threads, all by a deadline."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final, Protocol

from argosy.agent.admission.reviews import AdmissionRequest, BadReviewError, read_review
from argosy.agent.admission.verdicts import Verdict, encoded, refusal
from argosy.agent.logs import Admission, Logger, admission_fields
from argosy.resolver.cold import Cold
from argosy.resolver.errors import ArgosyError, Reason, RetryLater
from argosy.resolver.references import references

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope = MutableMapping[str, Any]
    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]

__all__ = ["PATH", "AdmissionApplication", "Answered", "described"]

PATH: Final = "/admit"
COLD_THREADS: Final = 64
"""They wait for git or for the reading child, hardly ever for the processor."""
_RETRY_SECONDS: Final = 2.0
_LOG: Final = Logger(__name__)


class Decides(Protocol):
    """An Admitter."""

    def decide(self, request: AdmissionRequest, *, deadline_seconds: float, at_hand: bool = False) -> Verdict:
        """The verdict; with `at_hand` it raises Cold instead of waiting."""
        ...


@dataclass(frozen=True, slots=True)
class Answered:
    """One answered request, for whoever counts or writes it down."""

    request: AdmissionRequest
    verdict: Verdict
    seconds: float
    warm: bool


class _TooLargeError(Exception):
    pass


@dataclass(slots=True)
class AdmissionApplication:
    """The ASGI application. It is to be served without lifespan and websockets."""

    admitter: Decides
    deadline_seconds: Callable[[], float]
    """Well within the `timeoutSeconds` of the webhook, after which the API server listens no more."""
    max_body_bytes: int = 8 * 1024 * 1024
    """An object has at most some 3 MiB, and an update carries it twice."""
    observe: Callable[[Answered], None] = lambda _: None
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(COLD_THREADS, "cold"))
    _open: int = 0

    @property
    def open_requests(self) -> int:
        """How many are being answered now."""
        return self._open

    def close(self) -> None:
        """Let threads that still wait for git end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one POST of an AdmissionReview."""
        if scope["type"] != "http":
            return
        self._open += 1
        try:
            await self._serve(scope, receive, send)
        finally:
            self._open -= 1

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != PATH:
            await _send(send, HTTPStatus.NOT_FOUND, f"AdmissionReviews go to {PATH}".encode(), "text/plain")
            return
        if scope["method"] != "POST":
            await _send(send, HTTPStatus.METHOD_NOT_ALLOWED, b"use POST", "text/plain")
            return
        try:
            request = read_review(await self._body(receive))
        except _TooLargeError:
            text = f"an AdmissionReview of more than {self.max_body_bytes} bytes".encode()
            await _send(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text, "text/plain")
        except BadReviewError as error:
            await _send(send, HTTPStatus.BAD_REQUEST, str(error).encode(), "text/plain")
        else:
            await _send(send, HTTPStatus.OK, await self._answer(request), "application/json")

    async def _body(self, receive: Receive) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self.max_body_bytes:
                raise _TooLargeError
            if not message.get("more_body"):
                return chunks[0] if len(chunks) == 1 else b"".join(chunks)

    async def _answer(self, request: AdmissionRequest) -> bytes:
        began = time.monotonic()
        deadline = self.deadline_seconds()
        warm = True
        try:
            try:
                verdict = self.admitter.decide(request, deadline_seconds=deadline, at_hand=True)
                body = encoded(verdict, request)
            except Cold:
                warm = False
                verdict, body = await self._cold(request, deadline)
        except Exception as error:  # noqa: BLE001  # the API server is to be told, and the log knows why
            _LOG.exception("an admission failed", uid=request.uid)
            verdict = refusal(_internal(error))
            body = encoded(verdict, request)
        self.observe(Answered(request, verdict, time.monotonic() - began, warm))
        return body

    async def _cold(self, request: AdmissionRequest, deadline: float) -> tuple[Verdict, bytes]:
        """Wait in a thread; when time is up the work there goes on, so that the next try finds it done."""
        work = asyncio.get_running_loop().run_in_executor(self._threads, self._waited, request, deadline)
        try:
            return await asyncio.wait_for(asyncio.shield(work), deadline)
        except TimeoutError:
            work.add_done_callback(_forget)
            verdict = refusal(_late(deadline))
            return verdict, encoded(verdict, request)

    def _waited(self, request: AdmissionRequest, deadline: float) -> tuple[Verdict, bytes]:
        verdict = self.admitter.decide(request, deadline_seconds=deadline)
        return verdict, encoded(verdict, request)


def described(answered: Answered) -> dict[str, object]:
    """The fields of the log's line about an admission."""
    request, verdict = answered.request, answered.verdict
    return admission_fields(
        Admission(
            uid=request.uid,
            namespace=request.namespace,
            kind=request.kind,
            name=request.name,
            generate_name=request.generate_name,
            asked=_asked(request, verdict),
            taken=[found.resource.origin for found in verdict.taken],
            outcome=verdict.outcome,
            reason=verdict.error.reason if verdict.error else None,
            seconds=answered.seconds,
            warm=answered.warm,
            dry_run=request.dry_run,
        )
    )


def _asked(request: AdmissionRequest, verdict: Verdict) -> list[str]:
    """The versions that were taken or, of what is refused, those that its references ask for."""
    if verdict.taken or verdict.error is None:
        return [found.version for found in verdict.taken]
    try:
        return [reference.asked.version for reference in references(request.manifest) if reference.asked.version]
    except ArgosyError:
        return []


def _forget(work: asyncio.Future[tuple[Verdict, bytes]]) -> None:
    if not work.cancelled():
        work.exception()


def _late(deadline: float) -> RetryLater:
    return RetryLater(
        Reason.GIT_TIMEOUT,
        f"the templates were not there within {deadline:g} s",
        remedy="they are being fetched: submit again in a moment",
        delay=_RETRY_SECONDS,
    )


def _internal(error: Exception) -> ArgosyError:
    return ArgosyError(
        Reason.INTERNAL,
        f"this should not happen: {type(error).__name__}",
        remedy="please report it, with the line that the agent wrote in its log",
    )


async def _send(send: Send, status: HTTPStatus, body: bytes, content_type: str) -> None:
    headers = [(b"content-type", content_type.encode()), (b"content-length", str(len(body)).encode())]
    if status >= HTTPStatus.BAD_REQUEST:
        # What is left of a refused body is not waited for.
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": body})
