from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.cluster.listing import listed
from argosy.resolver.errors import Misconfigured, RetryLater
from tests.cluster.scripted import Reply

if TYPE_CHECKING:
    from tests.cluster.scripted import ScriptedApi

EXPIRED = Reply(410, {"kind": "Status", "reason": "Expired"})


def page(*names: str, token: str = "") -> Reply:
    items: Any = [{"metadata": {"name": name, "uid": name}} for name in names] or None
    return Reply(200, {"items": items, "metadata": {"continue": token} if token else {}})


def names(api: ScriptedApi, **options: Any) -> list[str]:
    return [one["metadata"]["name"] for one in listed(api.objects(), "workflows", **options)]


def test_pages_are_read_to_the_end_with_what_was_chosen(api: ScriptedApi) -> None:
    api.answers(page("a", "b", token="t1"), page("c", token="t2"), page("d"))

    assert names(api, namespace="team", selector="x=y") == ["a", "b", "c", "d"]
    assert [one.query.get("continue", "") for one in api.asked] == ["", "t1", "t2"]
    assert {(one.path, one.query["labelSelector"]) for one in api.asked} == {
        ("/apis/argoproj.io/v1alpha1/namespaces/team/workflows", "x=y")
    }


def test_none_are_none(api: ScriptedApi) -> None:
    api.answers(page())

    assert names(api) == []


def test_a_list_that_has_expired_begins_again_and_tells_nothing_twice(api: ScriptedApi) -> None:
    api.answers(page("a", "b", token="t1"), EXPIRED, page("b", token="t2"), page("c"))

    assert names(api) == ["a", "b", "c"]
    assert [one.query.get("continue", "") for one in api.asked] == ["", "t1", "", "t2"]


def test_one_that_expires_again_is_given_up(api: ScriptedApi) -> None:
    api.answers(page("a", token="t1"), EXPIRED, page("b", token="t2"), EXPIRED)

    with pytest.raises(RetryLater, match="a list of workflows took longer"):
        names(api)


def test_of_a_kind_that_the_cluster_does_not_have_there_is_nothing(api: ScriptedApi) -> None:
    api.answers(Reply(404, {"kind": "Status"}))

    assert names(api) == []


@pytest.mark.parametrize(("status", "kind"), [(403, Misconfigured), (429, RetryLater), (503, RetryLater)])
def test_a_refusal_on_a_later_page_is_told(api: ScriptedApi, status: int, kind: type[Exception]) -> None:
    api.answers(page("a", token="t1"), Reply(status))

    with pytest.raises(kind):
        names(api)
