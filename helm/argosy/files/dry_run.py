"""Creates a Workflow as a dry run, and says whether Argosy was asked about it: the container of `helm test`.

Nothing but the standard library, so that any python3 runs it. Arguments: the namespace, NAME/TEMPLATE or nothing, and
the version; then the folder of the service account's token.
"""

# ruff: noqa: INP001  # no package: it is run as it is

from __future__ import annotations

import json
import os
import ssl
import sys
import time
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from pathlib import Path
from typing import Any

VERSION = "pipekit.io.templates.gitVersion"
RESOLVED = "workflows.pipekit.io/resolved"
WEBHOOK = "workflows.argosy.pipekit.io"
UNKNOWN = "argosy-test/no-such-template"
PATIENCE_SECONDS = 60.0
"""An agent that was just installed makes its clones first."""


def workflow(template: str, version: str) -> dict[str, Any]:
    """One that refers to a template of a version."""
    name, _, entry = template.partition("/")
    step = {"name": "tried", "templateRef": {"name": name, "template": entry}}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "argosy-test-", "annotations": {VERSION: version}},
        "spec": {"entrypoint": "main", "templates": [{"name": "main", "steps": [[step]]}]},
    }


def create(namespace: str, manifest: dict[str, Any], account: Path) -> tuple[int, Any]:
    """The status and the body of the API server's answer."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], int(os.environ["KUBERNETES_SERVICE_PORT"])
    context = ssl.create_default_context(cafile=account / "ca.crt")
    headers = {"Authorization": f"Bearer {(account / 'token').read_text().strip()}", "Content-Type": "application/json"}
    connection = HTTPSConnection(host, port, context=context, timeout=30)
    path = f"/apis/argoproj.io/v1alpha1/namespaces/{namespace}/workflows?dryRun=All"
    connection.request("POST", path, json.dumps(manifest), headers)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read())


def verdict(status: int, body: Any, template: str) -> tuple[bool, str]:
    """Whether it is as it should be, and what to tell."""
    if status == HTTPStatus.CREATED:
        if template and RESOLVED in body["metadata"].get("annotations", {}):
            return True, f"Argosy resolved {template}: {body['metadata']['annotations'][RESOLVED]}"
        return False, "The Workflow was taken as it is: Argosy was not asked. Is this namespace one of its namespaces?"
    message = body.get("message", "")
    asked = WEBHOOK in message and "denied the request" in message
    refused = status in (HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.FORBIDDEN)
    if asked and refused and not template:
        return True, f"Argosy was asked, and answered as it should: {message}"
    return False, message


def look(namespace: str, template: str, version: str, account: Path) -> tuple[bool, str]:
    """Try once."""
    try:
        return verdict(*create(namespace, workflow(template or UNKNOWN, version), account), template)
    except (OSError, HTTPException, ValueError) as error:
        return False, f"The API server cannot be asked: {error}"


def main(namespace: str, template: str, version: str, account: str) -> int:
    """Try until it is as it should be, or for long enough."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        good, told = look(namespace, template, version, Path(account))
        print(told, file=sys.stdout if good else sys.stderr, flush=True)
        if good or time.monotonic() > until:
            return 0 if good else 1
        time.sleep(5)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
