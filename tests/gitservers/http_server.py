"""Git's smart HTTP over the real `git http-backend`, with credentials, TLS, and every fault a server can have."""

from __future__ import annotations

import gzip
import os
import ssl
import subprocess
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import trustme

from tests.loopback import HttpHandler, Listener, listening

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping
    from pathlib import Path

HANGING_SECONDS = 30.0


class Step(StrEnum):
    """The requests of one clone or fetch by protocol 2, in their order."""

    ADVERTISEMENT = "advertisement"
    LIST_REFS = "ls-refs"
    FETCH = "fetch"


@dataclass(frozen=True, slots=True)
class Status:
    """Answer with a status of its own instead of git's answer."""

    code: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Stall:
    """Send so many bytes of git's answer, and then nothing more: hang, or hang up."""

    after_bytes: int = 0
    hang_up: bool = False


@dataclass(frozen=True, slots=True)
class Slow:
    """Answer as git does, after so many seconds."""

    seconds: float


Fault = Status | Stall | Slow


@dataclass(slots=True)
class GitHttpServer:
    """A running server; its faults and the credentials it wants may be changed at any time."""

    root: Path
    url: str
    ca_file: Path | None = None
    authorization: str = ""
    """The exact value of the header that is asked for; empty lets everybody in."""
    faults: dict[Step, Fault] = field(default_factory=dict[Step, Fault])
    requests: list[Step] = field(default_factory=list[Step])
    seen_headers: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    stalled: threading.Event = field(default_factory=threading.Event)
    """Set when a request has come to a stall."""
    closing: threading.Event = field(default_factory=threading.Event)

    def count(self, step: Step) -> int:
        """How many requests of a kind there were."""
        return self.requests.count(step)


@contextmanager
def serve_http(root: Path, *, tls_folder: Path | None = None) -> Generator[GitHttpServer]:
    """Serve every repository below a folder; over TLS when there is a folder to write the authority's file into."""

    class Handler(_Handler):
        git: GitHttpServer

    listener = _Listener(Handler)
    port = listener.server_port
    server = GitHttpServer(root, f"http://127.0.0.1:{port}")
    if tls_folder:
        authority = trustme.CA()
        server.ca_file = tls_folder / "ca.pem"
        authority.cert_pem.write_to_path(str(server.ca_file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
        server.url = f"https://localhost:{port}"
    Handler.git = server
    with listening(listener):
        try:
            yield server
        finally:
            server.closing.set()


class _Listener(Listener):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that are killed hang up in the middle: that is what the tests are about."""


class _Handler(HttpHandler):
    git: GitHttpServer
    protocol_version = "HTTP/1.1"
    timeout = HANGING_SECONDS

    def respond(self) -> None:
        body = self._body()
        step = self._step(body)
        self.git.requests.append(step)
        self.git.seen_headers.append({name.lower(): value for name, value in self.headers.items()})
        fault = self.git.faults.get(step)
        if self.git.authorization and self.headers.get("Authorization") != self.git.authorization:
            fault = Status(401, {"WWW-Authenticate": 'Basic realm="git"'})
        if isinstance(fault, Status):
            self._send(fault.code, dict(fault.headers), b"")
            return
        if isinstance(fault, Slow):
            self.git.stalled.set()
            self.git.closing.wait(fault.seconds)
        status, headers, answer = self._backend(body)
        self._send(status, headers, answer, fault if isinstance(fault, Stall) else None)

    def _step(self, body: bytes) -> Step:
        if self.command == "GET":
            return Step.ADVERTISEMENT
        plain = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        return Step.LIST_REFS if b"command=ls-refs" in plain[:100] else Step.FETCH

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.content()
        body = bytearray()
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return bytes(body)

    def _backend(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(self.path)
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.git.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "REQUEST_METHOD": self.command,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": self.client_address[0],
        }
        done = subprocess.run(["git", "http-backend"], input=body, env=environment, capture_output=True, check=False)
        head, _, answer = done.stdout.partition(b"\r\n\r\n")
        headers = dict(line.split(": ", 1) for line in head.decode("ascii").split("\r\n") if ": " in line)
        return int(headers.pop("Status", "200").split()[0]), headers, answer

    def _send(self, status: int, headers: dict[str, str], answer: bytes, stall: Stall | None = None) -> None:
        if stall and stall.after_bytes == 0:
            self._stop(stall)
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if stall is None:
            self.wfile.write(answer)
            return
        self.wfile.write(answer[: stall.after_bytes])
        self.wfile.flush()
        self._stop(stall)

    def _stop(self, stall: Stall) -> None:
        self.close_connection = True
        self.git.stalled.set()
        if not stall.hang_up:
            self.git.closing.wait(HANGING_SECONDS)
        with suppress(OSError):
            self.connection.close()
