"""Two agents behind one address: they agree on the certificate, and nothing fails while one of them is replaced."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from argosy.agent.certificates.making import Authority, new_pair
from argosy.agent.certificates.reading import certificates_in, key_in, names_of
from argosy.agent.certificates.renewal import SERVING_LOOKAHEAD_SECONDS
from tests.e2e.admission.clients import counted, create_all, creating
from tests.e2e.admission.conftest import configured, served_templates
from tests.e2e.admission.forwarding import Forwarder, forwarding
from tests.e2e.admission.installing import NAMESPACE, InstalledAgent, installed_chart, replica, wait_until
from tests.gitservers.http_server import GitHttpServer, Step
from tests.resolver.template_repositories import TemplateRepository, workflow

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.controlplane.cluster import ControlPlane

pytestmark = pytest.mark.needs("helm")

PROBE_SECONDS = 1.0
"""A Service knows of a pod that is ready, or no longer, when the kubelet has probed it."""

DUE_SECONDS = 16.0
"""Longer than it takes an agent to start on a busy machine."""
SERVING = "serving a new certificate"


@dataclass(frozen=True, slots=True)
class Replicas:
    """What a Deployment of two and its Service are."""

    plane: ControlPlane
    git: GitHttpServer
    templates: TemplateRepository
    agents: tuple[InstalledAgent, InstalledAgent]
    service: Forwarder
    namespace: str

    def route(self, *agents: InstalledAgent) -> None:
        self.service.ports = tuple(agent.ports["webhook"] for agent in agents)

    def replace(self, agent: InstalledAgent) -> None:
        """Let a new pod take the place of one, which ends when the new one is reached."""
        self.route(*(one for one in self.agents if one is not agent))
        agent.stop()
        agent.start()
        time.sleep(PROBE_SECONDS)
        self.route(*self.agents)

    def secret(self) -> dict[str, bytes]:
        data = self.plane.must(
            "get", "secret/argosy-certificate", f"--namespace={NAMESPACE}", "--output=jsonpath={.data}"
        )
        return {name: base64.b64decode(value) for name, value in json.loads(data).items()}

    def certificates(self) -> list[str]:
        return [agent.certificate() for agent in self.agents]


@pytest.fixture(scope="module")
def replicas(own_control_plane: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Generator[Replicas]:
    plane, folder = own_control_plane, tmp_path_factory.mktemp("replicas")
    # An agent that stood here before has left its own.
    plane.must("delete", "secret/argosy-certificate", f"--namespace={NAMESPACE}", "--ignore-not-found")
    with (
        served_templates(folder) as (git, templates),
        forwarding() as service,
        installed_chart(plane, f"https://127.0.0.1:{service.port}/admit"),
    ):
        settings = folder / "settings.yaml"
        settings.write_bytes(orjson.dumps({"repositories": [configured(git)]}))
        with replica(plane, folder / "a", settings) as first, replica(plane, folder / "b", settings) as second:
            found = Replicas(plane, git, templates, (first, second), service, plane.namespace())
            for agent in found.agents:
                agent.wait_ready()
            found.route(first, second)
            yield found


def test_five_hundred_workflows_at_once_cost_each_replica_one_fetch_of_a_new_tag(replicas: Replicas) -> None:
    replicas.templates.commit("v2.0.0", hello="image:500")
    before = replicas.git.count(Step.FETCH)

    answers = create_all(replicas.plane, replicas.namespace, [workflow("v2.0.0")] * 500, clients=20)

    assert counted(answers) == {(201, "image:500"): 500}
    assert len({one.body["metadata"]["name"] for one in answers}) == 500
    answered = [len(agent.told("answered")) for agent in replicas.agents]
    assert (sum(answered), min(answered) > 0) == (500, True)
    assert replicas.git.count(Step.FETCH) - before == 2


def test_replicas_that_start_at_once_serve_one_certificate(replicas: Replicas) -> None:
    kept = replicas.secret()["tls.crt"].decode()

    assert replicas.certificates() == [kept, kept]


def test_a_secret_that_was_deleted_is_made_anew_by_the_next_replica_and_no_request_fails(replicas: Replicas) -> None:
    former = replicas.secret()
    first, second = replicas.agents
    with creating(replicas.plane, replicas.namespace, workflow("v1.0.0"), clients=4) as answers:
        replicas.plane.must("delete", "secret/argosy-certificate", f"--namespace={NAMESPACE}")
        replicas.replace(first)
        before, between = replicas.certificates(), len(answers)
        replicas.replace(second)
        after = replicas.certificates()

    made = replicas.secret()
    assert counted(answers) == {(201, "image:1"): len(answers)}
    assert 0 < between < len(answers)
    assert before == [made["tls.crt"].decode(), former["tls.crt"].decode()]
    assert after == [made["tls.crt"].decode()] * 2


def test_a_certificate_that_is_due_is_renewed_and_served_while_clients_go_on(replicas: Replicas) -> None:
    first, second = replicas.agents
    former, started = second.certificate(), len(first.told(SERVING))
    due = _due_soon(replicas)
    with creating(replicas.plane, replicas.namespace, workflow("v1.0.0"), clients=4) as answers:
        replicas.replace(first)
        wait_until(lambda: first.certificate() != due, first.log)
        # Connections that are open go on with what they began with; these are new.
        renewed = create_all(replicas.plane, replicas.namespace, [workflow("v1.0.0")] * 40, clients=20)

    assert counted([*answers, *renewed]) == {(201, "image:1"): len(answers) + 40}
    assert len(first.told(SERVING)) - started == 2
    # The other has not looked yet; what it serves is of the same authority.
    assert replicas.certificates() == [replicas.secret()["tls.crt"].decode(), former]


def _due_soon(replicas: Replicas) -> str:
    """Write a certificate of the same authority into the Secret that is to be renewed in seconds; the certificate."""
    kept = replicas.secret()
    key = key_in(kept["ca.key"])
    assert isinstance(key, EllipticCurvePrivateKey)
    authority = Authority(certificates_in(kept["ca.crt"])[0], key)
    now = time.time()
    end = now + SERVING_LOOKAHEAD_SECONDS + DUE_SECONDS
    pair = new_pair(authority, names_of(certificates_in(kept["tls.crt"])[0]), begin=now - 60, end=end)
    data = {"tls.crt": pair.certificate, "tls.key": pair.key}
    patch = {"data": {name: base64.b64encode(content).decode() for name, content in data.items()}}
    arguments = ("patch", "secret/argosy-certificate", f"--namespace={NAMESPACE}", f"--patch={json.dumps(patch)}")
    replicas.plane.must(*arguments)
    return pair.certificate.decode()
