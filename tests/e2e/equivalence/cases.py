"""A case: a Workflow that asks for templates from git, the templates, and what its containers do."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from argosy.resolver import contract
from tests.podplayer.scripts import Outcome, Script

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from argosy.resolver.manifests import JsonObject

INSTANCE_ID = "workflows.argoproj.io/controller-instanceid"
INSTANCE = "equivalence"
"""Of the controller that runs the cases: it leaves alone what other tests have made."""
REPOSITORY = "templates"
DEFAULT_SCRIPT = Script(
    (
        ("*flip*", Outcome(result="heads")),
        ("*gen*", Outcome(result="[1, 2]")),
        ("*random*", Outcome(result="7")),
        ("*number*", Outcome(result="7")),
        ("*fail*", Outcome(exit_code=1)),
    )
)

Release = tuple[str, str]
"""The alias of a repository, and a tag."""


@dataclass(frozen=True, slots=True)
class Case:
    """One Workflow, every release that it may draw on, and objects that must stand in its namespace."""

    name: str
    workflow: JsonObject
    releases: Mapping[Release, list[JsonObject]]
    script: Script = DEFAULT_SCRIPT
    objects: tuple[JsonObject, ...] = ()

    @property
    def has_original(self) -> bool:
        """Whether Argo by itself can run it: it knows one version of each template."""
        return len(self.releases) <= 1

    @property
    def templates(self) -> list[JsonObject]:
        """What stands in the cluster for the original."""
        return [manifest for manifests in self.releases.values() for manifest in manifests]

    @property
    def asks(self) -> bool:
        """Whether anything in it asks for a version; if not, the agent leaves it to the cluster."""
        return contract.VERSION in json.dumps(self.workflow)

    def original(self) -> JsonObject:
        """The Workflow with no word of versions."""
        return _named(without_asking(self.workflow))

    def asking(self, slug: str) -> JsonObject:
        """The Workflow with tags that no other case has."""
        return _named(retagged(self.workflow, slug))


def retagged(value: Any, slug: str) -> Any:
    """The same with each version that it asks for put under the case's own name."""
    return with_versions(value, lambda version: f"{slug}-{version}")


def with_versions(value: Any, named: Callable[[str], str]) -> Any:
    """The same with each version that it asks for called something else."""
    if isinstance(value, dict):
        return {
            key: named(str(item)) if key == contract.VERSION and item else with_versions(item, named)
            for key, item in value.items()
        }
    return [with_versions(item, named) for item in value] if isinstance(value, list) else value


def by_tags(case: Case, commit_of: Callable[[str, str], str]) -> Case:
    """The same with commits that it asks for, by alias and tag, called by their tags: in git they have other ids."""
    tags = {commit_of(alias, version): version for alias, version in case.releases}

    def changed(value: Any) -> Any:
        return with_versions(value, lambda version: tags.get(version, version))

    releases = {release: changed(manifests) for release, manifests in case.releases.items()}
    return replace(case, workflow=changed(case.workflow), releases=releases)


def without_asking(value: Any) -> Any:
    """The same without the keys by which users ask for versions."""
    if isinstance(value, dict):
        return {key: without_asking(item) for key, item in value.items() if key not in contract.ASKED_KEYS}
    return [without_asking(item) for item in value] if isinstance(value, list) else value


def _named(workflow: JsonObject) -> JsonObject:
    """With a name that is the same each way, of this controller's Workflows."""
    result: JsonObject = copy.deepcopy(workflow)
    given = result.get("metadata") or {}
    name = given.get("name") or f"{given.get('generateName', 'run-')}x"
    kept = {key: value for key, value in given.items() if key in ("labels", "annotations")}
    result["metadata"] = {**kept, "name": name, "labels": {**(given.get("labels") or {}), INSTANCE_ID: INSTANCE}}
    return result


def numbered(cases: Iterable[Case]) -> dict[str, Case]:
    """Cases by a short name each, that namespaces and tags are called by."""
    return {f"c{number:04d}": case for number, case in enumerate(cases)}
