"""Bare clones of template repositories: fetched by git, read by libgit2, shared by threads and processes.

Belongs here: running git, credentials on their way to it, coalescing of fetches, limits, healing, reading by id.
Does not belong here: what a version means, which files matter, what a file says.
"""

from argosy.resolver.mirror.mirror import Mirror
from argosy.resolver.mirror.objects import Objects, PathChange
from argosy.resolver.mirror.remotes import LOCAL_SCHEMES, SECURE_SCHEMES
from argosy.resolver.mirror.reports import CloneState, FetchKind, FetchObserver, FetchReport, nobody
from argosy.resolver.mirror.trees import Change, File, FileMode

__all__ = [
    "LOCAL_SCHEMES",
    "SECURE_SCHEMES",
    "Change",
    "CloneState",
    "FetchKind",
    "FetchObserver",
    "FetchReport",
    "File",
    "FileMode",
    "Mirror",
    "Objects",
    "PathChange",
    "nobody",
]
