"""An admission webhook on loopback that allows everything, may patch it, and remembers what reached it."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    import trustme


@dataclass(slots=True)
class Counting:
    """A running webhook."""

    url: str
    patch: Sequence[Mapping[str, Any]] = ()
    """Of JSON (RFC 6902), for whatever reaches it."""
    reached: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    """Operation and name of each object, in the order they came."""


@contextmanager
def counting(authority: trustme.CA, *, patch: Sequence[Mapping[str, Any]] = ()) -> Generator[Counting]:
    """Serve until the block ends."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)

    class Handler(_Handler):
        counting: Counting

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    listener.daemon_threads = True
    listener.block_on_close = False
    listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
    Handler.counting = Counting(f"https://127.0.0.1:{listener.server_address[1]}/admit", patch)
    thread = threading.Thread(target=listener.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Handler.counting
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    counting: Counting
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name the base class gives it
        """Nothing is logged."""

    def do_POST(self) -> None:
        review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        request = review["request"]
        self.counting.reached.append((request["operation"], request["object"]["metadata"].get("name", "")))
        response = {"uid": request["uid"], "allowed": True}
        if self.counting.patch:
            patch = base64.b64encode(json.dumps(self.counting.patch).encode()).decode()
            response |= {"patchType": "JSONPatch", "patch": patch}
        answer = {**review, "request": None, "response": response}
        content = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)
