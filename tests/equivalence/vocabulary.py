"""The few words that generated cases are made of, so that names and keys meet as often as they can."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from argosy.resolver.manifests import JsonObject, JsonValue
    from tests.equivalence.library import Release

RELEASES: Sequence[Release] = (("one", "v1"), ("one", "v2"), ("two", "feature/x"))
OBJECTS = (("WorkflowTemplate", "lib"), ("ClusterWorkflowTemplate", "lib"), ("WorkflowTemplate", "lib.more"))
TEMPLATES = ("say", "work", "Loud", "a-name-that-is-as-long-as-names-get-before-anyone-begins-to-shorten-it")
TYPES = ("container", "steps", "dag", "steps", "dag", "script", "suspend")
TYPES_OF_THE_WORKFLOW = ("steps", "dag", "steps", "dag", "container")
MOST_TEMPLATES = 25
"""After that many, what is still to be written calls nothing."""

METADATA: Sequence[JsonObject] = (
    {},
    {"labels": {"team": "x"}},
    {"labels": {"team": "y", "tier": "x"}},
    {"annotations": {"team": "x"}},
    {"labels": {"tier": "y"}, "annotations": {"team": "y"}},
)
INPUTS: Sequence[JsonObject] = (
    {},
    {},
    {"inputs": {"parameters": [{"name": "p", "default": 3}]}},
    {"inputs": {"parameters": [{"name": "p", "default": "text"}, {"name": "q", "default": True, "enum": [True, 2]}]}},
)
VALUES: Sequence[JsonValue] = ("text", 3, 0.5, "{{inputs.parameters.p}}", "{{inputs.parameters.q}}")
LOOPS: Sequence[JsonObject] = ({"withItems": [1, "two"]}, {"withParam": "[1]"}, {"withSequence": {"count": "2"}})
SPEC_FIELDS: Sequence[JsonObject] = (
    {},
    {},
    {"volumes": [{"name": "scratch", "emptyDir": {}}]},
    {"ttlStrategy": {"secondsAfterSuccess": 5}, "suspend": True},
    {"priority": 3, "serviceAccountName": "runner"},
)
EXTRAS: Sequence[tuple[str, ...]] = (
    (),
    (),
    ("arguments",),
    ("loop",),
    ("onExit",),
    ("hooks",),
    ("arguments", "loop", "when"),
    ("arguments", "hooks", "onExit"),
)
