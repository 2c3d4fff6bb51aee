"""AdmissionReviews of Workflows that call templates of the large repository, as the API server sends them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from benchmarks.load import UID
from benchmarks.repository import name_of

VERSION = "v1.0.0"
_LINE = "print(sum(float(row.split(',')[3]) for row in open('/tmp/rows.csv') if row))\n"


@dataclass(frozen=True, slots=True)
class Submission:
    """A Workflow with so many calls to templates in git, and as many templates of its own with so long scripts."""

    name: str
    calls: int
    script_lines: int

    def body(self, version: str = VERSION) -> str:
        """The review, with a uid that stands for the many."""
        return json.dumps(_review(self.workflow(version)), separators=(",", ":"))

    def workflow(self, version: str) -> dict[str, Any]:
        """As a person wrote it, and the API server filled it in."""
        templates = [one for number in range(self.calls) for one in (_calling(number), self._own(number))]
        steps = [[{"name": f"part-{number}", "template": f"call-{number}"}] for number in range(self.calls)]
        return {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {
                "generateName": "bench-",
                "namespace": "bench",
                "annotations": {"pipekit.io.templates.gitVersion": version},
            },
            "spec": {"entrypoint": "main", "templates": [{"name": "main", "steps": steps}, *templates]},
        }

    def _own(self, number: int) -> dict[str, Any]:
        script = {"image": "python:3.13", "command": ["python"], "source": _LINE * self.script_lines}
        return {"name": f"report-{number}", "script": script}


SMALL = Submission("3 KB", calls=3, script_lines=6)
LARGE = Submission("60 KB", calls=25, script_lines=26)
"""As many operations in their patches, 8 and 52, as those that the budgets were set with."""


def _calling(number: int) -> dict[str, Any]:
    parameters = [{"name": "source", "value": "s3://rows/{{workflow.name}}"}]
    call = {
        "name": "extract",
        "templateRef": {"name": name_of(number), "template": "extract"},
        "arguments": {"parameters": parameters},
    }
    return {"name": f"call-{number}", "steps": [[call, {"name": "report", "template": f"report-{number}"}]]}


def _review(workflow: dict[str, Any]) -> dict[str, Any]:
    kind = {"group": "argoproj.io", "version": "v1alpha1", "kind": "Workflow"}
    resource = {"group": "argoproj.io", "version": "v1alpha1", "resource": "workflows"}
    request = {
        "uid": UID,
        "kind": kind,
        "resource": resource,
        "requestKind": kind,
        "requestResource": resource,
        "namespace": "bench",
        "operation": "CREATE",
        "userInfo": {"username": "bench", "groups": ["system:authenticated"]},
        "object": workflow,
        "oldObject": None,
        "dryRun": False,
        "options": {"kind": "CreateOptions", "apiVersion": "meta.k8s.io/v1"},
    }
    return {"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": request}
