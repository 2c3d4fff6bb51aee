"""Variables over the file: what they set, which are refused, and which are somebody else's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from argosy.agent.settings import VARIABLES, AgentSettings
from argosy.agent.settings.keys import AgentKeys
from argosy.resolver.settings import RepositoryWire
from tests.agent_settings.reading import FILE, ONE, URL, WORKING_FOLDER, read, told

SSH_URL = "git@git.example:a.git"
SECRET = "s3cr3t"


def _leaves(structure: type[msgspec.Struct], place: str = "") -> set[str]:
    found: set[str] = set()
    for one in msgspec.structs.fields(structure):
        is_section = isinstance(one.type, type) and issubclass(one.type, msgspec.Struct)
        name = f"{place}{one.encode_name}"
        found |= _leaves(one.type, f"{name}.") if is_section else {name}
    return found


def test_every_key_has_a_variable_and_every_variable_a_key() -> None:
    keys = _leaves(AgentKeys) | _leaves(RepositoryWire, "repositories[].")

    assert sorted(variable.key for variable in VARIABLES.values()) == sorted(keys)


def test_a_url_is_enough() -> None:
    assert read(None, REPO_URL=URL).settings == read(ONE).settings


def _settings(name: str, text: str) -> AgentSettings:
    given = {"REPO_URL": URL, "ARGOSY_GITHUB_SECRET_FILE": "/github", name: text}
    if name.startswith(("REPO_SSH", "REPO_KNOWN")):
        given = {"REPO_KNOWN_HOSTS_FILE": "/known", **given, "REPO_URL": SSH_URL}
    if name in ("REPO_USERNAME", "REPO_PASSWORD_FILE"):
        given = {"REPO_USERNAME": "a", "REPO_PASSWORD_FILE": "/a", **given}
    return read(None, given).settings


@pytest.mark.parametrize(
    ("name", "text", "where", "expected"),
    [
        ("REPO_URL", SSH_URL.replace("git@git.example:", "https://b/"), "url", "https://b/a.git"),
        ("REPO_ALIAS", "platform", "alias", "platform"),
        ("REPO_PATHS", "a/**, b.yaml,", "paths", ("a/**", "b.yaml")),
        ("REPO_DEFAULT_VERSION", "^1", "default_version", "^1"),
        ("REPO_TAG_FORMAT", "v{version}", "tag_format", "v{version}"),
        ("REPO_PULL_POLICY", "Never", "pull_policy", "Never"),
        ("REPO_FRESHNESS", "1m", "freshness_seconds", 60.0),
        ("REPO_STALENESS_LIMIT", "1h", "staleness_limit_seconds", 3600.0),
        ("REPO_FETCH_TIMEOUT", "5s", "fetch_timeout_seconds", 5.0),
        ("REPO_MOVED_TAG", "Refuse", "moved_tag", "Refuse"),
        ("REPO_MAX_BLOB_BYTES", "5", "max_blob_bytes", 5),
        ("REPO_MAX_CLONE_BYTES", "6", "max_clone_bytes", 6),
        ("REPO_CA_FILE", "ca.pem", "ca_file", WORKING_FOLDER / "ca.pem"),
        ("REPO_PROXY", "http://p:1", "proxy", "http://p:1"),
        ("REPO_USERNAME", "me", "credentials.username", "me"),
        ("REPO_PASSWORD_FILE", "/p", "credentials.password_file", Path("/p")),
        ("REPO_TOKEN_FILE", "/t", "credentials.token_file", Path("/t")),
        ("REPO_BEARER_TOKEN_FILE", "/b", "credentials.bearer_token_file", Path("/b")),
        ("REPO_SSH_KEY_FILE", "/k", "credentials.ssh_key_file", Path("/k")),
        ("REPO_KNOWN_HOSTS_FILE", "/h", "credentials.known_hosts_file", Path("/h")),
    ],
)
def test_each_variable_of_the_repository_is_taken(name: str, text: str, where: str, expected: object) -> None:
    found: Any = _settings(name, text).resolver.repositories[0]
    for step in where.split("."):
        found = getattr(found, step)

    assert found == expected


@pytest.mark.parametrize(
    ("name", "text", "where", "expected"),
    [
        ("TEMPLATE_TTL", "7d", "template_ttl_seconds", 604_800.0),
        ("GRACE_PERIOD", "7d", "grace_period_seconds", 604_800.0),
        ("SWEEP_INTERVAL", "30m", "sweep_interval_seconds", 1_800.0),
        ("ARGOSY_CACHE", "x", "cache", WORKING_FOLDER / "x"),
        ("ARGOSY_CATALOG_BUDGET_BYTES", "7", "catalog_budget_bytes", 7),
        ("ARGOSY_WEBHOOK_HOST", "::1", "webhook.host", "::1"),
        ("ARGOSY_WEBHOOK_PORT", "0", "webhook.port", 0),
        ("ARGOSY_WEBHOOK_DEADLINE", "3s", "deadline_seconds", 3.0),
        ("ARGOSY_WEBHOOK_MAX_BODY_BYTES", "9", "max_body_bytes", 9),
        ("ARGOSY_HTTP_HOST", "::1", "http.host", "::1"),
        ("ARGOSY_HTTP_PORT", "81", "http.port", 81),
        ("ARGOSY_CERTIFICATE_FOLDER", "/tls", "certificate.folder", Path("/tls")),
        ("ARGOSY_CERTIFICATE_SECRET", "s", "certificate.secret", "s"),
        ("ARGOSY_CERTIFICATE_SERVICE", "s", "certificate.service", "s"),
        ("ARGOSY_CERTIFICATE_NAMES", "a.b,c", "certificate.names", ("a.b", "c")),
        ("ARGOSY_CERTIFICATE_WEBHOOK_CONFIGURATIONS", "a,b", "certificate.webhook_configurations", ("a", "b")),
        ("ARGOSY_PUSHES_HOST", "::1", "pushes.address.host", "::1"),
        ("ARGOSY_PUSHES_PORT", "82", "pushes.address.port", 82),
        ("ARGOSY_GITHUB_SECRET_FILE", "/g", "pushes.github_secret_file", Path("/g")),
        ("ARGOSY_GITLAB_TOKEN_FILE", "/g", "pushes.gitlab_token_file", Path("/g")),
        ("ARGOSY_CONTROLLER_NAMESPACE", "n", "controller.namespace", "n"),
        ("ARGOSY_CONTROLLER_CONFIG_MAP", "c", "controller.config_map", "c"),
        ("ARGOSY_LOG_FORMAT", "text", "log_format", "text"),
        ("ARGOSY_LOG_LEVEL", "error", "log_level", 40),
        ("ARGOSY_DRAIN", "1s", "drain_seconds", 1.0),
        ("ARGOSY_NAMESPACES", "a,b", "namespaces", ("a", "b")),
        ("ARGOSY_INSTALLATION", "us", "installation", "us"),
    ],
)
def test_each_variable_of_the_agent_is_taken(name: str, text: str, where: str, expected: object) -> None:
    found: Any = _settings(name, text)
    for step in where.split("."):
        found = getattr(found, step)

    assert found == expected


def test_variables_lie_over_the_file_and_empty_ones_do_not() -> None:
    mapping = {**ONE, "webhook": {"port": 1, "deadline": "1s"}, "drain": "1s"}

    settings = read(mapping, ARGOSY_WEBHOOK_PORT="2", ARGOSY_DRAIN="").settings

    assert (settings.webhook.port, settings.deadline_seconds, settings.drain_seconds) == (2, 1.0, 1.0)
    assert mapping["webhook"] == {"port": 1, "deadline": "1s"}


ROWS: list[dict[str, Any]] = [
    {"alias": "a", "url": URL, "credentials": {"tokenFile": "/t"}, "caFile": "/ca", "proxy": "p", "freshness": "1s"},
    {"url": "https://git.example/b.git", "defaultVersion": "v1"},
]


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"REPO_FRESHNESS": "9s"}, [("a", URL, 1.0, "/t"), ("templates", ROWS[1]["url"], 9.0, None)]),
        (
            {"REPO_ALIAS": "a", "REPO_FRESHNESS": "9s"},
            [("a", URL, 9.0, "/t"), ("templates", ROWS[1]["url"], 30.0, None)],
        ),
        ({"REPO_ALIAS": "a", "REPO_URL": URL}, [("a", URL, 1.0, "/t"), ("templates", ROWS[1]["url"], 30.0, None)]),
        (
            {"REPO_ALIAS": "a", "REPO_URL": "https://elsewhere.example/a.git"},
            [("a", "https://elsewhere.example/a.git", 1.0, None), ("templates", ROWS[1]["url"], 30.0, None)],
        ),
        (
            {"REPO_ALIAS": "c", "REPO_URL": URL},
            [("a", URL, 1.0, "/t"), ("templates", ROWS[1]["url"], 30.0, None), ("c", URL, 30.0, None)],
        ),
    ],
)
def test_the_variables_describe_one_repository(variables: dict[str, str], expected: list[Any]) -> None:
    repositories = read({"repositories": ROWS}, variables).settings.resolver.repositories

    assert [
        (one.alias, one.url, one.freshness_seconds, str(file) if (file := one.credentials.token_file) else None)
        for one in repositories
    ] == expected


def test_nothing_of_the_file_that_was_for_another_url_goes_to_a_new_one() -> None:
    (repository,) = read(
        {"repositories": ROWS[:1]}, REPO_ALIAS="a", REPO_URL="https://elsewhere.example/a.git"
    ).settings.resolver.repositories

    assert (repository.credentials.token_file, repository.ca_file, repository.proxy) == (None, None, "")


@pytest.mark.parametrize(
    ("variables", "problem"),
    [
        ({"REPO_URL": "http://git.example/a.git"}, "REPO_URL: the URL of the repository has the scheme http"),
        ({"REPO_URL": f"https://me:{SECRET}@git.example/a.git"}, "REPO_URL: the URL of the repository holds a user"),
        ({"REPO_FRESHNESS": "30"}, "REPO_FRESHNESS: '30' is not a duration"),
        ({"REPO_PATHS": "a,**b"}, "REPO_PATHS: '**b': ** must stand alone"),
        ({"REPO_PATHS": ","}, "REPO_PATHS: an empty list would match nothing"),
        ({"REPO_PULL_POLICY": "always"}, "REPO_PULL_POLICY: invalid enum value 'always'"),
        ({"REPO_MAX_BLOB_BYTES": "1M"}, "REPO_MAX_BLOB_BYTES: '1M' is not a whole number"),
        ({"ARGOSY_WEBHOOK_PORT": "-1"}, "ARGOSY_WEBHOOK_PORT: '-1' is not a whole number"),
        ({"ARGOSY_WEBHOOK_PORT": "٣"}, "ARGOSY_WEBHOOK_PORT: '٣' is not a whole number"),
        ({"ARGOSY_WEBHOOK_PORT": "9" * 5000}, "ARGOSY_WEBHOOK_PORT: '99"),
        ({"ARGOSY_WEBHOOK_PORT": "70000"}, "ARGOSY_WEBHOOK_PORT: expected `int` <= 65535"),
        ({"ARGOSY_WEBHOOK_DEADLINE": "60s"}, "ARGOSY_WEBHOOK_DEADLINE: 60s is not within"),
        ({"ARGOSY_LOG_LEVEL": "loud"}, "ARGOSY_LOG_LEVEL: invalid enum value 'loud'"),
        ({"ARGOSY_CERTIFICATE_NAMES": "a b"}, "ARGOSY_CERTIFICATE_NAMES: 'a b' cannot be a name"),
        ({"TEMPLATE_TTL": "0"}, "TEMPLATE_TTL: templates would be gone"),
        ({"REPO_TOKEN": SECRET}, "REPO_TOKEN: what it holds is not taken from the environment"),
        ({"REPO_PASSWORD": SECRET}, "REPO_PASSWORD: what it holds is not taken from the environment"),
        ({"REPO_SSH_KEY": SECRET}, "REPO_SSH_KEY: what it holds is not taken from the environment"),
        ({"ARGOSY_GITHUB_SECRET": SECRET}, "ARGOSY_GITHUB_SECRET: what it holds is not taken"),
        ({"REPO_ULR": SECRET}, "REPO_ULR: there is no such variable"),
        ({"TEMPLATES_TTL": "1h"}, "TEMPLATES_TTL: there is no such variable"),
        ({"REPO_TOKENFILE": "/x"}, "REPO_TOKENFILE: there is no such variable"),
        ({"ARGOSY_WEBHOOKS_PORT": "1"}, "ARGOSY_WEBHOOKS_PORT: there is no such variable"),
        (
            {"REPO_TOKEN_FILE": "/x", "REPO_BEARER_TOKEN_FILE": "/y"},
            "repositories[0].credentials, with REPO_TOKEN_FILE, REPO_BEARER_TOKEN_FILE: tokenFile and",
        ),
    ],
)
def test_a_wrong_variable_is_named(variables: dict[str, str], problem: str) -> None:
    reading = read(None, {"REPO_URL": URL, **variables})

    assert [text.startswith(problem) for text in told(reading)] == [True], told(reading)
    assert SECRET not in "".join(map(str, reading.problems))
    assert all(len(text) < 400 for text in told(reading))


@pytest.mark.parametrize(
    ("name", "remedy"),
    [("REPO_ULR", "did you mean REPO_URL?"), ("REPO_TOKEN", "write it into a file, and name that by REPO_TOKEN_FILE")],
)
def test_a_wrong_name_is_told_with_the_right_one(name: str, remedy: str) -> None:
    (problem,) = read(ONE, {name: "x"}).problems

    assert (problem.site, problem.remedy) == (name, remedy)


def test_a_file_and_a_variable_that_exclude_each_other_are_both_named() -> None:
    (problem,) = read(
        {"repositories": [{"url": URL, "credentials": {"tokenFile": "/t"}}]}, REPO_BEARER_TOKEN_FILE="/b"
    ).problems

    assert problem.site == f"{FILE}: repositories[0].credentials, with REPO_BEARER_TOKEN_FILE"


def test_variables_of_a_repository_that_is_not_there_need_a_url() -> None:
    (problem,) = read({"repositories": [{"url": URL, "alias": "a"}]}, REPO_FRESHNESS="1s").problems

    assert (problem.site, problem.problem) == (
        "REPO_FRESHNESS",
        "there is no repository 'templates' that it could belong to",
    )


def test_nothing_at_all_says_what_is_needed() -> None:
    (problem,) = read(None).problems

    assert str(problem) == ("repositories: there is no repository; set REPO_URL, or repositories in the settings file")


@pytest.mark.parametrize(
    "variables",
    [
        {"PATH": "/bin", "HOME": "/", "LOG_LEVEL": "x", "CACHE": "x", "REPOSITORY": "x", "TEMPLATE": "x"},
        {"REPO_NAME": "x", "REPO_OWNER": "x", "TEMPLATE_FOLDER": "x", "ARGOSY_DEBUG": "1", "ARGOSY_VERSION": "1"},
        # The addresses of a Service that is called argosy: the agent's own.
        {
            "ARGOSY_SERVICE_HOST": "10.0.0.1",
            "ARGOSY_SERVICE_PORT": "443",
            "ARGOSY_SERVICE_PORT_WEBHOOK": "443",
            "ARGOSY_SERVICE_PORT_METRICS": "8080",
            "ARGOSY_PORT": "tcp://10.0.0.1:443",
            "ARGOSY_PORT_443_TCP": "tcp://10.0.0.1:443",
            "ARGOSY_PORT_443_TCP_PROTO": "tcp",
            "ARGOSY_PORT_443_TCP_PORT": "443",
            "ARGOSY_PORT_443_TCP_ADDR": "10.0.0.1",
        },
        # Of Services that are called argosy-webhook, argosy-http-host, repo and repo-url.
        {"ARGOSY_WEBHOOK_SERVICE_HOST": "10.0.0.1", "ARGOSY_WEBHOOK_PORT": "tcp://10.0.0.1:443"},
        {"ARGOSY_HTTP_HOST_SERVICE_HOST": "10.0.0.1", "ARGOSY_HTTP_HOST_PORT": "udp://10.0.0.1:53"},
        {"REPO_SERVICE_HOST": "10.0.0.1", "REPO_PORT": "tcp://10.0.0.1:80", "REPO_SERVICE_PORT": "80"},
        {"REPO_URL_SERVICE_HOST": "10.0.0.1", "REPO_URL_PORT": "tcp://10.0.0.1:80", "REPO_URL_SERVICE_PORT": "80"},
    ],
)
def test_what_is_somebody_elses_is_passed_over(variables: dict[str, str]) -> None:
    assert read(ONE, variables).settings == read(ONE).settings
