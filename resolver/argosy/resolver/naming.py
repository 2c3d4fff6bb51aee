"""What copied templates and delivered objects are called.

A copied template keeps its bare name when that is safe, because pod names and default artifact keys are made of it.
Else it is `<template>-<resource>-<hash>`: lower case (a pod name may hold nothing else), at most 63 characters, the
hash over the full identity. Names are given once the whole set is known, so the order of discovery does not matter.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

from argosy.resolver.manifests import ResourceName, TemplateName

if TYPE_CHECKING:
    from collections.abc import Collection

    from argosy.resolver.flattened import Identity
    from argosy.resolver.manifests import JsonValue

MAX_NAME_LENGTH = 63
MAX_BARE_NAME_LENGTH = 128
"""What Argo allows: workflow/validate/validate.go."""
HASH_LENGTH = 10
VERSIONED_HASH_LENGTH = 12

_BARE = re.compile(r"[a-z0-9][-a-z0-9]*")
_NOT_ALLOWED = re.compile(r"[^a-z0-9]+")
_VERSIONED = re.compile(rf".+-g[0-9a-f]{{{VERSIONED_HASH_LENGTH}}}")


def template_names(
    identities: Collection[Identity], *, reserved: Collection[str], unresolved: bool
) -> dict[Identity, TemplateName]:
    """A name for each copied template, in the order of identities.

    `reserved` are the names that copies must not take: the Workflow's own, and those it may get from the
    controller's workflowDefaults. While a reference stays for the cluster (`unresolved`) no copy keeps its bare name:
    the controller looks nodes up by bare name, and would take the copy for the object in the cluster.
    """
    ordered = sorted(identities)
    claims = Counter(identity.template for identity in identities)
    names: dict[Identity, TemplateName] = {}
    contested: list[Identity] = []
    for identity in ordered:
        bare = identity.template
        if unresolved or claims[bare] > 1 or bare in reserved or not _is_bare(bare):
            contested.append(identity)
        else:
            names[identity] = bare
    taken = {*reserved, *names.values()}
    for identity in contested:
        names[identity] = _contested_name(identity, taken)
        taken.add(names[identity])
    return {identity: names[identity] for identity in ordered}


def versioned_name(resource: str, content: JsonValue) -> ResourceName:
    """The name of an object that never changes: `<resource>-g<hash>`, the hash over all that its content comes from.

    >>> versioned_name("ci.build", ["some", "content"])
    'ci-build-g0448217b9499'
    """
    digest = _digest(content, VERSIONED_HASH_LENGTH)
    return ResourceName(f"{_stem(resource, MAX_NAME_LENGTH - VERSIONED_HASH_LENGTH - 2)}-g{digest}")


def is_versioned(resource: str) -> bool:
    """Whether a name was given by `versioned_name`: such a reference is resolved already.

    >>> is_versioned("ci-build-g0448217b9499"), is_versioned("ci-build")
    (True, False)
    """
    return _VERSIONED.fullmatch(resource) is not None


def _is_bare(name: str) -> bool:
    return len(name) <= MAX_BARE_NAME_LENGTH and _BARE.fullmatch(name) is not None


def _contested_name(identity: Identity, taken: Collection[str]) -> TemplateName:
    """A made-up name may meet one that somebody wrote: then the next hash is tried."""
    attempt = 0
    while (name := _made_up_name(identity, attempt)) in taken:
        attempt += 1
    return name


# The same templates are called again and again: their names are made up once.
@lru_cache(maxsize=4096)
def _made_up_name(identity: Identity, attempt: int) -> TemplateName:
    origin = identity.origin
    content = [origin.repository, origin.commit, identity.kind, identity.resource, identity.template, attempt]
    stem = _stem(f"{identity.template}-{identity.resource}", MAX_NAME_LENGTH - HASH_LENGTH - 1)
    return TemplateName(f"{stem}-{_digest(content, HASH_LENGTH)}")


def _stem(text: str, length: int) -> str:
    return _NOT_ALLOWED.sub("-", text.lower())[:length].strip("-") or "template"


def _digest(content: JsonValue, length: int) -> str:
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:length]
