"""Versions that are no label values, as `feature/x` or `^1.2`: moved where they would reach a pod or the Workflow.

On steps and dag templates such a label is harmless, so it stays where its author put it, in copies too. On the
template of a pod, and in what is laid over every pod or over the Workflow, Kubernetes or the controller would refuse
it while the Workflow runs. In the annotations beside it the same key means the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from argosy.resolver import contract
from argosy.resolver.errors import Reason
from argosy.resolver.notices import Notice
from argosy.resolver.shapes import mapping

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue, Manifest, WorkflowSpec

_LABEL_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")


def is_label_value(text: str) -> bool:
    """Whether Kubernetes accepts the text as the value of a label.

    >>> is_label_value("v1.2.0"), is_label_value("feature/x")
    (True, False)
    """
    return _LABEL_VALUE.fullmatch(text) is not None


@dataclass(slots=True)
class LabelMoves:
    """Moves such labels, and tells of each."""

    notices: list[Notice] = field(default_factory=list)

    def manifest(self, manifest: Manifest, site: str) -> Manifest:
        """A Workflow or CronWorkflow; the very same object when nothing had to be moved. `site` is that of its spec."""
        result: JsonValue = self._within(manifest, "metadata", "metadata")
        spec: JsonValue = result["spec"]
        if site == "spec":
            new: JsonValue = self.spec(spec, site)
        else:
            outer = self._within(spec, "workflowMetadata", "spec.workflowMetadata")
            inner = self.spec(outer["workflowSpec"], site)
            new = outer if inner is outer["workflowSpec"] else {**outer, "workflowSpec": inner}
        return cast("Manifest", result if new is spec else {**result, "spec": new})

    def spec(self, spec: WorkflowSpec, site: str) -> WorkflowSpec:
        """All metadata in a spec that reaches pods or the Workflow."""
        result: JsonValue = spec
        for name in ("workflowMetadata", "podMetadata"):
            result = self._within(result, name, f"{site}.{name}")
        if result.get("templateDefaults"):
            defaults = self._within(result["templateDefaults"], "metadata", f"{site}.templateDefaults.metadata")
            if defaults is not result["templateDefaults"]:
                result = {**result, "templateDefaults": defaults}
        old = result.get("templates") or []
        new = [self._template(template, f"{site}.templates[{index}]") for index, template in enumerate(old)]
        if any(a is not b for a, b in zip(new, old, strict=True)):
            result = {**result, "templates": new}
        return cast("WorkflowSpec", result)

    def _template(self, template: JsonValue, site: str) -> JsonValue:
        if template.get("steps") or template.get("dag"):
            return template
        return self._within(template, "metadata", f"{site}.metadata")

    def _within(self, holder: JsonValue, name: str, site: str) -> JsonValue:
        metadata = mapping(holder.get(name), site)
        labels = mapping(metadata.get("labels"), f"{site}.labels")
        if not labels:
            return holder
        moved = {key: labels[key] for key in contract.ASKED_KEYS if not is_label_value(str(labels.get(key, "")))}
        if not moved:
            return holder
        for key, value in moved.items():
            text = f"{value!r} is no label value, so {key} was moved to the annotations, where it means the same"
            self.notices.append(Notice(Reason.LABEL_MOVED, text, f"{site}.labels"))
        kept = {key: value for key, value in labels.items() if key not in moved}
        annotations = {**moved, **mapping(metadata.get("annotations"), f"{site}.annotations")}
        return {**holder, name: {**metadata, "labels": kept, "annotations": annotations}}
