from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from argosy.resolver.catalog.definitions import Contents, Definition, contents_among
from argosy.resolver.catalog.reading import read_contents
from argosy.resolver.catalog.scan import may_define, scan
from argosy.resolver.documents import DocumentError, load, load_documents, split
from argosy.resolver.manifests import ResourceName
from tests.catalog.repositories import template

X = Definition("WorkflowTemplate", ResourceName("x"), 0)
PLAIN = template("x")
HEAD = PLAIN.split(b"spec")[0]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PLAIN, (X,)),
        (b"---\n" + PLAIN, (X,)),
        (b"# a comment\n\n" + PLAIN, (X,)),
        (PLAIN.rstrip(), (X,)),
        (PLAIN.replace(b"\n", b"\r\n"), (X,)),
        (PLAIN.replace(b"name: x", b'name: "x" # the name'), (X,)),
        (PLAIN.replace(b"  name: x", b"  labels:\n    name: y\n  namespace: z\n  name: x"), (X,)),
        (HEAD + b"  labels:\n    name: y\nspec: {}\n", (X,)),
        (HEAD + b"  annotations:\n    about: |\n      Don't do this\n\n      name: y\nspec:\n", (X,)),
        (PLAIN.replace(b"\n  name", b"\n    name"), (X,)),
        (b"a: b\n---\n\n---\n" + PLAIN, (X._replace(document=1),)),
        (PLAIN + b"---\n# nothing\n---\n" + PLAIN, (X, X._replace(document=2))),
        (template("x", kind="ClusterWorkflowTemplate"), (X._replace(kind="ClusterWorkflowTemplate"),)),
    ],
)
def test_plain_files_are_told_without_a_parse(data: bytes, expected: tuple[Definition, ...]) -> None:
    assert scan(data) == expected
    assert read_contents(data) == by_parsing(data)


@pytest.mark.parametrize(
    "data",
    [
        PLAIN + b"kind: Workflow\n",
        PLAIN + b'"kind": Workflow\n',
        PLAIN + b"? kind\n: Workflow\n",
        PLAIN + b"<<: {kind: Workflow}\n",
        PLAIN + b"metadata: {name: y}\n",
        PLAIN + b"...\n",
        HEAD + b"  name: y\nspec: {}\n",
        HEAD + b'  "name": y\nspec: {}\n',
        HEAD + b"  <<: {name: y}\nspec: {}\n",
        HEAD + b"    and more\nspec: {}\n",
        HEAD + b"\n    and more\nspec: {}\n",
        HEAD + b'  annotations:\n    a: "\nspec:\n  "\n  name: y\nspec: {}\n',
        HEAD + b"  annotations: {a: 'b',\n  name: y}\nspec: {}\n",
        PLAIN.replace(b"kind: W", b"kind: &k W"),
        PLAIN.replace(b"WorkflowTemplate\n", b"WorkflowTemplate\n  of mine\n"),
        PLAIN.replace(b"metadata:", b"metadata: &m"),
        PLAIN.replace(b"name: x", b"name: yes"),
        PLAIN.replace(b"name: x", b"name: 1e3"),
        PLAIN.replace(b"name: x", b"name: |\n    x"),
        PLAIN.replace(b"name: x", b"name: {{ .x }}"),
        PLAIN.replace(b"\n", b"\r"),
        PLAIN.replace(b"kind:", b"a: b\xe2\x80\xa8kind: Workflow #\nkind:"),
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b": W", b":\tW"),
        b"kind: Workflow\n" + PLAIN,
        PLAIN + b"---\nkind: [WorkflowTemplate]\n",
    ],
)
def test_whatever_is_not_plain_is_left_to_a_parse(data: bytes) -> None:
    assert scan(data) is None
    assert read_contents(data) == by_parsing(data)


@pytest.mark.parametrize(
    "data",
    [
        b'kind: "Workflow\\x54emplate"',
        b'{"kind":"\\u0057orkflowTemplate"}',
        b'kind: "Cluster\\U00000057orkflowTemplate"',
        b'kind: "Workflow\\\n  Template"',
        b'kind: "Workflow\\\r\n  Template"',
        'kind: "Workflow\\\u2028Template"'.encode(),
        'kind: "Workflow\\\x85Template"'.encode(),
        b"kind: !!binary V29ya2Zsb3dUZW1wbGF0ZQ==",
        b"kind: !<tag:yaml.org,2002:binary> V29ya2Zsb3dUZW1wbGF0ZQ==",
        b"kind: !!bin%61ry V29ya2Zsb3dUZW1wbGF0ZQ==",
        b"%TAG ! tag:yaml.org,2002:bin\n---\nkind: !ary V29ya2Zsb3dUZW1wbGF0ZQ==",
        "kind: WorkflowTemplate".encode("utf-16"),
        "kind: WorkflowTemplate".encode("utf-16-le"),
        b"a: &b WorkflowTemplate",
    ],
)
def test_no_way_of_writing_the_word_escapes(data: bytes) -> None:
    assert may_define(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"kind: Workflow\n",
        b'command: [sh, -c, "printf \'a\\nb\' | grep \\"x\\" && ! test 100%"]\n',
        b"apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n    s/\\(x\\)/\\1/\n",
    ],
)
def test_files_of_other_kinds_need_no_parse(data: bytes) -> None:
    assert not may_define(data)


LINES = st.sampled_from(
    [
        *PLAIN.splitlines(keepends=True),
        b"kind: Workflow\n",
        b'"kind": "Workflow\\x54emplate"\n',
        b"kind: 'WorkflowTemplate'\n",
        b"  name: y\n",
        b"    name: z\n",
        b'  "name": y\n',
        b"  labels:\n",
        b"    a: b\n",
        b'    a: "\n',
        b"    a: 'b\n",
        b"    a: {\n",
        b"  annotations: |\n",
        b'"\n',
        b'  "\n',
        b"  }\n",
        b"  <<: {name: y}\n",
        b"<<: {kind: Workflow}\n",
        b"---\n",
        b"--- # c\n",
        b"---#\n",
        b"...\n",
        b"# comment\n",
        b"   # comment\n",
        b"\n",
        b"  \n",
        b"? kind\n",
        b": Workflow\n",
        b"status: {}\n",
        b"\r\n",
        b"\t\n",
    ]
)
HEADS = st.sampled_from([b"", HEAD, HEAD, b"---\n" + HEAD])


def by_parsing(data: bytes) -> Contents:
    documents: list[object] = []
    if data.lstrip()[:1] in (b"{", b"["):
        return contents_among(load_documents(data))
    for part in split(data):
        try:
            documents.append(load(part.text))
        except DocumentError as error:
            documents.append(error.moved(part.line, part.column))
    return contents_among(documents)


@settings(max_examples=400, deadline=None)
@given(HEADS, st.lists(LINES, max_size=9))
def test_what_is_told_without_a_parse_is_what_a_parse_tells(head: bytes, lines: list[bytes]) -> None:
    data = head + b"".join(lines)
    told = scan(data)
    parsed = by_parsing(data)
    if parsed.definitions:
        assert may_define(data)
    if told is not None and not parsed.problem:
        assert told == parsed.definitions
