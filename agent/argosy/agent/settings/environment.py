"""Which variables of the environment are meant for the agent, and which look as if they were.

The environment holds much that is not ours. Kubernetes adds the addresses of every Service of the namespace: one that
is called `argosy-webhook` sets `ARGOSY_WEBHOOK_PORT=tcp://10.0.0.1:443`, and the agent's own a row that begins with
`ARGOSY_`.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from argosy.agent.settings.variables import VARIABLES
from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["misspelled", "our_variables"]

_PREFIXES: Final = tuple({name.split("_")[0] for name in VARIABLES if "_" in name})
_CONTENTS: Final = {name.removesuffix("_FILE"): name for name in VARIABLES if name.endswith("_FILE")}
_ALIKE: Final = 0.85
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_ADDRESS: Final = re.compile(r"(?:tcp|udp|sctp)://.*")
_SERVICE: Final = re.compile(r"(.+?)_(?:SERVICE_HOST|SERVICE_PORT(?:_.+)?|PORT(?:_[0-9]+_(?:TCP|UDP|SCTP)(?:_.+)?)?)")


def our_variables(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that are set for the agent, in the order of the table. An empty one counts as not set."""
    given = {name: environment.get(name, "") for name in VARIABLES}
    return {name: text for name, text in given.items() if text and not _ADDRESS.fullmatch(text)}


def misspelled(environment: Mapping[str, str]) -> Iterator[Misconfigured]:
    """A problem for each variable that is almost one of ours, or has what only a file may hold; values stay unsaid."""
    for name in sorted(environment):
        if name in VARIABLES or not name.startswith(_PREFIXES) or _is_of_a_service(name, environment):
            continue
        if name in _CONTENTS:
            yield Misconfigured(
                Reason.INVALID_SETTINGS,
                "what it holds is not taken from the environment, which many can read",
                site=name,
                remedy=f"write it into a file, and name that by {_CONTENTS[name]}",
            )
        elif near := get_close_matches(name, VARIABLES, n=1, cutoff=_ALIKE):
            yield Misconfigured(
                Reason.INVALID_SETTINGS, "there is no such variable", site=name, remedy=f"did you mean {near[0]}?"
            )


def _is_of_a_service(name: str, environment: Mapping[str, str]) -> bool:
    found = _SERVICE.fullmatch(name)
    return found is not None and f"{found[1]}_SERVICE_HOST" in environment
