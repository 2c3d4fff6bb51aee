"""A repository behind a proxy: all that goes there goes through it, and what is for the proxy stays with it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import RetryLater
from argosy.resolver.repositories import Credentials
from tests.mirror.proxies import proxying

if TYPE_CHECKING:
    from pathlib import Path

    from tests.gitservers.http_server import GitHttpServer
    from tests.gitservers.upstream import Upstream
    from tests.mirror.benches import Bench

PASSWORD = "s3cr3t-of-the-proxy"
FOR_THE_PROXY = "Basic " + base64.b64encode(f"me:{PASSWORD}".encode()).decode("ascii")
FOR_THE_SERVER = "Bearer s3cr3t-of-the-server"


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(FOR_THE_SERVER.split()[1], "ascii")
    return file


def test_each_connection_goes_through_the_proxy_and_credentials_go_where_they_belong(
    bench: Bench, upstream: Upstream, tls_server: GitHttpServer, token: Path
) -> None:
    tls_server.authorization = FOR_THE_SERVER
    with proxying(FOR_THE_PROXY) as proxy:
        mirror = bench.mirror(
            f"{tls_server.url}/one.git",
            ca_file=tls_server.ca_file,
            credentials=Credentials(bearer_token_file=token),
            proxy=f"http://me:{PASSWORD}@127.0.0.1:{proxy.port}",
        )
        assert set(mirror.refresh(not_before=bench.clock()).tags) == {"v1"}
        cloned = len(proxy.asked)
        upstream.commit({"flows/hello.yaml": "hello: 2\n"}, tag="v2")
        assert set(mirror.refresh(not_before=bench.later()).tags) == {"v1", "v2"}

    assert 0 < cloned < len(proxy.asked)
    target = tls_server.url.removeprefix("https://")
    assert {request[""].split(" HTTP")[0] for request in proxy.asked} == {f"CONNECT {target}"}
    assert {request.get("proxy-authorization", FOR_THE_PROXY) for request in proxy.asked} == {FOR_THE_PROXY}
    assert not any("authorization" in request for request in proxy.asked)
    assert tls_server.seen_headers
    assert not any("proxy-authorization" in headers for headers in tls_server.seen_headers)


@pytest.mark.usefixtures("upstream")
@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        ("another", "407 Proxy Authentication Required"),
        (FOR_THE_PROXY, "403 Forbidden"),
        (FOR_THE_PROXY, "502 Bad Gateway"),
    ],
)
def test_a_proxy_that_refuses_is_told_without_its_password_and_nobody_goes_around_it(
    authorization: str, status: str, bench: Bench, tls_server: GitHttpServer
) -> None:
    with proxying(authorization, status=status) as proxy:
        mirror = bench.mirror(
            f"{tls_server.url}/one.git",
            ca_file=tls_server.ca_file,
            proxy=f"http://me:{PASSWORD}@127.0.0.1:{proxy.port}",
        )
        with pytest.raises(RetryLater) as caught:
            mirror.refresh(not_before=bench.clock())

    assert status[:3] in str(caught.value)
    assert PASSWORD not in f"{caught.value} {caught.value.__cause__} {mirror!r} {mirror.repository!r}"
    assert tls_server.requests == []
