"""An admission webhook on loopback that allows everything, may patch it, and remembers what reached it."""

from __future__ import annotations

import base64
import json
import ssl
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.loopback import HttpHandler, Listener, listening

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

    class Handler(HttpHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            self.reply_json(200, _answer(webhook, self.json_content()))

    listener = Listener(Handler)
    listener.socket = context.wrap_socket(listener.socket, server_side=True, do_handshake_on_connect=False)
    webhook = Counting(f"https://127.0.0.1:{listener.server_port}/admit", patch)
    with listening(listener):
        yield webhook


def _answer(webhook: Counting, review: Mapping[str, Any]) -> dict[str, Any]:
    request = review["request"]
    webhook.reached.append((request["operation"], request["object"]["metadata"].get("name", "")))
    response = {"uid": request["uid"], "allowed": True}
    if webhook.patch:
        patch = base64.b64encode(json.dumps(webhook.patch).encode()).decode()
        response |= {"patchType": "JSONPatch", "patch": patch}
    return {**review, "request": None, "response": response}
