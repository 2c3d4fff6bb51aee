"""Arguments of the merged spec: a parameter has one source, an artifact one location.

Rules: the end of JoinWorkflowSpec and mergeArtifactOverride in workflow/util/merge.go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from argosy.resolver.merge.schema import fields_of
from argosy.resolver.merge.strategic import merged_struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.resolver.manifests import JsonObject

SOURCES = ("value", "default", "valueFrom")
# As an artifact with several is read: ArtifactLocation.Get in workflow_types.go.
_BACKENDS = ("artifactory", "azure", "git", "gcs", "hdfs", "http", "oss", "raw", "s3", "plugin")
_LOCATION = "ArtifactLocation"


def has_source(parameter: JsonObject) -> bool:
    """Whether the parameter says where its value comes from."""
    return any(source in parameter for source in SOURCES)


def joined_arguments(merged: JsonObject, workflow: JsonObject, template: JsonObject, site: str) -> JsonObject:
    """The merged arguments after parameters and artifacts are put right; all three are `spec.arguments`."""
    result = dict(merged)
    if "parameters" in merged:
        own = [_with_source(arguments) for arguments in (workflow, template)]
        result["parameters"] = [_parameter(each, own) for each in merged["parameters"]]
    if "artifacts" in merged:
        owned = [_by_name(arguments.get("artifacts", ())) for arguments in (workflow, template)]
        result["artifacts"] = [
            _artifact(each, owned, f"{site}.artifacts[{index}]") for index, each in enumerate(merged["artifacts"])
        ]
    return result


def _parameter(merged: JsonObject, own: list[dict[str, JsonObject]]) -> JsonObject:
    """A parameter with a source is copied whole from the Workflow, else the template: enum and description as well."""
    if has_source(merged):
        for parameters in own:
            if merged.get("name", "") in parameters:
                return parameters[merged.get("name", "")]
    return merged


def _artifact(merged: JsonObject, owned: list[dict[str, JsonObject]], site: str) -> JsonObject:
    """An artifact is the Workflow's own, over the merged location where both are in the same kind of storage."""
    name = merged.get("name", "")
    own = next((artifacts[name] for artifacts in owned if name in artifacts), None)
    if own is None:
        return merged
    if _backend(merged) is None or _backend(merged) != _backend(own):
        return own
    location = merged_struct(_location(merged), _location(own), _LOCATION, site)
    return {**{key: value for key, value in own.items() if key not in fields_of(_LOCATION)}, **location}


def _backend(artifact: JsonObject) -> str | None:
    return next((backend for backend in _BACKENDS if backend in artifact), None)


def _location(artifact: JsonObject) -> JsonObject:
    return {key: value for key, value in artifact.items() if key in fields_of(_LOCATION)}


def _with_source(arguments: JsonObject) -> dict[str, JsonObject]:
    return _by_name(each for each in arguments.get("parameters", ()) if has_source(each))


def _by_name(arguments: Iterable[JsonObject]) -> dict[str, JsonObject]:
    """The last of each name, as Argo fills its map."""
    return {argument.get("name", ""): argument for argument in arguments}
