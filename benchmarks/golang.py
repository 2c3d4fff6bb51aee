"""The webhook in Go that ours is compared with: built once for each state of its source, outside of the tree."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import trustme

from argosy.resolver.documents import load
from benchmarks.generator import SERVER_CORE, pinned
from benchmarks.repository import name_of, template
from benchmarks.submissions import LARGE
from tests.golang.builds import CACHE, built, digest, go

if TYPE_CHECKING:
    from collections.abc import Generator

SOURCE = Path(__file__).parent / "webhook"


@dataclass(frozen=True, slots=True)
class GoWebhook:
    """A running one."""

    port: int
    ca_file: Path


@contextmanager
def go_webhook(folder: Path) -> Generator[GoWebhook]:
    """Serve with one thread of Go's, on the core of our servers. Raises GoUnavailableError where there is no `go`."""
    program = built(CACHE / "benchmarks" / f"webhook-{digest(SOURCE)}", _build)
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    files = {name: folder / f"go-{name}" for name in ("ca", "certificate", "key", "templates")}
    authority.cert_pem.write_to_path(str(files["ca"]))
    certificate.cert_chain_pems[0].write_to_path(str(files["certificate"]))
    certificate.private_key_pem.write_to_path(str(files["key"]))
    files["templates"].write_text(json.dumps({name_of(number): _extract(number) for number in range(LARGE.calls)}))
    options = [f"-{name}={files[name]}" for name in ("certificate", "key", "templates")]
    command = pinned([str(program), *options], SERVER_CORE)
    environment = {**os.environ, "GOMAXPROCS": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            yield GoWebhook(int(process.stdout.readline()), files["ca"])
        finally:
            process.kill()


def _build(partial: Path) -> None:
    go("build", "-o", str(partial), ".", folder=SOURCE)


def _extract(number: int) -> Any:
    spec: Any = load(template(number).encode()).get("spec")
    return next(one for one in spec["templates"] if one["name"] == "extract")
