"""Each way to a Workflow, tried once: what a user is told, or the images that ran."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from argosy.resolver import contract
from tests.e2e.entry_points.conftest import INSTANCE, INSTANCE_ID
from tests.podplayer.api_server import ARGO

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.e2e.entry_points.conftest import Site

VERSION = "v1.0.0"
OLD = "v2.0.0"
"""What is in the cluster, where a template is: the later one, so that it tells whose version runs."""
LABELS = {INSTANCE_ID: INSTANCE, contract.VERSION: VERSION}


def workflow(template: str = "main", version: str = VERSION) -> dict[str, Any]:
    """A Workflow of one step, that asks for a version."""
    step = {"name": "call", "templateRef": {"name": "hello", "template": template}}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "w-", "labels": {**LABELS, contract.VERSION: version}},
        "spec": {"entrypoint": "start", "templates": [{"name": "start", "steps": [[step]]}]},
    }


def created(site: Site, namespace: str) -> str:
    """`kubectl create`."""
    arguments = ("create", "--filename=-", "--output=json", f"--namespace={namespace}")
    done = site.plane.kubectl(*arguments, user="developer", input=json.dumps(workflow()))
    return _ran_of(site, namespace, done.returncode, done.stdout, done.stderr)


def submitted(site: Site, namespace: str) -> str:
    """`argo submit FILE`."""
    file = site.folder / "submitted.json"
    file.write_text(json.dumps(workflow()), encoding="utf-8")
    return _argo(site, namespace, "submit", str(file))


def submitted_from(site: Site, namespace: str) -> str:
    """`argo submit --from workflowtemplate/hello`, with a label."""
    labels = ",".join(f"{key}={value}" for key, value in LABELS.items())
    return _argo(site, namespace, "submit", "--from=workflowtemplate/hello", f"--labels={labels}")


def posted(site: Site, namespace: str) -> str:
    """The server's API: create."""
    return _posted(site, namespace, f"/api/v1/workflows/{namespace}", {"workflow": workflow()})


def posted_from(site: Site, namespace: str) -> str:
    """The server's API: submit, as its pages do."""
    options = {"labels": ",".join(f"{key}={value}" for key, value in LABELS.items())}
    body = {"resourceKind": "WorkflowTemplate", "resourceName": "hello", "submitOptions": options}
    return _posted(site, namespace, f"/api/v1/workflows/{namespace}/submit", body)


def bound(site: Site, namespace: str) -> str:
    """A WorkflowEventBinding, whose labels are expressions, and an event for it."""
    labels = {key: json.dumps(value) for key, value in LABELS.items()}
    binding = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowEventBinding",
        "metadata": {"name": "hello", "labels": {INSTANCE_ID: INSTANCE}},
        "spec": {
            "event": {"selector": 'payload.say == "hello"'},
            "submit": {"workflowTemplateRef": {"name": "hello"}, "metadata": {"labels": labels}},
        },
    }
    site.server.create(f"{ARGO}/namespaces/{namespace}/workfloweventbindings", binding)
    before = site.workflows(namespace)
    status, answer = site.argo.post(f"/api/v1/events/{namespace}/", {"say": "hello"})
    if status != HTTPStatus.OK:
        return _told(str(answer.get("message")))
    return _ran(site, namespace, site.wait(lambda: site.workflows(namespace) - before).pop())


def ticked(site: Site, namespace: str) -> str:
    """A tick of a CronWorkflow that was created before."""
    spec = {"schedules": ["@every 3s"], "workflowSpec": workflow()["spec"], "workflowMetadata": {"labels": LABELS}}
    metadata = {"name": "cron", "labels": {INSTANCE_ID: INSTANCE}}
    cron = {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "metadata": metadata, "spec": spec}
    arguments = ("create", "--filename=-", f"--namespace={namespace}")
    done = site.plane.kubectl(*arguments, user="developer", input=json.dumps(cron))
    if done.returncode != 0:
        return _told(done.stderr)
    first = site.wait(lambda: min((one for one in site.workflows(namespace) if one.startswith("cron-")), default=""))
    told = _ran(site, namespace, first)
    site.server.ask("DELETE", f"{ARGO}/namespaces/{namespace}/cronworkflows/cron")
    return told


