"""Brings WorkflowTemplates into the cluster, for what cannot be flattened and for what is checked before we are asked.

Belongs here: what is delivered for a Workflow and for a CronWorkflow, under which labels, how an object that is there
already is treated, that it is used, and when the controller knows it. Does not belong here: which template is
meant (the resolver), and when a delivered one is no longer needed (`argosy.gc`). What needs a cluster is imported from
its own module: `ClusterTemplates` from `cluster_templates`.
"""

from argosy.agent.delivery.delivering import Order, TemplateDelivery
from argosy.agent.delivery.memory_templates import MemoryTemplates
from argosy.agent.delivery.parcels import Parcel, Sender, parcels_of
from argosy.agent.delivery.placing import Placed, Placement, Stamp, Templates
from argosy.agent.delivery.use_delivery import UseDelivery
from argosy.agent.delivery.using import Used, used_by

__all__ = [
    "MemoryTemplates",
    "Order",
    "Parcel",
    "Placed",
    "Placement",
    "Sender",
    "Stamp",
    "TemplateDelivery",
    "Templates",
    "UseDelivery",
    "Used",
    "parcels_of",
    "used_by",
]
