"""One look: what changed on disk is applied, refused, or told to wait for the next start."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import pytest

from argosy.agent.metrics import Reloaded
from argosy.resolver.errors import Reason, RetryLater
from tests.reloading.listening import URL, Listening, Mount, reloading_of

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.agent.reloading import Reloading

FIRST = f"repositories: [{{url: '{URL}'}}]\n"


@pytest.fixture
def mount(tmp_path: Path) -> Mount:
    mount = Mount(tmp_path / "settings")
    mount.write(settings_yaml=FIRST)
    return mount


@pytest.fixture
def listening() -> Listening:
    return Listening()


@pytest.fixture
def reloading(mount: Mount, listening: Listening) -> Reloading:
    reloading = reloading_of(mount.folder / "settings.yaml", listening)
    asyncio.run(reloading.look())
    return reloading


def test_nothing_is_told_where_nothing_changed(reloading: Reloading, listening: Listening) -> None:
    asyncio.run(reloading.look())

    assert (listening.reports, listening.applied, listening.certificates, listening.credentials) == ([], [], 0, [])


def test_settings_that_hold_at_once_are_applied(reloading: Reloading, listening: Listening, mount: Mount) -> None:
    mount.write(settings_yaml=FIRST + "webhook: {deadline: 3s}\npolicy: {rules: [{namespaces: [a]}]}\n")

    asyncio.run(reloading.look())

    assert [one.deadline_seconds for one in listening.applied] == [3.0]
    assert reloading.settings == listening.applied[0]
    assert [(one.outcome, one.at_once, one.at_start) for one in listening.reports] == [
        (Reloaded.APPLIED, ("policy", "webhook.deadline"), ())
    ]


def test_settings_that_need_a_start_are_told_and_not_applied(
    reloading: Reloading, listening: Listening, mount: Mount, caplog: pytest.LogCaptureFixture
) -> None:
    mount.write(settings_yaml=FIRST + "webhook: {port: 9443}\ncache: /elsewhere\n")

    with caplog.at_level(logging.WARNING):
        asyncio.run(reloading.look())

    assert (listening.applied, reloading.settings.webhook.port) == ([], 8443)
    assert [(one.outcome, one.at_start) for one in listening.reports] == [(Reloaded.UNCHANGED, ("cache", "webhook"))]
    assert [record.getMessage() for record in caplog.records] == ["these settings take effect at the next start"]


def test_what_waits_for_a_start_is_told_again_with_the_next_change(
    reloading: Reloading, listening: Listening, mount: Mount
) -> None:
    mount.write(settings_yaml=FIRST + "webhook: {port: 9443}\n")
    asyncio.run(reloading.look())
    mount.write(settings_yaml=FIRST + "webhook: {port: 9443, deadline: 3s}\n")
    asyncio.run(reloading.look())

    (applied,) = listening.applied
    assert (applied.deadline_seconds, applied.webhook.port) == (3.0, 8443)
    assert [one.at_start for one in listening.reports] == [("webhook",), ("webhook",)]


@pytest.mark.parametrize(
    "text",
    ["", "repositories: [", "repositories: []", FIRST + "webhook: {deadline: 90s}\n", FIRST + "nope: 1\n", "\x00"],
)
def test_a_bad_file_is_refused_and_the_old_settings_hold(
    text: str, reloading: Reloading, listening: Listening, mount: Mount, caplog: pytest.LogCaptureFixture
) -> None:
    before = reloading.settings
    mount.write(settings_yaml=text)

    with caplog.at_level(logging.ERROR):
        asyncio.run(reloading.look())
        asyncio.run(reloading.look())

    (report,) = listening.reports
    assert (report.outcome, listening.applied, reloading.settings) == (Reloaded.REFUSED, [], before)
    assert str(mount.folder / "settings.yaml") in str(report.problem) or "REPO_URL" in str(report.problem)
    assert [record.getMessage() for record in caplog.records] == ["the new settings are refused, and the old ones hold"]


def test_a_file_that_is_gone_is_refused_and_taken_again_when_it_is_back(
    reloading: Reloading, listening: Listening, mount: Mount
) -> None:
    (mount.folder / "settings.yaml").unlink()
    asyncio.run(reloading.look())
    mount.write(settings_yaml=FIRST)
    asyncio.run(reloading.look())

    assert [one.outcome for one in listening.reports] == [Reloaded.REFUSED, Reloaded.UNCHANGED]


@pytest.mark.parametrize(
    ("failure", "reason"),
    [(RetryLater(Reason.GIT_UNREACHABLE, "no answer"), Reason.GIT_UNREACHABLE), (KeyError("x"), Reason.INTERNAL)],
)
def test_settings_that_cannot_be_applied_are_refused(
    failure: Exception, reason: Reason, reloading: Reloading, listening: Listening, mount: Mount
) -> None:
    before, listening.failure = reloading.settings, failure
    mount.write(settings_yaml=FIRST + "webhook: {deadline: 3s}\n")

    asyncio.run(reloading.look())

    (report,) = listening.reports
    assert report.problem is not None
    assert (report.outcome, report.problem.reason, reloading.settings) == (Reloaded.REFUSED, reason, before)


def test_settings_that_changed_while_the_agent_started_are_found_by_the_first_look(
    mount: Mount, listening: Listening
) -> None:
    reloading = reloading_of(mount.folder / "settings.yaml", listening)
    mount.write(settings_yaml=FIRST + "webhook: {deadline: 3s}\n")

    asyncio.run(reloading.look())

    assert [one.outcome for one in listening.reports] == [Reloaded.APPLIED]


def test_credentials_are_told_by_the_repositories_that_they_are_of(tmp_path: Path, listening: Listening) -> None:
    rows = "\n".join(
        f"- {{alias: {alias}, url: '{URL}', credentials: {{tokenFile: {name}}}}}"
        for alias, name in (("a", "one/token"), ("b", "one/token"), ("c", "two/token"))
    )
    (tmp_path / "settings.yaml").write_text(f"repositories:\n{rows}\n")
    one, two = Mount(tmp_path / "one"), Mount(tmp_path / "two")
    two.write(token="2")
    reloading = reloading_of(tmp_path / "settings.yaml", listening)
    asyncio.run(reloading.look())

    one.write(token="1")
    asyncio.run(reloading.look())
    two.write(token="3")
    asyncio.run(reloading.look())

    assert (listening.credentials, listening.reports) == ([["a", "b"], ["c"]], [])


def test_another_mounted_pair_is_told(tmp_path: Path, listening: Listening) -> None:
    pair = Mount(tmp_path / "tls")
    pair.write(tls_crt="a", tls_key="b")
    (tmp_path / "settings.yaml").write_text(FIRST + "certificate: {folder: tls}\n")
    reloading = reloading_of(tmp_path / "settings.yaml", listening)
    asyncio.run(reloading.look())

    pair.write(tls_crt="c", tls_key="d")
    asyncio.run(reloading.look())

    assert (listening.certificates, listening.reports) == (1, [])


def test_files_that_new_settings_name_are_looked_at_from_then_on(
    reloading: Reloading, listening: Listening, mount: Mount
) -> None:
    secret = mount.folder.with_name("secret")
    Mount(secret).write(token="1")
    named = f"repositories: [{{url: '{URL}', credentials: {{tokenFile: {secret}/token}}}}]\n"
    mount.write(settings_yaml=named)
    asyncio.run(reloading.look())
    asyncio.run(reloading.look())
    Mount(secret).write(token="2")
    asyncio.run(reloading.look())

    assert listening.credentials == [["templates"]]
    assert reloading.folders() == {mount.folder, secret}
