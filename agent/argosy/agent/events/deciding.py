"""Which trouble becomes an Event, and about which object.

The Workflow that is refused does not exist, so the Event is about what made it:

======================================  ===============================================================
made by                                 told about
======================================  ===============================================================
the controller, from a CronWorkflow     the CronWorkflow, its owner
a step of another Workflow              that Workflow, if it made itself the owner
an Argo Events sensor                   the Sensor, by its label, if it is in the same namespace
anybody else, with a name               the object of that name
anybody else, with a generateName       nothing: there is no name, and who made it reads the answer
======================================  ===============================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from argosy.agent.events.event import Event
from argosy.resolver import contract
from argosy.resolver.errors import ArgosyError, Reason

if TYPE_CHECKING:
    from collections.abc import Iterable

    from argosy.agent.admission.reviews import AdmissionRequest
    from argosy.resolver.notices import Notice

__all__ = ["event_for"]

_SENSOR: Final = "events.argoproj.io/sensor"
"""Argo Events writes it on what a sensor creates: pkg/sensors/triggers/standard-k8s/standard-k8s.go."""
_GROUP: Final = "argoproj.io/"
_OWNERS: Final = ("CronWorkflow", "Workflow")
_UNTOLD: Final = frozenset({Reason.NOT_DELIVERED})
"""No trouble: the request comes again a second later, and is admitted."""
_TOLD_NOTICES: Final = frozenset({Reason.TAG_MOVED, Reason.STALE_VERSION})
"""Of what goes well, this is worth telling: what runs is not what was meant, or not what is there now."""


class _Regarded(NamedTuple):
    api_version: str
    kind: str
    name: str
    uid: str = ""


def event_for(request: AdmissionRequest, error: ArgosyError | None, notices: Iterable[Notice] = ()) -> Event | None:
    """What is told of an admission; None when it went well, changes nothing, or there is no object to tell it about."""
    told = _told(error, notices)
    regarded = _regarded(request)
    if told is None or regarded is None or request.dry_run or not request.namespace:
        return None
    reason, message = told
    return Event(request.namespace, *regarded, reason=reason, message=message)


def _told(error: ArgosyError | None, notices: Iterable[Notice]) -> tuple[Reason, str] | None:
    if error is not None:
        return None if error.reason in _UNTOLD else (error.reason, str(error))
    return next(((notice.reason, str(notice)) for notice in notices if notice.reason in _TOLD_NOTICES), None)


def _regarded(request: AdmissionRequest) -> _Regarded | None:
    metadata = request.metadata
    owner = _owner(metadata.get("ownerReferences"))
    if owner is not None:
        return owner
    sensor = _text(metadata.get("labels"), _SENSOR)
    if sensor:
        return _Regarded(contract.API_VERSION, "Sensor", sensor)
    if request.name:
        return _Regarded(contract.API_VERSION, request.kind, request.name, _text(metadata, "uid"))
    return None


def _owner(references: Any) -> _Regarded | None:
    """The first of Argo's; whoever creates an object may write there what he likes."""
    for one in references if isinstance(references, list) else ():
        owner = _Regarded(*(_text(one, key) for key in ("apiVersion", "kind", "name", "uid")))
        if owner.api_version.startswith(_GROUP) and owner.kind in _OWNERS and owner.name:
            return owner
    return None


def _text(holder: Any, key: str) -> str:
    value = holder.get(key) if isinstance(holder, dict) else None
    return value if isinstance(value, str) else ""
