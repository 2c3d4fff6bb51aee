"""One line for each thing that happened: by whomever it was written, without secrets, and never looking like two."""

from __future__ import annotations

import io
import json
import logging
import re
import time
from dataclasses import replace
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from argosy.agent.logs import Admission, LogFormat, Logger, admission_fields, configure
from argosy.agent.metrics import Kind, Outcome
from argosy.resolver.errors import Reason, RetryLater
from argosy.resolver.sources import CommitId, Origin, RepositoryAlias

if TYPE_CHECKING:
    from collections.abc import Callable

SECRETS = [
    "https://me:s3cr3t@git.example/a.git",
    "https://s3cr3t@git.example/a.git",
    "remote said: Authorization: Basic s3cr3t",
    "PRIVATE-TOKEN: s3cr3t",
    "https://git.example/a.git?access_token=s3cr3t&x=1",
    "https://me:" + "p" * 3000 + "s3cr3t@git.example/a.git",
    "x" * 1990 + " https://me:s3cr3t@git.example/a.git",
    "x" * (16 * 1024 - 12) + " https://s3cr3t@git.example/a.git",
]
FORGERIES = [
    'a\n{"level":"error","message":"forged"}',
    "a\r\n2026-01-01T00:00:00.000Z ERROR   argosy: forged",
    "a\x85forged",
    "a\u2028forged\u2029forged",
    "a\x0bforged\x0cforged\x1cforged\x1dforged\x1eforged",
    "a\x00\x1b[2K\x1b[1Gforged",
    "a\x9b2Kforged",
    "a\u202edegrof\u2066",
    "a\ud800forged",
    'a" uid="forged',
]


def written(form: LogFormat, write: Callable[[], object], level: int = logging.DEBUG) -> str:
    stream = io.StringIO()
    configure(form, level, stream)
    write()
    return stream.getvalue()


def line(write: Callable[[], object], level: int = logging.DEBUG) -> dict[str, Any]:
    (only,) = written(LogFormat.JSON, write, level).splitlines()
    parsed: dict[str, Any] = json.loads(only)
    return parsed


def log(name: str = "argosy.agent.x") -> Logger:
    return Logger(name)


def fail(text: str) -> None:
    raise ValueError(text) from OSError(text)


def test_a_line_for_programs_is_one_object_that_begins_with_when_and_what() -> None:
    got = line(lambda: log().info("admitted", uid="u-1", milliseconds=1.5, warm=True, asked=["v1"]))

    assert list(got) == ["time", "level", "logger", "message", "uid", "milliseconds", "warm", "asked"]
    assert {name: got[name] for name in list(got)[1:]} == {
        "level": "info",
        "logger": "argosy.agent.x",
        "message": "admitted",
        "uid": "u-1",
        "milliseconds": 1.5,
        "warm": True,
        "asked": ["v1"],
    }


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        (0.0, "1970-01-01T00:00:00.000Z"),
        (1_790_000_000.9996, "2026-09-21T14:13:20.999Z"),
        (1_790_000_000.05, "2026-09-21T14:13:20.050Z"),
    ],
)
def test_the_time_is_that_of_utc_to_the_millisecond(created: float, expected: str) -> None:
    record = logging.makeLogRecord({"msg": "x", "created": created, "levelno": logging.INFO, "levelname": "INFO"})

    assert line(lambda: logging.getLogger().handle(record))["time"] == expected


def test_a_line_for_people_is_words_and_then_fields() -> None:
    text = written(LogFormat.TEXT, lambda: log().warning("not admitted", name="a b", uid="u-1", asked=["v1"], n=3))

    assert text.endswith('Z WARNING argosy.agent.x: not admitted name="a b" uid=u-1 asked=["v1"] n=3\n')


