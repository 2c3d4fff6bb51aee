"""Calls that do not hand over what the called template needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from argosy.resolver.errors import Denied
from argosy.resolver.lint.library import objects
from argosy.resolver.lint.rules import Complaint
from argosy.resolver.lint.targets import targets
from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.lint.library import Library, Subject
    from argosy.resolver.manifests import JsonObject, JsonValue

_LOCATIONS: Final = frozenset(
    {"artifactory", "azure", "from", "fromExpression", "gcs", "git", "hdfs", "http", "oss", "plugin", "raw", "s3"}
)
_STEP: Final = re.compile(r"[^.\[\]]+|\[\d+\]")


def missing_input(subject: Subject, library: Library) -> Iterator[Complaint]:
    """`missing-input`: an input without a default that a call does not supply (workflow/common/util.go)."""
    for target in targets(subject, library):
        site = target.reference.site
        given = _given(subject.manifest, site)
        if target.template is None or given is None:
            continue
        for kind, name in _needed(target.template):
            if name not in _names(given, f"{kind}s", site):
                yield Complaint(
                    site,
                    f"this call does not give template {target.reference.template!r} its input {kind} {name!r}",
                    f"add it to the arguments, or give the input a {'default' if kind == 'parameter' else 'location'}",
                )


def _given(manifest: JsonValue, site: str) -> JsonObject | None:
    """The arguments of the call at a site; None where they are those of the Workflow, which is not here.

    That is so for the entrypoint, for every onExit, and for an exit hook with no arguments of its own: GetExitHook
    in pkg/apis/workflow/v1alpha1/workflow_types.go.
    """
    caller, _, field = site.rpartition(".")
    if field in ("entrypoint", "onExit"):
        return None
    arguments = _arguments(manifest, caller)
    own = arguments or {}
    if caller.endswith(".hooks.exit") and not own.get("parameters") and not own.get("artifacts"):
        return None
    return arguments


def _needed(template: JsonObject) -> tuple[tuple[str, str], ...]:
    """The kind and name of each input that has no value unless a call gives it one."""
    try:
        return tuple(_without_value(template))
    except Denied:
        return ()  # what is misshapen there is told there


def _without_value(template: JsonObject) -> Iterator[tuple[str, str]]:
    inputs = mapping(template.get("inputs"), "inputs")
    for _, parameter in objects(inputs.get("parameters"), "inputs.parameters"):
        if all(parameter.get(source) is None for source in ("value", "default", "valueFrom")):
            yield "parameter", str(parameter.get("name"))
    for _, artifact in objects(inputs.get("artifacts"), "inputs.artifacts"):
        if not artifact.get("optional") and not _LOCATIONS & artifact.keys():
            yield "artifact", str(artifact.get("name"))


def _arguments(manifest: JsonValue, site: str) -> JsonObject | None:
    """The arguments of the caller at a site; None where the site cannot be followed by its text."""
    caller: JsonValue = manifest
    for step in _STEP.findall(site):
        if step.startswith("["):
            caller = caller[int(step[1:-1])]
        elif isinstance(caller, dict) and step in caller:
            caller = caller[step]
        else:
            return None
    arguments: JsonObject = mapping(caller.get("arguments"), f"{site}.arguments")
    return arguments


def _names(arguments: JsonObject, field: str, site: str) -> set[JsonValue]:
    return {item.get("name") for _, item in objects(arguments.get(field), f"{site}.arguments.{field}")}
