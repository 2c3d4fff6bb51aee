"""The serving certificate: made by the replicas or mounted, kept young, and swapped while connections are open.

Belongs here: making and judging certificates, where they are kept, the webhooks' caBundle, and the TLS context.
Does not belong here: the server, its loops and the settings. What needs a cluster is imported from its own module:
`SecretStore` from `secret`, `WebhookTrust` from `trust`.
"""

from argosy.agent.certificates.folder import FolderStore
from argosy.agent.certificates.made import Made, Trust
from argosy.agent.certificates.mounted import Mounted
from argosy.agent.certificates.rotation import Rotation
from argosy.agent.certificates.stores import Conflict, Store, Stored
from argosy.agent.certificates.tls import Served, ServingCertificate

__all__ = [
    "Conflict",
    "FolderStore",
    "Made",
    "Mounted",
    "Rotation",
    "Served",
    "ServingCertificate",
    "Store",
    "Stored",
    "Trust",
]
