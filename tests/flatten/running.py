"""Flattening as the tests run it: YAML in, and with what must hold for every input checked along the way."""

from __future__ import annotations

from copy import deepcopy
from textwrap import dedent
from typing import TYPE_CHECKING, TypedDict, Unpack, cast

from argosy.resolver.contract import API_VERSION, VERSION
from argosy.resolver.documents import load
from argosy.resolver.flatten import FlattenLimits, flatten

if TYPE_CHECKING:
    from argosy.resolver.flatten import WorkflowDefaults
    from argosy.resolver.flattened import Flattened, Mode
    from argosy.resolver.manifests import JsonValue, Namespace
    from tests.flatten.memory import TemplatesInMemory


class Options(TypedDict, total=False):
    """The options of `flatten`."""

    mode: Mode
    namespace: Namespace
    limits: FlattenLimits
    defaults: WorkflowDefaults | None


def read(text: str) -> JsonValue:
    """The YAML as Argo reads it."""
    return load(dedent(text).encode())


def workflow(spec: str, *, version: str = "v1", **metadata: JsonValue) -> JsonValue:
    """A Workflow that asks for a version as a whole; an empty one asks for none."""
    asking = {"annotations": {VERSION: version}} if version else {}
    return {
        "apiVersion": API_VERSION,
        "kind": "Workflow",
        "metadata": {"generateName": "run-", **asking, **metadata},
        "spec": read(spec),
    }


def template(name: str, spec: str, *, kind: str = "WorkflowTemplate") -> JsonValue:
    """A WorkflowTemplate, or the cluster's kind."""
    return {"apiVersion": API_VERSION, "kind": kind, "metadata": {"name": name}, "spec": read(spec)}


def cluster_template(name: str, spec: str) -> JsonValue:
    return template(name, spec, kind="ClusterWorkflowTemplate")


def flattened(manifest: JsonValue, lookup: TemplatesInMemory, **options: Unpack[Options]) -> Flattened:
    """The result, after checking that nothing passed in has changed, that a second pass finds nothing left to do, and
    that the order in which keys were written does not matter.
    """
    before = deepcopy((manifest, lookup.manifests()))
    result = flatten(manifest, lookup, **options)
    assert before == (manifest, lookup.manifests())
    again = flatten(result.manifest, lookup, **options)
    assert again.manifest is result.manifest
    turned = flatten(_turned(manifest), lookup, **options)
    assert turned == result
    return result


def templates(result: Flattened) -> dict[str, JsonValue]:
    """The templates of the flattened spec, by name, in their order."""
    found = spec(result)["templates"]
    assert len({one["name"] for one in found}) == len(found)
    return {one["name"]: one for one in found}


def spec(result: Flattened) -> JsonValue:
    manifest = cast("JsonValue", result.manifest)
    inner = manifest["spec"]
    return inner["workflowSpec"] if manifest["kind"] == "CronWorkflow" else inner


def metadata(result: Flattened) -> JsonValue:
    return cast("JsonValue", result.manifest)["metadata"]


def names(result: Flattened) -> dict[str, str]:
    """The name that each copied template got, by `resource/template`; with the version where it is taken twice."""
    return {f"{one.identity.resource}/{one.identity.template}": str(one.name) for one in result.renames}


def callers(one: JsonValue) -> dict[str, JsonValue]:
    """The steps or tasks of a template, by name."""
    steps = [step for group in one.get("steps") or [] for step in group]
    return {caller["name"]: caller for caller in [*steps, *(one.get("dag") or {}).get("tasks", [])]}


def _turned(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: _turned(inner) for key, inner in reversed(value.items())}
    return [_turned(one) for one in value] if isinstance(value, list) else value
