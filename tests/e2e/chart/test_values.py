"""Values that cannot be meant are refused, by a message that names the value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.e2e.chart.rendering import HELMS, URL, manifests, template

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.needs("helm", "helm-3")

SSH = "repo.url=git@git.example:a.git"
SECOND = "repositories[0].url=https://git.example/b.git"

# What stands behind `--set`, and what the message must have.
REFUSED_BY_THE_SCHEMA = [
    ((URL, "repoUrl=x"), "repoUrl"),
    ((URL, "repo.ref=x"), "/repo", "ref"),
    (("repo.url=https://user:secret@git.example/a.git",), "/repo/url"),
    (("repo.url=http://git.example/a.git",), "/repo/url"),
    ((URL, "repo.alias=a/b"), "/repo/alias"),
    ((URL, "repo.tagFormat=v"), "/repo/tagFormat"),
    ((URL, "repo.pullPolicy=Sometimes"), "/repo/pullPolicy"),
    ((URL, "repo.movedTag=Ignore"), "/repo/movedTag"),
    ((URL, "repo.deliver=Maybe"), "/repo/deliver"),
    ((URL, "repo.deliverTo={dev-*}"), "/repo/deliverTo/0"),
    ((URL, "repo.freshness=30"), "/repo/freshness"),
    ((URL, "repo.maxCloneBytes=2Gi"), "/repo/maxCloneBytes"),
    ((URL, "repo.proxy=http://me@proxy.example"), "/repo/proxy"),
    ((URL, "repo.auth.type=password"), "/repo/auth/type"),
    ((URL, "repo.auth.token=s3cr3t"), "/repo/auth", "token"),
    ((URL, "repo.auth.secret=../x"), "/repo/auth/secret"),
    ((SECOND,), "/repositories/0", "alias"),
    (("repositories[0].alias=b",), "/repositories/0", "url"),
    ((URL, "policy.rules[0].namespace=a"), "/policy/rules/0", "namespace"),
    ((URL, "policy.rules[0].tagsOnly=often"), "/policy/rules/0/tagsOnly"),
    ((URL, "ttl=24"), "/ttl"),
    ((URL, "ttl=1day"), "/ttl"),
    ((URL, "gracePeriod=soon"), "/gracePeriod"),
    ((URL, "namespaces={Team}"), "/namespaces/0"),
    ((URL, "webhook.urls=x"), "/webhook", "urls"),
    (("webhook.url=http://agent.example/admit",), "/webhook/url"),
    (("webhook.url=https://me@agent.example/admit",), "/webhook/url"),
    ((URL, "webhook.timeoutSeconds=31"), "/webhook/timeoutSeconds"),
    ((URL, "webhook.matchAll=maybe"), "/webhook/matchAll"),
    ((URL, "webhook.failurePolicy=fail"), "/webhook/failurePolicy"),
    ((URL, "webhook.namespaceSelector.matchNames=a"), "/webhook/namespaceSelector", "matchNames"),
    ((URL, "certificate.from=vault"), "/certificate/from"),
    ((URL, "certificate.from=existing", "certificate.authority=abc"), "/certificate/authority"),
    ((URL, "pushes.service.port=0"), "/pushes/service/port"),
    ((URL, "image.digest=latest"), "/image/digest"),
    ((URL, "image.pullPolicy=always"), "/image/pullPolicy"),
    ((URL, "replicas=-1"), "/replicas"),
    ((URL, "cache.sizeLimit=much"), "/cache/sizeLimit"),
    ((URL, "resources.memory=1Gi"), "/resources", "memory"),
    ((URL, "podDisruptionBudget.maxUnavailable=half"), "/podDisruptionBudget/maxUnavailable"),
    ((URL, "terminationGracePeriodSeconds=5"), "/terminationGracePeriodSeconds"),
    ((URL, "extraEnv[0].value=a"), "/extraEnv/0", "name"),
    ((URL, "logs.level=verbose"), "/logs/level"),
    ((URL, "networkPolicy.egressPorts={https}"), "/networkPolicy/egressPorts/0"),
    ((URL, "serviceMonitor.interval=30"), "/serviceMonitor/interval"),
    ((URL, "test.template=hello"), "/test/template"),
]
REFUSED_BY_THE_CHART = [
    ((), "give repo.url, as by --set repo.url=https://"),
    ((URL, SECOND, "repositories[0].alias=templates"), "'templates'", "repositories[].alias"),
    ((SSH,), "auth.secret", "auth.type: ssh"),
    ((SSH, "repo.auth.secret=a"), "auth.type: ssh"),
    ((URL, "repo.auth.secret=a", "repo.auth.type=ssh"), "ssh URL"),
    ((URL, "repo.auth.secret=a", "repo.auth.type=basic"), "auth.username"),
    ((URL, "repo.ca.secret=a", "repo.ca.configMap=a"), "ca.configMap and ca.secret"),
    ((URL, "repo.deliver=Always", "repo.deliverTo={a}"), "defaultVersion"),
    ((URL, "repo.deliverTo={a}"), "deliver: Always"),
    (
        (URL, "repo.deliver=Always", "repo.defaultVersion=^1", "repo.deliverTo={a}", "namespaces={b}"),
        "'a', which is not one of namespaces",
    ),
    ((URL, "certificate.from=existing", "certificate.secret=a"), "certificate.authority"),
    ((URL, "certificate.secret=a"), "certificate.from: existing"),
    ((URL, "certificate.issuer.name=a"), "certificate.from: cert-manager"),
    ((URL, "webhook.timeoutSeconds=8"), "webhook.deadline is 8s"),
    ((URL, "drain=24s"), "terminationGracePeriodSeconds 30"),
    ((URL, "cache.storageClass=a", "cache.existingClaim=a"), "cache.storageClass and cache.existingClaim"),
]


@pytest.mark.parametrize("version", HELMS)
@pytest.mark.parametrize("case", [*REFUSED_BY_THE_SCHEMA, *REFUSED_BY_THE_CHART], ids=lambda case: ",".join(case[0]))
def test_a_value_that_cannot_be_meant_is_refused_by_its_name(version: str, case: tuple[tuple[str, ...], str]) -> None:
    values, *named = case
    parts = [part for value in values for part in ("--set", value)]

    done = template(*parts, version=version)

    assert done.returncode != 0
    assert [part for part in named if part not in done.stderr.replace('"', "'")] == []
    assert "s3cr3t" not in done.stderr


def test_large_numbers_of_a_file_come_out_as_they_are(tmp_path: Path) -> None:
    values = {"repo": {"url": "https://git.example/a.git", "maxCloneBytes": 20 * 1024**3, "maxBlobBytes": 2_097_152}}
    (tmp_path / "values.json").write_text(json.dumps(values), encoding="utf-8")

    text = manifests("--values", str(tmp_path / "values.json"))

    assert "maxCloneBytes: 21474836480\n" in text
    assert "maxBlobBytes: 2097152\n" in text


@pytest.mark.parametrize("version", HELMS)
def test_a_person_on_openshift_can_leave_the_user_to_the_cluster(version: str) -> None:
    nulls = [
        part for key in ("runAsUser", "runAsGroup", "fsGroup") for part in ("--set", f"podSecurityContext.{key}=null")
    ]

    text = manifests("--set", URL, *nulls, version=version)

    assert "65532" not in text
    assert "runAsNonRoot: true" in text
