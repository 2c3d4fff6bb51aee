"""Runs the program `argosy`: in this process for its texts, as a process of its own where that matters."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from typer.testing import CliRunner

from argosy.agent.cli.application import application

if TYPE_CHECKING:
    from collections.abc import Mapping

ARGOSY = Path(sys.executable).with_name("argosy")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the program came to."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Argosy:
    """The program with a home and a cache of its own."""

    home: Path

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{ARGOSY.parent}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "ARGOSY_CACHE": str(self.home / "cache"),
            "TERM": "xterm-256color",
        }

    def __call__(self, *arguments: str | Path, stdin: bytes = b"", **environment: str) -> Ran:
        """Run in this process."""
        cleared: dict[str, str | None] = dict.fromkeys(os.environ)
        result = CliRunner().invoke(
            application,
            [str(one) for one in arguments],
            input=stdin,
            env={**cleared, **self.environment, **environment},
            prog_name="argosy",
        )
        return Ran(result.exit_code, result.stdout, result.stderr)

    def process(
        self,
        *arguments: str | Path,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.PIPE,
        stderr: int = subprocess.PIPE,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[bytes]:
        """Start as a process of its own."""
        return subprocess.Popen(
            [str(ARGOSY), *map(str, arguments)],
            env={**self.environment, **(environment or {})},
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
        )
