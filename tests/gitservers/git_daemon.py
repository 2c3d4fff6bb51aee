"""The real `git daemon` on loopback: git's own protocol, with neither credentials nor encryption."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

_STARTING_SECONDS = 5.0


@contextmanager
def serve_git(root: Path) -> Generator[str]:
    """Serve the repositories below a folder; gives the URL of the folder."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ["--export-all", "--listen=127.0.0.1", f"--port={port}", "--reuseaddr", f"--base-path={root}"]
    process = subprocess.Popen(
        ["git", "daemon", *arguments, str(root)],
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull},
        start_new_session=True,
    )
    try:
        until = time.monotonic() + _STARTING_SECONDS
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.02)
        yield f"git://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, 15)
        process.wait()
