"""What happened, as Prometheus reads it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any, cast

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from argosy.agent.metrics import Delivered, Kind, Metrics, Outcome, Readings, Reloaded, RepositoryReading, Swept
from argosy.resolver.catalog import Lookups
from argosy.resolver.errors import Reason
from argosy.resolver.mirror import FetchKind, FetchReport
from argosy.resolver.sources import RepositoryAlias

if TYPE_CHECKING:
    from collections.abc import Callable

MAIN = RepositoryAlias("main")
PLAIN = "text/plain; version=0.0.4; charset=utf-8"
OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"
HOSTILE = (
    "tenant-7",
    'x"} 1\nargosy_build_info{version="forged',
    "a\\",
    "\u202e\x00",
    "v" * 10_000,
    "Workflow ",
    "workflow",
)


class _Host(Enum):
    GITHUB = "github"


class _Answer(Enum):
    ENQUEUED = 202


def admit(metrics: Metrics, **changes: Any) -> None:
    what: dict[str, Any] = {
        "kind": Kind.WORKFLOW,
        "outcome": Outcome.FLATTENED,
        "reason": None,
        "warm": True,
        "dry_run": False,
        "seconds": 0.0004,
    }
    metrics.admission(**{**what, **changes})


def samples(metrics: Metrics, prefix: str) -> dict[tuple[str, ...], float]:
    """The samples of a name, by the values of their labels in the order of the labels' names."""
    body, _ = metrics.exposition()
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in parse_text(body.decode())
        for sample in family.samples
        if sample.name == prefix
    }


def report(error: Reason | None = None, alias: RepositoryAlias = MAIN) -> FetchReport:
    return FetchReport(alias, FetchKind.REFS, 0.3, error)


def test_admissions_are_counted_by_kind_outcome_reason_and_dry_run() -> None:
    metrics = Metrics("1")
    admit(metrics)
    admit(metrics)
    admit(metrics, dry_run=True)
    admit(metrics, kind=Kind.CRON_WORKFLOW, outcome=Outcome.DENIED, reason=Reason.TEMPLATE_NOT_FOUND)

    assert samples(metrics, "argosy_admissions_total") == {
        ("false", "Workflow", "flattened", ""): 2,
        ("true", "Workflow", "flattened", ""): 1,
        ("false", "CronWorkflow", "denied", "TemplateNotFound"): 1,
    }


@pytest.mark.parametrize(
    ("seconds", "bucket"), [(0.0001, "0.0002"), (0.0002, "0.0002"), (0.0021, "0.005"), (9.9, "10.0"), (11.0, "+Inf")]
)
def test_the_buckets_tell_a_warm_admission_from_a_late_one(seconds: float, bucket: str) -> None:
    metrics = Metrics("1")
    admit(metrics, seconds=seconds, warm=False)
    counts = samples(metrics, "argosy_admission_duration_seconds_bucket")

    assert min((one for one, count in counts.items() if count), key=lambda one: float(one[0])) == (bucket, "cold")


def test_warm_and_cold_are_measured_apart() -> None:
    metrics = Metrics("1")
    admit(metrics, seconds=0.25)
    admit(metrics, seconds=4.0, warm=False)

    assert samples(metrics, "argosy_admission_duration_seconds_sum") == {("warm",): 0.25, ("cold",): 4.0}


def test_fetches_are_counted_by_how_they_ended_and_timed() -> None:
    metrics = Metrics("1")
    metrics.fetched(report())
    metrics.fetched(report(Reason.GIT_TIMEOUT))
    metrics.fetched(report(Reason.GIT_TIMEOUT))

    assert samples(metrics, "argosy_fetches_total") == {
        ("fetched", "", "main"): 1,
        ("failed", "GitTimeout", "main"): 2,
    }
    assert samples(metrics, "argosy_fetch_duration_seconds_count") == {("main",): 3}


@pytest.mark.parametrize(
    ("error", "age", "up"),
    [
        (None, 5.0, 1),
        (Reason.VERSION_NOT_FOUND, 5.0, 1),
        (Reason.GIT_UNREACHABLE, 5.0, 0),
        (Reason.GIT_AUTHENTICATION, None, 0),
        (Reason.DISK_FULL, 5.0, 0),
    ],
)
def test_a_repository_is_up_when_its_server_answered_the_last_fetch(
    error: Reason | None, age: float | None, up: int
) -> None:
    metrics = Metrics("1")
    metrics.read_from(lambda: Readings((RepositoryReading(MAIN, age, 1),)))
    metrics.fetched(report(Reason.GIT_TIMEOUT))
    metrics.fetched(report(error))

    assert samples(metrics, "argosy_repository_up") == {("main",): up}


def test_before_the_first_fetch_a_repository_is_up_when_there_is_a_clone() -> None:
    metrics = Metrics("1")
    old, new = RepositoryReading(MAIN, 90.0, 1), RepositoryReading(RepositoryAlias("new"), None, 0)
    metrics.read_from(lambda: Readings((old, new)))

    assert samples(metrics, "argosy_repository_up") == {("main",): 1, ("new",): 0}
    assert samples(metrics, "argosy_repository_refs_age_seconds") == {("main",): 90}
    assert samples(metrics, "argosy_repository_clone_bytes") == {("main",): 1, ("new",): 0}


def test_gauges_of_a_repository_go_with_it() -> None:
    metrics = Metrics("1")
    metrics.read_from(lambda: Readings((RepositoryReading(MAIN, 1.0, 1),)))
    assert samples(metrics, "argosy_repository_up") == {("main",): 1}

    metrics.read_from(Readings)

    assert samples(metrics, "argosy_repository_up") == {}


