"""The JSON patch of an admission, tried by applying it."""

from __future__ import annotations

import copy
from typing import Any

import jsonpatch
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.agent.patch import json_patch

ANNOTATION = "workflows.pipekit.io/resolved"
BEFORE: Any = {
    "metadata": {"name": "w", "annotations": {"a": "1"}},
    "spec": {"entrypoint": "main", "templates": [{"name": "main"}, {"name": "other"}]},
}


def changed(**spec: Any) -> Any:
    return {**BEFORE, "spec": {**BEFORE["spec"], **spec}}


@pytest.mark.parametrize(
    ("after", "operations"),
    [
        (BEFORE, []),
        (
            changed(templates=[{"name": "main", "x": 1}, {"name": "other"}, {"name": "new"}]),
            [
                {"op": "replace", "path": "/spec/templates/0", "value": {"name": "main", "x": 1}},
                {"op": "add", "path": "/spec/templates/-", "value": {"name": "new"}},
            ],
        ),
        (changed(templates=[{"name": "main"}]), [{"op": "remove", "path": "/spec/templates/1"}]),
        (changed(entrypoint="x"), [{"op": "replace", "path": "/spec/entrypoint", "value": "x"}]),
        (
            {**BEFORE, "metadata": {"name": "w", "annotations": {"a": "1", ANNOTATION: "{}"}}},
            [{"op": "add", "path": "/metadata/annotations/workflows.pipekit.io~1resolved", "value": "{}"}],
        ),
        (
            {"metadata": {"name": "w"}, "spec": BEFORE["spec"]},
            [{"op": "remove", "path": "/metadata/annotations"}],
        ),
    ],
)
def test_a_patch_touches_only_what_changed(after: Any, operations: list[Any]) -> None:
    assert json_patch(BEFORE, after) == operations


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab/~", max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab/~", max_size=2), inner, max_size=3),
    max_leaves=8,
)
TEMPLATES = st.lists(st.fixed_dictionaries({"name": st.text("ab", max_size=1)}, optional={"x": JSON}), max_size=4)
MANIFESTS = st.fixed_dictionaries(
    {},
    optional={
        "metadata": st.dictionaries(st.text("a/~", max_size=2), JSON, max_size=3),
        "spec": st.fixed_dictionaries({}, optional={"templates": TEMPLATES, "a": JSON, "hooks": JSON}),
        "status": JSON,
    },
)


@given(before=MANIFESTS, after=MANIFESTS)
def test_applying_the_patch_gives_the_flattened_form(before: Any, after: Any) -> None:
    patch = json_patch(before, after)

    assert jsonpatch.apply_patch(copy.deepcopy(before), patch) == after


@given(manifest=MANIFESTS)
def test_equal_manifests_need_no_patch(manifest: Any) -> None:
    assert json_patch(manifest, copy.deepcopy(manifest)) == []
