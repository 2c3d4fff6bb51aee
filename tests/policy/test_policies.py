from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.manifests import Namespace
from argosy.resolver.policy import DefaultVersion, Policy, Rule
from argosy.resolver.refs import Refs
from argosy.resolver.sources import CommitId, RepositoryAlias, RepositoryPath, Revision, VersionKind

RELEASED = CommitId("a" * 40)
MAIN = CommitId("b" * 40)
FEATURE = CommitId("c" * 40)
OLD = CommitId("d" * 40)
FORK = CommitId("e" * 40)

REFS = Refs(
    tags={"v1.0.0": RELEASED, "rc": FEATURE},
    branches={"main": MAIN, "feature/x": FEATURE, "refs/tags/v1.0.0": FORK, "v1-evil": FORK},
    others={"refs/pull/7/head": FORK},
)

TAG = Revision(RELEASED, VersionKind.TAG, "refs/tags/v1.0.0")
OTHER_TAG = Revision(FEATURE, VersionKind.TAG, "refs/tags/rc")
BRANCH = Revision(MAIN, VersionKind.BRANCH, "refs/heads/main")
SPOOFED = Revision(FORK, VersionKind.BRANCH, "refs/heads/refs/tags/v1.0.0")
LOOKALIKE = Revision(FORK, VersionKind.BRANCH, "refs/heads/v1-evil")
PULL = Revision(FORK, VersionKind.REF, "refs/pull/7/head")

PROD = Namespace("prod-eu")
PLATFORM = RepositoryAlias("platform")


def at(commit: CommitId) -> Revision:
    """The version of a request that gave a commit."""
    return Revision(commit, VersionKind.COMMIT)


@dataclass
class MemoryHistory:
    """Commits with their ancestors, which counts the questions."""

    ancestors: dict[CommitId, set[CommitId]] = field(default_factory=lambda: {MAIN: {RELEASED, OLD}, FEATURE: {OLD}})
    questions: int = 0

    def is_reachable(self, commit: CommitId, tip: CommitId) -> bool:
        self.questions += 1
        return commit == tip or commit in self.ancestors.get(tip, set())


def allows(rule: Rule, revision: Revision) -> bool:
    """Whether a policy of this one rule lets the production namespace use a version."""
    try:
        Policy((rule,)).check_version(PROD, PLATFORM, revision, refs=REFS, history=MemoryHistory())
    except Denied as error:
        if error.reason is Reason.FORBIDDEN_VERSION:
            return False
        raise
    return True


ALL = (TAG, OTHER_TAG, BRANCH, SPOOFED, LOOKALIKE, PULL, *map(at, (RELEASED, MAIN, FEATURE, OLD, FORK)))


@pytest.mark.parametrize(
    ("rule", "allowed"),
    [
        (Rule(), ALL),
        (Rule(tags_only=True), (TAG, OTHER_TAG, at(RELEASED), at(FEATURE))),
        (Rule(tags_only=True, versions=("v*",)), (TAG, at(RELEASED))),
        (Rule(versions=("v*",)), (TAG, LOOKALIKE, at(RELEASED), at(FORK))),
        (Rule(versions=("refs/tags/v*",)), (TAG, at(RELEASED))),
        (Rule(versions=("main",)), (BRANCH, at(MAIN))),
        (Rule(versions=("refs/heads/main", "rc")), (OTHER_TAG, BRANCH, at(MAIN), at(FEATURE))),
        (Rule(versions=("refs/pull/**",)), (PULL,)),
        (Rule(versions=("feature/*",)), (at(FEATURE),)),
        (Rule(reachable_from=("main",)), (TAG, BRANCH, at(RELEASED), at(MAIN), at(OLD))),
        (Rule(reachable_from=("main",), tags_only=True), (TAG, at(RELEASED))),
        (Rule(reachable_from=("gone",)), ()),
        (Rule(versions=("V*",)), ()),
    ],
)
def test_a_rule_allows_these_versions_and_no_others(rule: Rule, allowed: tuple[Revision, ...]) -> None:
    assert list(allowed) == [revision for revision in ALL if allows(rule, revision)]


def test_the_tip_of_a_trusted_branch_needs_no_look_into_history() -> None:
    history = MemoryHistory()
    policy = Policy((Rule(reachable_from=("**",)),))

    policy.check_version(PROD, PLATFORM, at(FEATURE), refs=REFS, history=history)

    assert history.questions == 0


class TestWithoutRules:
    def test_everything_is_allowed(self) -> None:
        grant = Policy().check_version(PROD, PLATFORM, PULL, refs=REFS, history=MemoryHistory())
        grant.check_path(RepositoryPath("any/where.yaml"))

        assert Policy().repositories_for(PROD, (PLATFORM,)) == (PLATFORM,)


