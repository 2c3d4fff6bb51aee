"""From the version that a user wrote to one commit of a repository.

Belongs here: reading a version, semantic versions and their ranges, tag formats, and the choice among known refs.
Does not belong here: git, files, clocks. What must be fetched before a choice is stated by the request
(`VersionRequest.commit` and `.ref`); fetching it is the caller's part.
"""

from argosy.resolver.versions.request import VersionRequest, parse_version
from argosy.resolver.versions.select import Commits, Selection, select
from argosy.resolver.versions.tag_format import check_tag_format

__all__ = ["Commits", "Selection", "VersionRequest", "check_tag_format", "parse_version", "select"]
