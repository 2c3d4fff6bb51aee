"""What only a process of its own can show: signals, pipes, terminals, and that `--help` tells the truth."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from argosy.agent.cli import application, diff, lint, resolve, templates, versions
from argosy.resolver.documents import dump
from argosy.resolver.resolver import Resolver
from tests.resolver.template_repositories import TemplateRepository, workflow

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from tests.cli.command import Argosy

TEXTS = [application.EXAMPLES, *(one.EXAMPLES for one in (resolve, templates, versions, diff, lint))]
EXAMPLES = sorted({line.strip() for text in TEXTS for line in text.splitlines() if line.startswith("  ")})


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> TemplateRepository:
    """A work tree with all that the examples of --help name, and a kubectl that only counts."""
    folder = tmp_path_factory.mktemp("desk")
    repository = TemplateRepository.create(folder / "work")
    for tag, image in (("v1.2.0", "a"), ("v1.3.0", "b")):
        repository.commit(tag, build=image)
    (repository.folder / "templates").mkdir()
    (repository.folder / "workflow.yaml").write_text(dump(workflow("v1.2.0", template="build")))
    (repository.folder / "cron.yaml").write_text("kind: CronWorkflow\n")
    (repository.folder / "settings.yaml").write_text("repositories: [{url: 'https://git.example/a.git'}]\n")
    (folder / "bin").mkdir()
    (folder / "bin" / "kubectl").write_text("#!/bin/sh\ngrep -c '^kind: Workflow'\n")
    (folder / "bin" / "kubectl").chmod(0o755)
    return repository


@pytest.mark.parametrize("line", EXAMPLES)
def test_every_example_of_the_help_runs(line: str, argosy: Argosy, desk: TemplateRepository) -> None:
    # No example may leave this machine: the host of the examples is the repository beside them.
    command = line.replace("https://git.example/team/templates.git", str(desk.folder))
    command = command.replace("--config settings.yaml", f"--config settings.yaml --repo templates={desk.folder}")
    environment = argosy.environment
    environment["PATH"] = f"{desk.folder.parent}/bin:{environment['PATH']}"

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        cwd=desk.folder,
        env=environment,
        capture_output=True,
        check=False,
    )

    assert (done.returncode, b"rror: " in done.stderr) == (0, False)


@pytest.mark.parametrize("command", ["resolve", "templates", "versions", "diff", "lint"])
def test_every_command_has_a_help_with_examples(command: str, argosy: Argosy) -> None:
    ran = argosy(command, "--help")

    assert (ran.status, f"\n    argosy {command} " in ran.stdout) == (0, True)


def test_the_module_is_the_program(argosy: Argosy) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "argosy.agent.cli", "--version"],
        env=argosy.environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert re.fullmatch(r"argosy \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("argosy re", ["resolve"]),
        ("argosy diff --exit", ["--exit-code"]),
        ("argosy resolve --pull-policy ", ["Always", "IfNotPresent", "Never"]),
    ],
)
def test_the_shell_completes_commands_options_and_values(words: str, expected: list[str], argosy: Argosy) -> None:
    asked = {"_ARGOSY_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}

    stdout, _ = argosy.process(environment=asked).communicate()

    assert stdout.decode().split() == expected


@pytest.fixture
def _interruptible() -> Generator[None]:
    """A run in the background ignores interrupts, and so would every program that it starts."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_an_interrupt_ends_the_program_quietly(argosy: Argosy, library: TemplateRepository, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = argosy.process("resolve", pipe, "--repo", library.folder)
    # Opening waits for the program to open the other end: it is reading its input now.
    with pipe.open("wb"):
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate()

    assert (process.returncode, b"Traceback" in stderr) == (130, False)


def test_a_reader_who_goes_away_ends_the_program_quietly(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    process = argosy.process("resolve", pipe, "--repo", library.folder)
    assert process.stdout
    assert process.stderr
    with process, process.stderr:
        with pipe.open("wb") as file:
            process.stdout.close()
            file.write(b"kind: ConfigMap\n")
        stderr = process.stderr.read()

    assert (process.returncode, stderr) == (141, b"")


def test_a_fault_of_the_program_is_told_in_a_sentence_and_with_a_traceback_on_request(
    argosy: Argosy, library: TemplateRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def faulty(*_: object, **__: object) -> None:
        raise KeyError("x")

    monkeypatch.setattr(Resolver, "index", faulty)
    runs = [
        argosy("templates", "--repo", library.folder),
        argosy("--debug", "templates", "--repo", library.folder),
        argosy("templates", "--repo", library.folder, ARGOSY_DEBUG="1"),
    ]

    assert [(ran.status, "Traceback" in ran.stderr, "[Internal]" in ran.stderr) for ran in runs] == [
        *((70, False, True), (70, True, True), (70, True, True)),
    ]


def _on_a_terminal(argosy: Argosy, *arguments: str | Path, **environment: str) -> bytes:
    """What the program writes when all its output is a terminal."""
    master, slave = pty.openpty()
    process = argosy.process(*arguments, stdout=slave, stderr=slave, environment=environment)
    os.close(slave)
    written = b""
    while True:
        try:
            written += os.read(master, 4096)
        except OSError:
            break
    process.wait()
    os.close(master)
    return written


def test_people_see_colour_unless_they_ask_for_none(argosy: Argosy, library: TemplateRepository) -> None:
    arguments = ("diff", "hello", "v1.0.0", "v1.2.0", "--repo", library.folder)

    coloured = _on_a_terminal(argosy, *arguments)
    plain = _on_a_terminal(argosy, *arguments, NO_COLOR="1")

    assert (b"\x1b[32m+" in coloured, b"\x1b[3" in plain) == (True, False)


def test_manifests_have_no_colour_even_on_a_terminal(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    (tmp_path / "a.yaml").write_text("kind: ConfigMap\n")

    written = _on_a_terminal(argosy, "resolve", tmp_path / "a.yaml", "--repo", library.folder)

    assert b"kind: ConfigMap" in written
    assert b"\x1b[3" not in written


def test_a_name_that_the_locale_cannot_write_is_told_by_its_escape(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("gr\u00fc\u00df", hello="image:1")
    # So Python behaves in a locale such as de_DE.ISO-8859-1, which few machines have installed.
    locale = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}

    process = argosy.process("versions", "hello", "--repo", repository.folder, environment=locale)
    stdout, stderr = process.communicate()

    assert (process.returncode, stderr) == (0, b"")
    assert b"gr\\xfc\\xdf" in stdout
