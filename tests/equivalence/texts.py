"""YAML as tests read and print it, by PyYAML's own loader: what the resolver's reader does is tested elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import yaml

if TYPE_CHECKING:
    from argosy.resolver.manifests import JsonObject


class _Loader(yaml.CSafeLoader):
    """Kubernetes has no timestamps: what looks like one is a string."""


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_str)  # type: ignore[type-var]  # stub


class _Dumper(yaml.CSafeDumper):
    """Without anchors, so that what is printed can be read top down."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002  # as the class above declares it
        return True


def read_all(text: str) -> list[JsonObject]:
    """Every object of a stream; anything else in it is left out."""
    found = yaml.load_all(text, Loader=_Loader)  # a safe loader with one constructor less
    return [cast("JsonObject", each) for each in found if isinstance(each, dict)]


def read(text: str) -> JsonObject:
    """The only object of a text."""
    (document,) = read_all(text)
    return document


def written(*documents: object) -> str:
    """The objects as a YAML stream, keys in their order."""
    return yaml.dump_all(documents, Dumper=_Dumper, sort_keys=False, width=120)
