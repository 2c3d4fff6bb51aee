"""The webhook's application: what is at hand never waits, what is not is waited for no longer than the deadline."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.admission.application import AdmissionApplication, Answered
from argosy.agent.admission.verdicts import Verdict
from argosy.agent.metrics import Outcome
from argosy.resolver.cold import Cold
from tests.admission.reviewing import response, review
from tests.resolver.template_repositories import workflow

if TYPE_CHECKING:
    from argosy.agent.admission.reviews import AdmissionRequest

BODY = review(workflow("v1.0.0"))


@dataclass(slots=True)
class Slow:
    """Has nothing at hand for the namespace `cold`, and answers for it once `there` is set."""

    there: threading.Event = field(default_factory=threading.Event)

    def decide(self, request: AdmissionRequest, *, deadline_seconds: float, at_hand: bool = False) -> Verdict:
        assert deadline_seconds > 0
        if request.namespace == "cold":
            if at_hand:
                raise Cold
            self.there.wait(10)
        if request.namespace == "broken":
            raise ZeroDivisionError("s3cr3t")
        return Verdict(Outcome.UNCHANGED)


@dataclass(slots=True)
class Called:
    """One call of an ASGI application."""

    status: int = 0
    body: bytes = b""

    async def call(
        self, application: AdmissionApplication, *chunks: bytes, path: str = "/admit", method: str = "POST"
    ) -> Called:
        messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
        messages.append({"type": "http.request", "body": b"", "more_body": False})

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: Any) -> None:
            self.status = message.get("status", self.status)
            self.body += message.get("body", b"")

        await application({"type": "http", "path": path, "method": method}, receive, send)
        return self


def _application(admitter: Slow, *, deadline: float = 8.0, seen: list[Answered] | None = None) -> AdmissionApplication:
    noted = seen if seen is not None else []
    return AdmissionApplication(admitter, lambda: deadline, max_body_bytes=10_000, observe=noted.append)


def test_a_warm_answer_does_not_wait_for_a_hundred_cold_ones() -> None:
    slow, seen = Slow(), list[Answered]()
    application = _application(slow, seen=seen)

    async def both() -> list[Called]:
        cold = [
            asyncio.create_task(Called().call(application, review(workflow("v1"), namespace="cold")))
            for _ in range(100)
        ]
        await asyncio.sleep(0)
        warm = await Called().call(application, BODY)
        assert not any(task.done() for task in cold)
        slow.there.set()
        return [warm, *await asyncio.gather(*cold)]

    assert [response(called.body)["allowed"] for called in asyncio.run(both())] == [True] * 101
    assert [answered.warm for answered in seen] == [True] + [False] * 100


def test_who_waits_too_long_is_told_to_try_again() -> None:
    slow = Slow()
    application = _application(slow, deadline=0.05)

    async def late() -> Called:
        called = await Called().call(application, review(workflow("v1"), namespace="cold"))
        slow.there.set()
        return called

    answer = response(asyncio.run(late()).body)
    assert (answer["allowed"], answer["status"]["code"], answer["status"]["reason"]) == (False, 503, "GitTimeout")
    assert answer["status"]["details"] == {"retryAfterSeconds": 2}


def test_a_fault_of_the_agent_is_an_answer_that_tells_nothing_of_its_inside() -> None:
    answer = response(asyncio.run(Called().call(_application(Slow()), review(workflow(), namespace="broken"))).body)

    assert (answer["allowed"], answer["status"]["code"], answer["status"]["reason"]) == (False, 500, "Internal")
    assert "s3cr3t" not in answer["status"]["message"]


@pytest.mark.parametrize(
    ("chunks", "how", "status"),
    [
        ((BODY,), {"path": "/"}, 404),
        ((BODY,), {"path": "/admit/"}, 404),
        ((), {"method": "GET"}, 405),
        ((), {}, 400),
        ((b"{",), {}, 400),
        ((b"[]",), {}, 400),
        ((b"[" * 5000,), {}, 400),
        ((b'{"apiVersion": "admission.k8s.io/v1beta1", "request": {"uid": "1", "object": {}}}',), {}, 400),
        ((b'{"apiVersion": "admission.k8s.io/v1"}',), {}, 400),
        ((b'{"apiVersion": "admission.k8s.io/v1", "request": {"uid": "1", "object": null}}',), {}, 400),
        ((b'{"apiVersion": "admission.k8s.io/v1", "request": {"uid": 1, "object": {}}}',), {}, 400),
        ((b" " * 10_001,), {}, 413),
        ((b" " * 6000, b" " * 6000), {}, 413),
        ((BODY[:10], BODY[10:]), {}, 200),
    ],
)
def test_what_no_api_server_sends_is_refused(chunks: tuple[bytes, ...], how: dict[str, str], status: int) -> None:
    assert asyncio.run(Called().call(_application(Slow()), *chunks, **how)).status == status
