"""What is admitted while the sweeper runs never loses its template."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from argosy.agent.delivery import Order, TemplateDelivery
from argosy.agent.delivery.cluster_templates import ClusterTemplates
from argosy.agent.delivery.settling import Settling
from argosy.gc.sweeping import Result
from argosy.resolver.flatten import flatten
from argosy.resolver.flattened import Mode
from argosy.resolver.manifests import Namespace
from tests.delivery.flattening import BUILD, CALLING
from tests.e2e.sweeping.conftest import DAY, NOW, Place, results
from tests.e2e.sweeping.test_sweeping import Meanwhile
from tests.flatten.memory import TemplatesInMemory

if TYPE_CHECKING:
    from argosy.resolver.flattened import Flattened


def _flattened(place: Place, mode: Mode) -> Flattened:
    lookup = TemplatesInMemory().add("v1", BUILD)
    return flatten(CALLING, lookup, mode=mode, namespace=Namespace(place.namespace))


def _admit(place: Place, now: float, mode: Mode) -> None:
    """By a replica that remembers nothing."""
    templates = ClusterTemplates(place.api)
    delivery = TemplateDelivery(templates, place.runner, lambda: now, Settling(settle_seconds=0))
    delivery.deliver(Order(Namespace(place.namespace), "uid", mode, DAY), _flattened(place, mode))


# A CronWorkflow is admitted with its templates under their own names.
@pytest.mark.parametrize("mode", [Mode.REFERENCE, Mode.FLATTEN])
def test_what_is_admitted_between_the_list_and_the_delete_keeps_its_template(place: Place, mode: Mode) -> None:
    _admit(place, NOW - 2 * DAY, mode)
    (name,) = place.names()
    cluster = Meanwhile(place.api, lambda _: _admit(place, NOW, mode))

    assert results(place.sweep(cluster=cluster)) == {name: Result.CHANGED}
    assert (results(place.sweep()), place.names()) == ({}, [name])


def test_what_is_admitted_after_the_delete_gets_its_template_back(place: Place) -> None:
    _admit(place, NOW - 2 * DAY, Mode.REFERENCE)
    (name,) = place.names()

    assert results(place.sweep()) == {name: Result.DELETED}
    _admit(place, NOW, Mode.REFERENCE)
    assert place.names() == [name]


@pytest.mark.parametrize(("age", "is_stale"), [(0.4, True), (0.6, False)])
def test_an_admission_leaves_no_stamp_that_is_older_than_half_of_the_time_to_live(
    place: Place,
    age: float,
    is_stale: bool,  # noqa: FBT001  # a column
) -> None:
    _admit(place, NOW - age * DAY, Mode.REFERENCE)
    _admit(place, NOW, Mode.REFERENCE)

    assert bool(results(place.sweep(NOW + 0.9 * DAY, is_dry=True))) is is_stale
