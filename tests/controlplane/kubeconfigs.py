"""Users of the control plane, and the files by which clients know it. What is written here is data; no I/O."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

USERS: Mapping[str, tuple[str, ...]] = {"admin": ("system:masters",), "developer": ("developers",), "outsider": ()}
"""The groups of each user: one may do everything, one what its namespaces let it, one only what everybody may."""


def token_file(tokens: Mapping[str, str]) -> str:
    """The API server's file of users: token, name, uid and groups in each line."""
    return "".join(f'{token},{user},{user},"{",".join(USERS[user])}"\n' for user, token in tokens.items())


def kubeconfig(cluster: Mapping[str, Any], user: Mapping[str, Any]) -> str:
    """A file of one context, in JSON, which is YAML too."""
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "tests",
            "clusters": [{"name": "tests", "cluster": dict(cluster)}],
            "users": [{"name": "tests", "user": dict(user)}],
            "contexts": [{"name": "tests", "context": {"cluster": "tests", "user": "tests"}}],
        }
    )


def acting(credentials: Mapping[str, Any], user: str) -> dict[str, Any]:
    """The credentials of an administrator who acts as a user, where users cannot be given tokens."""
    return {**credentials, **({} if user == "admin" else {"as": user, "as-groups": list(USERS[user])})}
