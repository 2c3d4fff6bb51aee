"""The parts that rows are measured on: a large repository, a git server for it, resolvers over its clone."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from argosy.resolver.manifests import Namespace
from argosy.resolver.policy import Policy
from argosy.resolver.repositories import Repository
from argosy.resolver.resolver import Resolver, Surroundings
from argosy.resolver.search import Question
from argosy.resolver.settings import ResolverSettings
from argosy.resolver.sources import CommitId, RepositoryAlias
from benchmarks.repository import Shape, build, name_of, path_of, template
from tests.gitservers.http_server import serve_http

if TYPE_CHECKING:
    from collections.abc import Generator

    from argosy.resolver.manifests import Manifest

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "LC_ALL": "C",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
}
QUESTION = Question(Namespace("bench"))


@dataclass(frozen=True, slots=True)
class Scene:
    """A repository served over https on loopback, and a folder for what is made of it."""

    folder: Path
    shape: Shape
    url: str
    ca_file: Path

    @property
    def environment(self) -> dict[str, str]:
        """What git needs to ask the server by itself."""
        return {**ENVIRONMENT, "GIT_SSL_CAINFO": str(self.ca_file)}

    @property
    def upstream(self) -> Path:
        return self.folder / "upstream.git"

    def resolver(self, cache: str) -> Resolver:
        repository = Repository(
            RepositoryAlias("bench"), self.url, ca_file=self.ca_file, freshness_seconds=0, fetch_timeout_seconds=300
        )
        return Resolver(ResolverSettings((repository,), Policy()), Surroundings(self.folder / cache, ENVIRONMENT))

    def tag_commit(self, tag: str) -> CommitId:
        return CommitId(git("rev-parse", tag, folder=self.upstream))

    def release(self, number: int) -> str:
        """A new commit upstream that changes as many files as each before, with a tag that no clone has seen."""
        tag = f"v2.{number}.0"
        lines = [f"commit refs/heads/main\ncommitter A <a@example.invalid> {1_800_000_000 + number} +0000\ndata 1\nr"]
        lines.append("from refs/heads/main^0")
        for changed in range(self.shape.changed):
            data = template(changed, 10_000 + number)
            lines.append(f"M 100644 inline {path_of(changed)}\ndata {len(data.encode())}\n{data}")
        lines.append(f"\nreset refs/tags/{tag}\nfrom refs/heads/main\n")
        git("fast-import", "--quiet", "--force", folder=self.upstream, stdin="\n".join(lines))
        return tag


@contextmanager
def scene(shape: Shape) -> Generator[Scene]:
    """Build the repository and serve it until the rows are measured."""
    with tempfile.TemporaryDirectory(prefix="argosy-bench-") as folder:
        build(Path(folder, "upstream.git"), shape)
        with serve_http(Path(folder), tls_folder=Path(folder)) as server:
            yield Scene(Path(folder), shape, f"{server.url}/upstream.git", Path(folder, "ca.pem"))


def git(*arguments: str, folder: Path, stdin: str | None = None, ca_file: Path | None = None) -> str:
    """Git's own answer, the way a person would ask."""
    done = subprocess.run(
        ["git", "--git-dir", str(folder), *arguments],
        check=True,
        capture_output=True,
        text=True,
        input=stdin,
        env={**ENVIRONMENT, "GIT_SSL_CAINFO": str(ca_file)} if ca_file else ENVIRONMENT,
    )
    return done.stdout.strip()


def workflow(version: str, number: int = 0) -> Manifest:
    """A Workflow that calls one template of the repository."""
    reference = {"name": name_of(number), "template": "extract"}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "bench-"},
        "spec": {
            "entrypoint": "main",
            "templates": [
                {
                    "name": "main",
                    "metadata": {"labels": {"pipekit.io.templates.gitVersion": version}},
                    "steps": [[{"name": "extract", "templateRef": reference}]],
                }
            ],
        },
    }
