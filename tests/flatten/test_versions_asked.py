"""Which version a reference asks for: what decides, and what does not."""

from __future__ import annotations

import pytest

from argosy.resolver.contract import REPOSITORY, VERSION
from argosy.resolver.flatten import flatten
from tests.flatten.memory import TemplatesInMemory, commit_of
from tests.flatten.running import flattened, template, templates, workflow


def say(image: str) -> TemplatesInMemory:
    return TemplatesInMemory().add("v1", template("say", f"templates: [{{name: say, container: {{image: {image}}}}}]"))


def calling(labels: str = "{}") -> str:
    return f"""
        entrypoint: main
        templates:
          - name: main
            metadata: {{labels: {labels}}}
            steps: [[{{name: call, templateRef: {{name: say, template: say}}}}]]
        """


@pytest.fixture
def lookup() -> TemplatesInMemory:
    """`say` in two versions of two repositories, each with an image that tells which."""
    found = TemplatesInMemory()
    for repository in ("platform", "data"):
        for version in ("v1", "v2"):
            image = f"{repository}-{version}"
            body = f"templates: [{{name: say, container: {{image: {image}}}}}]"
            found.add(version, template("say", body), repository=repository)
    return found


@pytest.mark.parametrize(
    ("labels", "version", "expected"),
    [
        ("{}", "v1", "platform-v1"),
        (f"{{{VERSION}: v2}}", "v1", "platform-v2"),
        (f"{{{VERSION}: v2, {REPOSITORY}: data}}", "v1", "data-v2"),
        (f"{{{REPOSITORY}: data}}", "v1", "data-v1"),
        (f"{{{VERSION}: {commit_of('v2')}}}", "v1", "platform-v2"),
    ],
)
def test_the_invoking_template_goes_before_the_workflow(
    lookup: TemplatesInMemory, labels: str, version: str, expected: str
) -> None:
    manifest = workflow(calling(labels), version=version, labels={REPOSITORY: "platform"})
    assert templates(flattened(manifest, lookup))["say"]["container"]["image"] == expected


def nested(labels: str) -> str:
    return f"""
        templates:
          - name: outer
            metadata: {{labels: {labels}}}
            steps: [[{{name: call, templateRef: {{name: say, template: say}}}}]]
        """


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ("{}", "data-v1"),
        (f"{{{VERSION}: v2, {REPOSITORY}: data}}", "data-v2"),
        (f"{{{VERSION}: v2, {REPOSITORY}: platform}}", "platform-v2"),
    ],
)
def test_a_template_from_git_refers_to_its_own_commit_whatever_the_workflow_asks(
    lookup: TemplatesInMemory, labels: str, expected: str
) -> None:
    lookup.add("v1", template("outer", nested(labels)), repository="data")
    manifest = workflow(
        """
        entrypoint: main
        templates:
          - name: main
            metadata: {labels: {pipekit.io.templates.gitVersion: v1, pipekit.io.templates.gitRepo: data}}
            steps: [[{name: call, templateRef: {name: outer, template: outer}}]]
        """,
        version="v2",
        labels={REPOSITORY: "platform"},
    )
    assert templates(flattened(manifest, lookup))["say"]["container"]["image"] == expected


def test_a_version_on_a_template_from_git_stays_where_it_is(lookup: TemplatesInMemory) -> None:
    lookup.add("v1", template("outer", nested(f"{{{VERSION}: v2, {REPOSITORY}: data}}")), repository="data")
    manifest = workflow(calling().replace("say", "outer"), labels={REPOSITORY: "data"})
    copy = templates(flattened(manifest, lookup))["outer"]
    assert copy["metadata"]["labels"] == {VERSION: "v2", REPOSITORY: "data"}


def test_one_question_is_asked_once_however_often_it_comes_up() -> None:
    found = say("a")
    manifest = workflow(
        """
        entrypoint: main
        templates:
          - name: main
            dag:
              tasks:
                - {name: a, templateRef: {name: say, template: say}}
                - {name: b, templateRef: {name: say, template: say}}
        """
    )
    flatten(manifest, found)
    (wanted,) = found.questions
    assert wanted.site == "spec.templates[0].dag.tasks[0].templateRef"
    assert (wanted.asked.version, wanted.asked.carrier, wanted.origin) == ("v1", "metadata.annotations", None)


def test_where_no_version_is_asked_for_the_very_same_manifest_comes_back(lookup: TemplatesInMemory) -> None:
    manifest = workflow(calling(), version="")
    result = flatten(manifest, lookup)
    assert result.manifest is manifest
    assert (result.taken, result.renames, result.notices, result.frozen) == ((), (), (), ())


def test_a_default_version_answers_for_references_that_ask_for_none() -> None:
    found = say("default")
    found.default_version = "v1"
    assert list(templates(flattened(workflow(calling(), version=""), found))) == ["main", "say"]


def test_objects_taken_are_told_once_in_order(lookup: TemplatesInMemory) -> None:
    manifest = workflow(
        """
        entrypoint: a
        templates:
          - name: a
            metadata: {labels: {pipekit.io.templates.gitVersion: v2, pipekit.io.templates.gitRepo: platform}}
            steps: [[{name: x, templateRef: {name: say, template: say}}, {name: y, templateRef: {name: say, template: say}}]]
          - name: b
            metadata: {labels: {pipekit.io.templates.gitVersion: v1, pipekit.io.templates.gitRepo: data}}
            steps: [[{name: x, templateRef: {name: say, template: say}}]]
        """,  # noqa: E501  # one template a line
        version="",
    )
    result = flattened(manifest, lookup)
    told = [(str(one.resource.origin.repository), one.version) for one in result.taken]
    assert told == [("data", "v1"), ("platform", "v2")]
    assert [one.identity for one in result.renames] == sorted(one.identity for one in result.renames)


def test_a_name_without_a_version_means_another_object_in_each_commit_that_refers_to_it(
    lookup: TemplatesInMemory,
) -> None:
    for version in ("v1", "v2"):
        lookup.add(version, template("outer", nested("{}")), repository="data")
    asking = "metadata: {labels: {pipekit.io.templates.gitVersion: %s, pipekit.io.templates.gitRepo: data}}"
    call = "steps: [[{name: call, templateRef: {name: outer, template: outer}}]]"
    one, two = (f"{{name: {name}, {asking % name}, {call}}}" for name in ("v1", "v2"))
    result = flattened(workflow(f"entrypoint: v1\ntemplates: [{one}, {two}]", version=""), lookup)
    images = {body["container"]["image"] for body in templates(result).values() if "container" in body}
    assert images == {"data-v1", "data-v2"}


def test_of_several_templates_with_one_name_the_first_is_meant() -> None:
    body = "templates: [{name: say, container: {image: first}}, {name: say, container: {image: second}}]"
    found = TemplatesInMemory().add("v1", template("say", body))
    assert templates(flattened(workflow(calling()), found))["say"]["container"] == {"image": "first"}
