"""All that the cases need: Argo's controller, the pod player, git, and the agent between them."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pygit2

from tests.e2e.admission.installing import NAMESPACE, installed_agent
from tests.e2e.equivalence.cases import INSTANCE, retagged
from tests.e2e.equivalence.running import Site
from tests.gitservers.http_server import serve_http
from tests.podplayer.api_server import api_server
from tests.podplayer.player import Player, playing

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping
    from pathlib import Path

    from argosy.resolver.manifests import JsonObject
    from tests.controlplane.cluster import ControlPlane
    from tests.e2e.equivalence.cases import Case

AGENT_SEES = "equivalence-controller"
"""The ConfigMap that tells the agent what the controller is like: the controller itself reads another one."""
ARTIFACTS = {
    "archiveLogs": True,
    "s3": {
        "bucket": "played",
        "endpoint": "objects.example:9000",
        "insecure": True,
        "accessKeySecret": {"name": "objects", "key": "access"},
        "secretKeySecret": {"name": "objects", "key": "secret"},
    },
}
QUICK = {"DEFAULT_REQUEUE_TIME": "1s", "MAX_OPERATION_TIME": "5s"}
"""How soon the controller comes back to a Workflow, and how long it stays with one that calls itself without end."""


@contextmanager
def site(
    plane: ControlPlane,
    cases: Iterable[Case],
    environment: Mapping[str, str] | None = None,
    *,
    at_once: int = 60,
    **configuration: object,
) -> Generator[Site]:
    """The controller of the cases and its pods, while a block runs."""
    known = {"instanceID": INSTANCE, "artifactRepository": ARTIFACTS, "images": _images(cases)}
    with (
        plane.workflow_controller({**known, **configuration}, environment={**QUICK, **(environment or {})}),
        api_server(plane) as server,
        playing(Player(server)) as player,
    ):
        yield Site(plane, server, player, at_once)


@contextmanager
def answering(plane: ControlPlane, folder: Path, cases: Mapping[str, Case], *, by_reference: bool) -> Generator[None]:
    """An agent with the templates of the cases in git; a controller that is Strict, as it sees it, needs references."""
    aliases = {alias for case in cases.values() for alias, _ in case.releases}
    for alias in sorted(aliases):
        _repository(folder / "git" / alias, alias, cases)
    restrictions = {"workflowRestrictions": json.dumps({"templateReferencing": "Strict"})}
    metadata = {"name": AGENT_SEES, "namespace": "argo"}
    data = restrictions if by_reference else {}
    plane.apply({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}, *_right_to_read())
    with serve_http(folder / "git", tls_folder=folder) as git:
        repositories = [
            {
                "alias": alias,
                "url": f"{git.url}/{alias}/.git",
                "caFile": str(git.ca_file),
                "deliver": "OnUse" if by_reference else "Never",
            }
            for alias in sorted(aliases)
        ]
        settings = {"repositories": repositories, "controller": {"namespace": "argo", "configMap": AGENT_SEES}}
        with installed_agent(plane, folder, settings):
            yield


def _right_to_read() -> list[dict[str, Any]]:
    """The chart lets the agent read the ConfigMap of the controller only."""
    metadata, group = {"name": AGENT_SEES, "namespace": "argo"}, "rbac.authorization.k8s.io"
    rule = {"apiGroups": [""], "resources": ["configmaps"], "resourceNames": [AGENT_SEES], "verbs": ["get"]}
    role = {"apiVersion": f"{group}/v1", "kind": "Role", "metadata": metadata, "rules": [rule]}
    subject = {"kind": "ServiceAccount", "name": "argosy", "namespace": NAMESPACE}
    reference = {"apiGroup": group, "kind": "Role", "name": AGENT_SEES}
    binding = {"apiVersion": f"{group}/v1", "kind": "RoleBinding", "metadata": metadata}
    return [role, {**binding, "roleRef": reference, "subjects": [subject]}]


def _repository(folder: Path, alias: str, cases: Mapping[str, Case]) -> None:
    """One commit for each release of a case, by its own tag."""
    repository = pygit2.init_repository(str(folder), initial_head="main")
    author = pygit2.Signature("a", "a@example.com", 1_790_000_000, 0)
    empty = repository.create_commit("refs/heads/main", author, author, "empty", repository.TreeBuilder().write(), [])
    for slug, case in cases.items():
        for (held, version), manifests in case.releases.items():
            if held == alias:
                tree = _tree(repository, [retagged(one, slug) for one in manifests])
                commit = repository.create_commit(None, author, author, slug, tree, [empty])
                repository.create_reference(f"refs/tags/{slug}-{version}", commit)


def _tree(repository: pygit2.Repository, manifests: Iterable[JsonObject]) -> pygit2.Oid:
    builder = repository.TreeBuilder()
    for manifest in manifests:
        blob = repository.create_blob(json.dumps(manifest).encode())
        name = f"{manifest['kind']}-{manifest['metadata']['name']}.json"
        builder.insert(name, blob, pygit2.enums.FileMode.BLOB)
    return builder.write()


def _images(cases: Iterable[Case]) -> dict[str, object]:
    """A command for every text that may be an image: the controller would ask a registry for that of one without."""
    texts = {text for case in cases for one in (case.workflow, *case.templates) for text in _texts(one)}
    return {text: {"cmd": ["played"]} for text in sorted(texts)}


def _texts(value: object) -> Generator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key in ("image", "value", "default") and isinstance(item, str) and len(item) < 120:
                yield item
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
