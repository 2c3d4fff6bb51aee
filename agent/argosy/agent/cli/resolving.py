"""What becomes of one document: resolved, passed through, or refused with every reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from argosy.resolver.contract import API_VERSION
from argosy.resolver.errors import ArgosyError, Denied, Reason
from argosy.resolver.manifests import Namespace

if TYPE_CHECKING:
    from argosy.resolver.flattened import Mode
    from argosy.resolver.manifests import JsonObject, JsonValue, WorkflowTemplate
    from argosy.resolver.notices import Notice
    from argosy.resolver.resolver import Resolver
    from argosy.resolver.search import Question

_RESOLVED_KINDS: Final = ("Workflow", "CronWorkflow")
_LISTS: Final = (("v1", "List"), (API_VERSION, "WorkflowList"), (API_VERSION, "CronWorkflowList"))

# Items of a typed list say neither kind nor apiVersion where the API server wrote them.
_KIND_OF_ITEMS: Final = {"WorkflowList": "Workflow", "CronWorkflowList": "CronWorkflow"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A document as it is to be printed, unless there are errors."""

    value: JsonValue
    deliveries: tuple[JsonValue, ...] = ()
    """Reference mode: the objects that must be in the cluster before this one."""
    notices: tuple[Notice, ...] = ()
    errors: tuple[ArgosyError, ...] = ()


@dataclass(frozen=True, slots=True)
class Resolving:
    """How the documents of one command are resolved."""

    resolver: Resolver
    question: Question
    """With an empty namespace where none was given."""
    mode: Mode

    def document(self, value: JsonValue) -> Outcome:
        """The document with its own manifest, or those of the items of a List, resolved."""
        if not isinstance(value, dict):
            return Outcome(value, errors=(_no_object(),))
        if (value.get("apiVersion"), value.get("kind")) in _LISTS and isinstance(value.get("items"), list):
            return self._items(value)
        return self._manifest(value)

    def _items(self, holder: JsonObject) -> Outcome:
        kind = _KIND_OF_ITEMS.get(holder["kind"])
        outcomes: list[Outcome] = []
        for index, item in enumerate(holder["items"]):
            named = isinstance(item, dict) and kind is not None and not item.get("kind")
            outcome = self.document({"apiVersion": API_VERSION, "kind": kind, **item} if named else item)
            for error in outcome.errors:
                error.site = f"items[{index}].{error.site}" if error.site else f"items[{index}]"
            outcomes.append(outcome)
        return Outcome(
            {**holder, "items": [outcome.value for outcome in outcomes]},
            deliveries=tuple(one for outcome in outcomes for one in outcome.deliveries),
            notices=tuple(notice for outcome in outcomes for notice in outcome.notices),
            errors=tuple(error for outcome in outcomes for error in outcome.errors),
        )

    def _manifest(self, manifest: JsonObject) -> Outcome:
        if manifest.get("apiVersion") != API_VERSION or manifest.get("kind") not in _RESOLVED_KINDS:
            return Outcome(manifest)
        try:
            named = self._namespace(manifest)
            question = replace(self.question, namespace=named or Namespace("default"))
            flattened = self.resolver.resolve(manifest, question, mode=self.mode)  # type: ignore[arg-type]  # a plain object until read
        except ArgosyError as error:
            return Outcome(manifest, errors=(error,))
        # Where no namespace is named, that of the kubectl which reads the output decides, for all it reads.
        deliveries = flattened.deliveries if named else tuple(map(_without_namespace, flattened.deliveries))
        return Outcome(flattened.manifest, deliveries, flattened.notices)

    def _namespace(self, manifest: JsonObject) -> Namespace:
        """The manifest's own, or that of the command, or none; two that differ are refused, as kubectl does."""
        metadata = manifest.get("metadata")
        own = metadata.get("namespace") if isinstance(metadata, dict) else None
        given = self.question.namespace
        if own and given and own != given:
            raise Denied(
                Reason.INVALID_MANIFEST,
                f"the manifest is for namespace {own!r}, and --namespace says {given!r}",
                site="metadata.namespace",
                remedy="leave one of them out",
            )
        return Namespace(str(own or given or ""))


def _without_namespace(delivery: WorkflowTemplate) -> JsonObject:
    metadata = {key: value for key, value in delivery.get("metadata", {}).items() if key != "namespace"}
    return {**delivery, "metadata": metadata}


def _no_object() -> Denied:
    return Denied(
        Reason.INVALID_MANIFEST,
        "the document is not an object",
        remedy="a manifest has apiVersion, kind and metadata",
    )
