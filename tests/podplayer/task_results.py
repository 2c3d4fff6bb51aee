"""What argoexec would report of a pod: the outputs of its template as the wait container fills them in, or deletions.

As in Argo's workflow/executor/executor.go: SaveParameters, SaveArtifacts, SaveLogs, CaptureScriptResult; and in
cmd/argoexec/commands/artifact/delete.go.
"""

from __future__ import annotations

import copy
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue
    from tests.podplayer.scripts import Outcome

BACKENDS = ("s3", "gcs", "oss", "azure", "hdfs", "artifactory", "plugin")
WHERE = ("key", "url", "path")
"""What names the place of an artifact in a backend: that of HDFS is a path, that of Artifactory a URL."""
_READ = ("path", "jsonPath", "jqFilter")


def outputs(template: JsonObject, outcome: Outcome, *, with_result: bool) -> JsonObject:
    """The `outputs` of a WorkflowTaskResult."""
    result: JsonObject = copy.deepcopy(template.get("outputs") or {})
    for parameter in result.get("parameters") or []:
        source = parameter.get("valueFrom") or {}
        if any(key in source for key in _READ):
            parameter["value"] = outcome.parameters.get(parameter["name"], _content(parameter["name"]))
    location = template.get("archiveLocation") or {}
    saved = [_saved(artifact, location) for artifact in result.get("artifacts") or []]
    if location.get("archiveLogs"):
        saved.append(_placed({"name": "main-logs"}, location, "main.log"))
    if saved:
        result["artifacts"] = saved
    if with_result:
        result["result"] = outcome.result
    return result


def deletions(task: JsonObject) -> JsonObject:
    """The status of a WorkflowArtifactGCTask, when all its artifacts are deleted."""
    by_node = task["spec"]["artifactsByNode"]
    return {
        "artifactResultsByNode": {
            node_id: {"artifactResults": {name: {"name": name, "success": True} for name in found["artifacts"]}}
            for node_id, found in by_node.items()
        }
    }


def _content(name: str) -> str:
    return f"the content of {name}"


def _saved(artifact: JsonObject, location: JsonObject) -> JsonObject:
    """With the key that argoexec gives it, where it has none."""
    if any(_key(artifact.get(backend)) for backend in BACKENDS) or "http" in artifact or "git" in artifact:
        return artifact
    return _placed(artifact, location, _file(artifact))


def _placed(artifact: JsonObject, location: JsonObject, file: str) -> JsonObject:
    backend = next((each for each in BACKENDS if each in location), "")
    folder = _key(location.get(backend)) if backend else ""
    return {**artifact, backend: {"key": f"{folder}/{file}"}} if folder else artifact


def _key(backend: JsonValue) -> str:
    found = [backend[name] for name in WHERE if backend.get(name)] if isinstance(backend, dict) else []
    return str(found[0]) if found else ""


def _file(artifact: JsonObject) -> str:
    archive = artifact.get("archive") or {}
    if "none" in archive:
        return PurePosixPath(artifact.get("path") or artifact["name"]).name
    return f"{artifact['name']}.zip" if "zip" in archive else f"{artifact['name']}.tgz"
