"""When an inline body must become a named template, and when it must not.

Inside a WorkflowTemplate the controller runs a body as it was written, inside a Workflow after the variables of the
template around it were put in (context.go SetStoredInlineTemplate, common/util.go SubstituteParams). A body whose
variables mean the same both ways stays inline; a looping one is never found among the stored bodies, so it stays too.
"""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import TYPE_CHECKING

from tests.equivalence.normalised import normalised

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject, JsonValue

LOOPS = ("withItems", "withParam", "withSequence")
_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_OF_THE_HOLDER = re.compile(r"\b(?:node\.name|steps\.name|tasks\.name)\b|\binputs\.parameters\s*$")


class Form(Enum):
    """What may answer an inline body of a WorkflowTemplate in the Workflow."""

    INLINE = "inline"
    NAMED = "named"
    EITHER = "either"


def required_form(caller: JsonObject, holder: JsonObject) -> Form:
    """The form that keeps the meaning of each variable of a body that came from a WorkflowTemplate."""
    if any(loop in caller for loop in LOOPS):
        return Form.INLINE
    body = caller["inline"]
    tags = [tag.strip() for tag in _TAG.findall(json.dumps(body))]
    if any(_OF_THE_HOLDER.search(tag) for tag in tags):
        return Form.NAMED
    if any(_mentions(tag, "artifacts", name) for tag in tags for name in _other_paths(caller["inline"], holder)):
        return Form.NAMED
    shadowing = _shadowing(caller, holder)
    if not shadowing:
        return Form.INLINE
    if any(_mentions(tag, "parameters", name) for tag in tags for name in shadowing):
        return Form.NAMED
    return Form.EITHER if shadowing & _inputs(caller["inline"]) else Form.INLINE


def _shadowing(caller: JsonObject, holder: JsonObject) -> set[str]:
    """Inputs of the template around the body that do not have the same value in the body."""
    given = {each.get("name"): each.get("value") for each in (caller.get("arguments") or {}).get("parameters") or []}
    passed = {name for name, value in given.items() if _passes_through(normalised(value), name)}
    return _inputs(holder) - (passed & _inputs(caller["inline"]))


def _inputs(template: JsonObject) -> set[str]:
    return {each["name"] for each in (template.get("inputs") or {}).get("parameters") or []}


def _passes_through(value: JsonValue, name: str) -> bool:
    return isinstance(value, str) and re.fullmatch(rf"\{{\{{\s*inputs\.parameters\.{name}\s*\}}\}}", value) is not None


def _mentions(tag: str, field: str, name: str) -> bool:
    return re.search(rf"\binputs\.{field}(?:\.{name}\b|\[['\"\\]+{name}\b)", tag) is not None


def _other_paths(body: JsonObject, holder: JsonObject) -> set[str]:
    """Input artifacts whose path the template around the body would put in, although the body has another."""
    own = _paths(body)
    return {name for name, path in _paths(holder).items() if own.get(name) != path}


def _paths(template: JsonObject) -> dict[str, str]:
    artifacts = (template.get("inputs") or {}).get("artifacts") or []
    return {each["name"]: each["path"] for each in artifacts if each.get("path")}
