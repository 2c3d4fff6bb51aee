from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.podplayer.scripts import Outcome
from tests.podplayer.task_results import deletions, outputs

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject

LOCATION = {"s3": {"bucket": "b", "key": "w/w-a-1"}}


def test_the_files_of_parameters_are_read() -> None:
    read = {"name": "a", "valueFrom": {"path": "/a"}}
    given = {"name": "b", "value": "given"}
    template = {"outputs": {"parameters": [read, {**read, "name": "c"}, given]}}

    found = outputs(template, Outcome(parameters={"a": "1"}), with_result=False)

    assert found == {
        "parameters": [{**read, "value": "1"}, {**read, "name": "c", "value": "the content of c"}, given],
    }


@pytest.mark.parametrize(
    ("artifact", "expected"),
    [
        ({"name": "x", "path": "/out/y"}, {"s3": {"key": "w/w-a-1/x.tgz"}}),
        ({"name": "x", "path": "/out/y", "archive": {"none": {}}}, {"s3": {"key": "w/w-a-1/y"}}),
        ({"name": "x", "path": "/out/y", "archive": {"zip": {}}}, {"s3": {"key": "w/w-a-1/x.zip"}}),
        ({"name": "x", "path": "/out/y", "s3": {"key": "own"}}, {"s3": {"key": "own"}}),
        ({"name": "x", "path": "/out/y", "http": {"url": "u"}}, {}),
        ({"name": "x", "path": "/out/y", "artifactory": {"url": "u"}}, {}),
        ({"name": "x", "path": "/out/y", "hdfs": {"path": "/p"}}, {}),
    ],
)
def test_an_artifact_without_a_key_gets_one(artifact: JsonObject, expected: JsonObject) -> None:
    template = {"archiveLocation": LOCATION, "outputs": {"artifacts": [artifact]}}

    assert outputs(template, Outcome(), with_result=False) == {"artifacts": [{**artifact, **expected}]}


def test_logs_are_saved_where_they_are_wanted() -> None:
    template = {"archiveLocation": {**LOCATION, "archiveLogs": True}}

    assert outputs(template, Outcome(), with_result=False) == {
        "artifacts": [{"name": "main-logs", "s3": {"key": "w/w-a-1/main.log"}}]
    }


def test_what_is_printed_is_reported_when_somebody_reads_it() -> None:
    assert outputs({}, Outcome(result="[1]"), with_result=True) == {"result": "[1]"}
    assert outputs({}, Outcome(result="[1]"), with_result=False) == {}


def test_each_artifact_of_a_task_is_reported_as_deleted() -> None:
    task: JsonObject = {"spec": {"artifactsByNode": {"w-1": {"artifacts": {"a": {"name": "a"}, "main-logs": {}}}}}}

    assert deletions(task) == {
        "artifactResultsByNode": {
            "w-1": {
                "artifactResults": {
                    "a": {"name": "a", "success": True},
                    "main-logs": {"name": "main-logs", "success": True},
                }
            }
        }
    }
