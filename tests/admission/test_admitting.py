"""What becomes of each kind of object, in each of the shapes in which it may reach the API server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.agent.admission.reviews import read_review
from argosy.agent.metrics import Outcome
from argosy.resolver import contract
from argosy.resolver.flattened import Mode
from argosy.resolver.policy import Policy, Rule
from argosy.resolver.repositories import Deliver
from tests.admission.reviewing import RUNNER, UID, Delivered, Facts, admitter, answer_of, applied, review
from tests.resolver.template_repositories import Bench, TemplateRepository, images, workflow

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.manifests import Manifest
    from argosy.resolver.resolver import Resolver


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1.0.0", hello="image:1")
    return repository


@pytest.fixture
def resolver(tmp_path: Path, templates: TemplateRepository) -> Resolver:
    return Bench(tmp_path / "cache").resolver(templates.configured())


def _cron(version: str = "v1.0.0", **metadata: Any) -> Manifest:
    spec = {"schedules": ["* * * * *"], "workflowSpec": workflow(version).get("spec")}
    cron = {"apiVersion": "argoproj.io/v1alpha1", "kind": "CronWorkflow", "metadata": {"name": "c", **metadata}}
    return cast("Manifest", {**cron, "spec": spec})


def _answer(resolver: Resolver, manifest: Manifest, **how: Any) -> tuple[Outcome, dict[str, Any]]:
    delivery, facts = how.pop("delivery", None), how.pop("facts", None)
    request = read_review(review(manifest, **how))
    verdict = admitter(resolver, facts=facts, delivery=delivery).decide(request, deadline_seconds=8)
    return verdict.outcome, answer_of(verdict, request)


def test_a_workflow_is_flattened_by_a_patch_and_marked_as_the_agents(resolver: Resolver) -> None:
    manifest = workflow("v1.0.0")

    outcome, answer = _answer(resolver, manifest)

    stored = applied(manifest, answer)
    assert (outcome, answer["allowed"], images(stored)) == (Outcome.FLATTENED, True, ["image:1"])
    assert stored["metadata"]["labels"] == {contract.RUNNER: RUNNER, contract.RUN_UUID: UID}
    assert contract.RESOLVED in stored["metadata"]["annotations"]


def test_what_was_flattened_comes_back_as_it_is(resolver: Resolver) -> None:
    manifest = workflow("v1.0.0")
    stored = applied(manifest, _answer(resolver, manifest)[1])

    assert _answer(resolver, stored) == (Outcome.UNCHANGED, {"uid": UID, "allowed": True})


@pytest.mark.parametrize(
    ("shape", "change"),
    [
        ("resubmitted", {"metadata": {"generateName": "w-"}}),
        ("resubmitted with its memoized nodes", {"status": {"nodes": {"w": {"templateName": "start"}}}}),
        ("retried from the archive", {"status": {"phase": "Running", "nodes": {"w": {"templateName": "start"}}}}),
    ],
)
def test_a_flattened_workflow_in_another_shape_is_left_alone(
    resolver: Resolver, shape: str, change: dict[str, Any]
) -> None:
    manifest = workflow("v1.0.0")
    stored = applied(manifest, _answer(resolver, manifest)[1])

    assert _answer(resolver, cast("Manifest", {**stored, **change}))[0] is Outcome.UNCHANGED, shape


def test_a_workflow_that_has_begun_keeps_its_references(resolver: Resolver) -> None:
    begun = cast("Manifest", {**workflow("v1.0.0"), "status": {"nodes": {"w": {"templateName": "start"}}}})

    assert _answer(resolver, begun) == (Outcome.UNCHANGED, {"uid": UID, "allowed": True})


@pytest.mark.parametrize(
    ("manifest", "code", "reason", "words"),
    [
        (workflow("v1.0.0", template="helo"), 422, "TemplateNotFound", ["templateRef", "helo", "hello"]),
        (workflow("v9.9.9"), 422, "VersionNotFound", ["templateRef", "v9.9.9"]),
        (workflow("v1.0.0", repository="other"), 422, "UnknownRepository", ["other", "main"]),
        ({**workflow("v1.0.0"), "spec": []}, 422, "InvalidManifest", ["spec"]),
    ],
)
def test_a_denial_tells_what_to_do(
    resolver: Resolver, manifest: Manifest, code: int, reason: str, words: list[str]
) -> None:
    outcome, answer = _answer(resolver, manifest)

    assert (outcome, answer["allowed"]) == (Outcome.DENIED, False)
    assert (answer["status"]["code"], answer["status"]["reason"]) == (code, reason)
    assert [word for word in words if word not in answer["status"]["message"]] == []
    assert "patch" not in answer


def test_what_a_namespace_may_not_use_is_forbidden(tmp_path: Path, templates: TemplateRepository) -> None:
    policy = Policy((Rule(namespaces=("prod",), tags_only=True), Rule(namespaces=("dev",))))
    resolver = Bench(tmp_path / "cache").resolver(templates.configured(), policy=policy)

    outcome, answer = _answer(resolver, workflow("branch:main"), namespace="prod")

    assert (outcome, answer["status"]["code"]) == (Outcome.DENIED, 403)
    assert _answer(resolver, workflow("branch:main"), namespace="dev")[0] is Outcome.FLATTENED


def test_trouble_with_git_says_when_to_try_again(tmp_path: Path, templates: TemplateRepository) -> None:
    templates.folder.rename(tmp_path / "gone")
    resolver = Bench(tmp_path / "cache").resolver(templates.configured())

    outcome, answer = _answer(resolver, workflow("v1.0.0"))

    assert (outcome, answer["status"]["code"]) == (Outcome.RETRY, 503)
    assert answer["status"]["details"]["retryAfterSeconds"] >= 1


def test_a_tag_that_covers_a_branch_is_a_warning(resolver: Resolver, templates: TemplateRepository) -> None:
    templates.commit(hello="image:2")
    templates.git("branch", "v1.0.0")

    (warning,) = _answer(resolver, workflow("v1.0.0"))[1]["warnings"]

    assert "v1.0.0" in warning
    assert "branch" in warning


def test_a_strict_controller_gets_references_to_what_was_delivered_before(resolver: Resolver) -> None:
    delivery = Delivered()
    manifest = workflow("v1.0.0")

    outcome, answer = _answer(resolver, manifest, delivery=delivery, facts=Facts(needs_references=True))

    stored = applied(manifest, answer)
    ((namespace, flattened, mode),) = delivery.seen
    assert (outcome, namespace, mode) == (Outcome.REFERENCED, "team-a", Mode.REFERENCE)
    (versioned,) = flattened.deliveries
    reference = stored["spec"]["templates"][0]["steps"][0][0]["templateRef"]
    assert reference["name"] == versioned.get("metadata", {}).get("name")


@pytest.mark.parametrize("manifest", [workflow("v1.0.0"), _cron()])
def test_a_dry_run_delivers_nothing(resolver: Resolver, manifest: Manifest) -> None:
    delivery = Delivered()

    answer = _answer(resolver, manifest, delivery=delivery, facts=Facts(needs_references=True), dry_run=True)[1]

    assert (answer["allowed"], delivery.seen) == (True, [])


@pytest.mark.parametrize(
    ("manifest", "facts"),
    [
        (workflow("v1.0.0"), Facts()),
        (workflow("v1.0.0"), Facts(needs_references=True)),
        (_cron(), Facts()),
        (_cron(annotations={contract.RESOLVE_AT: "Creation"}), Facts()),
    ],
)
@pytest.mark.parametrize("dry_run", [False, True])
def test_what_was_taken_is_handed_over_but_for_a_dry_run(
    resolver: Resolver, manifest: Manifest, facts: Facts, *, dry_run: bool
) -> None:
    request = read_review(review(manifest, dry_run=dry_run))

    used = admitter(resolver, facts=facts).decide(request, deadline_seconds=8).used

    assert (used is None) is dry_run
    if used is not None:
        assert ([one.resource.name for one in used.taken], used.namespace, used.run_uuid) == (["hello"], "team-a", UID)
        assert [key.name.partition("-g")[0] for key in used.versioned] == ["hello"] * facts.needs_references


@pytest.mark.parametrize("manifest", [workflow(), workflow("v9.9.9")])
def test_nothing_is_handed_over_where_nothing_was_taken(resolver: Resolver, manifest: Manifest) -> None:
    assert admitter(resolver).decide(read_review(review(manifest)), deadline_seconds=8).used is None


def test_a_repository_that_delivers_nothing_is_left_out(tmp_path: Path) -> None:
    templates = TemplateRepository.create(tmp_path / "templates")
    templates.commit("v1.0.0", hello="image:1")
    resolver = Bench(tmp_path / "cache").resolver(templates.configured(deliver=Deliver.NEVER))
    delivery = Delivered()

    outcomes = [_answer(resolver, one, delivery=delivery)[0] for one in (workflow("v1.0.0"), _cron())]
    denied = _answer(resolver, workflow("v1.0.0"), delivery=delivery, facts=Facts(needs_references=True))[1]

    assert (outcomes, delivery.seen) == ([Outcome.FLATTENED, Outcome.CHECKED], [])
    assert (denied["status"]["code"], denied["status"]["reason"]) == (403, "ForbiddenRepository")
    assert denied["status"]["message"] == (
        "WorkflowTemplate 'hello' has to be delivered to this cluster, and repository main has deliver: Never; "
        "ask the operator for deliver: OnUse, or for a controller that runs flattened Workflows"
    )


def test_a_cron_workflow_is_checked_and_delivered_for_and_stays_as_it_is(resolver: Resolver) -> None:
    delivery = Delivered()

    outcome, answer = _answer(resolver, _cron(), delivery=delivery)

    assert (outcome, answer) == (Outcome.CHECKED, {"uid": UID, "allowed": True})
    ((namespace, flattened, mode),) = delivery.seen
    assert (namespace, mode) == ("team-a", Mode.FLATTEN)
    assert [found.resource.name for found in flattened.taken] == ["hello"]


def test_a_cron_workflow_may_be_pinned_when_it_is_made(resolver: Resolver) -> None:
    manifest = _cron(annotations={contract.RESOLVE_AT: "Creation"})

    outcome, answer = _answer(resolver, manifest)

    stored = applied(manifest, answer)
    assert outcome is Outcome.PINNED
    assert images({"spec": stored["spec"]["workflowSpec"]}) == ["image:1"]
    assert _answer(resolver, stored, operation="UPDATE")[0] is Outcome.UNCHANGED


@pytest.mark.parametrize(
    ("manifest", "place"),
    [
        (_cron("v9"), "spec.workflowSpec.templates[0].steps[0][0].templateRef"),
        (_cron(annotations={contract.RESOLVE_AT: "Never"}), "metadata.annotations"),
        (_cron("", annotations={contract.VERSION: "v1.0.0"}), "metadata.annotations"),
    ],
)
def test_a_cron_workflow_that_could_not_run_is_denied_when_it_is_made(
    resolver: Resolver, manifest: Manifest, place: str
) -> None:
    outcome, answer = _answer(resolver, manifest)

    assert outcome is Outcome.DENIED
    assert answer["status"]["message"].startswith(f"{place}: ")
