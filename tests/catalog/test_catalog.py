from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.resolver.catalog import Catalog, Lookups
from argosy.resolver.documents import digest
from argosy.resolver.errors import Denied, Reason, RetryLater
from argosy.resolver.manifests import ResourceName
from argosy.resolver.sources import CommitId, Origin, RepositoryAlias, Resource
from tests.catalog.repositories import Special, repository, symlink, template

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from argosy.resolver.manifests import JsonObject, ResourceKind, WorkflowTemplate
    from tests.catalog.repositories import Clone

ETL = RepositoryAlias("etl")
BOMB = b"kind: WorkflowTemplate\na0: &a0 [x,x,x,x,x,x,x,x,x]\n" + b"".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n".encode() for i in range(1, 10)
)


def find(
    catalog: Catalog, clone: Clone, name: str, kind: ResourceKind = "WorkflowTemplate", commit: CommitId | None = None
) -> Resource:
    origin = Origin(ETL, commit or clone.commits[-1])
    return catalog.resource(repository(), clone.path, origin, kind, ResourceName(name))


def manifest_of(found: Resource) -> JsonObject:
    return dict(found.manifest)


def refusal(catalog: Catalog, clone: Clone, name: str, kind: ResourceKind = "WorkflowTemplate") -> Denied:
    with pytest.raises(Denied) as caught:
        find(catalog, clone, name, kind)
    return caught.value


def test_a_template_is_found_by_its_name_and_not_by_the_name_of_its_file(catalog: Catalog, clone: Clone) -> None:
    clone.commit({"jobs/other.yaml": template("load")})
    found = find(catalog, clone, "load")
    manifest: WorkflowTemplate = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "WorkflowTemplate",
        "metadata": {"name": "load"},
        "spec": {"templates": [{"name": "main", "container": {"image": "alpine:3"}}]},
    }
    expected = Resource(
        Origin(ETL, clone.commits[0]), "WorkflowTemplate", found.name, found.path, digest(manifest), manifest
    )
    assert found == expected
    assert (found.name, found.path) == ("load", "jobs/other.yaml")
    assert refusal(catalog, clone, "other").reason is Reason.TEMPLATE_NOT_FOUND


def test_each_commit_has_its_own_template(catalog: Catalog, clone: Clone) -> None:
    old = clone.commit({"load.yaml": template("load", image="one")})
    new = clone.commit({"load.yaml": template("load", image="two")})
    images = [
        manifest_of(find(catalog, clone, "load", commit=commit))["spec"]["templates"][0]["container"]["image"]
        for commit in (new, old, new)
    ]
    assert images == ["two", "one", "two"]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        (
            "a.json",
            b'{"apiVersion":"argoproj.io/v1alpha1","kind":"WorkflowTemplate","metadata":{"name":"x"},"spec":{}}',
        ),
        ("a.yml", b"---\n" + template("y") + b"---\n" + template("x") + b"--- # end\n"),
        ("a.yaml", b"# first\n\n---\n# only a comment\n---\n" + template("x")),
        ("a.yaml", template("x").replace(b"\n", b"\r\n")),
        ("a.yaml", "﻿".encode() + template("x")),
        ("a.yaml", template("x").decode().encode("utf-16")),
        ("a.yaml", template("x").replace(b"kind: WorkflowTemplate", b'"kind": "Workflow\\x54emplate"')),
        ("a.yaml", template("x").replace(b"kind: WorkflowTemplate", b"kind: !!binary V29ya2Zsb3dUZW1wbGF0ZQ==")),
        ("a.yaml", b"base: &k WorkflowTemplate\n" + template("x").replace(b": WorkflowTemplate", b": *k")),
        ("a\nb.yaml", template("x")),
        ('q"\\ü.yaml', template("x")),
    ],
)
def test_whatever_form_a_file_has_its_template_is_found(
    catalog: Catalog, clone: Clone, path: str, content: bytes
) -> None:
    clone.commit({path: content})
    found = find(catalog, clone, "x")
    assert (found.path, manifest_of(found)["metadata"]["name"]) == (path, "x")


def test_keys_keep_the_order_of_the_file_also_in_the_cache(tmp_path: Path, clone: Clone) -> None:
    clone.commit({"x.yaml": template("x") + b"  zeta: 18446744073709551615\n  alpha: 1.5\n"})
    orders = []
    for _ in range(2):
        with Catalog(tmp_path / "cache", budget_bytes=1 << 20) as catalog:
            orders.append(list(manifest_of(find(catalog, clone, "x"))["spec"].items()))
    assert orders[0][1:] == [("zeta", 18446744073709551615), ("alpha", 1.5)]
    assert orders[0] == orders[1]


