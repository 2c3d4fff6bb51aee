"""What matters of Argo's workflow-controller, read from its ConfigMap.

Upstream: config/config.go and config/controller.go. Each key of `data` is a part of the configuration in YAML; or all
of it is under one key, `config`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from argosy.resolver.documents import DocumentError, load
from argosy.resolver.errors import Misconfigured, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ControllerFacts", "controller_facts"]

_RESTRICTED: Final = ("Strict", "Secure")


@dataclass(frozen=True, slots=True)
class ControllerFacts:
    """The part of the controller's configuration that decides how Workflows are resolved."""

    needs_references: bool = False
    """`workflowRestrictions.templateReferencing` is Strict or Secure."""
    reserved_template_names: tuple[str, ...] = ()
    """The templates of workflowDefaults, which the controller merges into every Workflow."""


def controller_facts(data: Mapping[str, str]) -> ControllerFacts:
    """The facts in the `data` of the ConfigMap. Raises Misconfigured when it cannot be read."""
    restrictions = _part(data, "workflowRestrictions")
    spec = _mapping(_part(data, "workflowDefaults").get("spec"))
    templates = spec.get("templates")
    names = [_mapping(one).get("name") for one in templates] if isinstance(templates, list) else []
    return ControllerFacts(
        needs_references=restrictions.get("templateReferencing") in _RESTRICTED,
        reserved_template_names=tuple(name for name in names if isinstance(name, str)),
    )


def _part(data: Mapping[str, str], key: str) -> dict[str, Any]:
    if "config" in data:
        return _mapping(_loaded(data["config"], "config").get(key))
    return _loaded(data.get(key, ""), key)


def _loaded(text: str, key: str) -> dict[str, Any]:
    try:
        return _mapping(load(text.encode()) if text.strip() else None)
    except DocumentError as error:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"the workflow-controller's ConfigMap cannot be read: {error}",
            site=f"data.{key}",
            remedy="mend it: Argo's controller does not read it either",
        ) from error


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
