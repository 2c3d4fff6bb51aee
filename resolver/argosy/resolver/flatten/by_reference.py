"""Reference mode: references stay, under names of WorkflowTemplates that are delivered and never change.

Such a name is `<resource>-g<hash>`. Objects may refer to each other in circles, so no name can be made of the finished
content of the others. The hash is over the graph instead: the object and all that it can reach, numbered in the order
of a walk, each with the digest of its manifest and the numbers of those that its references lead to. Equal hashes
are equal graphs, so equal content, whatever commit it was taken from.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from argosy.resolver.asked import NOTHING
from argosy.resolver.deliverable import deliverable
from argosy.resolver.flatten.adoption import check_adoptable
from argosy.resolver.flatten.execution import Execution
from argosy.resolver.flatten.holdings import place
from argosy.resolver.flatten.resolution import ResourceKey, key_of
from argosy.resolver.flatten.version_labels import LabelMoves
from argosy.resolver.flattened import Flattened, Identity, Rename
from argosy.resolver.manifests import ResourceName, TemplateName
from argosy.resolver.merge import normalised_spec
from argosy.resolver.naming import versioned_name
from argosy.resolver.references import Form, Reference, whole
from argosy.resolver.shapes import sequence
from argosy.resolver.variables import is_dynamic, literal_parameters

if TYPE_CHECKING:
    from argosy.resolver.flatten.holdings import Holding
    from argosy.resolver.flatten.resolution import Base, Resolution
    from argosy.resolver.flatten.subject import Subject
    from argosy.resolver.manifests import JsonValue, Namespace, TemplateRef, WorkflowSpec, WorkflowTemplate


def by_reference(subject: Subject, resolution: Resolution, namespace: Namespace) -> Flattened:
    """The Workflow with versioned names, and the objects of those names; itself when nothing asks for a version."""
    root = whole(subject.spec, subject.site, subject.asked)
    adopted = _adopted(subject, root, resolution) if root else None
    siblings = Siblings(resolution)
    if adopted:
        siblings.enter(adopted)
    execution = Execution(subject.spec, subject.site, subject.asked, subject.spec)
    execution.answered(siblings.note)
    siblings.walk()
    if not siblings.edges:
        return Flattened(subject.manifest)
    names = {key: siblings.name(key) for key in sorted(siblings.edges)}
    versioning = Versioning(resolution, names)
    spec: JsonValue = execution.answered(versioning.answer)
    if adopted:
        reference = {**spec["workflowTemplateRef"], "name": names[key_of(adopted.found)]}
        spec = {**spec, "workflowTemplateRef": reference}
    moves = LabelMoves()
    deliveries = {names[key]: versioning.delivery(key, namespace, moves) for key in names}
    return Flattened(
        manifest=moves.manifest(subject.with_spec(spec, {}), subject.site),
        taken=resolution.taken(),
        renames=tuple(Rename(Identity(*key, TemplateName("")), TemplateName(names[key])) for key in names),
        deliveries=tuple(deliveries.values()),
        notices=tuple(dict.fromkeys(moves.notices)),
        frozen=tuple(sorted(resolution.frozen)),
    )


def _adopted(subject: Subject, reference: Reference, resolution: Resolution) -> Holding | None:
    holding = resolution.holding(reference, None)
    if holding is None:
        return None
    check_adoptable(subject, holding, reference.site)
    resolution.parameters = literal_parameters(subject.spec, holding.spec)
    return holding


def _execution_of(holding: Holding) -> Execution:
    """An object read as a spec whose author is its own commit."""
    site = f"{place(holding.found.resource)} spec"
    return Execution(holding.spec, site, NOTHING, {}, adopted=holding)


@dataclass(slots=True)
class Siblings:
    """The objects that are reached, whole, each with where its references lead."""

    resolution: Resolution
    edges: dict[ResourceKey, list[ResourceKey | None]] = field(default_factory=dict)
    """In reading order; None is a reference that stays for the cluster."""
    _pending: list[Holding] = field(default_factory=list)

    def enter(self, holding: Holding) -> ResourceKey:
        """Have the references in an object followed, once."""
        key = key_of(holding.found)
        if key not in self.edges:
            self.edges[key] = []
            self._pending.append(holding)
        return key

    def note(self, reference: Reference, base: Base) -> None:
        """Follow a reference of the Workflow."""
        self._follow(reference, base)

    def walk(self) -> None:
        """Follow every reference to its end."""
        while self._pending:
            holding = self._pending.pop(0)
            targets = self.edges[key_of(holding.found)]

            def note(reference: Reference, base: Base, targets: list[ResourceKey | None] = targets) -> None:
                if reference.form is not Form.LOCAL:
                    targets.append(self._follow(reference, base))

            _execution_of(holding).answered(note)

    def name(self, key: ResourceKey) -> ResourceName:
        """The versioned name, made of everything that the object's content depends on."""
        numbers: dict[ResourceKey, int] = {key: 0}
        order = [key]
        graph: list[JsonValue] = []
        for one in order:
            for target in self.edges[one]:
                if target is not None and target not in numbers:
                    numbers[target] = len(order)
                    order.append(target)
            digest = self.resolution.holdings[one].found.resource.digest
            targets = [None if target is None else numbers[target] for target in self.edges[one]]
            graph.append([one.kind, one.name, digest, targets])
        return versioned_name(key.name, graph)

    def _follow(self, reference: Reference, base: Base) -> ResourceKey | None:
        if reference.form is Form.LOCAL:
            return None
        holding = self.resolution.holding(reference, base.origin)
        if holding is None:
            return None
        if reference.form is Form.TEMPLATE_REF and not is_dynamic(reference.template):
            holding.entry(reference.template, site=reference.site)
        return self.enter(holding)


@dataclass(frozen=True, slots=True)
class Versioning:
    """Puts the versioned names in."""

    resolution: Resolution
    names: dict[ResourceKey, ResourceName]

    def answer(self, reference: Reference, base: Base) -> TemplateRef | None:
        """Only the name changes; a template's name with a variable stays for the run."""
        if reference.form is Form.LOCAL:
            return None
        holding = self.resolution.holding(reference, base.origin)
        return {**reference.raw, "name": self.names[key_of(holding.found)]} if holding else None

    def delivery(self, key: ResourceKey, namespace: Namespace, moves: LabelMoves) -> WorkflowTemplate:
        """The object to be delivered."""
        holding = self.resolution.holdings[key]
        return deliverable(holding.found.resource, self.names[key], namespace, self._spec(holding, moves))

    def _spec(self, holding: Holding, moves: LabelMoves) -> WorkflowSpec:
        execution = _execution_of(holding)
        spec: JsonValue = execution.answered(self.answer)
        templates = sequence(spec.get("templates"), f"{execution.site}.templates")
        whole_spec = normalised_spec(cast("WorkflowSpec", {**spec, "templates": templates}), execution.site)
        return moves.spec(whole_spec, execution.site)
