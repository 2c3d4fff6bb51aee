"""Fields of Argo 4.1.2 that the version behind `types.json` lacks, in the same notation.

Found by comparing pkg/apis/workflow/v1alpha1/workflow_types.go of the two; a line goes when the table is renewed
from a version that has it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

ADDITIONS: Mapping[str, Mapping[str, str]] = {
    "ExecutorPlugin": {"metadata": "meta.ObjectMeta always", "spec": "ExecutorPluginSpec always"},
    "ExecutorPluginSidecar": {"automountServiceAccountToken": "bool", "container": "core.Container always"},
    "ExecutorPluginSpec": {"sidecar": "ExecutorPluginSidecar always"},
    "HTTPArtifact": {"saveStreamViaFile": "bool"},
    "S3Artifact": {"addressingStyle": "string"},
    "Template": {
        "pendingTimeout": "string",
        "podResources": "*core.ResourceRequirements",
        "resourceClaims": "[]core.PodResourceClaim",
    },
    "WorkflowSpec": {
        "executorPlugins": "[]ExecutorPlugin",
        "podResources": "*core.ResourceRequirements",
        "resourceClaims": "[]core.PodResourceClaim",
    },
    "core.PodResourceClaim": {
        "name": "string always",
        "resourceClaimName": "*string",
        "resourceClaimTemplateName": "*string",
    },
}
