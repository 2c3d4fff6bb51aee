"""What a reference means: a template of an object from git, or something that stays for the controller to resolve."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from argosy.resolver.errors import Denied, Reason, located
from argosy.resolver.flatten.holdings import Holding
from argosy.resolver.flatten.limits import FlattenLimits, too_many_resources
from argosy.resolver.flatten.unsupported import check_reference
from argosy.resolver.flattened import Identity
from argosy.resolver.lookup import Found, Lookup, Wanted
from argosy.resolver.manifests import ResourceKind, ResourceName, TemplateName
from argosy.resolver.naming import is_versioned
from argosy.resolver.references import Form, Reference
from argosy.resolver.variables import frozen, is_dynamic

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.sources import Origin, PullPolicy

_DYNAMIC_NAME = "give it a literal name, or a workflow parameter with a literal value"
_DYNAMIC_TEMPLATE = _DYNAMIC_NAME + ", or use reference mode, which leaves the template's name to the run"


class ResourceKey(NamedTuple):
    """One object at one commit."""

    origin: Origin
    kind: ResourceKind
    name: ResourceName


def key_of(found: Found) -> ResourceKey:
    resource = found.resource
    return ResourceKey(resource.origin, resource.kind, resource.name)


class _Question(NamedTuple):
    kind: ResourceKind
    name: str
    version: str
    repository: str
    pull_policy: PullPolicy | None
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Base:
    """Where a referring template stands: Argo's template base, and the commit that its text came from."""

    holding: Holding | None = None
    """The object that local names resolve in; None for the Workflow itself."""
    origin: Origin | None = None
    """The commit that answers for references without a version; None for what the Workflow's author wrote."""


@dataclass(slots=True)
class Resolution:
    """The answers of one request. Each question is asked once, so a branch that moves meanwhile changes nothing."""

    lookup: Lookup
    parameters: Mapping[str, str]
    """The Workflow's parameters that have a literal value."""
    limits: FlattenLimits
    holdings: dict[ResourceKey, Holding] = field(default_factory=dict)
    frozen: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    """Sites of the references that stay for the cluster."""
    _answers: dict[_Question, Holding | None] = field(default_factory=dict)

    def holding(self, reference: Reference, origin: Origin | None) -> Holding | None:
        """The object that a reference names, or None when no version of it is asked for."""
        name = self._name(reference, origin)
        holding = None if not name or is_versioned(name) else self._find(reference, name, origin)
        if holding is None:
            self.left.add(reference.site)
            return None
        check_reference(reference)
        if name != reference.resource:
            self.frozen.add(reference.site)
        return holding

    def identity(self, reference: Reference, base: Base) -> Identity | None:
        """The template that a reference names, when a copy of it takes its place; None when the reference stays."""
        holding = base.holding if reference.form is Form.LOCAL else self.holding(reference, base.origin)
        if holding is None:
            return None
        name = self._template(reference)
        holding.entry(name, site=reference.site)
        return Identity(*key_of(holding.found), TemplateName(name))

    def holding_of(self, identity: Identity) -> Holding:
        """The object of an identity that was given out before."""
        return self.holdings[ResourceKey(identity.origin, identity.kind, identity.resource)]

    def taken(self) -> tuple[Found, ...]:
        """Each object once, in the order of repository, commit, kind and name."""
        return tuple(self.holdings[key].found for key in sorted(self.holdings))

    def _name(self, reference: Reference, origin: Origin | None) -> str:
        name = frozen(reference.resource, self.parameters)
        versioned = origin is not None or reference.asked.version or reference.asked.repository
        if name is None:
            if versioned:
                raise _dynamic(reference, reference.resource, _DYNAMIC_NAME)
            return ""
        if versioned and not name:
            raise _incomplete(reference, "name")
        return name

    def _template(self, reference: Reference) -> str:
        if not reference.template:
            raise _incomplete(reference, "template")
        name = frozen(reference.template, self.parameters)
        if name is None:
            remedy = _DYNAMIC_NAME if reference.form is Form.LOCAL else _DYNAMIC_TEMPLATE
            raise _dynamic(reference, reference.template, remedy)
        if is_dynamic(reference.template):
            self.frozen.add(reference.site)
        return name

    def _find(self, reference: Reference, name: str, origin: Origin | None) -> Holding | None:
        asked = reference.asked
        kind = reference.kind or "WorkflowTemplate"
        question = _Question(kind, name, asked.version, asked.repository, asked.pull_policy, origin)
        if question not in self._answers:
            with located(reference.site):
                found = self.lookup(Wanted(kind, ResourceName(name), reference.site, asked, origin))
            self._answers[question] = self._held(found, reference.site) if found else None
        return self._answers[question]

    def _held(self, found: Found, site: str) -> Holding:
        key = key_of(found)
        if key not in self.holdings:
            if len(self.holdings) >= self.limits.max_resources:
                raise too_many_resources(self.limits, site=site)
            self.holdings[key] = Holding.of(found)
        return self.holdings[key]


def _dynamic(reference: Reference, text: str, remedy: str) -> Denied:
    return Denied(
        Reason.DYNAMIC_REFERENCE,
        f"{text!r} is known only while the Workflow runs, so no version of it can be taken",
        site=reference.site,
        remedy=remedy,
    )


def _incomplete(reference: Reference, field_name: str) -> Denied:
    return Denied(
        Reason.INVALID_MANIFEST,
        f"the {field_name} is missing",
        site=reference.site,
        remedy="name both the WorkflowTemplate and its template",
    )
