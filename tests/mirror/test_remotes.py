"""Which URLs git may be given, and which never reach it."""

from __future__ import annotations

import pytest

from argosy.resolver.errors import Misconfigured, Reason
from argosy.resolver.mirror.remotes import LOCAL_SCHEMES, SECURE_SCHEMES, parse_remote


@pytest.mark.parametrize(
    ("url", "scheme", "host"),
    [
        ("https://git.example/acme/flows.git", "https", "git.example"),
        ("https://Git.Example:8443/acme/flows", "https", "git.example"),
        ("https://[::1]:8443/flows.git", "https", "[::1]"),
        ("ssh://git@git.example:2222/acme/flows.git", "ssh", "git.example"),
        ("ssh://git.example/~acme/flows.git", "ssh", "git.example"),
        ("git@git.example:acme/flows.git", "ssh", "git.example"),
        ("git.example:acme/flows.git", "ssh", "git.example"),
    ],
)
def test_urls_of_servers_are_taken(url: str, scheme: str, host: str) -> None:
    remote = parse_remote(url)

    assert (remote.url, remote.scheme, remote.host) == (url, scheme, host)


@pytest.mark.parametrize(
    ("url", "given"),
    [
        ("/srv/flows.git", "file:///srv/flows.git"),
        ("/srv/my flows/100%.git", "file:///srv/my%20flows/100%25.git"),
        ("file:///srv/flows.git", "file:///srv/flows.git"),
    ],
)
def test_paths_are_taken_only_where_local_repositories_are_allowed(url: str, given: str) -> None:
    assert parse_remote(url, LOCAL_SCHEMES).url == given
    with pytest.raises(Misconfigured):
        parse_remote(url, SECURE_SCHEMES)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "flows.git",
        "./flows.git",
        "../flows.git",
        "~/flows.git",
        "-oProxyCommand=id",
        "--upload-pack=/bin/sh",
        "ext::sh -c id",
        "ext::sh%20-c%20id@x:y",
        "fd::17",
        "ftp://git.example/flows",
        "HTTPS://git.example/flows",
        "https://",
        "https:///flows",
        "https://git.example",
        "https://git.example/",
        "https://-oProxyCommand=id/flows",
        "https://git.example:0/flows",
        "https://git.example:99999/flows",
        "https://git.example:80a/flows",
        "https://git_.example-/flows",
        "https://[git.example/flows",
        "https://git.example]/flows",
        "https://gít.example/flows",
        "https://me:s3cr3t@git.example/flows",
        "https://s3cr3t@git.example/flows",
        "https://@git.example/flows",
        "https://git.example/flows?token=s3cr3t",
        "https://git.example/flows#s3cr3t",
        "https://git.example/a%0ab",
        "https://git.example/a%00b",
        "https://git.example/a\nhost=evil.example",
        "https://git.example/a\0b",
        "https://git.example/a b",
        "https://git.example\\@evil.example/flows",
        "ssh://me:s3cr3t@git.example/flows",
        "ssh://-oProxyCommand=id/flows",
        "ssh://-oProxyCommand=id@git.example/flows",
        "ssh://git.example/-flows",
        "-oProxyCommand=id:flows",
        "git@-oProxyCommand=id:flows",
        "-o@git.example:flows",
        "git@git.example:-flows",
        "git@git.example:",
        "me:s3cr3t@git.example:flows",
        "file://git.example/flows",
        "file:flows",
        "https:/git.example/flows",
        "file:///srv/a\nb",
        "http://git.example/flows",
        "git://git.example/flows",
    ],
)
def test_all_else_is_refused_and_shows_no_secret(url: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        parse_remote(url, LOCAL_SCHEMES)

    assert caught.value.reason is Reason.INVALID_SETTINGS
    assert "s3cr3t" not in str(caught.value)
    assert "***" not in caught.value.remedy


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://git.example/acme/flows.git", "https://git.example/"),
        ("https://git.example:8443/acme/flows.git", "https://git.example:8443/"),
    ],
)
def test_credentials_are_bound_to_scheme_host_and_port(url: str, origin: str) -> None:
    assert parse_remote(url).origin == origin
