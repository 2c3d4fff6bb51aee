"""An exit handler that reads what Argo knows only where `onExit` is set: once it is copied, Argo checks it.

These are `{{workflow.failures}}`, and a `{{workflow.outputs.artifacts.…}}` where the name that some artifact is given
is a variable. Rule: ValidateWorkflow in workflow/validate/validate.go.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten.limits import json_bytes
from argosy.resolver.shapes import mapping
from argosy.resolver.variables import is_dynamic

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonValue, Template, WorkflowSpec

_FAILURES = re.compile(rb"\{\{\s*workflow\.failures\s*\}\}")
_ARTIFACTS = re.compile(rb"\{\{\s*workflow\.outputs\.artifacts\.")


def reads_failures(template: Template, site: str) -> bool:
    """Whether Argo's validation would look for the variable; it never checks expression tags."""
    return _FAILURES.search(json_bytes(template, site)) is not None


def reads_artifacts(template: Template, site: str) -> bool:
    """Whether Argo's validation would look for an artifact of the Workflow."""
    return _ARTIFACTS.search(json_bytes(template, site)) is not None


def with_exit_handler(spec: WorkflowSpec, *, site: str, reader: str) -> WorkflowSpec:
    """The spec with an `onExit`.

    `reader` is the place that leads to the template which reads the failures. Raises Denied(UNFLATTENABLE) where the
    exit hook has arguments, which `onExit` cannot have, or where there is none.
    """
    result = as_on_exit(spec, site)
    if result is None:
        raise Denied(
            Reason.UNFLATTENABLE,
            "the template reads {{workflow.failures}}, which Argo accepts in a copied template only beside onExit",
            site=reader,
            remedy=f"set {site}.onExit, give {site}.hooks.exit no arguments, or use reference mode",
        )
    return result


def as_on_exit(spec: WorkflowSpec, site: str) -> WorkflowSpec | None:
    """The spec with its exit hook as `onExit`, which runs the same: an exit hook's expression is not looked at.

    None where there is no such hook, or where it cannot be written so.
    """
    if spec.get("onExit"):
        return spec
    hooks = mapping(spec.get("hooks"), f"{site}.hooks")
    hook = mapping(hooks.get("exit"), f"{site}.hooks.exit")
    arguments = mapping(hook.get("arguments"), f"{site}.hooks.exit.arguments")
    name = hook.get("template")
    if hook.get("templateRef") or any(arguments.values()) or not isinstance(name, str) or is_dynamic(name):
        return None
    result: JsonValue = {key: value for key, value in spec.items() if key != "hooks"}
    others = {event: other for event, other in hooks.items() if event != "exit"}
    result["onExit"] = name
    return cast("WorkflowSpec", {**result, "hooks": others} if others else result)