@pytest.mark.parametrize("form", LogFormat)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_stands_nowhere(secret: str, form: LogFormat) -> None:
    def write() -> None:
        log().info(secret)
        log().info("x", url=secret, urls=[secret], by_name={"a": {secret: secret}})
        logging.getLogger("somebody").warning("failed: %s", secret)
        logging.getLogger("somebody").warning("failed: %d", secret)
        try:
            fail(secret)
        except ValueError as error:
            log().exception("x", error=error)

    text = written(form, write)

    assert text.count("argosy.agent.x") == 3
    assert "s3cr3t" not in text
    assert "p" * 100 not in text


@pytest.mark.parametrize(
    "name", ["token", "password", "webhookSecret", "Authorization", "privateKey", "private_key", "set-cookie"]
)
def test_what_is_named_like_a_secret_is_not_written(name: str) -> None:
    got = line(lambda: log().info("x", **{name: "s3cr3t"}, headers={name: "s3cr3t", "host": "a"}))

    assert got[name] == "***"
    assert got["headers"] == {name: "***", "host": "a"}


@pytest.mark.parametrize("form", LogFormat)
@pytest.mark.parametrize("forged", FORGERIES)
def test_no_text_looks_like_another_line(forged: str, form: LogFormat) -> None:
    def write() -> None:
        log().info(forged)
        log().info("x", name=forged, names=[forged], by_name={forged: forged})
        logging.getLogger("somebody").warning("failed: %s", forged)

    text = written(form, write)

    assert len(text.splitlines()) == text.count("\n") == 3
    assert re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066]", text) is None


def test_a_traceback_for_people_cannot_look_like_a_line() -> None:
    def write() -> None:
        try:
            fail("a\n2026-01-01T00:00:00.000Z ERROR   argosy: forged")
        except ValueError:
            log().exception("failed")

    first, *rest = written(LogFormat.TEXT, write).splitlines()

    assert first.endswith("argosy.agent.x: failed")
    assert [one for one in rest if not one.startswith("    | ")] == []
    assert rest[-1] == "    | 2026-01-01T00:00:00.000Z ERROR   argosy: forged"


def test_a_field_of_a_line_for_people_cannot_look_like_another() -> None:
    text = written(LogFormat.TEXT, lambda: log().info("x", name='a" uid=forged', uid="u-1"))

    assert text.endswith(r': x name="a\" uid=forged" uid=u-1' + "\n")


def test_a_traceback_keeps_its_end() -> None:
    def write() -> None:
        try:
            fail("x " * 50_000 + "the end")
        except ValueError:
            log().exception("failed")

    traceback = line(write)["traceback"]

    assert traceback.endswith("the end")
    assert len(traceback) < 9000


def test_no_field_replaces_what_the_line_says_itself() -> None:
    got = line(lambda: log().error("x", message="forged", level="forged", time="forged", logger="forged"))

    assert (got["message"], got["level"], got["logger"]) == ("x", "error", "argosy.agent.x")
    assert got["message_"] == "forged"


class _Colour(Enum):
    RED = "red"


class _Talkative:
    def __repr__(self) -> str:
        return "s3cr3t"

    __str__ = __repr__


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, None),
        (True, True),
        (2**63 - 1, 2**63 - 1),
        (2**63, "<int>"),
        (float("nan"), None),
        (float("inf"), None),
        (_Colour.RED, "red"),
        (Reason.TAG_MOVED, "TagMoved"),
        (Path("a/b"), "a/b"),
        (RetryLater(Reason.GIT_TIMEOUT, "slow", remedy="wait"), "slow; wait"),
        (b"s3cr3t", "<bytes>"),
        (_Talkative(), "<_Talkative>"),
        ({1, 2}, "<set>"),
        (tuple(range(25)), [*range(20), "and 5 more"]),
        ([[[["deep"]]]], [[["<list>"]]]),
        ("x" * 5000, "x" * 2000 + "…"),
    ],
)
def test_a_value_is_a_number_a_text_or_a_few_of_them(given: object, expected: object) -> None:
    assert line(lambda: log().info("x", given=given))["given"] == expected


