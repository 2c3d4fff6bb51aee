"""Git and Argo manifests: versions, cached clones, the catalog of templates, flattening, policy.

Belongs here: everything that turns a Workflow that names git versions into one that needs nothing from the cluster.
Does not belong here: Kubernetes clients, HTTP servers, reading the environment. The package serves as a library.
"""