def test_files_outside_the_globs_are_not_looked_into(catalog: Catalog, clone: Clone) -> None:
    clone.commit({"flows/x.yaml": template("x"), "old/x.yaml": template("x"), "x.txt": template("x")})
    only = repository("flows/**/*.yaml")
    entries = catalog.index(only, clone.path, clone.commits[0]).entries
    assert [entry.path for entry in entries] == ["flows/x.yaml"]


def test_two_files_with_one_name_are_an_error_that_names_both(catalog: Catalog, clone: Clone) -> None:
    clone.commit({"a/load.yaml": template("load"), "b/load.yaml": template("load"), "c.yaml": template("other")})
    refused = refusal(catalog, clone, "load")
    assert refused.reason is Reason.DUPLICATE_DEFINITION
    assert "defined in a/load.yaml and b/load.yaml in etl at" in str(refused)
    assert find(catalog, clone, "other").path == "c.yaml"


def test_one_file_with_a_name_twice_is_an_error_that_names_it(catalog: Catalog, clone: Clone) -> None:
    clone.commit({"a.yaml": template("load") + b"---\n" + template("load", image="other")})
    refused = refusal(catalog, clone, "load")
    assert refused.reason is Reason.DUPLICATE_DEFINITION
    assert "defined 2 times in a.yaml" in str(refused)


def test_the_two_kinds_are_different_names(catalog: Catalog, clone: Clone) -> None:
    clone.commit({"a.yaml": template("x"), "b.yaml": template("x", kind="ClusterWorkflowTemplate")})
    paths = [find(catalog, clone, "x", kind).path for kind in ("WorkflowTemplate", "ClusterWorkflowTemplate")]
    assert paths == ["a.yaml", "b.yaml"]


@pytest.mark.parametrize("name", ["nothing-like-it", "A" * 5000, 'x"],["', ""])
def test_a_name_that_is_not_there_is_refused_in_one_short_sentence(catalog: Catalog, clone: Clone, name: str) -> None:
    clone.commit({"a.yaml": template("load")})
    refused = refusal(catalog, clone, name)
    assert refused.reason is Reason.TEMPLATE_NOT_FOUND
    assert "check the name, the version, and the paths of the repository" in str(refused)
    assert len(str(refused)) < 300


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (symlink("good.yaml"), "symbolic link"),
        (symlink("/var/run/secrets/token"), "symbolic link"),
        (Special("160000", b"1" * 40), "submodule"),
        (b"kind: WorkflowTemplate\n" + b"#" * 70_000, "70023 bytes"),
        (b"kind: WorkflowTemplate\nx: " + b"[" * 30_000, "line 2"),
        (b"kind: WorkflowTemplate\n" + b"- " * 30_000, "line"),
        (b"[" * 30_000 + b"WorkflowTemplate", "line"),
        (b'{"a":' * 5_000 + b'"WorkflowTemplate"' + b"}" * 5_000, "line"),
        (BOMB, "line"),
        (b"kind: WorkflowTemplate\n\tx: y\n", "line 2"),
        (b"kind: WorkflowTemplate\nmetadata:\n  name: {{ .Release.Name }}\n", "line 3"),
        (b"\x00kind: WorkflowTemplate\n", "line"),
        (b"kind: WorkflowTemplate\nx: \xff\n", "not YAML"),
        (template("good").replace(b"v1alpha1", b"v1beta1"), "apiVersion 'argoproj.io/v1beta1'"),
        (template("good").replace(b"argoproj.io/", b""), "apiVersion 'v1alpha1'"),
        (template("../../etc/passwd"), "which Kubernetes does not take"),
        (template("Good"), "which Kubernetes does not take"),
        (template("a" * 254), "which Kubernetes does not take"),
        (template("123"), "a name that YAML takes for 123: put it in quotes"),
        (template("yes"), "a name that YAML takes for True: put it in quotes"),
        (template("x").replace(b"  name: x", b"  generateName: x-"), "no metadata.name"),
        (template("x").replace(b"metadata:\n  name: x", b"metadata: x"), "no metadata.name"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "Git LFS"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_and_spoils_no_other(
    catalog: Catalog, clone: Clone, content: bytes | Special, problem: str
) -> None:
    clone.commit({"good.yaml": template("good"), "hostile.yaml": content})
    small = repository(max_blob_bytes=65_536)
    index = catalog.index(small, clone.path, clone.commits[0])
    assert [broken.path for broken in index.broken] == ["hostile.yaml"]
    assert problem in index.broken[0].problem
    assert len(index.broken[0].problem) < 300
    assert [entry.path for entry in index.entries] == ["good.yaml"]
    assert find(catalog, clone, "good").path == "good.yaml"


def test_a_broken_document_does_not_spoil_the_others_of_its_file(catalog: Catalog, clone: Clone) -> None:
    clone.commit({"all.yaml": template("one") + b"---\nkind: WorkflowTemplate\nx: [\n---\n" + template("two")})
    assert [find(catalog, clone, name).name for name in ("one", "two")] == ["one", "two"]
    assert len(catalog.index(repository(), clone.path, clone.commits[0]).broken) == 1


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (template("x").split(b"spec")[0], "its spec is no mapping"),
        (template("x").split(b"spec")[0] + b"spec: [1]\n", "its spec is no mapping"),
        (template("x") + b"    - {\n", "line"),
        (
            template("x").split(b"spec")[0] + b'  annotations:\n    a: "\\"\nspec:\n  "\n  name: other\nspec: {}\n',
            "closer look finds WorkflowTemplate 'other'",
        ),
    ],
)
def test_a_definition_without_a_usable_body_is_refused_when_it_is_asked_for(
    catalog: Catalog, clone: Clone, content: bytes, problem: str
) -> None:
    clone.commit({"x.yaml": content})
    refused = refusal(catalog, clone, "x")
    assert refused.reason is Reason.INVALID_MANIFEST
    assert "the WorkflowTemplate 'x' in x.yaml in etl at" in str(refused)
    assert problem in str(refused)


