"""The whole agent without a cluster: reviews over TLS, probes, metrics, log lines, and an orderly end."""

from __future__ import annotations

import http.client
import signal
import ssl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import pytest

from tests.admission.reviewing import applied, response, review
from tests.gitservers.http_server import Slow, Step, serve_http
from tests.process.running import Running, running_agent
from tests.resolver.template_repositories import TemplateRepository, images, workflow

if TYPE_CHECKING:
    from collections.abc import Generator


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    return repository


@pytest.fixture
def agent(tmp_path: Path, templates: TemplateRepository) -> Generator[Running]:
    with running_agent(tmp_path, "--repo", str(templates.folder)) as running:
        running.wait_ready()
        yield running


def test_a_review_over_tls_is_answered_counted_and_written_down(agent: Running) -> None:
    manifest = workflow("v1.0.0")

    stored = applied(manifest, agent.admit(review(manifest)))
    refused = agent.admit(review(workflow("v9.9.9")))

    assert images(stored) == ["image:1"]
    assert refused["status"]["reason"] == "VersionNotFound"
    metrics = agent.get("/metrics")[1]
    assert 'argosy_admissions_total{dry_run="false",kind="Workflow",outcome="flattened",reason=""} 1.0' in metrics
    assert 'outcome="denied",reason="VersionNotFound"} 1.0' in metrics
    told = [line for line in agent.log() if line["message"] == "answered"]
    assert [(line["namespace"], line["outcome"]) for line in told] == [("team-a", "flattened"), ("team-a", "denied")]
    assert [line["asked"] for line in told] == [["v1.0.0"], ["v9.9.9"]]


def test_the_line_of_an_admission_is_the_one_in_the_docs(agent: Running) -> None:
    page = Path(__file__).parents[2] / "docs" / "metrics.md"
    told = orjson.loads(page.read_text(encoding="utf-8").split("```json\n")[1].split("```")[0])

    agent.admit(review(workflow("v1.0.0")))

    (line,) = [line for line in agent.log() if line["message"] == told["message"]]
    assert list(line) == list(told)
    assert (line["logger"], line["level"], line["outcome"]) == (told["logger"], told["level"], told["outcome"])


def test_a_tag_that_moved_is_counted_as_often_as_it_is_told(tmp_path: Path, templates: TemplateRepository) -> None:
    with running_agent(tmp_path, "--repo", str(templates.folder)) as running:
        running.wait_ready()
        running.admit(review(workflow("v1.0.0")))
        templates.commit(hello="image:2")
        templates.git("tag", "--force", "v1.0.0")
        told = [running.admit(review(workflow("v1.0.0", pull_policy="Always"))) for _ in range(2)]

        assert [len(one["warnings"]) for one in told] == [1, 1]
        assert 'argosy_admission_notices_total{reason="TagMoved"} 2.0' in running.get("/metrics")[1]


def test_what_was_resolved_once_is_answered_from_memory_and_git_is_not_asked(
    tmp_path: Path, templates: TemplateRepository
) -> None:
    with serve_http(templates.folder.parent, tls_folder=tmp_path) as git:
        repository = {"url": f"{git.url}/templates/.git", "caFile": str(git.ca_file), "freshness": "1h"}
        settings = tmp_path / "settings.yaml"
        settings.write_bytes(orjson.dumps({"repositories": [repository]}))
        with running_agent(tmp_path, "--config", str(settings)) as running:
            running.wait_ready()
            first = running.admit(review(workflow("v1.0.0")))
            asked = len(git.requests)
            again = [running.admit(review(workflow("v1.0.0"))) for _ in range(20)]

            assert again == [first] * 20
            assert len(git.requests) == asked
            told = [line["warm"] for line in running.log() if line["message"] == "answered"]
            assert told == [False] + [True] * 20


