"""A certificate that is renewed under load, mounted as Kubernetes mounts a Secret."""

from __future__ import annotations

import json
import ssl
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import HTTPException, HTTPSConnection
from typing import TYPE_CHECKING

import trustme

from benchmarks.agents import ADMIT, bench_agent
from benchmarks.measuring import Row
from benchmarks.noop_agent import PATH as NOOP
from benchmarks.submissions import SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.agents import BenchAgent
    from benchmarks.scene import Scene

_RENEWALS = 3
_SECONDS = 2.5
"""Between renewals: more than any of them is to take."""
_NAMES = ("localhost", "127.0.0.1", "::1")


def rows(scene: Scene) -> Iterator[Row]:
    secret = MountedSecret(scene.folder / "mounted")
    secret.renew()
    with bench_agent(scene, "renewal", {"certificate": {"folder": str(secret.folder)}}) as agent:
        clients = Clients(agent, secret.folder / "ca.crt")
        with ThreadPoolExecutor(4) as threads:
            asking = [threads.submit(ask) for ask in (clients.keep, clients.reconnect) * 2]
            time.sleep(_SECONDS)
            seconds = [clients.seconds_until_seen(secret.renew()) for _ in range(_RENEWALS)]
            clients.over.set()
            for one in asking:
                one.result()
    goal = f"failed requests of {len(clients.answered)}, the certificate renewed {_RENEWALS} times"
    yield Row(goal, len(clients.failures), 0, detail="; ".join(dict.fromkeys(clients.failures)))
    yield Row("seconds until each new connection has the renewed certificate", statistics.median(seconds), 2)
    yield Row("processes that answered meanwhile", len(set(clients.answered)), 1)


@dataclass(frozen=True, slots=True)
class MountedSecret:
    """A folder whose files are links through one link, which is swapped."""

    folder: Path
    authority: trustme.CA = field(default_factory=trustme.CA)

    def renew(self) -> bytes:
        """Mount another pair, and return its certificate."""
        pair = self.authority.issue_cert(*_NAMES)
        certificate = pair.cert_chain_pems[0].bytes()
        files = {"tls.crt": certificate, "tls.key": pair.private_key_pem.bytes()}
        files["ca.crt"] = self.authority.cert_pem.bytes()
        version = self.folder / f"..{time.monotonic_ns()}"
        version.mkdir(parents=True)
        for name, content in files.items():
            (version / name).write_bytes(content)
        swapped = self.folder / "..data_tmp"
        swapped.symlink_to(version.name)
        swapped.replace(self.folder / "..data")
        for name in files:
            if not (self.folder / name).is_symlink():
                (self.folder / name).symlink_to(f"..data/{name}")
        return certificate


@dataclass(slots=True)
class Clients:
    """They ask until it is over: over connections that stay, and over a new one for each request."""

    agent: BenchAgent
    ca_file: Path
    over: threading.Event = field(default_factory=threading.Event)
    answered: list[int] = field(default_factory=list[int])
    """The process that answered, of each request."""
    failures: list[str] = field(default_factory=list[str])
    seen: list[tuple[float, bytes]] = field(default_factory=list[tuple[float, bytes]])
    """When a new connection began, and the certificate that it saw."""

    def keep(self) -> None:
        """Ask over one connection."""
        with closing(self.agent.client(self.ca_file)) as client:
            while not self.over.is_set():
                self._ask(client)

    def reconnect(self) -> None:
        """Ask over new connections."""
        while not self.over.is_set():
            began = time.monotonic()
            with closing(self.agent.client(self.ca_file)) as client:
                self._ask(client)
                if isinstance(client.sock, ssl.SSLSocket) and (
                    certificate := client.sock.getpeercert(binary_form=True)
                ):
                    self.seen.append((began, certificate))

    def seconds_until_seen(self, certificate: bytes) -> float:
        """How long after now a connection began last that still saw another certificate."""
        renewed_at = time.monotonic()
        time.sleep(_SECONDS)
        new = ssl.PEM_cert_to_DER_cert(certificate.decode())
        since = [(began - renewed_at, seen == new) for began, seen in list(self.seen) if began > renewed_at]
        assert any(is_new for _, is_new in since), "no connection saw the renewed certificate"
        return max((after for after, is_new in since if not is_new), default=0.0)

    def _ask(self, client: HTTPSConnection) -> None:
        """An admission, and who answers at this port."""
        try:
            assert b'"patch":"' in _answer(client, ADMIT)
            self.answered.append(json.loads(_answer(client, NOOP))["pid"])
        except (OSError, HTTPException, AssertionError) as error:
            self.failures.append(type(error).__name__)
            client.close()


def _answer(client: HTTPSConnection, path: str) -> bytes:
    client.request("POST", path, SMALL.body())
    answer = client.getresponse()
    assert answer.status == HTTPStatus.OK
    return answer.read()
