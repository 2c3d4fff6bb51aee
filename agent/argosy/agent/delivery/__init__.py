"""Brings WorkflowTemplates into the cluster, for what cannot be flattened and for what is checked before we are asked.

Belongs here: what is delivered for a Workflow in reference mode and for a CronWorkflow, under which labels, how an
object that is there already is treated, and when the controller knows it. Does not belong here: which template is
meant (the resolver), and when a delivered one is no longer needed (`argosy.gc`). What needs a cluster is imported from
its own module: `ClusterTemplates` from `cluster_templates`.
"""

from argosy.agent.delivery.delivering import TemplateDelivery
from argosy.agent.delivery.memory_templates import MemoryTemplates
from argosy.agent.delivery.parcels import Parcel, parcels_of
from argosy.agent.delivery.placing import Placed, Placement, Templates

__all__ = [
    "MemoryTemplates",
    "Parcel",
    "Placed",
    "Placement",
    "TemplateDelivery",
    "Templates",
    "parcels_of",
]
