"""How Argo's controller finds the template that a step, a task or a hook runs, with the objects given by commit.

Written from workflow/templateresolution/context.go alone, and apart from the code that flattens: the two must agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias, cast

from argosy.resolver.asked import NOTHING, Asked, asked_by_template
from argosy.resolver.manifests import ResourceName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from argosy.resolver.manifests import JsonObject, ResourceKind, Template
    from argosy.resolver.sources import Origin, Resource
    from tests.equivalence.library import Library

_WORKFLOW_PARAMETER = re.compile(r"\{\{\s*workflow\.parameters\.([-\w]+)\s*\}\}")


class Way(Enum):
    """How a caller came to its template: this decides which metadata and which substitution apply."""

    BY_NAME = "template"
    BY_REFERENCE = "templateRef"
    INLINE = "inline"


@dataclass(frozen=True, slots=True)
class Scope:
    """The object in which local names are looked up: Argo's template base."""

    spec: JsonObject
    origin: Origin | None = None
    """The commit that the callers in it came from, so that their references resolve there as well."""
    resource: Resource | None = None
    """None: the Workflow as it is executed, on its own or merged with the template it names."""

    def template(self, name: str) -> JsonObject | None:
        """The first template of that name, as GetTemplateByName."""
        return next((each for each in self.spec.get("templates") or [] if each.get("name") == name), None)


@dataclass(frozen=True, slots=True)
class Target:
    """A template that is run, in the scope that its own callers have."""

    template: JsonObject
    scope: Scope
    way: Way
    asked: Asked = NOTHING
    """The version for the callers in it, when it or (for an inline body) its holder asks for one."""


@dataclass(frozen=True, slots=True)
class InCluster:
    """Nobody asked for a version: the controller looks in the cluster."""

    reference: JsonObject


@dataclass(frozen=True, slots=True)
class AtRunTime:
    """A name that is not known before the Workflow runs, or that no template of the Workflow has (yet)."""

    name: str


Answer: TypeAlias = Target | InCluster | AtRunTime


class Unresolvable(Exception):
    """The original names what git does not have, or what only a running Workflow knows: flattening must deny it."""


@dataclass(frozen=True, slots=True)
class Resolution:
    """Everything outside the Workflow that decides what a caller runs."""

    library: Library
    asked: Asked
    """What the Workflow as a whole asks."""
    parameters: Mapping[str, str]
    """The arguments of the Workflow that have a literal value."""

    def answer(self, caller: JsonObject, holder: Target) -> Answer:
        """An inline body wins over a reference, and a reference over a name."""
        inline = caller.get("inline")
        if isinstance(inline, dict):
            asked = _asked(inline).or_else(holder.asked)
            return Target(inline, holder.scope, Way.INLINE, asked)
        reference = caller.get("templateRef")
        if reference is not None:
            return self._referenced(reference, holder)
        return self._named(caller.get("template") or "", holder.scope)

    def substituted(self, text: str) -> str:
        """The text with the literal arguments of the Workflow put in; other variables stay."""
        return _WORKFLOW_PARAMETER.sub(lambda match: self.parameters.get(match[1], match[0]), text)

    def resource(self, kind: ResourceKind, name: str, asked: Asked, origin: Origin | None) -> Resource | None:
        """The object, at the version that is asked for here, or at the commit this reference itself came from."""
        if origin is None:
            asked = asked.or_else(self.asked)
            alias, version = asked.repository or self._only_repository(), asked.version
        else:
            alias, version = asked.repository or origin.repository, asked.version or origin.commit
        return self.library.find(kind, ResourceName(name), alias, version) if version else None

    def _only_repository(self) -> str:
        aliases = {alias for alias, _ in self.library.releases}
        return aliases.pop() if len(aliases) == 1 else ""

    def _referenced(self, reference: JsonObject, holder: Target) -> Answer:
        name, wanted = self.substituted(reference.get("name", "")), self.substituted(reference.get("template", ""))
        if not (holder.asked.or_else(self.asked).version or holder.scope.origin):
            return InCluster(reference)
        if "{{" in name + wanted:
            raise Unresolvable(f"templateRef {name}/{wanted} has a variable")
        resource = self.resource(kind_of(reference), name, holder.asked, holder.scope.origin)
        if resource is None:
            return InCluster(reference)
        return named(Scope(_spec(resource), resource.origin, resource), wanted, Way.BY_REFERENCE)

    def _named(self, text: str, scope: Scope) -> Answer:
        name = self.substituted(text)
        # workflowDefaults of the controller may yet add a template to the Workflow, never to another object.
        if scope.resource is None and scope.template(name) is None:
            return AtRunTime(name)
        return named(scope, name, Way.BY_NAME)


def kind_of(reference: JsonObject) -> ResourceKind:
    """The kind of object that a templateRef or a workflowTemplateRef means."""
    return "ClusterWorkflowTemplate" if reference.get("clusterScope") else "WorkflowTemplate"


def named(scope: Scope, name: str, way: Way) -> Target:
    """The template of that name in the scope."""
    template = scope.template(name)
    if template is None:
        raise Unresolvable(f"no template {name!r} in {scope.resource.name if scope.resource else 'the Workflow'}")
    return Target(template, scope, way, _asked(template))


def _asked(template: JsonObject) -> Asked:
    return asked_by_template(cast("Template", template), "")


def _spec(resource: Resource) -> JsonObject:
    return cast("JsonObject", resource.manifest)["spec"]  # type: ignore[no-any-return]  # JSON from outside is Any
