"""YAML and JSON texts to plain data exactly as Argo's own reader has it (Go's sigs.k8s.io/yaml 1.6.0), and back.

Belongs here: texts, plain data, limits on what a text from outside may cost, the canonical bytes that digests are
made of. Does not belong here: what a document means. Reading a hostile text of at most `Limits.max_bytes` adds at
most 50 MB to the process and cannot end it: depth is counted, not recursed into, and aliases are shared.

Where this reader is stricter than Go it refuses, and never reads something else: depth, size, .nan and .inf that
a later equal key would hide.
"""

from argosy.resolver.documents.canonical import canonical, digest
from argosy.resolver.documents.emitting import dump, dump_documents
from argosy.resolver.documents.errors import DocumentError
from argosy.resolver.documents.limits import DEFAULT_LIMITS, Limits
from argosy.resolver.documents.loading import load_documents
from argosy.resolver.documents.reading import load
from argosy.resolver.documents.splitting import Part, split

__all__ = [
    "DEFAULT_LIMITS",
    "DocumentError",
    "Limits",
    "Part",
    "canonical",
    "digest",
    "dump",
    "dump_documents",
    "load",
    "load_documents",
    "split",
]
