"""Each setting in effect, with its origin; nothing secret among them."""

from __future__ import annotations

from argosy.agent.settings import Origin, Value
from tests.agent_settings.reading import ONE, URL, read


def _by_key(values: tuple[Value, ...]) -> dict[str, tuple[object, str]]:
    return {value.key: (value.value, value.variable or str(value.origin)) for value in values}


def test_each_value_has_its_origin() -> None:
    mapping = {**ONE, "webhook": {"deadline": "1s", "port": 1}, "policy": {"rules": [{"namespaces": ["a"]}]}}

    values = _by_key(read(mapping, ARGOSY_WEBHOOK_PORT="2", REPO_FRESHNESS="5s").values)

    assert values["webhook.port"] == (2, "ARGOSY_WEBHOOK_PORT")
    assert values["webhook.deadline"] == ("1s", "file")
    assert values["webhook.host"] == ("", "default")
    assert values["repositories[0].url"] == (URL, "file")
    assert values["repositories[0].freshness"] == ("5s", "REPO_FRESHNESS")
    assert values["repositories[0].alias"] == ("templates", "default")
    assert values["policy.rules[0].namespaces"] == (["a"], "file")
    assert values["certificate.webhookConfigurations"] == (["argosy"], "default")


def test_every_key_is_there_once() -> None:
    keys = [value.key for value in read(None, REPO_URL=URL).values]

    assert len(keys) == len(set(keys))
    assert {"templateTTL", "cache", "policy.rules", "repositories[0].credentials.tokenFile"} <= set(keys)


def test_what_a_url_hides_is_taken_out() -> None:
    values = read(None, REPO_URL=URL, REPO_PROXY="http://me:s3cr3t@proxy.example:3128").values

    (proxy,) = (value for value in values if value.key == "repositories[0].proxy")
    assert proxy == Value(proxy.key, "http://***@proxy.example:3128", Origin.ENVIRONMENT, "REPO_PROXY")


def test_wrong_settings_have_no_values() -> None:
    assert read({**ONE, "drain": "x"}).values == ()
