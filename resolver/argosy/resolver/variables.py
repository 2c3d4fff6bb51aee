"""References with variables: what a name will be is known at admission only when every variable has a literal value.

Argo replaces `{{workflow.parameters.x}}` once, at the start; items of loops, inputs and outputs are known only while
the Workflow runs. Expression tags (`{{=...}}`) are never guessed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from argosy.resolver.merge.any_string import any_string
from argosy.resolver.shapes import mapping, sequence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.manifests import JsonValue, WorkflowSpec

_TAG = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PARAMETER = "workflow.parameters."


def is_dynamic(text: str) -> bool:
    """Whether a name holds anything that Argo replaces.

    >>> is_dynamic("build-{{item}}"), is_dynamic("build")
    (True, False)
    """
    return "{{" in text


def literal_parameters(*specs: WorkflowSpec) -> dict[str, str]:
    """The Workflow's parameters whose value stands there; of several specs the earlier one wins by name."""
    values: dict[str, str] = {}
    taken: set[str] = set()
    for spec in specs:
        arguments = mapping(spec.get("arguments"), "spec.arguments")
        for parameter in sequence(arguments.get("parameters"), "spec.arguments.parameters"):
            one = mapping(parameter, "spec.arguments.parameters")
            name = str(one.get("name"))
            if name in taken or not any(one.get(key) is not None for key in ("value", "valueFrom", "default")):
                continue
            taken.add(name)
            value = literal(one.get("value"))
            if value is not None:
                values[name] = value
    return values


def literal(value: JsonValue) -> str | None:
    """The text of a value that cannot change any more, as Argo writes it; None when it can, or is absent.

    >>> literal(3), literal(True), literal("{{workflow.name}}")
    ('3', 'true', None)
    """
    if not isinstance(value, str | bool | int | float):
        return None
    written = any_string(value)
    return None if is_dynamic(written) else written


def frozen(text: str, parameters: Mapping[str, str]) -> str | None:
    """The text with each workflow parameter replaced by its present value; None when another variable remains.

    >>> frozen("build-{{workflow.parameters.os}}", {"os": "linux"})
    'build-linux'
    >>> frozen("{{item}}", {"os": "linux"}) is None
    True
    """
    if not is_dynamic(text):
        return text
    result = _TAG.sub(lambda tag: _value(tag, parameters), text)
    return None if is_dynamic(result) else result


def _value(tag: re.Match[str], parameters: Mapping[str, str]) -> str:
    name = tag.group(1).strip()
    return parameters.get(name.removeprefix(_PARAMETER), tag.group()) if name.startswith(_PARAMETER) else tag.group()
