"""What is read of a shared object is remembered with it, stays unchanged, and is forgotten with it."""

from __future__ import annotations

import copy
import gc
from typing import TYPE_CHECKING, Any

import pytest

from argosy.resolver.errors import Denied
from argosy.resolver.flatten import flatten
from argosy.resolver.flatten.contents import RememberedContents
from argosy.resolver.lookup import Found
from argosy.resolver.manifests import ResourceName
from argosy.resolver.sources import (
    CommitId,
    Origin,
    RepositoryAlias,
    RepositoryPath,
    Resource,
    Revision,
    VersionKind,
)

if TYPE_CHECKING:
    from argosy.resolver.lookup import Wanted

COMMIT = CommitId("0" * 40)

BODY = {"inputs": {"parameters": [{"name": "x"}]}, "container": {"image": "i", "args": ["{{inputs.parameters.x}}"]}}
MAIN = {
    "name": "main",
    "inputs": {"parameters": [{"name": "x", "value": 3}]},
    "steps": [[{"name": "a", "inline": BODY, "arguments": {"parameters": [{"name": "x", "value": 4}]}}]],
}
HOISTED_NAME = "main.steps[0][0]"


def resource() -> Resource:
    manifest: Any = {"kind": "WorkflowTemplate", "metadata": {"name": "ci"}, "spec": {"templates": [MAIN]}}
    return Resource(
        Origin(RepositoryAlias("r"), COMMIT),
        "WorkflowTemplate",
        ResourceName("ci"),
        RepositoryPath("ci.yaml"),
        "sha256:0",
        copy.deepcopy(manifest),
    )


def workflow(template: str) -> Any:
    step = {"name": "s", "templateRef": {"name": "ci", "template": template}}
    label = {"pipekit.io.templates.gitVersion": "v1"}
    main = {"name": "start", "metadata": {"labels": label}, "steps": [[step]]}
    return {"kind": "Workflow", "spec": {"entrypoint": "start", "templates": [main]}}


def flattened(shared: Resource, template: str = "main") -> Any:
    def lookup(wanted: Wanted) -> Found:
        assert wanted.name == shared.name
        return Found(shared, Revision(COMMIT, VersionKind.TAG, "refs/tags/v1"), "v1")

    return flatten(workflow(template), lookup)


def test_the_second_request_gets_what_the_first_got() -> None:
    shared = resource()
    first = copy.deepcopy(flattened(shared).manifest)
    assert first == flattened(shared).manifest
    assert first == flattened(resource()).manifest
    assert shared == resource()


def test_a_hoisted_body_cannot_be_called_by_name_because_another_request_hoisted_it() -> None:
    shared = resource()
    flattened(shared)
    with pytest.raises(Denied, match="has no template"):
        flattened(shared, HOISTED_NAME)


def test_a_refusal_is_told_again_to_the_next_request() -> None:
    shared = resource()
    refusals = []
    for _ in range(2):
        with pytest.raises(Denied) as refused:
            flattened(shared, "absent")
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]


def test_contents_are_read_once_for_one_object_and_anew_for_an_equal_one() -> None:
    remembered, one, other = RememberedContents(), resource(), resource()
    assert remembered.of(one) is remembered.of(one)
    assert remembered.of(one) is not remembered.of(other)


def test_contents_are_forgotten_with_their_object() -> None:
    remembered, shared = RememberedContents(), resource()
    remembered.of(shared)
    assert len(remembered) == 1
    del shared
    gc.collect()
    assert len(remembered) == 0
