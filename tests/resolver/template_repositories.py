"""Real git repositories with WorkflowTemplates, written in a line each, and resolvers over them."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from argosy.resolver.policy import Policy
from argosy.resolver.repositories import Credentials, Repository
from argosy.resolver.resolver import Resolver, Surroundings
from argosy.resolver.settings import ResolverSettings
from argosy.resolver.sources import CommitId, RepositoryAlias

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.manifests import Manifest

_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "PATH": os.environ["PATH"],
}


@dataclass(frozen=True, slots=True)
class TemplateRepository:
    """A work tree in a folder, on branch main."""

    folder: Path

    @classmethod
    def create(cls, folder: Path) -> TemplateRepository:
        folder.mkdir(parents=True)
        repository = cls(folder)
        repository.git("init", "--quiet", "--initial-branch=main")
        return repository

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", "-C", str(self.folder), *arguments], check=True, capture_output=True, text=True, env=_ENVIRONMENT
        )
        return done.stdout.strip()

    def commit(self, *tags: str, **templates: str) -> CommitId:
        """Write each WorkflowTemplate with one container template `main` of that image; commit, and tag."""
        for name, image in templates.items():
            (self.folder / f"{name}.yaml").write_text(manifest_text(name, image), encoding="utf-8")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", f"{templates}")
        for tag in tags:
            self.git("tag", tag)
        return CommitId(self.git("rev-parse", "HEAD"))

    def configured(self, alias: str = "main", **changes: Any) -> Repository:
        one = Repository(RepositoryAlias(alias), str(self.folder), credentials=Credentials(ambient=True))
        return replace(one, **changes)


def manifest_text(name: str, image: str) -> str:
    return (
        "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\n"
        f"metadata:\n  name: {name}\nspec:\n  templates:\n"
        f"    - name: main\n      container:\n        image: {image}\n"
    )


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    now: float = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(slots=True)
class Bench:
    """Resolvers that share one cache folder and one clock."""

    cache: Path
    clock: Clock = field(default_factory=Clock)

    def resolver(self, *repositories: Repository, policy: Policy | None = None) -> Resolver:
        surroundings = Surroundings(self.cache, {"PATH": os.environ["PATH"]}, clock=self.clock)
        return Resolver(ResolverSettings(repositories, policy or Policy()), surroundings)


def workflow(version: str = "", *, template: str = "hello", repository: str = "", pull_policy: str = "") -> Manifest:
    """A Workflow with one step that refers to the template `main` of a WorkflowTemplate."""
    asked = {"gitVersion": version, "gitRepo": repository, "pullPolicy": pull_policy}
    annotations = {f"pipekit.io.templates.{key}": value for key, value in asked.items() if value}
    step = {"name": "a", "templateRef": {"name": template, "template": "main"}}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "w-"},
        "spec": {
            "entrypoint": "start",
            "templates": [{"name": "start", "metadata": {"annotations": annotations}, "steps": [[step]]}],
        },
    }


def images(manifest: Manifest) -> list[str]:
    """The images of the container templates, in order."""
    templates = (manifest.get("spec") or {})["templates"]
    return [template["container"]["image"] for template in templates if "container" in template]
