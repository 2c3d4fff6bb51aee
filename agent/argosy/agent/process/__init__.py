"""The running agent: its parts made of the settings, its servers, its loops, and its end.

Belongs here: wiring, what runs in the event loop and what in threads, readiness, draining. Does not belong here: any
decision; each is made in the part that it is about.
"""

from argosy.agent.process.agent import Agent
from argosy.agent.process.cluster import cluster_parts
from argosy.agent.process.parts import Parts, standalone_parts
from argosy.agent.process.renewal import Renewal

__all__ = ["Agent", "Parts", "Renewal", "cluster_parts", "standalone_parts"]
