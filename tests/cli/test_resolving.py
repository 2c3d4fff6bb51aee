"""`argosy resolve`: what is printed, what is told, and how it ends."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.cli import resolve
from argosy.resolver.documents import DocumentError, dump, dump_documents, load_documents
from tests.resolver.template_repositories import TemplateRepository, images, workflow

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.command import Argosy

CONFIG_MAP: Any = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"n": "1"}}


def _file(folder: Path, *manifests: Any, name: str = "workflow.yaml") -> Path:
    file = folder / name
    file.write_text(dump_documents(manifests), encoding="utf-8")
    return file


def _images(stdout: str) -> list[list[str]]:
    return [images(one) if one["kind"] == "Workflow" else [] for one in load_documents(stdout.encode())]


def test_a_workflow_comes_out_with_the_template_at_its_version(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    ran = argosy("resolve", _file(tmp_path, workflow("v1.0.0")), "--repo", library.folder)

    assert (ran.status, ran.stderr, _images(ran.stdout)) == (0, "", [["image:1.0"]])


def test_what_came_out_comes_out_again_as_it_is(argosy: Argosy, library: TemplateRepository, tmp_path: Path) -> None:
    once = argosy("resolve", _file(tmp_path, workflow("v1.0.0")), "--repo", library.folder).stdout

    assert argosy("resolve", "-", "--repo", library.folder, stdin=once.encode()).stdout == once


def test_documents_come_out_in_the_order_of_files_and_documents(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    first = _file(tmp_path, workflow("v1.2.0"), CONFIG_MAP, workflow("v1.0.0"), name="a.yaml")
    second = _file(tmp_path, workflow("feature/x"), name="b.yaml")

    ran = argosy("resolve", second, first, "--repo", library.folder)

    assert ran.status == 0
    assert [document["kind"] for document in load_documents(ran.stdout.encode())] == [
        *("Workflow", "Workflow", "ConfigMap", "Workflow")
    ]
    assert _images(ran.stdout) == [["image:1.0"], ["image:1.2"], [], ["image:1.0"]]


def test_documents_that_are_no_workflows_pass_through(argosy: Argosy, library: TemplateRepository) -> None:
    template: Any = {"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowTemplate", "metadata": {"name": "x"}}
    foreign: Any = {"apiVersion": "example.com/v1", "kind": "Workflow", "spec": 3}
    text = dump_documents([CONFIG_MAP, template, foreign])

    assert argosy("resolve", "-", "--repo", library.folder, stdin=text.encode()).stdout == text


def test_json_is_one_object_a_line(argosy: Argosy, library: TemplateRepository) -> None:
    text = dump_documents([workflow("v1.0.0"), CONFIG_MAP])

    ran = argosy("resolve", "-", "--repo", library.folder, "-o", "json", stdin=text.encode())

    assert [json.loads(line)["kind"] for line in ran.stdout.splitlines()] == ["Workflow", "ConfigMap"]


def test_the_items_of_a_list_are_resolved(argosy: Argosy, library: TemplateRepository) -> None:
    listed: Any = {"apiVersion": "v1", "kind": "List", "items": [workflow("v1.0.0"), CONFIG_MAP]}

    ran = argosy("resolve", "-", "--repo", library.folder, stdin=dump(listed).encode())

    (document,) = load_documents(ran.stdout.encode())
    assert (document["kind"], images(document["items"][0]), document["items"][1]) == ("List", ["image:1.0"], CONFIG_MAP)


def test_the_items_of_a_list_of_workflows_need_not_say_their_kind(argosy: Argosy, library: TemplateRepository) -> None:
    item: Any = {key: value for key, value in workflow("v1.0.0").items() if key not in ("kind", "apiVersion")}
    listed: Any = {"apiVersion": "argoproj.io/v1alpha1", "kind": "WorkflowList", "items": [item]}

    ran = argosy("resolve", "-", "--repo", library.folder, stdin=dump(listed).encode())

    (document,) = load_documents(ran.stdout.encode())
    assert images(document["items"][0]) == ["image:1.0"]


def test_a_version_for_references_that_ask_for_none(argosy: Argosy, library: TemplateRepository) -> None:
    text = dump(workflow()).encode()

    left = argosy("resolve", "-", "--repo", library.folder, stdin=text)
    resolved = argosy("resolve", "-", "--repo", library.folder, "--version", "^1", stdin=text)

    assert (left.stdout, _images(resolved.stdout)) == (text.decode(), [["image:1.2"]])


def test_in_reference_mode_the_objects_come_before_what_refers_to_them_and_once(
    argosy: Argosy, library: TemplateRepository
) -> None:
    text = dump_documents([workflow("v1.0.0"), workflow("v1.0.0")])

    ran = argosy("resolve", "-", "--repo", library.folder, "--mode", "reference", stdin=text.encode())

    assert [document["kind"] for document in load_documents(ran.stdout.encode())] == [
        *("WorkflowTemplate", "Workflow", "Workflow")
    ]


@pytest.mark.parametrize(("options", "namespace"), [([], None), (["--namespace", "team-a"], "team-a")])
def test_objects_that_are_printed_along_name_a_namespace_only_when_one_is_named(
    options: list[str], namespace: str | None, argosy: Argosy, library: TemplateRepository
) -> None:
    text = dump(workflow("v1.0.0")).encode()

    ran = argosy("resolve", "-", "--repo", library.folder, "--mode", "reference", *options, stdin=text)

    assert load_documents(ran.stdout.encode())[0]["metadata"].get("namespace") == namespace


def test_a_denied_document_is_not_printed_and_the_others_are(argosy: Argosy, library: TemplateRepository) -> None:
    text = dump_documents([workflow("v1.0.0"), workflow("v9"), workflow("v1.2.0", template="nope"), CONFIG_MAP])

    ran = argosy("resolve", "-", "--repo", library.folder, stdin=text.encode())

    assert ran.status == 1
    assert [document["kind"] for document in load_documents(ran.stdout.encode())] == ["Workflow", "ConfigMap"]
    places = [line.split(": ")[:2] for line in ran.stderr.splitlines()]
    site = "spec.templates[0].steps[0][0].templateRef"
    assert places == [["stdin:18", site], ["stdin:35", site]]


def test_what_is_wrong_is_told_in_one_line_with_place_remedy_and_reason(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    file = _file(tmp_path, workflow("v1.0.0", template="build"))

    ran = argosy("resolve", file, "--repo", library.folder)

    commit = library.git("rev-parse", "v1.0.0")[:12]
    assert (ran.status, ran.stdout) == (1, "")
    assert ran.stderr == (
        f"{file}:1: spec.templates[0].steps[0][0].templateRef: there is no WorkflowTemplate 'build' in templates at "
        f"{commit}; it is in v1.1.0 to v1.2.0 and on branch main [TemplateNotFound]\n"
    )


def test_a_document_that_cannot_be_written_is_denied(
    argosy: Argosy, library: TemplateRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refusing(_: object) -> str:
        raise DocumentError("too deep")

    monkeypatch.setattr(resolve, "dump", refusing)
    text = dump_documents([CONFIG_MAP, workflow("v1.0.0")]).encode()

    ran = argosy("resolve", "-", "--repo", library.folder, stdin=text)

    assert (ran.status, ran.stdout, ran.stderr.count("this cannot be written: too deep")) == (1, "", 2)


def test_every_failing_item_of_a_list_is_told_and_the_list_is_not_printed(
    argosy: Argosy, library: TemplateRepository
) -> None:
    listed: Any = {"apiVersion": "v1", "kind": "List", "items": [workflow("v8"), workflow("v1.0.0"), workflow("v9")]}

    ran = argosy("resolve", "-", "--repo", library.folder, stdin=dump(listed).encode())

    assert (ran.status, ran.stdout) == (1, "")
    assert [line.split(": ")[1].split(".")[0] for line in ran.stderr.splitlines()] == ["items[0]", "items[2]"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"a: ]", "stdin:1: "),
        (b"kind: ConfigMap\n---\n- 1\n", "stdin:3: "),
        (b"kind: ConfigMap\n---\nkind: a\n  b: c\n", "stdin:4: "),
        (b"\x00", "stdin:1: "),
        (b"5", "stdin:1: "),
    ],
)
def test_a_document_that_is_no_manifest_is_told_by_its_line(
    text: bytes, place: str, argosy: Argosy, library: TemplateRepository
) -> None:
    ran = argosy("resolve", "-", "--repo", library.folder, stdin=text)

    assert (ran.status, ran.stderr[: len(place)], ran.stderr.count("\n")) == (1, place, 1)


@pytest.mark.parametrize("spec", [3, [], {"templates": 3}, {"templates": [{"steps": {}}]}, {"templates": [None]}])
@pytest.mark.parametrize("kind", ["Workflow", "CronWorkflow"])
def test_no_manifest_makes_the_program_fail(kind: str, spec: Any, argosy: Argosy, library: TemplateRepository) -> None:
    manifest: Any = {"apiVersion": "argoproj.io/v1alpha1", "kind": kind, "metadata": {"name": "a"}, "spec": spec}

    ran = argosy("resolve", "-", "--repo", library.folder, "--version", "v1.0.0", stdin=dump(manifest).encode())

    assert ran.status in (0, 1)
    assert "Internal" not in ran.stderr


def test_a_warning_is_told_and_is_no_failure(argosy: Argosy, tmp_path: Path) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    repository.commit("v1", hello="image:tag")
    repository.commit(hello="image:branch")
    repository.git("branch", "v1")

    ran = argosy("resolve", "-", "--repo", repository.folder, stdin=dump(workflow("v1")).encode())

    assert (ran.status, _images(ran.stdout)) == (0, [["image:tag"]])
    assert ran.stderr.startswith("warning: stdin:1: ")
    assert ran.stderr.endswith("[ShadowedBranch]\n")


def test_a_new_commit_of_a_local_repository_is_seen_at_once_and_a_change_that_is_not_committed_never(
    argosy: Argosy, tmp_path: Path
) -> None:
    repository = TemplateRepository.create(tmp_path / "templates")
    seen: list[list[list[str]]] = []
    for image in ("one", "two"):
        repository.commit(hello=image)
        ran = argosy("resolve", "-", "--repo", repository.folder, stdin=dump(workflow("main")).encode())
        seen.append(_images(ran.stdout))
        (repository.folder / "hello.yaml").write_text("{}")

    assert seen == [[["one"]], [["two"]]]


def test_a_bare_repository_a_folder_inside_and_a_relative_path_are_read_as_well(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.git("clone", "--quiet", "--bare", str(library.folder), str(tmp_path / "bare.git"))
    (library.folder / "sub").mkdir(exist_ok=True)
    monkeypatch.chdir(library.folder / "sub")

    runs = [
        argosy("resolve", "-", "--repo", where, stdin=dump(workflow("v1.0.0")).encode())
        for where in (".", "..", str(tmp_path / "bare.git"), f"templates={library.folder}", library.folder.as_uri())
    ]

    assert [(ran.status, _images(ran.stdout)) for ran in runs] == [(0, [["image:1.0"]])] * 5


def test_the_alias_of_a_repository_is_what_manifests_mean_it_by(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    other = TemplateRepository.create(tmp_path / "other")
    other.commit("v1.0.0", hello="image:other")
    text = dump(workflow("v1.0.0", repository="b")).encode()

    ran = argosy("resolve", "-", "--repo", f"a={library.folder}", "--repo", f"b={other.folder}", stdin=text)

    assert _images(ran.stdout) == [["image:other"]]


def test_a_namespace_of_the_manifest_must_be_that_of_the_command(argosy: Argosy, library: TemplateRepository) -> None:
    manifest: Any = workflow("v1.0.0")
    manifest["metadata"]["namespace"] = "team-a"
    text = dump(manifest).encode()

    statuses = [
        argosy("resolve", "-", "--repo", library.folder, *options, stdin=text).status
        for options in ([], ["--namespace", "team-a"], ["--namespace", "team-b"])
    ]

    assert statuses == [0, 0, 1]


def test_the_policy_of_a_settings_file_goes_by_the_namespace(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    settings = tmp_path / "settings.yaml"
    rule = {"namespaces": ["team-a"], "versions": ["v1.0.0"]}
    url = "https://git.example/a.git"
    settings.write_text(dump({"repositories": [{"alias": "main", "url": url}], "policy": {"rules": [rule]}}))
    text = dump(workflow("v1.0.0")).encode()

    statuses = [
        argosy(
            *("resolve", "-", "--config", settings, "--repo", f"main={library.folder}", "--namespace", namespace),
            stdin=text,
        ).status
        for namespace in ("team-a", "team-b")
    ]

    assert statuses == [0, 1]


def test_git_that_does_not_answer_is_a_reason_to_try_again(argosy: Argosy) -> None:
    text = dump_documents([CONFIG_MAP, workflow("v1.0.0")]).encode()

    ran = argosy("resolve", "-", "--repo", "https://127.0.0.1:1/a.git", stdin=text)

    assert (ran.status, load_documents(ran.stdout.encode())) == (75, [CONFIG_MAP])


def test_a_version_that_was_never_fetched_is_denied_when_git_must_not_be_asked(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    text = dump(workflow("v1.0.0")).encode()
    options = ("--repo", library.folder, "--pull-policy", "Never", "--cache-dir", tmp_path / "empty")

    ran = argosy("resolve", "-", *options, stdin=text)

    assert (ran.status, ran.stdout) == (1, "")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["resolve"], "Missing argument"),
        (["resolve", "nope.yaml", "--repo", "."], "nope.yaml cannot be read: No such file or directory"),
        (["resolve", ".", "--repo", "."], "is a folder"),
        (["resolve", "-", "-", "--repo", "."], "once only"),
        (["resolve", "-"], "add --repo"),
        (["resolve", "-", "--repo", "/nowhere"], "there is no folder /nowhere"),
        (["resolve", "-", "--repo", ".", "--mode", "inline"], "--mode"),
        (["resolve", "-", "--repo", ".", "--pull-policy", "Sometimes"], "--pull-policy"),
        (["resolve", "-", "--repo", "a=.", "--repo", "a=."], "alias"),
        (["resolve", "-", "--config", "nope.yaml"], "nope.yaml"),
        (["resolve", "-", "--nope"], "--nope"),
        (["nope"], "nope"),
        (["resolve", "a\0b", "--repo", "."], "cannot be read"),
    ],
)
def test_a_wrong_command_line_ends_with_two_and_a_sentence(
    arguments: list[str], told: str, argosy: Argosy, library: TemplateRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(library.folder)

    ran = argosy(*arguments)

    assert (ran.status, ran.stdout) == (2, "")
    assert told in ran.stderr


def test_nothing_is_printed_when_one_of_the_files_cannot_be_read(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    ran = argosy("resolve", _file(tmp_path, CONFIG_MAP), tmp_path / "nope.yaml", "--repo", library.folder)

    assert (ran.status, ran.stdout) == (2, "")


def test_a_folder_that_is_no_repository_is_told(argosy: Argosy, tmp_path: Path) -> None:
    ran = argosy("resolve", "-", "--repo", tmp_path)

    assert (ran.status, f"{tmp_path} is not in a git repository" in ran.stderr) == (2, True)


def test_a_cache_folder_that_cannot_be_made_is_told(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    text = dump(workflow("v1.0.0")).encode()

    ran = argosy("resolve", "-", "--repo", library.folder, "--cache-dir", tmp_path / "file" / "cache", stdin=text)

    assert (ran.status, ran.stdout) == (2, "")
    assert "cannot be made: Not a directory" in ran.stderr


def test_the_output_of_a_process_is_manifests_and_nothing_else(
    argosy: Argosy, library: TemplateRepository, tmp_path: Path
) -> None:
    file = _file(tmp_path, workflow("v1.0.0"), workflow("v9"), CONFIG_MAP)

    process = argosy.process("resolve", file, "--repo", library.folder)
    stdout, stderr = process.communicate()

    assert (process.returncode, len(load_documents(stdout)), stderr.count(b"\n")) == (1, 2, 1)
