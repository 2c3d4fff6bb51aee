"""Pushes told by GitHub and GitLab: proof of the sender, which repository is meant, and a refresh of its clone.

Belongs here: the receiver, an ASGI application for a port of its own, and its limits.
Does not belong here: git, admissions, and anything that would believe what a payload says. A payload only chooses
among the repositories that the operator configured; commits and refs are asked of the git server itself.
"""

from argosy.agent.pushes.application import Receiver
from argosy.agent.pushes.hosts import HostName
from argosy.agent.pushes.limits import Limits
from argosy.agent.pushes.outcomes import Outcome
from argosy.agent.pushes.refreshes import Refreshes
from argosy.agent.pushes.signatures import Secret, secret_in

__all__ = ["HostName", "Limits", "Outcome", "Receiver", "Refreshes", "Secret", "secret_in"]
