"""What the agent counts and measures, for Prometheus: told in the words of what happened, read at a scrape.

Belongs here: the families of metrics, the closed sets their labels take values of, their exposition.
Does not belong here: serving them (`endpoints`), and any label that a user can choose the value of: no namespace, no
name of a template, no version. An alias of a repository is the operator's.
"""

from argosy.agent.metrics.labels import Delivered, Kind, Outcome, Reloaded, Swept
from argosy.agent.metrics.metrics import Metrics
from argosy.agent.metrics.readings import NO_READINGS, Readings, RepositoryReading, readings_of

__all__ = [
    "NO_READINGS",
    "Delivered",
    "Kind",
    "Metrics",
    "Outcome",
    "Readings",
    "Reloaded",
    "RepositoryReading",
    "Swept",
    "readings_of",
]
