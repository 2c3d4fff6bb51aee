"""The agent's keys of the settings file: where they go, and how each wrong one is named."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from argosy.agent.logs import LogFormat
from argosy.agent.settings import AgentSettings, resolver_part
from argosy.agent.settings.tree import Address, CertificateSettings, ControllerSettings, PushSettings
from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.settings import settings_from
from tests.agent_settings.reading import FILE, ONE, URL, WORKING_FOLDER, read, told

FOLDER = FILE.parent
EVERYTHING: dict[str, Any] = {
    **ONE,
    "cache": "cache",
    "catalogBudgetBytes": 10,
    "webhook": {"host": "::1", "port": 1, "deadline": "25s", "maxBodyBytes": 20},
    "http": {"host": "127.0.0.1", "port": 2},
    "certificate": {
        "secret": "s",
        "service": "agent",
        "names": ["a.example", "10.0.0.1"],
        "webhookConfigurations": ["x", "y.z"],
    },
    "pushes": {"host": "::", "port": 3, "githubSecretFile": "github", "gitlabTokenFile": "/gitlab"},
    "controller": {"namespace": "workflows", "configMap": "c"},
    "logs": {"format": "text", "level": "warning"},
    "templateTTL": "7d",
    "gracePeriod": "1w",
    "sweepInterval": "10s",
    "drain": "0",
    "namespaces": ["team", "team-2"],
    "installation": "Us_1.a",
}


def test_a_repository_is_enough() -> None:
    settings = read(ONE).settings

    assert settings == AgentSettings(
        resolver=settings_from(ONE, folder=FOLDER),
        cache=Path("/var/cache/argosy"),
        catalog_budget_bytes=268_435_456,
        webhook=Address("", 8443),
        deadline_seconds=8.0,
        max_body_bytes=8_388_608,
        http=Address("", 8080),
        certificate=CertificateSettings(None, "argosy-certificate", "argosy", (), ("argosy",)),
        pushes=PushSettings(Address("", 0), None, None),
        controller=ControllerSettings("argo", "workflow-controller-configmap"),
        log_format=LogFormat.JSON,
        log_level=logging.INFO,
        template_ttl_seconds=86_400.0,
        grace_period_seconds=0.0,
        sweep_interval_seconds=3_600.0,
        drain_seconds=20.0,
        namespaces=(),
        installation="",
    )


def test_every_key_finds_its_place() -> None:
    assert read(EVERYTHING).settings == AgentSettings(
        resolver=settings_from(ONE, folder=FOLDER),
        cache=FOLDER / "cache",
        catalog_budget_bytes=10,
        webhook=Address("::1", 1),
        deadline_seconds=25.0,
        max_body_bytes=20,
        http=Address("127.0.0.1", 2),
        certificate=CertificateSettings(None, "s", "agent", ("a.example", "10.0.0.1"), ("x", "y.z")),
        pushes=PushSettings(Address("::", 3), FOLDER / "github", Path("/gitlab")),
        controller=ControllerSettings("workflows", "c"),
        log_format=LogFormat.TEXT,
        log_level=logging.WARNING,
        template_ttl_seconds=604_800.0,
        grace_period_seconds=604_800.0,
        sweep_interval_seconds=10.0,
        drain_seconds=0.0,
        namespaces=("team", "team-2"),
        installation="Us_1.a",
    )


def test_a_mounted_certificate_needs_its_folder_only() -> None:
    certificate = {"folder": "tls", "service": "agent", "names": ["a"]}

    assert read({**ONE, "certificate": certificate}).settings.certificate.folder == FOLDER / "tls"


def test_commands_that_only_resolve_take_the_same_file() -> None:
    assert settings_from(resolver_part(EVERYTHING), folder=FOLDER) == read(EVERYTHING).settings.resolver


def test_commands_that_only_resolve_refuse_what_nobody_knows() -> None:
    with pytest.raises(Misconfigured, match="unknown field `nope`"):
        settings_from(resolver_part({**EVERYTHING, "nope": 1}), folder=FOLDER)


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"nope": {"a": 1, "b": 2}}, "settings: object contains unknown field `nope`"),
        ({"webhook": {"ports": 1}}, "webhook: object contains unknown field `ports`"),
        ({"webhook": None}, "webhook: expected `object`, got `null`"),
        ({"webhook": [1]}, "webhook: expected `object`, got `array`"),
        ({"webhook": {"port": "8443"}}, "webhook.port: expected `int`, got `str`"),
        ({"webhook": {"port": True}}, "webhook.port: expected `int`, got `bool`"),
        ({"webhook": {"port": -1}}, "webhook.port: expected `int` >= 0"),
        ({"webhook": {"port": 65_536}}, "webhook.port: expected `int` <= 65535"),
        ({"webhook": {"port": 8080}}, "http.port: 8080 is webhook.port as well"),
        ({"webhook": {"maxBodyBytes": 0}}, "webhook.maxBodyBytes: expected `int` >= 1"),
        ({"webhook": {"deadline": "0"}}, "webhook.deadline: 0 is not within 0s and 25s"),
        ({"webhook": {"deadline": "25001ms"}}, "webhook.deadline: 25001ms is not within 0s and 25s"),
        ({"webhook": {"deadline": "-1s"}}, "webhook.deadline: '-1s' is not a duration"),
        ({"webhook": {"deadline": 8}}, "webhook.deadline: expected `str`, got `int`"),
        ({"cache": ""}, "cache: it is empty"),
        ({"cache": {"folder": "/x"}}, "cache: expected `str`, got `object`"),
        ({"certificate": {"folder": "a", "secret": "b"}}, "certificate: folder and secret exclude each other"),
        (
            {"certificate": {"folder": "a", "secret": "b", "webhookConfigurations": ["c"]}},
            "certificate: folder and secret and webhookConfigurations exclude each other",
        ),
        ({"certificate": {"secret": "a/b"}}, "certificate.secret: 'a/b' is not a name that Kubernetes takes"),
        ({"certificate": {"secret": "../b"}}, "certificate.secret: '../b' is not a name that Kubernetes takes"),
        ({"certificate": {"secret": ""}}, "certificate.secret: '' is not a name that Kubernetes takes"),
        ({"certificate": {"service": "a.b"}}, "certificate.service: 'a.b' is not a name that Kubernetes takes"),
        ({"certificate": {"service": "a\n"}}, r"certificate.service: 'a\n' is not a name that Kubernetes takes"),
        ({"certificate": {"webhookConfigurations": ["a", "B"]}}, "certificate.webhookConfigurations[1]: 'B' is not"),
        ({"certificate": {"names": ["https://a"]}}, "certificate.names: 'https://a' cannot be a name"),
        ({"pushes": {"port": 1}}, "pushes: there is a port for pushes and no secret"),
        ({"pushes": {"port": 8443, "githubSecretFile": "a"}}, "pushes.port: 8443 is webhook.port as well"),
        ({"controller": {"namespace": "A"}}, "controller.namespace: 'A' is not a name that Kubernetes takes"),
        ({"controller": {"configMap": "a" * 254}}, "controller.configMap: 'aaa"),
        ({"logs": {"level": "INFO"}}, "logs.level: invalid enum value 'INFO'"),
        ({"logs": {"format": "xml"}}, "logs.format: invalid enum value 'xml'"),
        ({"templateTTL": "0s"}, "templateTTL: templates would be gone before they are used"),
        ({"templateTTL": "24"}, "templateTTL: '24' is not a duration"),
        ({"gracePeriod": "week"}, "gracePeriod: 'week' is not a duration"),
        ({"sweepInterval": "0"}, "sweepInterval: 0 is less than 10s"),
        ({"drain": "soon"}, "drain: 'soon' is not a duration"),
        ({"namespaces": ["a", "b-"]}, "namespaces[1]: 'b-' is not a name that Kubernetes takes"),
        ({"installation": "a b"}, "installation: 'a b' cannot be part of a label"),
        ({"installation": "a" * 51}, "installation: 'aaa"),
        ({"repositories": []}, "repositories: there is no repository"),
        ({"repositories": None}, "repositories: there is no repository"),
        ({"repositories": {}}, "repositories: expected `array`, got `object`"),
        ({"repositories": [{"url": URL}, {"url": URL}]}, "repositories[1].alias: the alias 'templates' is that of"),
        ({"policy": None}, "policy: expected `object`, got `null`"),
        ({"policy": {"rules": [{"paths": []}]}}, "policy.rules[0].paths: an empty list would match nothing"),
    ],
)
def test_a_wrong_key_is_named_by_its_path(keys: dict[str, Any], problem: str) -> None:
    reading = read({**ONE, **keys})

    assert reading.accepted is None
    assert [text.startswith(f"{FILE}: {problem}") for text in told(reading)] == [True], told(reading)


@pytest.mark.parametrize("mapping", [[], "text", 3, False])
def test_what_is_no_mapping_is_refused(mapping: object) -> None:
    assert told(read(mapping)) == [f"{FILE}: settings: it is no mapping of keys"]


def test_all_that_is_wrong_is_told_at_once() -> None:
    reading = read(
        {
            "repositories": [{"url": "ftp://x"}, {"url": URL, "alias": 1}, {"url": URL}],
            "policy": {"rule": []},
            "webhook": {"port": "x", "deadline": "1h"},
            "drain": "x",
            "nope": 1,
        }
    )

    sites = [problem.site.removeprefix(f"{FILE}: ") for problem in reading.problems]
    assert sorted(sites) == [
        *("drain", "policy", "repositories[0].url", "repositories[1].alias"),
        *("settings", "webhook.deadline", "webhook.port"),
    ]
    with pytest.raises(Misconfigured) as caught:
        _ = reading.settings
    assert caught.value.reason is Reason.INVALID_SETTINGS
    assert str(caught.value).startswith(f"7 settings are wrong: (1) {FILE}: ")


def test_one_problem_is_raised_as_it_is() -> None:
    reading = read({**ONE, "drain": "x"})

    with pytest.raises(Misconfigured) as caught:
        _ = reading.settings
    assert caught.value is reading.problems[0]


def test_relative_paths_without_a_file_start_at_the_working_folder() -> None:
    settings = read(None, REPO_URL=URL, ARGOSY_CERTIFICATE_FOLDER="tls", ARGOSY_CACHE="/cache").settings

    assert (settings.certificate.folder, settings.cache) == (WORKING_FOLDER / "tls", Path("/cache"))
