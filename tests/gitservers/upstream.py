"""A git repository as a server has it: bare, written through libgit2, which is quick enough for hundreds of tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pygit2
from pygit2.enums import FileMode, ObjectType

from argosy.resolver.sources import CommitId

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FIRST_TIME = 1_700_000_000


@dataclass(slots=True)
class Upstream:
    """A bare repository whose commits are a minute apart."""

    path: Path
    commits: int = 0

    @classmethod
    def create(cls, path: Path, *, filters: bool = True) -> Upstream:
        """An empty repository with the default branch `main`, which leaves blobs out on request where `filters`."""
        repository = pygit2.init_repository(str(path), bare=True, initial_head="main")
        repository.config["uploadpack.allowFilter"] = filters
        repository.config["http.receivepack"] = False
        return cls(path)

    @property
    def repository(self) -> pygit2.Repository:
        return pygit2.Repository(str(self.path))

    def commit(
        self,
        files: Mapping[str, bytes | str] | None = None,
        *,
        branch: str = "main",
        tag: str = "",
        onto: CommitId | None = None,
        links: Mapping[str, str] | None = None,
    ) -> CommitId:
        """Add files (and symbolic links) to what the branch holds; `onto` moves the branch to another parent first."""
        repository = self.repository
        ref = f"refs/heads/{branch}"
        parent = onto or (str(repository.references[ref].target) if ref in repository.references else "")
        self.commits += 1
        index = pygit2.Index()
        if parent:
            index.read_tree(repository[parent].peel(pygit2.Tree))
        for path, content in {**(files or {f"file-{self.commits}.txt": f"{self.commits}"})}.items():
            data = content.encode() if isinstance(content, str) else content
            index.add(pygit2.IndexEntry(path, repository.create_blob(data), FileMode.BLOB))
        for path, target in (links or {}).items():
            index.add(pygit2.IndexEntry(path, repository.create_blob(target.encode()), FileMode.LINK))
        who = pygit2.Signature("a", "a@example.com", _FIRST_TIME + 60 * self.commits, 0)
        tree = index.write_tree(repository)
        commit = repository.create_commit(None, who, who, f"{self.commits}", tree, [parent] if parent else [])
        repository.references.create(ref, commit, force=True)
        if tag:
            self.tag(tag, CommitId(str(commit)))
        return CommitId(str(commit))

    def tag(self, name: str, commit: CommitId) -> None:
        """Set a tag, or move it."""
        self.ref(f"refs/tags/{name}", commit)

    def annotate(self, name: str, target: str) -> str:
        """Set an annotated tag on any object; returns the id of the tag object."""
        repository = self.repository
        who = pygit2.Signature("a", "a@example.com", _FIRST_TIME, 0)
        kind = ObjectType(repository[target].type)
        return str(repository.create_tag(name, target, kind, who, name))

    def ref(self, name: str, commit: CommitId) -> None:
        """Set any ref by its full name."""
        self.repository.references.create(name, pygit2.Oid(hex=commit), force=True)

    def delete(self, ref: str) -> None:
        """Delete a ref by its full name."""
        self.repository.references.delete(ref)