class TestRepositories:
    POLICY = Policy(
        (
            Rule(namespaces=("prod-*",), repositories=("platform", "shared-*")),
            Rule(namespaces=("dev",)),
        )
    )
    ALIASES = (RepositoryAlias("secret"), RepositoryAlias("shared-a"), RepositoryAlias("platform"))

    @pytest.mark.parametrize(
        ("namespace", "repositories"),
        [
            ("prod-eu", ("shared-a", "platform")),
            ("dev", ("secret", "shared-a", "platform")),
            ("prod", ()),
            ("my-prod-eu", ()),
            ("Dev", ()),
            ("", ()),
        ],
    )
    def test_a_namespace_knows_of_those_that_a_rule_gives_it(
        self, namespace: str, repositories: tuple[str, ...]
    ) -> None:
        assert repositories == self.POLICY.repositories_for(Namespace(namespace), self.ALIASES)

    def test_a_forbidden_repository_is_denied_in_the_words_of_one_that_does_not_exist(self) -> None:
        def denial(alias: str) -> str:
            with pytest.raises(Denied) as caught:
                self.POLICY.check_version(PROD, RepositoryAlias(alias), TAG, refs=REFS, history=MemoryHistory())
            assert caught.value.reason is Reason.FORBIDDEN_REPOSITORY
            return str(caught.value)

        assert denial("nowhere") == denial("secret").replace("secret", "nowhere")

    def test_a_denial_does_not_tell_of_other_repositories_or_namespaces(self) -> None:
        with pytest.raises(Denied) as caught:
            self.POLICY.check_version(PROD, RepositoryAlias("x"), TAG, refs=REFS, history=MemoryHistory())

        assert not [word for word in ("secret", "dev", "shared", "platform") if word in str(caught.value)]


class TestPaths:
    POLICY = Policy(
        (
            Rule(tags_only=True, paths=("released/**",)),
            Rule(versions=("main",), paths=("trial/**", "lab/*.yaml")),
        )
    )

    @pytest.mark.parametrize(
        ("revision", "path"),
        [
            (TAG, "released/a/b.yaml"),
            (BRANCH, "trial/a.yaml"),
            (BRANCH, "lab/a.yaml"),
            (at(RELEASED), "released/a.yaml"),
        ],
    )
    def test_a_path_is_allowed_by_a_rule_that_allows_the_version(self, revision: Revision, path: str) -> None:
        grant = self.POLICY.check_version(PROD, PLATFORM, revision, refs=REFS, history=MemoryHistory())

        grant.check_path(RepositoryPath(path))

    @pytest.mark.parametrize(
        ("revision", "path", "allowed"),
        [
            (TAG, "trial/a.yaml", "released/**"),
            (BRANCH, "released/a.yaml", "trial/** or lab/*.yaml"),
            (BRANCH, "lab/deep/a.yaml", "trial/** or lab/*.yaml"),
            (at(MAIN), "released/a.yaml", "trial/** or lab/*.yaml"),
            (TAG, "x/released/a.yaml", "released/**"),
        ],
    )
    def test_parts_of_different_rules_do_not_add_up(self, revision: Revision, path: str, allowed: str) -> None:
        grant = self.POLICY.check_version(PROD, PLATFORM, revision, refs=REFS, history=MemoryHistory())

        with pytest.raises(Denied) as caught:
            grant.check_path(RepositoryPath(path))

        assert caught.value.reason is Reason.FORBIDDEN_PATH
        assert caught.value.problem == f"namespace prod-eu may not use {path} of repository platform at this version"
        assert caught.value.remedy == f"use a template from {allowed}"


@pytest.mark.parametrize(
    ("rules", "revision", "problem", "remedy"),
    [
        (
            (Rule(tags_only=True),),
            BRANCH,
            "namespace prod-eu may not use branch main of repository platform",
            "use a tag, or the very commit that such a tag points at",
        ),
        (
            (Rule(tags_only=True, versions=("v*", "w*")),),
            at(MAIN),
            "namespace prod-eu may not use commit bbbbbbbbbbbb of repository platform",
            "use a tag that matches v* or w*, or the very commit that such a tag points at",
        ),
        (
            (Rule(versions=("main",)), Rule(reachable_from=("main", "release/*"))),
            PULL,
            "namespace prod-eu may not use ref refs/pull/7/head of repository platform",
            "use a version in the history of a branch that matches main or release/*",
        ),
    ],
)
def test_a_denial_tells_what_the_nearest_rule_would_allow(
    rules: tuple[Rule, ...], revision: Revision, problem: str, remedy: str
) -> None:
    with pytest.raises(Denied) as caught:
        Policy(rules).check_version(PROD, PLATFORM, revision, refs=REFS, history=MemoryHistory())

    assert caught.value.reason is Reason.FORBIDDEN_VERSION
    assert (problem, remedy) == (caught.value.problem, caught.value.remedy)


@pytest.mark.parametrize(("namespace", "version"), [("dev", "main"), ("dev-a", "^1"), ("prod", "^1")])
def test_the_first_fitting_default_version_is_that_of_the_namespace(namespace: str, version: str) -> None:
    policy = Policy(default_versions=(DefaultVersion(("dev",), "main"), DefaultVersion(("*",), "^1")))

    assert version == policy.default_version(Namespace(namespace))


def test_a_namespace_without_a_fitting_default_has_none() -> None:
    assert Policy(default_versions=(DefaultVersion(("dev",), "main"),)).default_version(PROD) == ""
