"""Running git: deadlines that hold whatever the process does, and nothing of this machine in its environment."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from argosy.resolver.errors import Misconfigured
from argosy.resolver.mirror.commands import Command, Ending, Limits, run

ENVIRONMENT = {"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


def _git(folder: Path, script: str) -> dict[str, str]:
    """An environment in which `git` is this shell script."""
    folder.mkdir()
    (folder / "git").write_text(f"#!/bin/sh\n{script}\n", "ascii")
    (folder / "git").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def test_output_messages_status_and_input_are_gits() -> None:
    completed = run(Command(["hash-object", "--stdin"], ENVIRONMENT, b"hi\n"), Limits(5))

    assert completed.output == b"45b983be36b73c0788dc9cbcb76cbb80fc7bb057\n"
    assert (completed.ending, completed.status, completed.messages) == (Ending.EXITED, 0, "")
    assert run(Command(["no-such-command"], ENVIRONMENT), Limits(5)).status == 1


def test_the_environment_is_what_was_given_and_no_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OF_THIS_MACHINE", "s3cr3t")
    environment = _git(tmp_path / "bin", "env")

    completed = run(Command([], environment | {"MINE": "1"}), Limits(5))

    names = {line.partition("=")[0] for line in completed.output.decode().splitlines()}
    assert names - {"PWD", "SHLVL", "_", "OLDPWD"} == {"PATH", "MINE", "LANGUAGE", "LC_ALL"}


def test_a_process_that_heeds_sigterm_may_clean_up(tmp_path: Path) -> None:
    mark = tmp_path / "cleaned"
    environment = _git(tmp_path / "bin", f"trap 'touch {mark}; exit 1' TERM; while :; do sleep 0.05; done")

    completed = run(Command([], environment), Limits(0.3, kill_after_seconds=5))

    assert completed.ending is Ending.DEADLINE
    assert mark.exists()


def test_a_process_that_does_not_is_killed(tmp_path: Path) -> None:
    environment = _git(tmp_path / "bin", "trap '' TERM; while :; do sleep 0.05; done")
    started = time.monotonic()

    completed = run(Command([], environment), Limits(0.2, kill_after_seconds=0.3))

    assert completed.ending is Ending.DEADLINE
    assert time.monotonic() - started < 5


def test_a_grandchild_that_holds_the_pipes_holds_nobody_up_and_is_ended(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    environment = _git(tmp_path / "bin", f"sleep 60 & echo $! > {pid}; echo done")
    started = time.monotonic()

    completed = run(Command([], environment), Limits(10, kill_after_seconds=0.3))

    assert (completed.ending, completed.output) == (Ending.EXITED, b"done\n")
    assert time.monotonic() - started < 5
    until = time.monotonic() + 5
    while _is_alive(int(pid.read_text("ascii"))) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _is_alive(int(pid.read_text("ascii")))


def test_what_is_over_a_limit_is_stopped(tmp_path: Path) -> None:
    environment = _git(tmp_path / "bin", "sleep 60")

    completed = run(Command([], environment), Limits(10, 1, exceeded=lambda: True))

    assert completed.ending is Ending.STOPPED


def test_endless_messages_are_cut(tmp_path: Path) -> None:
    environment = _git(tmp_path / "bin", "head -c 1000000 /dev/zero | tr '\\0' x >&2; echo last >&2")

    messages = run(Command([], environment), Limits(10)).messages

    assert len(messages) <= 65536
    assert messages.endswith("last")


def test_a_descriptor_is_handed_down_when_asked(tmp_path: Path) -> None:
    with (tmp_path / "file").open("wb") as file:
        environment = _git(tmp_path / "bin", f"echo hi > /dev/fd/{file.fileno()}")
        run(Command([], environment, inherited_file=file.fileno()), Limits(5))

    assert (tmp_path / "file").read_bytes() == b"hi\n"


@pytest.mark.parametrize("programs", [(), ("env",), ("env", "timeout")])
def test_a_machine_without_git_is_told_what_to_do(programs: tuple[str, ...], tmp_path: Path) -> None:
    for program in programs:
        (tmp_path / program).symlink_to(shutil.which(program) or "")

    with pytest.raises(Misconfigured) as caught:
        run(Command(["--version"], {"PATH": str(tmp_path)}), Limits(5))

    assert caught.value.remedy == "install git, and put it on PATH"


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").split()[2] != "Z"
    except OSError:
        return False
