"""Walks an original by Argo's rules and its flattened form by plain local lookup, in lockstep."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.equivalence import pod_metadata
from tests.equivalence.differences import Difference, Rule
from tests.equivalence.inline_bodies import Form, required_form
from tests.equivalence.normalised import first_difference, normalised, without_asked
from tests.equivalence.resolution import Answer, AtRunTime, InCluster, Resolution, Scope, Target, Way, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from argosy.resolver.manifests import JsonObject
    from argosy.resolver.sources import Resource

_TARGET_FIELDS = ("template", "templateRef", "inline", "onExit", "hooks")


@dataclass(frozen=True, slots=True)
class Pair:
    """A template that the original runs, and the one that the flattened form runs instead."""

    original: Target
    output: Target
    site: str

    @property
    def key(self) -> tuple[int, int | None, Way, int, Way]:
        resource = self.original.scope.resource
        scope = None if resource is None else id(resource)
        return id(self.original.template), scope, self.original.way, id(self.output.template), self.output.way


@dataclass(slots=True)
class Comparison:
    """What a walk over both has met: differences, and which copy stands for which external template."""

    execution: Scope
    """The original as executed, its workflowTemplateRef merged."""
    output: Scope
    resolution: Resolution
    delivered: Mapping[tuple[str, str], Scope] = field(default_factory=dict)
    """By kind and name: the objects that were put into the cluster for the Workflow, in reference mode."""
    differences: list[Difference] = field(default_factory=list)
    copies: dict[tuple[int, str], set[str]] = field(default_factory=dict)
    """By external template (object and name): the names that its callers use in the flattened form."""
    resources: dict[int, Resource] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    in_cluster: bool = False
    unanswered: set[str] = field(default_factory=set)
    """Names that no template of the Workflow has: the controller's workflowDefaults may bring one, no copy may."""
    _pending: deque[Pair] = field(default_factory=deque)
    _seen: set[tuple[object, ...]] = field(default_factory=set)

    def differ(self, rule: Rule, site: str, text: str) -> None:
        self.differences.append(Difference(rule, site, text))

    def walk(self) -> None:
        """Compare every pair that is waiting, and those that they lead to; recursion ends because pairs are few."""
        while self._pending:
            pair = self._pending.popleft()
            if pair.key not in self._seen:
                self._seen.add(pair.key)
                self._compare(pair)

    def enqueue(self, original: Target, output: Target, site: str) -> None:
        self._pending.append(Pair(original, output, site))

    def _compare(self, pair: Pair) -> None:
        original, output = pair.original.template, pair.output.template
        if found := first_difference(_body(original), _body(output)):
            self.differ(Rule.BODY, pair.site, found)
        self._compare_metadata(pair)
        ours, theirs = list(callers(original)), list(callers(output))
        if [(place, each.get("name")) for place, each in ours] != [(place, each.get("name")) for place, each in theirs]:
            self.differ(Rule.CALLS, pair.site, f"{_places(ours)} became {_places(theirs)}")
            return
        for (place, caller), (_, answer) in zip(ours, theirs, strict=True):
            self._compare_callers(pair, caller, answer, f"{pair.site}.{place}")

    def _compare_metadata(self, pair: Pair) -> None:
        expected = _pod_metadata(pair.original, self.execution.spec)
        actual = _pod_metadata(pair.output, self.output.spec)
        if not pod_metadata.makes_a_pod(pair.original.template):
            # No pod shows it, so what was baked in does not matter; what the author wrote must still be there.
            own = pod_metadata.of_template_alone(pair.original.template)
            expected = {name: {**actual[name], **own[name]} for name in own}
        if found := first_difference(expected, actual):
            self.differ(Rule.METADATA, pair.site, found)

    def _compare_callers(self, pair: Pair, caller: JsonObject, answer: JsonObject, site: str) -> None:
        if found := first_difference(_call(caller), _call(answer)):
            self.differ(Rule.CALLS, site, found)
        original = self.compare_targets(pair, caller, answer, site)
        if original is not None and original.way is Way.INLINE:
            self._compare_form(pair, caller, answer, site)
        self.compare_hooks(pair, caller.get("hooks"), answer.get("hooks"), f"{site}.hooks")
        if bool(caller.get("onExit")) != bool(answer.get("onExit")):
            self.differ(Rule.CALLS, site, f"onExit {caller.get('onExit')!r} became {answer.get('onExit')!r}")
        elif caller.get("onExit"):
            self.compare_targets(pair, _by_name(caller), _by_name(answer), f"{site}.onExit")

    def compare_hooks(
        self, pair: Pair, hooks: dict[str, JsonObject] | None, answers: dict[str, JsonObject] | None, site: str
    ) -> None:
        """The same events with the same expressions and arguments, each with an equal template."""
        hooks, answers = hooks or {}, answers or {}
        if set(hooks) != set(answers):
            self.differ(Rule.CALLS, site, f"{sorted(hooks)} became {sorted(answers)}")
        for event in sorted(set(hooks) & set(answers)):
            if found := first_difference(_call(hooks[event]), _call(answers[event])):
                self.differ(Rule.CALLS, f"{site}.{event}", found)
            self.compare_targets(pair, hooks[event], answers[event], f"{site}.{event}")

    def compare_targets(self, pair: Pair, caller: JsonObject, answer: JsonObject, site: str) -> Target | None:
        """Find both templates and line them up to be compared; the original's, if it is known before run time."""
        original = self.resolution.answer(caller, pair.original)
        output = self._answer(answer, pair.output)
        match original, output:
            case Target(), Target():
                self._note_copy(original, output, site)
                self.enqueue(original, output, site)
                return original
            case InCluster(expected), InCluster(actual):
                self.in_cluster = True
                if found := first_difference(expected, actual):
                    self.differ(Rule.TARGET, site, found)
            case AtRunTime(expected), AtRunTime(actual) if expected == actual:
                self.unanswered.add(expected)
            case _:
                self.differ(Rule.TARGET, site, f"{_shown(original)} became {_shown(output)}")
        return None

    def _answer(self, caller: JsonObject, holder: Target) -> Answer:
        """Plain local lookup, and what was delivered: what the controller does when it knows nothing of git."""
        if caller.get("inline") is not None:
            return self.resolution.answer(caller, holder)
        reference = caller.get("templateRef")
        if reference is not None:
            scope = self.delivered.get((kind_of(reference), reference.get("name", "")))
            name = reference.get("template", "") if scope else ""
        else:
            scope, name = holder.scope, caller.get("template") or ""
        name = self.resolution.substituted(name)
        template = scope.template(name) if scope else None
        if scope is not None and template is not None:
            return Target(template, scope, Way.BY_NAME if reference is None else Way.BY_REFERENCE)
        return AtRunTime(name) if reference is None else InCluster(reference)

    def _note_copy(self, original: Target, output: Target, site: str) -> None:
        if output.way is Way.INLINE:
            if original.way is not Way.INLINE:
                self.differ(Rule.INLINE, site, "a named template became an inline body")
            return
        name = output.template.get("name", "")
        self.reached.add(name)
        if original.way is Way.INLINE:
            return
        resource = original.scope.resource
        if output.scope.resource is not None:
            if resource is None or (resource.kind, original.template["name"]) != (output.scope.resource.kind, name):
                self.differ(Rule.TARGET, site, f"{_shown(original)} became {_shown(output)} of a delivered object")
        elif resource is not None:
            self.resources[id(resource)] = resource
            self.copies.setdefault((id(resource), original.template["name"]), set()).add(name)
        elif original.template.get("name") != name:
            self.differ(Rule.TARGET, site, f"the Workflow's own {original.template.get('name')!r} became {name!r}")

    def _compare_form(self, pair: Pair, caller: JsonObject, answer: JsonObject, site: str) -> None:
        kept = answer.get("inline") is not None
        # A body that is delivered inside of its object is run as it was written, as the original is.
        from_git = pair.original.scope.resource is not None and pair.output.scope.resource is None
        form = required_form(caller, pair.original.template) if from_git else Form.INLINE
        if form is not Form.EITHER and kept is not (form is Form.INLINE):
            self.differ(Rule.INLINE, site, f"must be {form.value}, because of what its variables mean")


