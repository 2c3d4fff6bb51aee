"""What matters of Argo's workflow-controller, read from its ConfigMap as the controller reads it.

Upstream: config/config.go and config/controller.go. Each key of `data` is a part of the configuration in YAML; or all
of it is under one key, `config`. A key that cannot be read spoils the whole, for the controller as for us.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from argosy.resolver.documents import DocumentError, load
from argosy.resolver.errors import Denied, Misconfigured, Reason
from argosy.resolver.flatten import WorkflowDefaults, workflow_defaults
from argosy.resolver.shapes import mapping, text

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ControllerFacts", "Referencing", "controller_facts"]

_WHOLE: Final = "config"


class Referencing(StrEnum):
    """`workflowRestrictions.templateReferencing`; any other word is no restriction, for the controller as well."""

    NONE = ""
    STRICT = "Strict"
    """A Workflow may only refer to a WorkflowTemplate."""
    SECURE = "Secure"
    """And that WorkflowTemplate must not change while the Workflow runs."""


@dataclass(frozen=True, slots=True)
class ControllerFacts:
    """The part of the controller's configuration that decides how Workflows are resolved."""

    referencing: Referencing = Referencing.NONE
    defaults: WorkflowDefaults | None = None
    """Its workflowDefaults; None where its configuration is not to be seen."""
    instance_id: str = ""
    """The controller sees only Workflows that have it in `workflows.argoproj.io/controller-instanceid`."""

    @property
    def needs_references(self) -> bool:
        """Whether Workflows may only refer to WorkflowTemplates."""
        return self.referencing is not Referencing.NONE


def controller_facts(data: Mapping[str, str]) -> ControllerFacts:
    """The facts in the `data` of the ConfigMap. Raises Misconfigured when the controller cannot read it either."""
    try:
        configuration = mapping(load(_whole(data).encode()), "data")
        return _facts(configuration)
    except DocumentError as error:
        raise _broken(str(error)) from error
    except Denied as error:
        raise _broken(f"{error.site}: {error.problem}") from error


def _whole(data: Mapping[str, str]) -> str:
    """The configuration as one text; the controller puts the keys together in just this way."""
    if _WHOLE in data:
        if len(data) > 1:
            raise _broken(f"beside {_WHOLE!r} there must be no other key")
        return data[_WHOLE]
    return "".join(_part(key, data[key]) for key in sorted(data))


def _part(key: str, value: str) -> str:
    if "\n" not in value:
        return f"{key}: {value}\n"
    indented = "\n  ".join(value.strip("\n").split("\n"))
    return f"{key}:\n  {indented}\n"


def _facts(configuration: Any) -> ControllerFacts:
    restrictions = mapping(configuration.get("workflowRestrictions"), "workflowRestrictions")
    defaults = mapping(configuration.get("workflowDefaults"), "workflowDefaults")
    return ControllerFacts(
        referencing=_referencing(_string(restrictions, "templateReferencing")),
        defaults=workflow_defaults(defaults, "workflowDefaults"),
        instance_id=_string(configuration, "instanceID"),
    )


def _referencing(word: str) -> Referencing:
    return Referencing(word) if word in set(Referencing) else Referencing.NONE


def _string(holder: Mapping[str, Any], key: str) -> str:
    """A string field; a number without quotes is one too, since the controller's reader knows the field's type."""
    value = holder.get(key)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else text(value, key)


def _broken(problem: str) -> Misconfigured:
    return Misconfigured(
        Reason.INVALID_SETTINGS,
        f"the workflow-controller's ConfigMap cannot be read: {problem}",
        remedy="mend it: Argo's controller does not read it either",
    )