def test_settings_that_change_hold_without_a_restart_and_bad_ones_are_refused(
    tmp_path: Path, templates: TemplateRepository
) -> None:
    other = TemplateRepository.create(templates.folder.with_name("other"))
    other.commit("v1.0.0", hi="image:9")
    with serve_http(templates.folder.parent, tls_folder=tmp_path) as git:
        names = ("templates", "other")
        rows = [{"alias": one, "url": f"{git.url}/{one}/.git", "caFile": str(git.ca_file)} for one in names]
        settings = tmp_path / "settings.yaml"
        settings.write_bytes(orjson.dumps({"repositories": rows[:1]}))
        with running_agent(tmp_path, "--config", str(settings)) as running:
            running.wait_ready()
            before = running.admit(review(workflow("v1.0.0", template="hi")))
            settings.write_bytes(b"repositories: 7")
            running.wait_for("the new settings are refused, and the old ones hold")
            settings.write_bytes(orjson.dumps({"repositories": rows}))
            running.wait_for("new settings hold")
            after = running.admit(review(workflow("v1.0.0", template="hi")))

            assert (before["allowed"], after["allowed"]) == (False, True)
            assert 'argosy_settings_reloads_total{outcome="refused"} 1.0' in running.get("/metrics")[1]


def test_a_request_on_an_open_connection_is_answered_though_the_agent_was_told_to_end(agent: Running) -> None:
    context = ssl.create_default_context(cafile=str(agent.folder / "cache" / "certificates" / "ca.crt"))
    port = agent.ports["webhook"]
    with closing(http.client.HTTPSConnection("localhost", port, context=context, timeout=10)) as connection:

        def ask() -> tuple[int, bool, str | None]:
            connection.request("POST", "/admit", review(workflow("v1.0.0")))
            answer = connection.getresponse()
            return answer.status, response(answer.read())["allowed"], answer.getheader("Connection")

        answers = [ask()]
        agent.process.send_signal(signal.SIGTERM)
        while answers[-1][2] is None:
            answers.append(ask())

    assert set(answers[:-1]) == {(200, True, None)}
    assert answers[-1] == (200, True, "close")
    assert agent.process.wait(20) == 0


def test_what_is_being_answered_when_the_agent_is_told_to_end_is_answered(
    tmp_path: Path, templates: TemplateRepository
) -> None:
    with serve_http(templates.folder.parent, tls_folder=tmp_path) as git:
        settings = tmp_path / "settings.yaml"
        repository = {"url": f"{git.url}/templates/.git", "caFile": str(git.ca_file)}
        settings.write_bytes(orjson.dumps({"repositories": [repository]}))
        with running_agent(tmp_path, "--config", str(settings)) as running, ThreadPoolExecutor(1) as threads:
            running.wait_ready()
            templates.commit("v2.0.0", hello="image:2")
            git.faults[Step.FETCH] = Slow(1.5)
            manifest = workflow("v2.0.0")
            answer = threads.submit(running.admit, review(manifest))
            assert git.stalled.wait(10)
            status = running.terminate()

    assert images(applied(manifest, answer.result())) == ["image:2"]
    assert status == 0


def _children_of(pid: int) -> list[Path]:
    """Their folders in /proc, which are there as long as they are."""
    found: list[Path] = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            if int(stat.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(stat.parent)
    return found


def test_sigterm_ends_the_agent_and_its_reading_child(agent: Running) -> None:
    agent.admit(review(workflow("v1.0.0")))
    children = _children_of(agent.process.pid)

    assert agent.terminate() == 0
    assert [line["message"] for line in agent.log()].count("stopping") == 1
    assert len(children) == 1
    assert not any(child.exists() for child in children)


def test_an_agent_is_not_ready_before_its_first_clone_and_says_why(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    TemplateRepository.create(folder).commit("v1.0.0", hello="image:1")
    (folder / ".git").rename(tmp_path / "gone")
    (folder / ".git").mkdir()
    for name in ("objects", "refs"):
        (folder / ".git" / name).mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    (folder / ".git" / "config").write_text("[core]\n\tbroken")

    with running_agent(tmp_path, "--repo", str(folder)) as running:
        status, text = running.get("/readyz?verbose")

        assert status == 503
        assert "repository templates: " in text
        assert running.get("/livez") == (200, "ok\n")


def test_settings_that_make_no_sense_stop_the_start(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "argosy.agent.cli", "agent"],
        env={"HOME": str(tmp_path), "REPO_URL": "https://git.example/a.git", "ARGOSY_WEBHOOK_DEADLINE": "60s"},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert (done.returncode, done.stdout) == (2, "")
    assert "ARGOSY_WEBHOOK_DEADLINE: " in done.stderr
