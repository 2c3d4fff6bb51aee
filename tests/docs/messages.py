"""Every text that an error or a warning can have, read off the code: its text stands beside its Reason.

What is put into a text is an ellipsis. A text that is handed on under a name is looked for where that name is given its
value: in the function, in those that call it, or in the module.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from argosy.resolver.errors import Reason

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ANYTHING = "…"
_DEEPEST = 4
_HEAD = """# Messages

What Argosy prints when something is wrong, word for word; `…` stands for what is filled in. Search this page for what
you see: the heading is its [reason](errors.md), which says what to do. `make reference` makes this page from the code.
"""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a name is looked up: the function that it stands in, if any, and its module."""

    module: ast.Module
    function: Function | None = None


@dataclass(slots=True)
class Code:
    """The calls of a program, each in its scope."""

    calls: list[tuple[ast.Call, Scope]] = field(default_factory=list[tuple[ast.Call, Scope]])
    callers: dict[str, list[tuple[ast.Call, Scope]]] = field(default_factory=lambda: defaultdict(list))

    def read(self, text: str) -> None:
        module = ast.parse(text)
        self._visit(module, Scope(module))

    def _visit(self, node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Call):
                self.calls.append((child, scope))
                self.callers[_name(child.func)].append((child, scope))
            inner = Scope(scope.module, child) if isinstance(child, Function) else scope
            self._visit(child, inner)

    def texts(self, node: ast.expr | None, scope: Scope, depth: int = 0) -> list[str]:
        """What an expression may be, as text."""
        match node:
            case ast.Constant(value=str(text)):
                return [text]
            case ast.JoinedStr(values=parts):
                return ["".join(_part(one) for one in parts)]
            case ast.IfExp(body=one, orelse=other):
                return self.texts(one, scope, depth) + self.texts(other, scope, depth)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                both = product(self.texts(left, scope, depth), self.texts(right, scope, depth))
                return [first + second for first, second in both]
            case ast.Name(id=name) if depth < _DEEPEST:
                return list(self._named(name, scope, depth + 1)) or [ANYTHING]
            case _:
                return [ANYTHING]

    def _named(self, name: str, scope: Scope, depth: int) -> Iterator[str]:
        within = scope.function or scope.module
        for value in _values(within, name):
            yield from self.texts(value, scope, depth)
        if scope.function and name in _parameters(scope.function):
            for call, where in self.callers[scope.function.name]:
                if scope.function.name.startswith("_") and where.module is not scope.module:
                    continue
                yield from self.texts(_argument(call, scope.function, name), where, depth)
        elif scope.function:
            for value in _values(scope.module, name, deep=False):
                yield from self.texts(value, scope, depth)

    def messages(self) -> dict[Reason, set[str]]:
        """The texts of each reason, each with its remedy."""
        found: dict[Reason, set[str]] = {reason: set() for reason in Reason}
        for call, scope in self.calls:
            places = [number for number, one in enumerate(call.args) if _reason(one)]
            if not places:
                continue
            place = places[0]
            # In the table of what git says, the words are git's, and only the remedy is ours.
            ours = place == 0
            after = call.args[place + 1] if len(call.args) > place + 1 else None
            told = {one.arg: one.value for one in call.keywords}
            problems = self.texts(after, scope) if ours else [f"{ANYTHING} failed: {ANYTHING}"]
            remedy = told.get("remedy") if ours else after
            remedies = self.texts(remedy, scope) if remedy else []
            reason = _reason(call.args[place])
            assert reason is not None
            # Of several remedies, which goes with which problem is decided elsewhere: the reason's own says enough.
            only = remedies[0] if len(set(remedies)) == 1 else ""
            found[reason] |= {_told(problem, only) for problem in problems if _says_something(problem)}
        return found


def _says_something(problem: str) -> bool:
    """Whether it is more than what is filled in, or an addition to a text that stands elsewhere."""
    return bool(problem.strip(f"{ANYTHING} :")) and not problem.startswith(f"{ANYTHING} (")


def _told(problem: str, remedy: str) -> str:
    return f"{problem}; {remedy}" if remedy.strip(ANYTHING) else problem


def _part(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ANYTHING


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _reason(node: ast.expr) -> Reason | None:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Reason":
        return Reason[node.attr]
    return None


def _values(within: ast.AST, name: str, *, deep: bool = True) -> Iterator[ast.expr]:
    """What a name is assigned, alone or as one of several."""
    nodes: Iterable[ast.AST] = ast.walk(within) if deep else ast.iter_child_nodes(within)
    for node in nodes:
        if isinstance(node, ast.AnnAssign) and _name(node.target) == name and node.value:
            yield node.value
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    pairs = zip(target.elts, node.value.elts, strict=False)
                    yield from (value for one, value in pairs if _name(one) == name)


def _parameters(function: Function) -> list[str]:
    names = [one.arg for one in (*function.args.args, *function.args.kwonlyargs)]
    return names[1:] if names[:1] == ["self"] else names


def _argument(call: ast.Call, function: Function, name: str) -> ast.expr | None:
    named = {one.arg: one.value for one in call.keywords}
    place = _parameters(function).index(name)
    return named.get(name) or (call.args[place] if place < len(call.args) else None)


def page(sources: Iterable[Path]) -> str:
    """The page of all messages."""
    code = Code()
    for path in sorted(sources):
        code.read(path.read_text(encoding="utf-8"))
    sections = (
        f"\n## {reason}\n\n" + "".join(f"- `{text.strip()}`\n" for text in sorted(texts))
        for reason, texts in code.messages().items()
    )
    return _HEAD + "".join(sections)
