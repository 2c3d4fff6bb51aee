"""`argosy gc` at a real API server: the time is today's, so templates are last used days ago."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from argosy.resolver import contract
from tests.cli.command import Argosy, Ran
from tests.controlplane.programs import program
from tests.e2e.sweeping.conftest import DAY, HOUR, NOW, Place

if TYPE_CHECKING:
    from pathlib import Path

    from tests.controlplane.cluster import ControlPlane


@dataclass(frozen=True, slots=True)
class Commands:
    """The program, as somebody with a kubeconfig runs it."""

    place: Place
    argosy: Argosy

    def __call__(self, *arguments: str, user: str = "admin", **environment: str) -> Ran:
        kubeconfig, installation = str(self.place.plane.kubeconfig(user)), self.place.namespace
        return self.argosy(
            "gc", *arguments, KUBECONFIG=kubeconfig, ARGOSY_INSTALLATION=installation, stdin=b"", **environment
        )

    def deliver(self, name: str, *, used_before: float = 2 * DAY, **given: Any) -> None:
        self.place.deliver(name, used=time.time() - used_before - NOW, **given)


@pytest.fixture
def gc(place: Place, tmp_path: Path) -> Commands:
    return Commands(place, Argosy(tmp_path))


def test_plan_shows_what_would_become_of_each_and_why_and_changes_nothing(gc: Commands) -> None:
    gc.deliver("old")
    gc.deliver("kept", annotations={contract.KEEP: "true"})
    gc.deliver("new", used_before=HOUR)

    ran = gc("plan")

    rows = [line.split(maxsplit=4) for line in ran.stdout.splitlines()]
    assert (ran.status, ran.stderr) == (0, "")
    assert [(row[0].rsplit("/", 1)[-1], row[2], row[3]) for row in rows[1:]] == [
        ("kept", "kept", "KeptByUser"),
        ("old", "delete", "Unused"),
    ]
    assert gc.place.names() == ["kept", "new", "old"]


def test_run_does_it_by_the_settings_of_the_agent(gc: Commands) -> None:
    gc.deliver("old")
    gc.deliver("older", used_before=30 * DAY)

    ran = gc("run", "-o", "json", TEMPLATE_TTL="7d")

    (row,) = json.loads(ran.stdout)
    assert (row["name"], row["action"], row["result"], row["reason"]) == ("older", "delete", "deleted", "Unused")
    assert gc.place.names() == ["old"]


def test_run_announces_with_an_event_and_users_postpone_and_keep(gc: Commands) -> None:
    where = ("--namespace", gc.place.namespace)
    gc.deliver("ci")
    gc.deliver("other")

    announced = gc("run", "-o", "json", *where, GRACE_PERIOD="7d")
    postponed = gc("postpone", "ci", "--until", "2999-12-24", *where)
    kept = gc("keep", "other", *where)
    after = gc("plan", "-o", "json", GRACE_PERIOD="7d")

    assert [row["result"] for row in json.loads(announced.stdout)] == ["announced", "announced"]
    events = gc.place.plane.must("get", "events.events.k8s.io", f"--namespace={gc.place.namespace}", "--output=json")
    assert [one["reason"] for one in json.loads(events)["items"]] == ["TemplateUnused"] * 2
    assert postponed.stdout == f"WorkflowTemplate/{gc.place.namespace}/ci is not deleted before 2999-12-24T00:00:00Z\n"
    assert kept.stdout == f"WorkflowTemplate/{gc.place.namespace}/other is kept\n"
    assert [(row["reason"], row["deleteAt"]) for row in json.loads(after.stdout)] == [
        ("Announced", "2999-12-24T00:00:00Z"),
        ("KeptByUser", ""),
    ]


def test_a_template_of_the_cluster_is_kept(gc: Commands) -> None:
    name = f"wide-{gc.place.namespace}"
    gc.deliver(name, namespace="")

    assert gc("keep", name, "--cluster").status == 0
    assert [row["reason"] for row in json.loads(gc("plan", "-o", "json").stdout)] == ["KeptByUser"]
    gc.place.plane.must("delete", f"clusterworkflowtemplate/{name}")


@pytest.mark.parametrize("command", [("keep",), ("postpone", "--until", "7d")])
def test_what_is_not_there_or_was_not_delivered_is_told(gc: Commands, command: tuple[str, ...]) -> None:
    where = ("--namespace", gc.place.namespace)
    manifest = {
        "apiVersion": contract.API_VERSION,
        "kind": "WorkflowTemplate",
        "metadata": {"name": "own", "namespace": gc.place.namespace},
        "spec": {"templates": [{"name": "t", "suspend": {}}]},
    }
    gc.place.plane.apply(manifest)

    missing, own = gc(*command, "nope", *where), gc(*command, "own", *where)

    assert (missing.status, own.status) == (1, 1)
    assert f"there is no WorkflowTemplate/{gc.place.namespace}/nope" in missing.stderr
    assert "was not delivered by Argosy" in own.stderr
    assert gc.place.annotations("own") == {}


def test_a_missing_right_is_told_for_each_part_and_ends_with_2(gc: Commands) -> None:
    ran = gc("plan", "-n", gc.place.namespace, user="outsider")

    assert (ran.status, ran.stdout.split()[0]) == (2, "TEMPLATE")
    assert f"list workflowtemplates.argoproj.io in namespace '{gc.place.namespace}'" in ran.stderr


def test_an_api_server_that_cannot_be_reached_ends_with_75(gc: Commands, control_plane: ControlPlane) -> None:
    config = json.loads(control_plane.kubeconfig().read_text(encoding="utf-8"))
    config["clusters"][0]["cluster"]["server"] = "https://127.0.0.1:9"
    elsewhere = gc.argosy.home / "kubeconfig"
    elsewhere.write_text(json.dumps(config), encoding="utf-8")

    assert gc("run", "--kubeconfig", str(elsewhere)).status == 75


def test_kubectl_runs_the_same_command_by_the_cluster_of_its_kubeconfig(gc: Commands) -> None:
    gc.deliver("old")
    environment = gc.argosy.environment
    environment |= {"KUBECONFIG": str(gc.place.plane.kubeconfig()), "ARGOSY_INSTALLATION": gc.place.namespace}
    command = [str(program("kubectl")), "argosy", "gc", "plan", "--output=json"]

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)

    assert [(row["name"], row["action"]) for row in json.loads(done.stdout)] == [("old", "delete")]
