"""Whatever graph of templates a Workflow draws on, its flattened form is what the original would have been.

The same few hundred each time; `HYPOTHESIS_PROFILE=thorough` draws thousands of others.
"""

from __future__ import annotations

import copy
import os
from typing import TYPE_CHECKING, cast

import orjson
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from argosy.resolver.errors import Denied
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Flattened, Mode
from tests.equivalence.comparison import callers
from tests.equivalence.delivery import delivery_differences
from tests.equivalence.execution import spec_of
from tests.equivalence.generated_graphs import Case, cases
from tests.equivalence.library import Library, objects
from tests.equivalence.oracle import differences
from tests.equivalence.reachable import reachable
from tests.equivalence.resolution import Unresolvable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonObject, JsonValue, Manifest

_SLOW_TO_DRAW = [HealthCheck.too_slow, HealthCheck.data_too_large]
_PROFILES = {
    "usual": settings(max_examples=200, derandomize=True, deadline=None, suppress_health_check=_SLOW_TO_DRAW),
    "thorough": settings(max_examples=5000, database=None, deadline=None, suppress_health_check=_SLOW_TO_DRAW),
}
profile = _PROFILES[os.environ.get("HYPOTHESIS_PROFILE", "usual")]
pytestmark = pytest.mark.timeout(60 if profile is _PROFILES["usual"] else 3600)


def flattened(case: Case, mode: Mode = Mode.FLATTEN) -> Flattened:
    return flatten(cast("Manifest", case.workflow), case.library, mode=mode)


def called_by_name(template: JsonObject) -> Iterator[JsonObject]:
    """The steps, tasks and hooks in a template that name another."""
    for _, caller in callers(template):
        for each in (caller, *(caller.get("hooks") or {}).values()):
            if "template" in each and "templateRef" not in each:
                yield each
        if "inline" in caller:
            yield from called_by_name(caller["inline"])


def canonical(flattened: Flattened) -> bytes:
    return orjson.dumps(flattened.manifest, option=orjson.OPT_SORT_KEYS)


def reversed_keys(value: JsonValue) -> JsonValue:
    """The same JSON with the keys of every object in reverse order."""
    if isinstance(value, dict):
        return {key: reversed_keys(item) for key, item in reversed(value.items())}
    return [reversed_keys(item) for item in value] if isinstance(value, list) else value


@given(case=cases())
@settings(profile)
def test_each_caller_runs_the_template_it_ran_in_the_original(case: Case) -> None:
    assert differences(case.workflow, flattened(case), case.library) == []


@given(case=cases(), data=st.data())
@settings(profile, max_examples=profile.max_examples // 2)
def test_another_template_for_any_caller_is_noticed(case: Case, data: st.DataObject) -> None:
    output = copy.deepcopy(cast("JsonObject", flattened(case).manifest))
    templates = spec_of(output).get("templates") or []
    named = [caller for template in templates for caller in called_by_name(template)]
    assume(named)
    caller = data.draw(st.sampled_from(named))
    others = [template["name"] for template in templates if template["name"] != caller["template"]]
    assume(others)
    caller["template"] = data.draw(st.sampled_from(others))
    assert differences(case.workflow, Flattened(cast("Manifest", output)), case.library) != []


@given(case=cases())
@settings(profile, max_examples=profile.max_examples // 2)
def test_each_caller_runs_the_same_from_what_is_delivered(case: Case) -> None:
    assert delivery_differences(case.workflow, flattened(case, Mode.REFERENCE), case.library) == []


@given(case=cases(faulty=True))
@settings(profile)
def test_what_git_cannot_answer_is_denied_and_nothing_else_is(case: Case) -> None:
    try:
        reachable(case.workflow, case.library)
    except (Unresolvable, Denied):
        for mode in Mode:
            with pytest.raises(Denied) as denied:
                flattened(case, mode)
            assert "spec." in denied.value.site
    else:
        flattened(case)


@given(case=cases())
@settings(profile, max_examples=profile.max_examples // 2)
def test_flattening_again_changes_no_byte(case: Case) -> None:
    first = flattened(case)
    second = flatten(first.manifest, case.library)
    assert canonical(first) == canonical(second)


@given(case=cases())
@settings(profile, max_examples=profile.max_examples // 2)
def test_the_order_of_keys_changes_no_byte(case: Case) -> None:
    releases = {
        release: objects(reversed_keys(manifest) for manifest in held.values())
        for release, held in case.library.releases.items()
    }
    reversed_case = Case(reversed_keys(case.workflow), Library(releases))
    assert canonical(flattened(case)) == canonical(flattened(reversed_case))


@given(case=cases())
@settings(profile, max_examples=profile.max_examples // 2)
def test_what_was_passed_in_is_not_changed(case: Case) -> None:
    expected = copy.deepcopy((case.workflow, case.library.releases))
    flattened(case)
    assert expected == (case.workflow, case.library.releases)
