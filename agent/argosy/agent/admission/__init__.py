"""One AdmissionReview in, one answer out: what the API server is told about a Workflow that is being created.

Belongs here: the wire of admission (`admission.k8s.io/v1`), what is decided for each kind, the answer as patch, status
and warnings, and the ASGI application that keeps warm answers from waiting behind cold ones. Does not belong here: how
templates are found and copied (the resolver), and the process around it (`process`).
"""

from argosy.agent.admission.admitting import Admitter
from argosy.agent.admission.application import AdmissionApplication

__all__ = ["AdmissionApplication", "Admitter"]
