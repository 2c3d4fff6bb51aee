"""Repositories made to run something, to change what is read, or to lead reading astray: nothing of it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from argosy.resolver.errors import RetryLater
from argosy.resolver.mirror.credentials import Secrets
from argosy.resolver.mirror.environment import remote_environment
from argosy.resolver.mirror.remotes import LOCAL_SCHEMES, parse_remote
from argosy.resolver.mirror.transport import Transport
from argosy.resolver.repositories import Credentials, Repository
from argosy.resolver.sources import RepositoryAlias, RepositoryPath

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.mirror import Mirror
    from argosy.resolver.mirror.commands import Completed
    from argosy.resolver.mirror.transport import Work
    from tests.gitservers.upstream import Upstream
    from tests.mirror.benches import Bench

COMMANDS = (
    "uploadpack.packObjectsHook",
    "core.fsmonitor",
    "core.sshCommand",
    "core.gitProxy",
    "core.alternateRefsCommand",
    "remote.origin.uploadpack",
    "filter.evil.smudge",
    "filter.evil.process",
)
HOOKS = ("pre-auto-gc", "post-checkout", "post-update", "reference-transaction", "fsmonitor-watchman")


def _read_all(mirror: Mirror, at: float) -> dict[RepositoryPath, bytes]:
    commit = mirror.refresh(not_before=at).branches["main"]
    mirror.prefetch(commit, lambda _: True)
    return {file.path: mirror.read(file.blob) for file in mirror.files(commit) if file.is_regular}


@pytest.mark.parametrize("ambient", [True, False])
def test_no_command_that_a_repository_of_this_machine_brings_along_is_run(
    ambient: bool,  # noqa: FBT001 - a column
    bench: Bench,
    upstream: Upstream,
    tmp_path: Path,
) -> None:
    trap, ran = tmp_path / "trap", tmp_path / "ran"
    trap.write_text(f'#!/bin/sh\necho "$0" >> \'{ran}\'\nexec "$@"\n', "ascii")
    trap.chmod(0o755)
    for name in COMMANDS:
        upstream.repository.config[name] = str(trap)
    hooks = upstream.path / "hooks"
    hooks.mkdir(exist_ok=True)
    for hook in HOOKS:
        (hooks / hook).symlink_to(trap)
    upstream.commit({".gitattributes": "* filter=evil\n"})
    mirror = bench.mirror(str(upstream.path), credentials=Credentials(ambient=ambient))

    assert _read_all(mirror, bench.clock())[RepositoryPath("flows/hello.yaml")] == b"hello: 1\n"
    assert not ran.exists()


def test_attributes_of_a_repository_change_nothing_that_is_read(bench: Bench, upstream: Upstream) -> None:
    content = b"# $Id$ $Format:%H$\r\nversion https://git-lfs.github.com/spec/v1\n"
    attributes = b"* text eol=crlf ident export-subst filter=lfs working-tree-encoding=UTF-16\n"
    upstream.commit({".gitattributes": attributes, "a.yaml": content})

    files = _read_all(bench.mirror(str(upstream.path)), bench.clock())

    assert files[RepositoryPath("a.yaml")] == content


def test_paths_that_mean_something_to_a_shell_or_to_git_stay_names(bench: Bench, upstream: Upstream) -> None:
    names = "a\nb.yaml", "a b\t.yaml", "--upload-pack=x.yaml", ":/x.yaml", "\x1b[2J.yaml"
    upstream.commit({name: name.encode() for name in names})

    files = _read_all(bench.mirror(str(upstream.path)), bench.clock())

    assert {files[RepositoryPath(name)] for name in names} == {name.encode() for name in names}


def test_a_long_chain_of_tags_leads_to_its_commit(bench: Bench, upstream: Upstream) -> None:
    commit = upstream.repository.references["refs/tags/v1"].target
    target = str(commit)
    for number in range(100):
        target = upstream.annotate(f"nested-{number}", target)

    assert bench.mirror(str(upstream.path)).refresh(not_before=bench.clock()).tags["nested-99"] == str(commit)


def test_git_is_allowed_no_other_protocol_than_that_of_the_url(
    bench: Bench, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Transport.talk

    def elsewhere(self: Transport, arguments: list[str], work: Work, **options: Any) -> Completed:
        rewritten = f"url.http://127.0.0.1:1/.insteadOf={self.remote.url}"
        return talk(self, ["-c", rewritten, *arguments], work, **options)

    monkeypatch.setattr(Transport, "talk", elsewhere)

    with pytest.raises(RetryLater, match="transport 'http' not allowed"):
        bench.mirror(str(upstream.path)).refresh(not_before=bench.clock())


@pytest.mark.parametrize(
    ("url", "ambient", "protocols"),
    [
        ("https://git.example/a.git", False, "https"),
        ("git@git.example:a.git", False, "ssh"),
        ("https://git.example/a.git", True, "https:ssh"),
        ("/srv/a.git", True, "file:https:ssh"),
    ],
)
def test_only_the_person_who_runs_the_command_may_turn_one_url_into_another(
    url: str, protocols: str, *, ambient: bool
) -> None:
    repository = Repository(RepositoryAlias("a"), url, credentials=Credentials(ambient=ambient))

    environment = remote_environment(repository, parse_remote(url, LOCAL_SCHEMES), Secrets(), {"PATH": "/usr/bin"})

    assert environment["GIT_ALLOW_PROTOCOL"] == protocols
