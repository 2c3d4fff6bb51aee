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
    shadowing = _shadowing(caller, holder)
    if not shadowing:
        return Form.INLINE
    return Form.NAMED if any(_mentions(tag, name) for tag in tags for name in shadowing) else Form.EITHER


def _shadowing(caller: JsonObject, holder: JsonObject) -> set[str]:
    """Inputs of the body that the template around it has too, with another value."""
    both = _inputs(caller["inline"]) & _inputs(holder)
    given = {each.get("name"): each.get("value") for each in (caller.get("arguments") or {}).get("parameters") or []}
    return {name for name in both if not _passes_through(normalised(given.get(name)), name)}


def _inputs(template: JsonObject) -> set[str]:
    return {each["name"] for each in (template.get("inputs") or {}).get("parameters") or []}


def _passes_through(value: JsonValue, name: str) -> bool:
    return isinstance(value, str) and re.fullmatch(rf"\{{\{{\s*inputs\.parameters\.{name}\s*\}}\}}", value) is not None


def _mentions(tag: str, name: str) -> bool:
    return re.search(rf"\binputs\.parameters(?:\.{name}\b|\[['\"\\]+{name}\b)", tag) is not None