def test_a_message_is_taken_as_it_stands() -> None:
    assert line(lambda: log().info("100% of %s {}"))["message"] == "100% of %s {}"


def test_a_line_whose_arguments_do_not_fit_is_written_all_the_same() -> None:
    assert line(lambda: logging.getLogger("somebody").warning("%d of them", "x"))["message"] == "%d of them"


def test_a_closed_stream_ends_nothing_and_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    configure(LogFormat.JSON, logging.INFO, stream)
    stream.close()

    log().info("x", url="https://me:s3cr3t@git.example")

    assert capsys.readouterr() == ("", "")


def test_below_info_only_our_own_loggers_write() -> None:
    def write() -> None:
        log().debug("ours")
        logging.getLogger("kubernetes.client.rest").debug("response body: %s", {"kind": "Secret"})
        logging.getLogger("urllib3.connectionpool").debug("theirs")
        logging.getLogger("watchfiles.main").info("theirs")

    assert line(write)["message"] == "ours"


def test_our_own_loggers_write_from_their_level_on() -> None:
    def write() -> None:
        log().info("no")
        log().error("yes")

    assert line(write, logging.WARNING)["message"] == "yes"


def test_configured_again_it_writes_each_line_once() -> None:
    configure(LogFormat.TEXT, logging.INFO, io.StringIO())

    assert line(lambda: log().info("once"))["message"] == "once"


@pytest.mark.parametrize("form", LogFormat)
def test_a_huge_text_costs_little(form: LogFormat) -> None:
    started = time.process_time()

    text = written(form, lambda: log().info("x", a="x-" * 5_000_000, b=["x\n" * 1_000_000] * 50, c="://" * 3_000_000))

    assert time.process_time() - started < 5
    assert len(text) < 200_000


ADMISSION = Admission(
    uid="u-1",
    namespace="team",
    kind=Kind.WORKFLOW,
    name="",
    generate_name="hello-",
    asked=("v1", "v1", "^2"),
    taken=(Origin(RepositoryAlias("main"), CommitId("a" * 40)),),
    outcome=Outcome.FLATTENED,
    reason=None,
    seconds=0.0012345,
    warm=True,
    dry_run=False,
)


def test_the_line_of_an_admission_says_who_asked_for_what_and_got_what() -> None:
    assert admission_fields(ADMISSION) == {
        "uid": "u-1",
        "namespace": "team",
        "kind": "Workflow",
        "generateName": "hello-",
        "asked": ["v1", "^2"],
        "commits": [f"main@{'a' * 40}"],
        "outcome": "flattened",
        "milliseconds": 1.234,
        "warm": True,
        "dryRun": False,
    }


def test_the_line_of_a_refused_admission_says_why() -> None:
    refused = replace(ADMISSION, name="a", taken=(), outcome=Outcome.DENIED, reason=Reason.TAG_MOVED)

    got = admission_fields(refused)

    assert (got["name"], got["outcome"], got["reason"]) == ("a", "denied", "TagMoved")
    assert {"generateName", "commits"} & got.keys() == set()


def test_the_line_of_an_admission_has_a_bounded_length() -> None:
    huge = "é" * 1_000_000
    origins = [Origin(RepositoryAlias("main"), CommitId(f"{number:040}")) for number in range(5000)]
    admission = replace(
        ADMISSION,
        uid=huge,
        namespace=huge,
        kind=huge,
        name=huge,
        asked=[f"{number}{huge[:500]}" for number in range(5000)],
        taken=origins,
    )

    got = line(lambda: log().info("admitted", **admission_fields(admission)))

    assert len(json.dumps(got, ensure_ascii=False)) < 8000
    assert got["asked"][-1] == got["commits"][-1] == "and 4981 more"


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_a_version_is_not_written(secret: str) -> None:
    got = line(lambda: log().info("admitted", **admission_fields(replace(ADMISSION, asked=[secret], name=secret))))

    assert "s3cr3t" not in json.dumps(got)
    assert "p" * 99 not in json.dumps(got)
