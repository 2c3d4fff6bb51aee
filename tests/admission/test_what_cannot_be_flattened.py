"""What cannot be flattened refers to delivered templates instead, where it can, and its author is told why."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

import pytest

from argosy.agent.admission.reviews import read_review
from argosy.agent.metrics import Outcome
from argosy.resolver import contract
from argosy.resolver.flattened import Mode
from argosy.resolver.repositories import Deliver
from tests.admission.reviewing import Delivered, Facts, admitter, answer_of, applied, review
from tests.resolver.template_repositories import Bench, TemplateRepository, workflow

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.manifests import Manifest
    from argosy.resolver.resolver import Resolver

TOO_MANY = "201 templates are needed, 200 are allowed"
INSTEAD = "it refers to delivered WorkflowTemplates instead of being flattened: "


def _many() -> str:
    """A WorkflowTemplate whose `main` calls the 199 others."""
    names = [f"t{number}" for number in range(199)]
    steps = [[{"name": one, "template": one}] for one in names]
    templates = [{"name": "main", "steps": steps}, *({"name": one, "suspend": {}} for one in names)]
    kind = {"apiVersion": contract.API_VERSION, "kind": "WorkflowTemplate", "metadata": {"name": "many"}}
    return json.dumps({**kind, "spec": {"templates": templates}})


def _choosing(**names: str) -> Manifest:
    """A Workflow that is told at run time which template to call."""
    manifest: Any = workflow("v1.0.0")
    start = manifest["spec"]["templates"][0]
    start["inputs"] = {"parameters": [{"name": "which", "value": "main"}]}
    start["steps"][0][0]["templateRef"].update(names)
    return cast("Manifest", manifest)


def _cron(**annotations: str) -> Manifest:
    spec = {"schedules": ["* * * * *"], "workflowSpec": workflow("v1.0.0", template="many").get("spec")}
    metadata = {"name": "c", "annotations": annotations}
    kind = {"apiVersion": contract.API_VERSION, "kind": "CronWorkflow"}
    return cast("Manifest", {**kind, "metadata": metadata, "spec": spec})


@pytest.fixture
def templates(tmp_path: Path) -> TemplateRepository:
    repository = TemplateRepository.create(tmp_path / "templates")
    (repository.folder / "many.yaml").write_text(_many(), encoding="utf-8")
    repository.commit("v1.0.0", hello="image:1")
    return repository


@pytest.fixture
def resolver(tmp_path: Path, templates: TemplateRepository) -> Resolver:
    return Bench(tmp_path / "cache").resolver(templates.configured())


def _answer(
    resolver: Resolver, manifest: Manifest, delivery: Delivered | None = None, *, dry_run: bool = False
) -> tuple[Outcome, dict[str, Any]]:
    request = read_review(review(manifest, dry_run=dry_run))
    verdict = admitter(resolver, delivery=delivery).decide(request, deadline_seconds=8)
    return verdict.outcome, answer_of(verdict, request)


def _names_in(spec: Any) -> list[str]:
    return [step[0]["templateRef"]["name"] for step in spec["templates"][0]["steps"]]


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_workflow_of_too_many_templates_refers_to_what_is_delivered_for_it(
    resolver: Resolver, *, dry_run: bool
) -> None:
    delivery, manifest = Delivered(), workflow("v1.0.0", template="many")

    outcome, answer = _answer(resolver, manifest, delivery, dry_run=dry_run)

    (name,) = _names_in(applied(manifest, answer)["spec"])
    assert (outcome, name.startswith("many-g")) == (Outcome.REFERENCED, True)
    (warning,) = answer["warnings"]
    assert warning.startswith(f"spec.templates: {INSTEAD}{TOO_MANY}: WorkflowTemplate/many@")
    assert [mode for _, _, mode in delivery.seen] == ([] if dry_run else [Mode.REFERENCE])


def test_a_template_that_is_chosen_at_run_time_is_chosen_among_what_is_delivered(resolver: Resolver) -> None:
    manifest = _choosing(template="{{inputs.parameters.which}}")

    outcome, answer = _answer(resolver, manifest)

    stored = applied(manifest, answer)
    assert outcome is Outcome.REFERENCED
    assert stored["spec"]["templates"][0]["steps"][0][0]["templateRef"]["template"] == "{{inputs.parameters.which}}"
    assert _names_in(stored["spec"])[0].startswith("hello-g")


def test_what_can_run_in_neither_form_is_denied_for_what_is_wrong_with_both(resolver: Resolver) -> None:
    outcome, answer = _answer(resolver, _choosing(name="{{inputs.parameters.which}}"))

    assert (outcome, answer["status"]["reason"]) == (Outcome.DENIED, "DynamicReference")
    assert "reference mode" not in answer["status"]["message"]


def test_where_nothing_is_delivered_both_reasons_are_told(tmp_path: Path, templates: TemplateRepository) -> None:
    resolver = Bench(tmp_path / "cache").resolver(templates.configured(deliver=Deliver.NEVER))

    outcome, answer = _answer(resolver, workflow("v1.0.0", template="many"))

    assert (outcome, answer["status"]["reason"]) == (Outcome.DENIED, "LimitExceeded")
    assert TOO_MANY in answer["status"]["message"]
    assert "; in reference mode, WorkflowTemplate 'many' has to be delivered" in answer["status"]["message"]


def test_any_other_denial_is_told_at_once(resolver: Resolver) -> None:
    outcome, answer = _answer(resolver, workflow("v1.0.0", template="none"))

    assert (outcome, answer["status"]["reason"]) == (Outcome.DENIED, "TemplateNotFound")
    assert "warnings" not in answer


def test_a_cron_workflow_whose_ticks_will_refer_is_stored_as_it_is_with_a_warning(resolver: Resolver) -> None:
    delivery = Delivered()

    outcome, answer = _answer(resolver, _cron(), delivery)

    assert (outcome, "patch" in answer) == (Outcome.CHECKED, False)
    assert TOO_MANY in answer["warnings"][0]
    ((_, flattened, mode),) = delivery.seen
    assert ([found.resource.name for found in flattened.taken], mode) == (["many"], Mode.FLATTEN)


def test_a_cron_workflow_that_is_resolved_at_its_creation_refers_from_then_on(resolver: Resolver) -> None:
    delivery, manifest = Delivered(), _cron(**{contract.RESOLVE_AT: "Creation"})

    outcome, answer = _answer(resolver, manifest, delivery)

    stored = applied(manifest, answer)
    assert outcome is Outcome.PINNED
    assert _names_in(stored["spec"]["workflowSpec"])[0].startswith("many-g")
    assert [mode for _, _, mode in delivery.seen] == [Mode.REFERENCE]
    assert _answer(resolver, stored)[0] is Outcome.UNCHANGED


@pytest.mark.parametrize("resolve_at", ["Tick", "Creation"])
def test_what_a_strict_controller_would_make_of_a_cron_workflow_is_by_reference_too(
    resolve_at: str, resolver: Resolver
) -> None:
    delivery, manifest = Delivered(), _cron(**{contract.RESOLVE_AT: resolve_at})
    request = read_review(review(manifest))

    verdict = admitter(resolver, facts=Facts(needs_references=True), delivery=delivery).decide(
        request, deadline_seconds=8
    )

    stored = applied(manifest, answer_of(verdict, request))
    (name,) = _names_in(stored["spec"]["workflowSpec"])
    assert (verdict.notices, name.startswith("many-g")) == ((), resolve_at == "Creation")
    assert [mode for _, _, mode in delivery.seen] == [Mode.FLATTEN if resolve_at == "Tick" else Mode.REFERENCE]
