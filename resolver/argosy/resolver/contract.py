"""The labels and annotations that users write and Argosy writes: the whole contract with the outside, in one place.

Read in this order: the invoking template, then (inside a template from git) the commit it came from, then the
Workflow's annotations, labels and `spec.workflowMetadata`, then the namespace's and the repository's default.
"""

from __future__ import annotations

# Users write these.
VERSION = "pipekit.io.templates.gitVersion"
REPOSITORY = "pipekit.io.templates.gitRepo"
PULL_POLICY = "pipekit.io.templates.pullPolicy"
RESOLVE_AT = "pipekit.io.templates.resolveAt"
"""On a CronWorkflow, an annotation: `Tick` (default) or `Creation`."""
ASKED_KEYS = (VERSION, REPOSITORY, PULL_POLICY)
KEEP = "workflows.pipekit.io/keep"
"""On a delivered template, an annotation: with the value `true` it is never swept."""

# Argosy writes these, and overwrites what a user put there.
PREFIX = "workflows.pipekit.io/"
RESOLVED = PREFIX + "resolved"
RUNNER = PREFIX + "runner"
RUN_UUID = PREFIX + "run_uuid"
LAST_USED_TIMESTAMP = PREFIX + "last_used_timestamp"
"""A label, epoch seconds: the API server compares it as a number in selectors."""
DELETE_AT = PREFIX + "delete_at"
"""An annotation, RFC 3339: from when an announced template is deleted; users may move it."""
DELIVER = PREFIX + "deliver"
"""A label of delivered templates: `OnUse`, or `Always` for those that are not swept."""
USES = "uses." + PREFIX
"""The labels `uses.workflows.pipekit.io/HASH` of a delivered template name the objects that it refers to."""
PIPE_UUID = PREFIX + "pipe_uuid"
COMMIT = PREFIX + "commit"
TAKEN_VERSION = PREFIX + "version"
TAKEN_REPOSITORY = PREFIX + "repository"
TAKEN_PATH = PREFIX + "path"
TAKEN_DIGEST = PREFIX + "digest"

# Argo's controller reads these: see workflow/common/common.go.
ARGO_WORKFLOW_TEMPLATE = "workflows.argoproj.io/workflow-template"
ARGO_CLUSTER_WORKFLOW_TEMPLATE = "workflows.argoproj.io/cluster-workflow-template"
ARGO_INSTANCE_ID = "workflows.argoproj.io/controller-instanceid"

API_VERSION = "argoproj.io/v1alpha1"
