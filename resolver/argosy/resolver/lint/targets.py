"""Where a reference leads, as far as the objects that are looked at together can tell."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from argosy.resolver.errors import Denied
from argosy.resolver.references import Form, Reference, references
from argosy.resolver.variables import is_dynamic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from argosy.resolver.lint.library import Library, Subject
    from argosy.resolver.manifests import JsonObject


@dataclass(frozen=True, slots=True)
class Target:
    """A reference with literal names, the object it means and the template it means, where they exist."""

    reference: Reference
    holder: Subject | None
    template: JsonObject | None


def targets(subject: Subject, library: Library) -> Iterator[Target]:
    """The references that can be followed: none with variables, and none that ask for another version."""
    for reference in references(subject.manifest):  # type: ignore[arg-type]  # a WorkflowTemplate is a Manifest
        if is_dynamic(reference.template) or is_dynamic(reference.resource):
            continue
        if reference.asked.version or reference.asked.repository:
            continue
        if reference.form is Form.LOCAL:
            yield Target(reference, subject, subject.template(reference.template))
        elif reference.form is Form.TEMPLATE_REF:
            found = library.by_identity.get((str(reference.kind), reference.resource))
            holder = found[0] if found else None
            with suppress(Denied):  # what is misshapen there is told there
                yield Target(reference, holder, holder.template(reference.template) if holder else None)
