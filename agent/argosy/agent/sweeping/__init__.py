"""Sweeps at the API server: the objects of a cluster as `argosy.gc` wants them, and the one replica that sweeps.

Belongs here: listing page by page, deleting and announcing on a condition, the Lease, the Events of announcements.
Does not belong here: what is unused and when it goes (`argosy.gc`). What needs a cluster is imported from its own
module: `ClusterObjects` from `cluster_objects`, `Leader` from `leader`.
"""

from argosy.agent.sweeping.sweeper import Alone, Sweeper, Sweeping, counted_as
from argosy.agent.sweeping.telling import event_of, tell

__all__ = ["Alone", "Sweeper", "Sweeping", "counted_as", "event_of", "tell"]
