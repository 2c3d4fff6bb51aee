"""What a user should know although nothing failed: shown on stderr, and as admission warnings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argosy.resolver.errors import Reason


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence with its machine-readable reason and, where there is one, the place it is about."""

    reason: Reason
    text: str
    site: str = ""

    def __str__(self) -> str:
        return f"{self.site}: {self.text}" if self.site else self.text
