"""Label selectors, judged as Kubernetes judges them when it reads one: LabelSelectorAsSelector in apimachinery."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from argosy.resolver.flatten.version_labels import is_label_value
from argosy.resolver.shapes import mapping, sequence, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonValue

_NAME = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
_PREFIX_PART = re.compile(r"[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_LONGEST_PREFIX = 253
_WITH_VALUES = ("In", "NotIn")
_WITHOUT_VALUES = ("Exists", "DoesNotExist")


def is_label_key(key: str) -> bool:
    """Whether Kubernetes accepts the text as the key of a label.

    >>> is_label_key("app"), is_label_key("example.com/app"), is_label_key("/app")
    (True, True, False)
    """
    prefix, slash, name = key.rpartition("/")
    if slash and (len(prefix) > _LONGEST_PREFIX or not all(map(_PREFIX_PART.fullmatch, prefix.split(".")))):
        return False
    return _NAME.fullmatch(name) is not None


def selector_faults(selector: JsonValue, site: str) -> Iterator[str]:
    """What makes a selector invalid, each with its place; nothing for a valid one. Raises Denied(INVALID_MANIFEST)."""
    at = f"{site}.matchLabels"
    for key, value in sorted(mapping(selector.get("matchLabels"), at).items()):
        yield from _label_faults(key, [text(value, at)], at)
    at = f"{site}.matchExpressions"
    for index, expression in enumerate(sequence(selector.get("matchExpressions"), at)):
        yield from _expression_faults(mapping(expression, f"{at}[{index}]"), f"{at}[{index}]")


def _expression_faults(expression: JsonValue, site: str) -> Iterator[str]:
    operator = text(expression.get("operator"), f"{site}.operator")
    values = [text(value, f"{site}.values") for value in sequence(expression.get("values"), f"{site}.values")]
    if operator not in (*_WITH_VALUES, *_WITHOUT_VALUES):
        yield f"{site}.operator {operator!r} is none of {', '.join((*_WITH_VALUES, *_WITHOUT_VALUES))}"
    elif operator in _WITH_VALUES and not values:
        yield f"{site} has no values, which {operator} needs"
    elif operator in _WITHOUT_VALUES and values:
        yield f"{site} has values, which {operator} does not take"
    yield from _label_faults(text(expression.get("key"), f"{site}.key"), values, site)


def _label_faults(key: str, values: list[str], site: str) -> Iterator[str]:
    if not is_label_key(key):
        yield f"{site} has {key!r}, which is no key of a label"
    for value in values:
        if not is_label_value(value):
            yield f"{site} has {value!r} for {key!r}, which is no value of a label"
