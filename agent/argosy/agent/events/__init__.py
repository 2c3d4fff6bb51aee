"""Kubernetes Events about trouble that a user should see although nobody reads the answer to the API server.

Belongs here: which trouble is told and about which object, putting equal ones together, writing them without ever
keeping an admission waiting. Does not belong here: the answer itself (`admission`) and the log. What needs a cluster is
imported from its own module: `ClusterEvents` from `cluster_events`.
"""

from argosy.agent.events.deciding import event_for
from argosy.agent.events.event import Event, Events, EventType

__all__ = ["Event", "EventType", "Events", "event_for"]
