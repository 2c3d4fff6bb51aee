"""The options --repo, --config and --cache-dir, and the resolver they make.

==============  =====================  ====================================================================
--config        --repo                 the repositories
==============  =====================  ====================================================================
no              URL or path            that one, under the alias `templates`
no              ALIAS=URL, several     those
yes             none                   those of the file
yes             ALIAS of the file      only that one (again for several)
yes             ALIAS=URL or path      those of the file, this one in place of its namesake or besides
==============  =====================  ====================================================================
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from argosy.agent.cli.environment import cache_folder
from argosy.agent.cli.places import Place, parse_place, repository_at
from argosy.agent.settings import data_in, resolver_part
from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.policy import Policy
from argosy.resolver.resolver import Resolver, Surroundings
from argosy.resolver.settings import DEFAULT_ALIAS, ResolverSettings, check_aliases, settings_from
from argosy.resolver.sources import RepositoryAlias

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from argosy.resolver.repositories import Repository


@dataclass(frozen=True, slots=True)
class Where:
    """What the options of a command say about where templates come from."""

    repo: Sequence[str] = ()
    config: Path | None = None
    cache_dir: Path | None = None

    def resolver(self) -> Resolver:
        """A resolver over the repositories of the options, with the environment of the command for git."""
        environment: Mapping[str, str] = dict(os.environ)
        settings = settings_of(self.repo, self.config)
        folder = _made((self.cache_dir or cache_folder(environment)).absolute())
        return Resolver(settings, Surroundings(folder, environment))


def settings_of(repo: Sequence[str], config: Path | None) -> ResolverSettings:
    """The settings that the options say. Raises Misconfigured."""
    if not repo and config is None:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            "no repository was named",
            remedy="add --repo with a URL or a path, or --config with a settings file",
        )
    if config is None:
        repositories = tuple(repository_at(place, _alias(place)) for place in map(parse_place, repo))
        check_aliases(repositories)
        return ResolverSettings(repositories, Policy())
    settings = read_settings(config)
    return replace(settings, repositories=_laid_over(settings.repositories, repo))


def read_settings(config: Path) -> ResolverSettings:
    """What a settings file says of repositories and policies; the keys that only the agent reads are left to it."""
    part = resolver_part(data_in(config))
    try:
        return settings_from(part, folder=config.absolute().parent)
    except Misconfigured as error:
        error.site = f"{config}: {error.site}" if error.site else str(config)
        raise


def only_one(repositories: Mapping[RepositoryAlias, Repository]) -> Repository:
    """The repository of a command that looks at one. Raises Misconfigured when there are several."""
    if len(repositories) > 1:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"there are several repositories ({', '.join(repositories)}), and this command looks at one",
            remedy=f"say which one with --repo {next(iter(repositories))}",
        )
    return next(iter(repositories.values()))


def _laid_over(configured: tuple[Repository, ...], repo: Sequence[str]) -> tuple[Repository, ...]:
    known = {repository.alias: repository for repository in configured}
    chosen = [RepositoryAlias(text) for text in repo if text in known]
    places = [parse_place(text) for text in repo if text not in known]
    kept = {alias: known[alias] for alias in chosen} if chosen else known
    for place in places:
        alias = _alias(place)
        given = repository_at(place, alias)
        # The credentials of the file belong to the URL of the file.
        kept[alias] = _like(known[alias], given) if alias in known else given
    return tuple(kept.values())


def _like(configured: Repository, given: Repository) -> Repository:
    return replace(
        configured,
        url=given.url,
        credentials=given.credentials,
        ca_file=None,
        proxy="",
        pull_policy=given.pull_policy or configured.pull_policy,
        freshness_seconds=given.freshness_seconds,
    )


def _made(folder: Path) -> Path:
    try:
        # What a private repository holds is for this person only.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"the cache folder {folder} cannot be made: {error.strerror}",
            site="--cache-dir",
            remedy="name one that can be written",
        ) from error
    return folder


def _alias(place: Place) -> RepositoryAlias:
    return RepositoryAlias(place.alias) if place.alias else DEFAULT_ALIAS
