"""The policy is asked for each request, whatever an earlier one has left in memory and on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import Denied, Reason
from argosy.resolver.manifests import Namespace
from argosy.resolver.policy import Policy, Rule
from argosy.resolver.search import Question
from tests.resolver.template_repositories import Bench, TemplateRepository, images, manifest_text, workflow

if TYPE_CHECKING:
    from pathlib import Path

DEV, PROD = Question(Namespace("dev")), Question(Namespace("prod"))


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "cache")


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", "nightly", hello="image:1.0")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.commit("v2.0.0", hello="image:2.0")
    return repository


@pytest.mark.parametrize(
    ("rule", "version", "reason"),
    [
        (Rule(namespaces=("prod",), tags_only=True), "branch:main", Reason.FORBIDDEN_VERSION),
        (Rule(namespaces=("prod",), versions=("v*",)), "tag:nightly", Reason.FORBIDDEN_VERSION),
        (Rule(namespaces=("prod",), reachable_from=("main",)), "v2.0.0", Reason.FORBIDDEN_VERSION),
        (Rule(namespaces=("prod",), paths=("released/**",)), "v1.0.0", Reason.FORBIDDEN_PATH),
        (Rule(namespaces=("other",)), "v1.0.0", Reason.FORBIDDEN_REPOSITORY),
    ],
)
def test_what_another_namespace_has_just_used_is_refused(
    rule: Rule, version: str, reason: Reason, bench: Bench, templates: TemplateRepository
) -> None:
    resolver = bench.resolver(templates.configured(), policy=Policy((Rule(namespaces=("dev",)), rule)))
    assert images(resolver.resolve(workflow(version), DEV).manifest) != []

    with pytest.raises(Denied) as caught:
        resolver.resolve(workflow(version), PROD)

    assert caught.value.reason is reason


def test_a_policy_made_stricter_holds_for_what_the_cache_has(bench: Bench, templates: TemplateRepository) -> None:
    bench.resolver(templates.configured()).resolve(workflow("branch:main"), PROD)
    strict = bench.resolver(templates.configured(), policy=Policy((Rule(tags_only=True),)))

    with pytest.raises(Denied, match="may not use branch main"):
        strict.resolve(workflow("branch:main"), PROD)


def test_a_template_called_by_a_template_from_git_is_asked_for_too(bench: Bench, templates: TemplateRepository) -> None:
    (templates.folder / "internal").mkdir()
    (templates.folder / "internal" / "secret.yaml").write_text(
        (templates.folder / "hello.yaml").read_text(encoding="utf-8").replace("hello", "secret"), encoding="utf-8"
    )
    (templates.folder / "public.yaml").write_text(
        "apiVersion: argoproj.io/v1alpha1\nkind: WorkflowTemplate\nmetadata: {name: public}\nspec:\n  templates:\n"
        "  - name: main\n    steps: [[{name: a, templateRef: {name: secret, template: main}}]]\n",
        encoding="utf-8",
    )
    templates.commit("v3.0.0")
    resolver = bench.resolver(templates.configured(), policy=Policy((Rule(paths=("*.yaml",)),)))

    with pytest.raises(Denied, match=r"may not use internal/secret\.yaml"):
        resolver.resolve(workflow("v3.0.0", template="public"), PROD)


def test_names_near_to_the_one_asked_for_are_told_of_what_the_namespace_may_use_only(
    bench: Bench, templates: TemplateRepository
) -> None:
    (templates.folder / "released").mkdir()
    (templates.folder / "released" / "hullo.yaml").write_text(manifest_text("hullo", "a"), encoding="utf-8")
    templates.commit("v3.0.0")
    resolver = bench.resolver(
        templates.configured(),
        policy=Policy((Rule(namespaces=("dev",)), Rule(namespaces=("prod",), paths=("released/**",)))),
    )
    told: list[str] = []
    for question in (DEV, PROD):
        with pytest.raises(Denied) as caught:
            resolver.resolve(workflow("v3.0.0", template="hllo"), question)
        told.append(caught.value.remedy)

    assert told == ["did you mean hullo or hello?", "did you mean hullo?"]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (Rule(), "similar: nightly; the highest versions: v2.0.0, v1.0.0; the default branch: side"),
        (Rule(tags_only=True), "similar: nightly; the highest versions: v2.0.0, v1.0.0"),
        (Rule(versions=("v1.*", "main")), "the highest versions: v1.0.0"),
        (Rule(versions=("refs/heads/*",)), "the default branch: side"),
        (Rule(versions=("refs/heads/release/*",)), "ask for a tag or a branch that the policy lets you use"),
    ],
)
def test_versions_near_to_the_one_asked_for_are_told_of_what_the_namespace_may_use_only(
    rule: Rule, told: str, bench: Bench, templates: TemplateRepository
) -> None:
    with pytest.raises(Denied) as caught:
        bench.resolver(templates.configured(), policy=Policy((rule,))).resolve(workflow("nigtly"), PROD)

    assert caught.value.reason is Reason.VERSION_NOT_FOUND
    assert caught.value.remedy == told
