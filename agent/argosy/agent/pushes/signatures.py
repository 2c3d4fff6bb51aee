"""How a git host proves that a push comes from it: GitHub signs the body, GitLab repeats a shared token.

Comparisons take the same time wherever two values differ, so that no answer's delay tells how much of one was right.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Secret", "is_github_signature", "is_gitlab_token", "secret_in"]

_LOGGER: Final = logging.getLogger(__name__)

Secret: TypeAlias = "Callable[[], bytes]"  # noqa: S105 - a type
"""The secret shared with a host as it is now, asked at each push; empty where there is none."""


def secret_in(path: Path) -> Secret:
    """The secret in a file, read at each use so that rotation needs no restart; empty while it cannot be read."""

    def read() -> bytes:
        try:
            return path.read_bytes().strip()
        except OSError as error:
            _LOGGER.warning("the secret of the push webhook cannot be read from %s: %s", path, error.strerror)
            return b""

    return read


def is_github_signature(body: bytes, signature: bytes, secret: bytes) -> bool:
    """Whether `X-Hub-Signature-256` is the HMAC-SHA256 of the body by this secret; an empty secret proves nothing.

    https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
    """
    expected = "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), signature)


def is_gitlab_token(_body: bytes, token: bytes, secret: bytes) -> bool:
    """Whether `X-Gitlab-Token` is this secret; an empty secret proves nothing.

    https://docs.gitlab.com/user/project/integrations/webhooks/
    """
    # Digests have one length: comparing the values themselves would tell how long the secret is.
    expected, given = (hashlib.sha256(value).digest() for value in (secret, token))
    return bool(secret) and hmac.compare_digest(expected, given)
