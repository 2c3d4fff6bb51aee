"""The files that lint reads: of a folder as they are on disk, or of a repository at a commit."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from argosy.agent.cli.terminal import progress
from argosy.resolver.errors import Denied
from argosy.resolver.globs import matches
from argosy.resolver.repositories import DEFAULT_PATHS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.repositories import Repository
    from argosy.resolver.resolver import Resolver
    from argosy.resolver.sources import CommitId


def files_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """The YAML and JSON files of a folder, or the one file, by path and content, in the order of paths.

    As in git, symbolic links are not followed; `.git` is left out. Raises a usage error for what cannot be read.
    """
    if path.is_file():
        yield str(path), _content(path)
        return
    if not path.is_dir():
        raise typer.BadParameter(f"there is no file or folder {path}", param_hint="PATH")
    for folder, subfolders, names in os.walk(path):
        subfolders[:] = sorted(name for name in subfolders if name != ".git")
        for name in sorted(names):
            file = Path(folder, name)
            if matches(file.relative_to(path).as_posix(), DEFAULT_PATHS) and not file.is_symlink() and file.is_file():
                yield str(file), _content(file)


def files_at(resolver: Resolver, repository: Repository, commit: CommitId) -> Iterator[tuple[str, bytes | Denied]]:
    """The files within the globs of a repository at a commit, by path and content, in the order of paths."""
    mirror = resolver.mirror(repository)

    def wanted(path: str) -> bool:
        return matches(path, repository.paths)

    with progress(f"reading the files of {repository.alias}"):
        mirror.prefetch(commit, wanted)
        for file in mirror.files(commit):
            if file.is_regular and wanted(file.path):
                try:
                    yield file.path, mirror.read(file.blob)
                except Denied as error:
                    yield file.path, error


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}", param_hint="PATH") from error
