"""Templates in memory, and what is delivered for objects that take them."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any, cast

from argosy.agent.delivery import Parcel, Sender, Stamp, parcels_of
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Flattened, Mode
from argosy.resolver.manifests import Namespace
from tests.flatten.memory import TemplatesInMemory
from tests.flatten.running import read, template, workflow

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue

RUNNER = "argosy-agent-0001"
RUN = "705ab4f5-6393-11e8-b7cc-42010a800002"
TEAM = Namespace("team-a")
SENDER = Sender(TEAM, RUNNER, RUN)
NOW = 1_790_000_000.0
USED = Stamp(NOW, 60.0)
BUILD = template("ci", "templates: [{name: build, suspend: {}}]")


def calling(*callers: str, version: str = "v1") -> JsonValue:
    """A Workflow with a step for each templateRef, written as YAML in braces."""
    steps = "\n".join(f"    - [{{name: s{number}, templateRef: {one}}}]" for number, one in enumerate(callers))
    return workflow(f"entrypoint: main\ntemplates:\n- name: main\n  steps:\n{steps}", version=version)


CALLING = calling("{name: ci, template: build}")


def flattened(lookup: TemplatesInMemory, manifest: JsonValue = CALLING, mode: Mode = Mode.FLATTEN) -> Flattened:
    return flatten(manifest, lookup, mode=mode, namespace=TEAM)


def parcels(lookup: TemplatesInMemory, manifest: JsonValue = CALLING, mode: Mode = Mode.FLATTEN) -> tuple[Parcel, ...]:
    return parcels_of(flattened(lookup, manifest, mode), SENDER, mode=mode)


def parcel(version: str = "v1", *, mode: Mode = Mode.FLATTEN, **metadata: Any) -> Parcel:
    """The one of `ci` at a version, whose content is another in each."""
    body = dedent(f"templates: [{{name: build, suspend: {{duration: {version}}}}}]")
    manifest = {**cast("JsonObject", template("ci", "{}")), "spec": read(body)}
    manifest["metadata"] = {"name": "ci", **metadata}
    (one,) = parcels(
        TemplatesInMemory().add(version, manifest), calling("{name: ci, template: build}", version=version), mode
    )
    return one


def metadata_of(one: Parcel) -> JsonObject:
    return cast("JsonObject", one.manifest)["metadata"]  # type: ignore[no-any-return]  # an object
