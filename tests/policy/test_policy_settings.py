from __future__ import annotations

from typing import Any

import pytest

from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.policy import DefaultVersion, Policy, Rule, policy_from


@pytest.mark.parametrize("mapping", [{}, {"rules": []}, {"rules": [], "defaultVersions": []}])
def test_a_policy_that_says_nothing_has_no_rules(mapping: dict[str, Any]) -> None:
    assert Policy() == policy_from(mapping, "policy")


def test_every_key_has_its_place() -> None:
    policy = policy_from(
        {
            "rules": [
                {
                    "namespaces": ["prod-*"],
                    "repositories": ["platform"],
                    "paths": ["released/**"],
                    "versions": ["v*", "release/*"],
                    "tagsOnly": True,
                    "reachableFrom": ["main"],
                },
                {"namespaces": ["dev"]},
                {},
            ],
            "defaultVersions": [{"namespaces": ["dev"], "version": "main"}, {"version": "^1"}],
        },
        "policy",
    )

    prod = Rule(
        ("prod-*",), ("platform",), ("released/**",), ("v*", "release/*"), tags_only=True, reachable_from=("main",)
    )
    defaults = (DefaultVersion(("dev",), "main"), DefaultVersion(("**",), "^1"))
    assert Policy((prod, Rule(namespaces=("dev",)), Rule()), defaults) == policy


@pytest.mark.parametrize(
    ("mapping", "place", "problem"),
    [
        (None, "policy", "expected `object`, got `null`"),
        ([], "policy", "expected `object`, got `array`"),
        ({"rule": []}, "policy", "unknown field `rule`"),
        ({"rules": {}}, "policy.rules", "expected `array`"),
        ({"rules": [{}, None]}, "policy.rules[1]", "expected `object`"),
        ({"rules": [{"version": ["v*"]}]}, "policy.rules[0]", "unknown field `version`"),
        ({"rules": [{"tags_only": True}]}, "policy.rules[0]", "unknown field `tags_only`"),
        ({"rules": [{"versions": "v*"}]}, "policy.rules[0].versions", "expected `array`, got `str`"),
        ({"rules": [{"versions": ["v*", 1.2]}]}, "policy.rules[0].versions[1]", "expected `str`, got `float`"),
        ({"rules": [{"tagsOnly": "yes"}]}, "policy.rules[0].tagsOnly", "expected `bool`"),
        ({"rules": [{"namespaces": []}]}, "policy.rules[0].namespaces", "an empty list would match nothing"),
        ({"rules": [{}, {"paths": []}]}, "policy.rules[1].paths", "an empty list would match nothing"),
        ({"rules": [{"reachableFrom": []}]}, "policy.rules[0].reachableFrom", "an empty list would match nothing"),
        ({"rules": [{"paths": ["/abs/**"]}]}, "policy.rules[0].paths[0]", "no slash at its start"),
        ({"rules": [{"repositories": ["a", "!b"]}]}, "policy.rules[0].repositories[1]", "'!' has no meaning"),
        ({"rules": [{"versions": ["v**"]}]}, "policy.rules[0].versions[0]", "** must stand alone"),
        ({"rules": [{"reachableFrom": ["[a-z]"]}]}, "policy.rules[0].reachableFrom[0]", "'[' has no meaning"),
        ({"defaultVersions": [{"namespaces": ["a"]}]}, "policy.defaultVersions[0]", "missing required field `version`"),
        ({"defaultVersions": [{"version": "a..b"}]}, "policy.defaultVersions[0].version", "'a..b' is neither a name"),
        (
            {"defaultVersions": [{"version": "a", "namespaces": ["{"]}]},
            "policy.defaultVersions[0].namespaces[0]",
            "'{'",
        ),
    ],
)
def test_what_is_wrong_stops_the_start_and_is_named_by_its_path(mapping: object, place: str, problem: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        policy_from(mapping, "policy")

    assert caught.value.reason is Reason.INVALID_SETTINGS
    assert place == caught.value.site
    assert problem in caught.value.problem
