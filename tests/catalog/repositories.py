"""Bare repositories for the catalog to read, written by git's own fast-import."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from argosy.resolver.repositories import DEFAULT_PATHS, Repository
from argosy.resolver.sources import CommitId, RepositoryAlias

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE, SYMLINK, SUBMODULE = "100644", "120000", "160000"
ENVIRONMENT = {"PATH": "/usr/bin:/bin:/usr/local/bin", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}


def template(name: str, *, kind: str = "WorkflowTemplate", image: str = "alpine:3") -> bytes:
    return f"""\
apiVersion: argoproj.io/v1alpha1
kind: {kind}
metadata:
  name: {name}
spec:
  templates:
    - name: main
      container:
        image: {image}
""".encode()


@dataclass(frozen=True, slots=True)
class Special:
    """What is at a path instead of a plain file."""

    mode: str
    content: bytes


def symlink(target: str) -> Special:
    return Special(SYMLINK, target.encode())


@dataclass(slots=True)
class Clone:
    """A bare repository; each commit follows the one before and keeps its other files."""

    path: Path
    commits: list[CommitId] = field(default_factory=list[CommitId])

    @classmethod
    def at(cls, path: Path) -> Clone:
        _git("init", "--quiet", "--bare", "--initial-branch=main", str(path))
        return cls(path)

    def commit(self, files: Mapping[str, bytes | Special | None]) -> CommitId:
        """Put these files in, or take them out where there is None."""
        stream = b"commit refs/heads/main\ncommitter A <a@example.invalid> 1700000000 +0000\ndata 0\n"
        if self.commits:
            stream += b"from refs/heads/main^0\n"
        stream += b"".join(_change(path, content) for path, content in files.items())
        _git("fast-import", "--quiet", folder=self.path, stdin=stream)
        self.commits.append(CommitId(_git("rev-parse", "refs/heads/main", folder=self.path)))
        return self.commits[-1]


def repository(*paths: str, max_blob_bytes: int = 1024 * 1024) -> Repository:
    return Repository(
        RepositoryAlias("etl"),
        "https://git.example/etl.git",
        paths=paths or DEFAULT_PATHS,
        max_blob_bytes=max_blob_bytes,
    )


def _change(path: str, content: bytes | Special | None) -> bytes:
    quoted = '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    if content is None:
        return f"D {quoted}\n".encode()
    mode, data = (FILE, content) if isinstance(content, bytes) else (content.mode, content.content)
    if mode == SUBMODULE:
        return f"M {mode} {data.decode()} {quoted}\n".encode()
    return f"M {mode} inline {quoted}\ndata {len(data)}\n".encode() + data + b"\n"


def _git(*arguments: str, folder: Path | None = None, stdin: bytes = b"") -> str:
    place = [] if folder is None else ["--git-dir", str(folder)]
    done = subprocess.run(
        ["git", *place, *arguments], input=stdin, env=ENVIRONMENT, check=True, capture_output=True, timeout=30
    )
    return done.stdout.decode().strip()