def resubmitted(site: Site, namespace: str) -> str:
    """`argo resubmit` of a Workflow that has run; its template may be gone since."""
    return _argo(site, namespace, "resubmit", _ended(site, namespace, "main"))


def resubmitted_memoized(site: Site, namespace: str) -> str:
    """`argo resubmit --memoized` of one that has failed."""
    return _argo(site, namespace, "resubmit", "--memoized", _ended(site, namespace, "fails"))


def retried(site: Site, namespace: str) -> str:
    """`argo retry` of one that has failed."""
    name = _ended(site, namespace, "fails")
    site.player.pods.pop(namespace, None)
    whose = f"--namespace={namespace}", f"--instanceid={INSTANCE}"
    done = site.plane.run("argo", "retry", name, *whose, user="developer")
    if done.returncode != 0:
        return _told(done.stderr)
    site.wait(lambda: site.player.pods.get(namespace))
    return _ran(site, namespace, name)


WAYS: Final[Mapping[str, Callable[[Site, str], str]]] = {
    "`kubectl create`": created,
    "`argo submit FILE`": submitted,
    "`argo submit --from workflowtemplate/NAME`": submitted_from,
    "Argo's server: create": posted,
    "Argo's server: submit": posted_from,
    "WorkflowEventBinding": bound,
    "a tick of a CronWorkflow": ticked,
    "`argo resubmit`": resubmitted,
    "`argo resubmit --memoized`": resubmitted_memoized,
    "`argo retry`": retried,
}
"""By the names that the docs call them."""


def delivered(site: Site, namespace: str) -> None:
    """Use the other version once, and wait until the template is there."""
    arguments = ("create", "--filename=-", f"--namespace={namespace}")
    site.plane.kubectl(*arguments, user="developer", input=json.dumps(workflow(version=OLD)))
    site.wait(lambda: site.find(namespace, "workflowtemplate", "hello"))


def _ended(site: Site, namespace: str, template: str) -> str:
    """The name of a Workflow that has run; nothing is delivered for it by the time it is used."""
    metadata = {"generateName": "w-", "labels": LABELS}
    answer = site.server.create(
        f"{ARGO}/namespaces/{namespace}/workflows", {**workflow(template), "metadata": metadata}
    )
    name = str(answer.body["metadata"]["name"])
    _ran(site, namespace, name)
    return name


def _argo(site: Site, namespace: str, *arguments: str) -> str:
    done = site.plane.run(
        "argo", *arguments, f"--namespace={namespace}", f"--instanceid={INSTANCE}", "--output=json", user="developer"
    )
    return _ran_of(site, namespace, done.returncode, done.stdout, done.stderr)


def _posted(site: Site, namespace: str, path: str, body: Mapping[str, object]) -> str:
    status, answer = site.argo.post(path, body)
    if status != HTTPStatus.OK:
        return _told(str(answer.get("message")))
    return _ran(site, namespace, answer["metadata"]["name"])


def _ran_of(site: Site, namespace: str, status: int, output: str, trouble: str) -> str:
    return _told(trouble) if status else _ran(site, namespace, json.loads(output)["metadata"]["name"])


def _ran(site: Site, namespace: str, name: str) -> str:
    """The images of the pods that a Workflow had, when it has ended."""

    def ended() -> Any:
        found = site.find(namespace, "workflow", name)
        return found and found["metadata"]["labels"].get("workflows.argoproj.io/completed") == "true" and found

    message = site.wait(ended)["status"].get("message", "")
    pods = site.player.pods.get(namespace, {}).values()
    ours = [pod for pod in pods if pod["metadata"]["labels"]["workflows.argoproj.io/workflow"] == name]
    images = {one["image"] for pod in ours for one in pod["spec"]["containers"] if one["name"] == "main"}
    return f"runs `{', '.join(sorted(images))}`" if images else _told(message)


def _told(text: str) -> str:
    """The last part of a message, which says what is wrong."""
    last = text.strip().splitlines()[-1] if text.strip() else text
    return re.sub(r"^.* desc = ", "", last).removeprefix("Error: ")
