"""Inline bodies of a template from git: kept where they stand, except when that would change what they are given.

In a WorkflowTemplate Argo uses an inline body as it was written; in a Workflow the parent's inputs and names have been
put into it before. The difference shows when the body has an input of a name that the parent has too, or reads
the name of its own node. Such a body becomes a named template. A looping step behaves alike in both, and stays.
Rule: workflow/templateresolution/context.go and workflow/common/util.go (SubstituteParams).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.flatten.limits import json_bytes
from argosy.resolver.manifests import TemplateName
from argosy.resolver.shapes import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from argosy.resolver.manifests import JsonValue, Template

_LOOPS = ("withItems", "withParam", "withSequence")
_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
# The names of a node, and all inputs as one JSON list.
_OF_THE_NODE = re.compile(r"\b(?:node|steps|tasks)\.name\b|\binputs\.parameters\s*$")


def hoisted(template: Template, name: str) -> tuple[Template, dict[TemplateName, Template]]:
    """The template with such bodies replaced by local names, and the bodies by those names.

    The names hold characters that no template's name may hold, so they meet no other; they are never emitted.
    """
    replaced: dict[TemplateName, Template] = {}
    inputs = _inputs(template)

    def placed(caller: JsonValue, site: str) -> JsonValue:
        body = mapping(caller, site).get("inline")
        if body is None or caller.get("templateRef") or not _loses_isolation(caller, mapping(body, site), inputs):
            return caller
        replaced[TemplateName(site)] = body
        kept = {key: value for key, value in caller.items() if key not in ("inline", "template")}
        return {**kept, "template": site}

    return _with_callers(template, name, placed), replaced


def bodies(template: Template, site: str) -> dict[str, Template]:
    """The inline bodies that stand in the template, by their sites."""
    found: dict[str, Template] = {}

    def note(caller: JsonValue, site: str) -> JsonValue:
        body = mapping(caller, site).get("inline")
        if body is not None:
            found[f"{site}.inline"] = cast("Template", mapping(body, f"{site}.inline"))
        return caller

    _with_callers(template, site, note)
    return found


def check_not_nested(template: Template, site: str) -> None:
    """Raise Denied(UNFLATTENABLE) for an inline body inside another.

    Argo calls that unsupported, and in a Workflow puts other values into the inner one than in a WorkflowTemplate.
    """

    def inner(caller: JsonValue, site: str) -> JsonValue:
        if mapping(caller, site).get("inline") is not None:
            raise Denied(
                Reason.UNFLATTENABLE,
                "an inline template stands inside another",
                site=f"{site}.inline",
                remedy="make the inner one a template of the same file, and call it by its name",
            )
        return caller

    for outer, body in bodies(template, site).items():
        _with_callers(body, outer, inner)


def has_bodies_to_hoist(template: Template) -> bool:
    return bool(hoisted(template, "")[1])


def _with_callers(template: JsonValue, name: str, change: Callable[[JsonValue, str], JsonValue]) -> Template:
    result: JsonValue = template
    if template.get("steps"):
        groups = [
            [change(step, f"{name}.steps[{row}][{column}]") for column, step in enumerate(sequence(group, name))]
            for row, group in enumerate(sequence(template["steps"], name))
        ]
        result = {**result, "steps": groups}
    if template.get("dag"):
        tasks = sequence(mapping(template["dag"], name).get("tasks"), name)
        changed = [change(task, f"{name}.dag.tasks[{index}]") for index, task in enumerate(tasks)]
        result = {**result, "dag": {**template["dag"], "tasks": changed}}
    return cast("Template", result)


def _loses_isolation(caller: JsonValue, body: JsonValue, parent: Mapping[str, set[str]]) -> bool:
    if any(caller.get(loop) for loop in _LOOPS):
        return False
    inputs = _inputs(body)
    if any(not _passed_through(caller, name) for name in inputs["parameters"] & parent["parameters"]):
        return True
    text = json_bytes(body, "inline").decode()
    if any(f"inputs.artifacts.{name}.path" in text for name in inputs["artifacts"] & parent["located"]):
        return True
    return any(_OF_THE_NODE.search(tag) for tag in _TAG.findall(text))


def _passed_through(caller: JsonValue, name: str) -> bool:
    arguments = mapping(caller.get("arguments"), "arguments")
    given = [mapping(one, "arguments") for one in sequence(arguments.get("parameters"), "arguments.parameters")]
    return [one.get("value") for one in given if one.get("name") == name] == [f"{{{{inputs.parameters.{name}}}}}"]


def _inputs(template: JsonValue) -> dict[str, set[str]]:
    """The names of the inputs; `located` are the artifacts with a path, which the parent would put into the body."""
    inputs = mapping(template.get("inputs"), "inputs")
    parameters = [mapping(one, "inputs") for one in sequence(inputs.get("parameters"), "inputs.parameters")]
    artifacts = [mapping(one, "inputs") for one in sequence(inputs.get("artifacts"), "inputs.artifacts")]
    return {
        "parameters": {str(one.get("name")) for one in parameters},
        "artifacts": {str(one.get("name")) for one in artifacts},
        "located": {str(one.get("name")) for one in artifacts if one.get("path")},
    }