def test_lookups_of_the_catalog_are_what_it_counted() -> None:
    metrics = Metrics("1")
    metrics.read_from(lambda: Readings(lookups={"index": Lookups(7, 1), "manifest": Lookups(9, 2)}))

    assert samples(metrics, "argosy_catalog_lookups_total") == {
        ("index", "hit"): 7,
        ("index", "miss"): 1,
        ("manifest", "hit"): 9,
        ("manifest", "miss"): 2,
    }


@pytest.mark.parametrize(
    ("happen", "name", "expected"),
    [
        (lambda m: m.delivered(Delivered.FOREIGN), "argosy_delivered_templates_total", ("foreign",)),
        (lambda m: m.swept(Swept.DELETED), "argosy_swept_templates_total", ("deleted",)),
        (lambda m: m.reloaded(Reloaded.REFUSED), "argosy_settings_reloads_total", ("refused",)),
        (lambda m: m.pushed(_Host.GITHUB, _Answer.ENQUEUED), "argosy_pushes_total", ("github", "enqueued")),
        (lambda m: m.pushed(None, _Answer.ENQUEUED), "argosy_pushes_total", ("", "enqueued")),
        (lambda m: m.noticed(Reason.TAG_MOVED), "argosy_admission_notices_total", ("TagMoved",)),
        (lambda m: m.event_dropped(), "argosy_events_dropped_total", ()),
    ],
)
def test_each_happening_is_counted_once(
    happen: Callable[[Metrics], None], name: str, expected: tuple[str, ...]
) -> None:
    metrics = Metrics("1")
    happen(metrics)

    assert {labels: value for labels, value in samples(metrics, name).items() if value} == {expected: 1}


def test_outcomes_are_shown_as_zero_from_the_start() -> None:
    metrics = Metrics("1")

    assert samples(metrics, "argosy_delivered_templates_total") == {(outcome,): 0 for outcome in Delivered}
    assert samples(metrics, "argosy_swept_templates_total") == {(outcome,): 0 for outcome in Swept}
    assert samples(metrics, "argosy_settings_reloads_total") == {(outcome,): 0 for outcome in Reloaded}


def test_no_certificate_is_not_one_that_expired_in_1970() -> None:
    metrics = Metrics("1")
    assert samples(metrics, "argosy_certificate_expiry_timestamp_seconds") == {}

    metrics.certificate(1_800_000_000.0)

    assert samples(metrics, "argosy_certificate_expiry_timestamp_seconds") == {(): 1_800_000_000}


def test_two_agents_in_a_process_count_apart() -> None:
    first, second = Metrics("1"), Metrics("2")
    admit(first)

    assert samples(second, "argosy_admissions_total") == {}
    assert samples(second, "argosy_build_info") == {("2",): 1}


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_of_a_user_becomes_a_label(text: str) -> None:
    metrics = Metrics("1")
    for number in range(50):
        strange = cast("Any", f"{text}{number}" if number else text)
        admit(metrics, kind=strange, outcome=strange, reason=strange)
        metrics.noticed(strange)
        metrics.delivered(strange)
        metrics.swept(strange)
        metrics.reloaded(strange)
        metrics.fetched(report(strange))

    assert samples(metrics, "argosy_admissions_total") == {("false", "other", "other", "other"): 50}
    assert samples(metrics, "argosy_admission_notices_total") == {("other",): 50}
    assert samples(metrics, "argosy_delivered_templates_total")["other",] == 50
    assert samples(metrics, "argosy_swept_templates_total")["other",] == 50
    assert samples(metrics, "argosy_settings_reloads_total")["other",] == 50
    assert samples(metrics, "argosy_fetches_total") == {("failed", "other", "main"): 50}


def test_all_there_can_be_is_bounded() -> None:
    metrics = Metrics("1")
    for outcome in Outcome:
        for reason in (None, *Reason):
            for kind in Kind:
                admit(metrics, kind=kind, outcome=outcome, reason=reason, dry_run=True)

    assert len(samples(metrics, "argosy_admissions_total")) == len(Outcome) * (len(Reason) + 1) * len(Kind)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", PLAIN),
        ("*/*", PLAIN),
        ("text/html", PLAIN),
        ("application/openmetrics-text", OPEN),
        (
            "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,*/*",
            f"{OPEN}; escaping=underscores",
        ),
        ("application/openmetrics-text;version=99.0.0", PLAIN),
        ("application/openmetrics-text;version=abc", PLAIN),
        ("application/openmetrics-text;version=1..", PLAIN),
        ("text/plain;version=\x00", PLAIN),
        ("application/openmetrics-text;version=99, application/openmetrics-text", OPEN),
        ("," * 1_000_000, PLAIN),
    ],
)
def test_the_format_is_what_was_asked_for_where_we_write_it(accept: str, expected: str) -> None:
    assert Metrics("1").exposition(accept)[1] == expected


def test_openmetrics_can_be_read_by_its_own_parser() -> None:
    metrics = Metrics("1")
    admit(metrics)
    metrics.fetched(report())
    metrics.read_from(lambda: Readings((RepositoryReading(MAIN, 1.0, 2),), {"index": Lookups(1, 2)}))
    body, _ = metrics.exposition("application/openmetrics-text")

    families = {family.name for family in parse_openmetrics(body.decode())}  # type: ignore[no-untyped-call]  # the library has no types for it

    assert {"argosy_admissions", "argosy_fetches", "argosy_catalog_lookups", "argosy_repository_up"} <= families
