"""Which object holds the templates of a name at a commit, and its parsed manifest.

Belongs here: looking through the files of a commit, what was found in them kept by the id of their content, the one
process that does the reading. Does not belong here: which commit a version means (`versions`), bringing objects into a
clone (`mirror`), what a document means to Kubernetes (`flatten`).

::

    Catalog ── Recent, Flights      what this process has at hand; one question at a time for each commit
       │
       ├── Cache ── Database        sqlite, shared by all processes: definitions and manifests by blob, last indexes
       └── Reader                   Child ~~ frames ~~ worker, or Local
              └── Indexer ── Snapshot        a tree's files, or what changed since the last one
                     └── reading ── scan     a quick look at a file, or a parse
"""

from argosy.resolver.catalog.catalog import Catalog
from argosy.resolver.catalog.hints import hints
from argosy.resolver.catalog.index import Broken, Entry, Index
from argosy.resolver.catalog.recent import Lookups

__all__ = ["Broken", "Catalog", "Entry", "Index", "Lookups", "hints"]
