from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.catalog import Catalog
from argosy.resolver.catalog.child import Child, ChildSettings
from argosy.resolver.catalog.indexing import Scope
from argosy.resolver.catalog.requests import index_from, index_request
from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.manifests import ResourceName
from argosy.resolver.sources import CommitId, Origin, RepositoryAlias
from tests.catalog.repositories import repository, template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from argosy.resolver.catalog.index import Index
    from tests.catalog.repositories import Clone

MEBIBYTE = 1024 * 1024


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    child = Child(ChildSettings(tmp_path / "cache", MEBIBYTE))
    yield child
    child.close()


def scope(clone: Clone) -> Scope:
    return Scope(clone.path, ("**/*.yaml",), MEBIBYTE)


def index(child: Child, clone: Clone, commit: CommitId) -> Index:
    return index_from(child.ask(index_request(scope(clone), commit)))


def wait_until(condition: Callable[[], bool]) -> bool:
    """Other processes keep their own time."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def stopped(child: Child) -> int:
    """Its id; it holds still, as if it hung."""
    assert child.pid is not None
    os.kill(child.pid, signal.SIGSTOP)
    return child.pid


def test_a_child_answers_as_this_process_would(clone: Clone, tmp_path: Path) -> None:
    first = clone.commit({"x.yaml": template("x"), "bad.yaml": b"kind: [WorkflowTemplate"})
    second = clone.commit({"a\nb.yaml": template("other")})
    with (
        Catalog(tmp_path / "one", budget_bytes=MEBIBYTE, child=True) as far,
        Catalog(tmp_path / "two", budget_bytes=MEBIBYTE) as near,
    ):
        for commit in (first, second, first):
            assert far.index(repository(), clone.path, commit) == near.index(repository(), clone.path, commit)
        origin = Origin(RepositoryAlias("etl"), second)
        answers = [
            catalog.resource(repository(), clone.path, origin, "WorkflowTemplate", ResourceName("x"))
            for catalog in (far, near)
        ]
        assert answers[0] == answers[1]


def test_errors_cross_from_the_child_as_they_are(child: Child, clone: Clone) -> None:
    clone.commit({"x.yaml": template("x")})
    with pytest.raises(RetryLater) as caught:
        index(child, clone, CommitId("1" * 40))
    assert caught.value.reason is Reason.NOT_FETCHED


def test_the_child_starts_with_the_first_need_and_knows_no_environment(
    child: Child, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGOSY_TEST_SECRET", "s3cr3t")
    assert child.pid is None
    index(child, clone, clone.commit({"x.yaml": template("x")}))
    assert b"SECRET" not in Path(f"/proc/{child.pid}/environ").read_bytes()


def test_the_child_leaves_the_processor_and_the_memory_to_others(child: Child, clone: Clone) -> None:
    index(child, clone, clone.commit({"x.yaml": template("x")}))
    assert child.pid is not None
    assert os.getpriority(os.PRIO_PROCESS, child.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    assert int(Path(f"/proc/{child.pid}/oom_score_adj").read_text()) == 500
    limits = Path(f"/proc/{child.pid}/limits").read_text().splitlines()
    assert [line.split()[3] for line in limits if line.startswith("Max data size")] == [str(1024**3)]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_child_killed_at_work_is_told_to_who_asked_and_the_next_request_starts_another(
    child: Child, clone: Clone, how: signal.Signals
) -> None:
    commit = clone.commit({"x.yaml": template("x")})
    expected = index(child, clone, commit)
    pid = stopped(child)
    killer = threading.Timer(0.2, os.kill, (pid, how))
    killer.start()
    if how is not signal.SIGKILL:
        threading.Timer(0.25, os.kill, (pid, signal.SIGCONT)).start()
    with pytest.raises(RetryLater) as caught:
        index(child, clone, commit)
    assert caught.value.reason is Reason.INTERNAL
    assert f"ended by signal {how.name} while indexing commit {commit[:12]}" in str(caught.value)
    assert index(child, clone, commit) == expected
    assert child.pid != pid


def test_a_child_that_died_at_rest_is_replaced_without_a_word(child: Child, clone: Clone) -> None:
    commit = clone.commit({"x.yaml": template("x")})
    expected = index(child, clone, commit)
    pid = child.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    # Until it is over for all of its threads, and not only for the first; it is left for the parent to take notice of.
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert index(child, clone, commit) == expected


def test_a_child_that_hangs_is_ended_at_the_deadline(tmp_path: Path, clone: Clone) -> None:
    commit = clone.commit({"x.yaml": template("x")})
    index(starter := Child(ChildSettings(tmp_path / "cache", MEBIBYTE)), clone, commit)
    starter._settings = ChildSettings(tmp_path / "cache", MEBIBYTE, deadline_seconds=0.2)
    pid = stopped(starter)
    with pytest.raises(RetryLater) as caught:
        index(starter, clone, commit)
    assert caught.value.reason is Reason.INTERNAL
    assert "took longer than 0.2 s" in str(caught.value)
    assert not is_running(pid)
    starter.close()


def test_closing_ends_the_child(child: Child, clone: Clone) -> None:
    index(child, clone, clone.commit({"x.yaml": template("x")}))
    pid = child.pid
    assert pid is not None
    child.close()
    assert not is_running(pid)
    assert child.pid is None


def test_many_threads_with_one_question_cause_one_request(
    clone: Clone, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = clone.commit({"x.yaml": template("x")})
    asked: list[str] = []
    entered = threading.Barrier(8)
    with Catalog(tmp_path / "cache", budget_bytes=MEBIBYTE) as catalog:
        ask = catalog._reader.ask

        def slow_ask(request: dict[str, object]) -> object:
            asked.append(str(request["do"]))
            time.sleep(0.3)
            return ask(request)

        def question() -> None:
            entered.wait()
            found.append(catalog.index(repository(), clone.path, commit))

        monkeypatch.setattr(catalog._reader, "ask", slow_ask)
        found: list[Index] = []
        threads = [threading.Thread(target=question) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len({id(one) for one in found}) == 1
    assert (len(found), asked) == (8, ["index"])


PARENT = """
import sys
from pathlib import Path
from argosy.resolver.catalog.child import Child, ChildSettings
from argosy.resolver.catalog.indexing import Scope
from argosy.resolver.catalog.requests import index_request
child = Child(ChildSettings(Path(sys.argv[1]), 1 << 20))
child.ask(index_request(Scope(Path(sys.argv[2]), ("**",), 1 << 20), sys.argv[3]))
print(child.pid, flush=True)
sys.stdin.read()
"""


def test_the_child_does_not_outlive_a_killed_parent(clone: Clone, tmp_path: Path) -> None:
    commit = clone.commit({"x.yaml": template("x")})
    arguments = [sys.executable, "-c", PARENT, str(tmp_path / "cache"), str(clone.path), commit]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_running(pid)
        parent.kill()
    assert wait_until(lambda: not is_running(pid))
