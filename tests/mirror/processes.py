"""Mirrors in processes of their own: what they do is a line on stdin, what they found a line on stdout."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from argosy.resolver.errors import ArgosyError
from argosy.resolver.mirror import Mirror
from argosy.resolver.repositories import Repository
from argosy.resolver.sources import RepositoryAlias
from tests.mirror.benches import ANY_SCHEME


def main(asked: dict[str, Any]) -> dict[str, Any]:
    """Refresh once by each of `threads` threads; the tags found, and the reasons of failures."""
    tags: set[str] = set()
    reasons: set[str] = set()

    def refresh() -> None:
        mirror = Mirror(
            Repository(RepositoryAlias("templates"), asked["url"], fetch_timeout_seconds=asked.get("timeout", 10.0)),
            Path(asked["cache"]),
            environment={"PATH": os.environ["PATH"]},
            clock=lambda: float(asked["now"]),
            schemes=ANY_SCHEME,
        )
        try:
            tags.update(mirror.refresh(not_before=asked["now"]).tags)
        except ArgosyError as error:
            reasons.add(error.reason)

    threads = [threading.Thread(target=refresh) for _ in range(asked["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"tags": sorted(tags), "reasons": sorted(reasons)}


if __name__ == "__main__":
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdout.write(json.dumps(main(json.loads(sys.stdin.readline()))) + "\n")
