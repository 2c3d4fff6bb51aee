"""The nodes of a Workflow, which the controller compresses where they would make its object too large."""

from __future__ import annotations

import base64
import gzip
import json
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.manifests import JsonObject


def nodes_of(workflow: JsonObject) -> Mapping[str, JsonObject]:
    """By id; none where a manifest brought along what only looks compressed. Rule: workflow/packer/packer.go."""
    status = workflow.get("status") or {}
    if packed := status.get("compressedNodes"):
        with suppress(ValueError, OSError, EOFError):
            found: Mapping[str, JsonObject] = json.loads(gzip.decompress(base64.b64decode(packed)))
            return found
    return status.get("nodes") or {}
