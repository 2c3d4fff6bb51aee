"""How a repository's tags are made of versions: `{version}`, or one series of tags for each template."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.versions.ref_names import is_ref_name
from argosy.resolver.versions.semver import parse_semver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from argosy.resolver.manifests import ResourceName
    from argosy.resolver.versions.semver import Semver

__all__ = ["TagSeries", "check_tag_format"]

_VERSION = "{version}"
_TEMPLATE = "{template}"
_PLACEHOLDERS = re.compile(r"\{version\}|\{template\}")


def check_tag_format(tag_format: str, place: str) -> None:
    """Raise Misconfigured, naming the place of the setting, unless the format makes tags that are read one way only."""
    if problem := _problem(tag_format):
        raise Misconfigured(
            Reason.INVALID_SETTINGS,
            f"the tag format {tag_format!r} {problem}",
            site=place,
            remedy="write {version}, or {template}/v{version} where each template has its own tags",
        )


def _problem(tag_format: str) -> str:
    if tag_format.count(_VERSION) != 1:
        return "must hold {version} once"
    if tag_format.count(_TEMPLATE) > 1:
        return "may hold {template} once"
    literals = _PLACEHOLDERS.split(tag_format)
    if any("{" in literal or "}" in literal for literal in literals):
        return "holds a placeholder other than {version} and {template}"
    # greet-v12 must not be a version of both greet and greet-v1.
    if len(literals) > 2 and (not literals[1] or literals[1][0].isalnum()):  # noqa: PLR2004 - two placeholders
        return "must have a separator, best a slash, between {template} and {version}"
    if not is_ref_name(TagSeries.of(tag_format, "template").tag("1.0.0")):
        return "makes names that git does not allow"
    return ""


@dataclass(frozen=True, slots=True)
class TagSeries:
    """The tags that count as versions of one template: those that begin and end as the tag format says."""

    prefix: str = ""
    suffix: str = ""

    @classmethod
    def of(cls, tag_format: str, resource: ResourceName | str) -> TagSeries:
        """The tags of one template, by the format of its repository."""
        prefix, _, suffix = tag_format.partition(_VERSION)
        return cls(prefix.replace(_TEMPLATE, resource), suffix.replace(_TEMPLATE, resource))

    def tag(self, version: str) -> str:
        """The tag of a version."""
        return f"{self.prefix}{version}{self.suffix}"

    def version(self, tag: str) -> Semver | None:
        """The version that a tag stands for, or None when it is not one of the series."""
        if not tag.startswith(self.prefix) or not tag.endswith(self.suffix):
            return None
        return parse_semver(self._body(tag))

    def versions(self, tags: Iterable[str]) -> Iterator[tuple[Semver, str]]:
        """Each tag of the series with its version."""
        read = self.version if self.prefix or self.suffix else parse_semver
        for tag in tags:
            version = read(tag)
            if version is not None:
                yield version, tag

    def other_spelling(self, tag: str) -> str:
        """A tag of the series with its leading `v` taken away, or put there."""
        body = self._body(tag)
        return self.tag(body[1:] if body.startswith("v") else f"v{body}")

    def _body(self, tag: str) -> str:
        return tag[len(self.prefix) : len(tag) - len(self.suffix)]