def callers(template: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Every step or task with its place in the template, in order."""
    for group, steps in enumerate(template.get("steps") or []):
        for index, step in enumerate(steps):
            yield f"steps[{group}][{index}]", step
    for index, task in enumerate((template.get("dag") or {}).get("tasks") or []):
        yield f"dag.tasks[{index}]", task


def _pod_metadata(target: Target, execution: JsonObject) -> dict[str, JsonObject]:
    if target.way is Way.INLINE:
        return pod_metadata.of_inline(target.template, execution)
    if target.scope.resource is not None:
        return pod_metadata.of_referenced(target.template, target.scope.spec, execution)
    return pod_metadata.of_local(target.template, execution)


def _body(template: JsonObject) -> JsonObject:
    body: JsonObject = normalised(template)
    for key in ("name", "metadata", "steps"):
        body.pop(key, None)
    if "dag" in body:
        body["dag"] = {key: value for key, value in body["dag"].items() if key != "tasks"}
    if "annotations" in body:
        body["annotations"] = without_asked(body["annotations"])
    return {key: value for key, value in body.items() if key != "annotations" or value}


def _call(caller: JsonObject) -> JsonObject:
    return {key: value for key, value in normalised(caller).items() if key not in _TARGET_FIELDS}


def _by_name(caller: JsonObject) -> JsonObject:
    return {"template": caller["onExit"]}


def _places(found: list[tuple[str, JsonObject]]) -> str:
    return ", ".join(f"{place} {caller.get('name')}" for place, caller in found) or "nothing"


def _shown(answer: Answer) -> str:
    match answer:
        case Target(template):
            return f"template {template.get('name')!r}"
        case InCluster(reference):
            return f"templateRef {reference!r}"
        case AtRunTime(name):
            return f"no template of the Workflow ({name!r})"
