"""A configured template repository: where it is, how it is read, and what its versions look like."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from argosy.resolver.sources import PullPolicy, RepositoryAlias

DEFAULT_PATHS = ("**/*.yaml", "**/*.yml", "**/*.json")


class MovedTag(StrEnum):
    """What to do when a tag points elsewhere than it did when it was first seen."""

    WARN = "Warn"
    REFUSE = "Refuse"


class Deliver(StrEnum):
    """When the objects of a repository are brought into the cluster under their own names."""

    ON_USE = "OnUse"
    """After an object that takes them was admitted; swept when nobody uses them any longer."""
    ALWAYS = "Always"
    """From the start, and kept in step with the default version."""
    NEVER = "Never"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Files that hold the secrets for one repository, read at each use so that rotation needs no restart.

    At most one of token, bearer token, username and password, or ssh key. `ambient` lets git use the
    configuration of the person who runs the command: for the command line, never for the agent.
    """

    username: str = ""
    password_file: Path | None = None
    """The password or token that goes with `username` (Basic)."""
    token_file: Path | None = None
    """A token sent as the password of the user `git` (Basic), as GitHub and GitLab take it."""
    bearer_token_file: Path | None = None
    ssh_key_file: Path | None = None
    known_hosts_file: Path | None = None
    ambient: bool = False


@dataclass(frozen=True, slots=True)
class Repository:
    """One template repository as the operator configured it."""

    alias: RepositoryAlias
    url: str
    """`https://`, `ssh://`, `git@host:path` or, where allowed, `file://` or a path. Holds no credentials."""
    credentials: Credentials = field(default_factory=Credentials)
    ca_file: Path | None = None
    proxy: str = field(default="", repr=False)
    """A URL, that may hold the credentials for the proxy."""
    paths: tuple[str, ...] = DEFAULT_PATHS
    """Globs of the files that are looked into; `**` spans folders."""
    default_version: str = ""
    """The version of references that ask for none; empty leaves those to the cluster."""
    tag_format: str = "{version}"
    """How a tag is made of a version: `{version}` alone, or with `{template}` for a monorepo."""
    pull_policy: PullPolicy | None = None
    """Default: Always for branches and ranges (see `freshness_seconds`), IfNotPresent for tags and commits."""
    freshness_seconds: float = 30.0
    """How old the list of refs may be before a branch or a range is looked up anew."""
    staleness_limit_seconds: float = 86_400.0
    """How old the list of refs may be, while git does not answer, before branches and ranges are refused."""
    fetch_timeout_seconds: float = 60.0
    moved_tag: MovedTag = MovedTag.WARN
    deliver: Deliver = Deliver.ON_USE
    deliver_to: tuple[str, ...] = ()
    """With `Always`: the namespaces that WorkflowTemplates are delivered to, by name."""
    max_blob_bytes: int = 1024 * 1024
    """A larger file is not read."""
    max_clone_bytes: int = 2 * 1024**3
