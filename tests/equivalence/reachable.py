"""Whether the original can be answered at all: every reference that a run, or Argo's validation, may come across."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

from tests.equivalence.comparison import callers
from tests.equivalence.execution import execution_of
from tests.equivalence.resolution import Resolution, Target, Way, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.manifests import JsonObject
    from tests.equivalence.execution import Execution
    from tests.equivalence.library import Library


def reachable(original: JsonObject, library: Library) -> list[Target]:
    """Every template that the Workflow can run; raises Unresolvable or Denied at the first that is not there."""
    execution = execution_of(original, library)
    pending = deque(_roots(execution))
    seen: dict[tuple[int, int, Way], Target] = {}
    while pending:
        target = pending.popleft()
        key = id(target.template), id(target.scope.resource), target.way
        if key not in seen:
            seen[key] = target
            pending.extend(_called(target, execution.resolution))
    return list(seen.values())


def _roots(execution: Execution) -> Iterator[Target]:
    spec = execution.scope.spec
    for template in spec.get("templates") or []:
        yield named(execution.scope, template["name"], Way.BY_NAME)
    # An exit hook beside an onExit never runs, but what it names must be there nevertheless.
    for event, hook in (spec.get("hooks") or {}).items():
        answer = execution.resolution.answer(hook, execution.hook_holder(event))
        if isinstance(answer, Target):
            yield answer


def _called(target: Target, resolution: Resolution) -> Iterator[Target]:
    for _, caller in callers(target.template):
        on_exit = [{"template": caller["onExit"]}] if caller.get("onExit") else []
        for each in (caller, *on_exit, *(caller.get("hooks") or {}).values()):
            answer = resolution.answer(each, target)
            if isinstance(answer, Target):
                yield answer