def test_the_size_limit_is_that_of_the_repository_asked_whoever_read_the_file_first(
    catalog: Catalog, clone: Clone
) -> None:
    commit = clone.commit({"x.yaml": template("x") + b"#" * 1000})
    sizes = [
        len(catalog.index(repository(max_blob_bytes=limit), clone.path, commit).entries) for limit in (5000, 500, 5000)
    ]
    assert sizes == [1, 0, 1]


def test_a_regular_file_with_the_content_of_a_symlink_is_no_symlink(catalog: Catalog, clone: Clone) -> None:
    text = template("x").decode()
    commit = clone.commit({"a.yaml": symlink(text), "b.yaml": text.encode()})
    index = catalog.index(repository(), clone.path, commit)
    assert [entry.path for entry in index.entries] == ["b.yaml"]
    assert [broken.path for broken in index.broken] == ["a.yaml"]


def test_a_commit_that_is_not_in_the_clone_may_come_later(catalog: Catalog, clone: Clone) -> None:
    clone.commit({"x.yaml": template("x")})
    with pytest.raises(RetryLater) as caught:
        find(catalog, clone, "x", commit=CommitId("1" * 40))
    assert caught.value.reason is Reason.NOT_FETCHED


def test_what_a_partial_clone_may_lack_is_brought_before_it_is_read(catalog: Catalog, clone: Clone) -> None:
    commit = clone.commit({"x.yaml": template("x"), "y.txt": b""})
    asked: list[tuple[str, bool, bool]] = []

    def prefetch(commit: CommitId, wanted: Callable[..., bool]) -> None:
        asked.append((commit, wanted("x.yaml"), wanted("y.txt")))

    for _ in range(2):
        catalog.index(repository(), clone.path, commit, prefetch=prefetch)
        catalog.resource(
            repository(), clone.path, Origin(ETL, commit), "WorkflowTemplate", ResourceName("x"), prefetch=prefetch
        )
    assert asked == [(commit, True, False)] * 2


def test_hits_and_misses_of_what_is_at_hand_are_counted(catalog: Catalog, clone: Clone) -> None:
    clone.commit({"load.yaml": template("load")})
    assert (catalog.index_lookups, catalog.manifest_lookups) == (Lookups(0, 0), Lookups(0, 0))
    for _ in range(3):
        find(catalog, clone, "load")
    assert (catalog.index_lookups, catalog.manifest_lookups) == (Lookups(0, 1), Lookups(2, 1))
    clone.commit({"other.yaml": template("other")})
    find(catalog, clone, "load")
    assert (catalog.index_lookups, catalog.manifest_lookups) == (Lookups(0, 2), Lookups(3, 1))
