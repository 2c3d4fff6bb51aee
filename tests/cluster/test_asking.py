"""What the API server refuses, as errors that say what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.agent.cluster import asking
from argosy.agent.cluster.asking import Answer, Permission, ask
from argosy.resolver.errors import ArgosyError, Misconfigured, Reason, RetryLater
from tests.cluster.scripted import Reply

if TYPE_CHECKING:
    from tests.cluster.scripted import ScriptedApi

PERMISSION = Permission("get", "configmaps", "settings", "argo")


def _ask(api: ScriptedApi) -> Answer:
    return ask(api.core().read_namespaced_config_map, "settings", "argo", permission=PERMISSION)


@pytest.mark.parametrize("status", [404, 409, 422])
def test_what_the_caller_can_do_something_about_is_an_answer_with_its_message(api: ScriptedApi, status: int) -> None:
    api.answers(Reply(status, {"kind": "Status", "message": "not\n  so"}))

    answer = _ask(api)

    assert (answer.status, answer.message) == (status, "not so")


@pytest.mark.parametrize("content", [b"<html>", b"[]", b'{"message": 1}', b""])
def test_a_refusal_that_is_no_status_has_no_message(api: ScriptedApi, content: bytes) -> None:
    api.answers(Reply(404, content))

    assert _ask(api).message == ""


def test_a_long_message_is_cut() -> None:
    assert len(Answer(422, {"message": "x" * 100_000}).message) == 500


@pytest.mark.parametrize("status", [401, 403])
def test_a_missing_right_is_named(api: ScriptedApi, status: int) -> None:
    api.answers(Reply(status))

    with pytest.raises(Misconfigured) as caught:
        _ask(api)

    assert caught.value.reason is Reason.CLUSTER_FORBIDDEN
    rule = "get configmaps 'settings' in namespace 'argo'"
    assert str(caught.value) == (
        f"the API server refuses to {rule}: {status}; allow the agent's service account to {rule}"
    )


@pytest.mark.parametrize(
    ("status", "headers", "delay"),
    [
        (429, {"Retry-After": "7"}, 7.0),
        (503, {"Retry-After": "1"}, 1.0),
        (429, {"Retry-After": "86400"}, 60.0),
        (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 5.0),
        (429, {"Retry-After": "-1"}, 5.0),
        (429, {"Retry-After": "٣"}, 5.0),
        (500, {}, 5.0),
    ],
)
def test_trouble_of_the_api_server_is_to_be_retried_when_it_says(
    api: ScriptedApi, status: int, headers: dict[str, str], delay: float
) -> None:
    encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    api.answers(Reply(status, headers=encoded))

    with pytest.raises(RetryLater) as caught:
        _ask(api)

    assert (caught.value.reason, caught.value.delay) == (Reason.CLUSTER_UNAVAILABLE, delay)
    assert len(api.asked) == 1


def test_an_api_server_that_hangs_is_given_up(api: ScriptedApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "_REQUEST_SECONDS", 0.2)
    api.answers(Reply(hangs=True))

    with pytest.raises(RetryLater, match="cannot be asked to get configmaps 'settings' in namespace 'argo'"):
        _ask(api)


def test_nothing_that_was_sent_or_answered_is_in_the_error(api: ScriptedApi) -> None:
    api.answers(Reply(403, {"message": "s3cr3t"}))

    with pytest.raises(ArgosyError) as caught:
        _ask(api)

    cause = caught.value.__cause__
    assert "s3cr3t" not in str(caught.value) + str(cause)
