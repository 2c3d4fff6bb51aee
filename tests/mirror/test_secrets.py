"""Secrets reach the server they are meant for, and nothing else: no error, no argument, no file of the clone."""

from __future__ import annotations

import base64
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from argosy.resolver.errors import ArgosyError, Misconfigured, Reason, RetryLater
from argosy.resolver.mirror.credentials import read_secrets, ssh_command
from argosy.resolver.mirror.remotes import parse_remote
from argosy.resolver.repositories import Credentials
from tests.gitservers.http_server import GitHttpServer, Stall, Status, Step
from tests.gitservers.ssh_server import GitSshServer, generate_key, serve_ssh

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.gitservers.upstream import Upstream
    from tests.mirror.benches import Bench

SECRET = "s3cr3t-4a5b6c"


def _basic(user: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{SECRET}".encode()).decode("ascii")


CASES = [
    pytest.param({"token_file": "secret"}, _basic("git"), id="token"),
    pytest.param({"token_file": "secret", "username": "oauth2"}, _basic("oauth2"), id="token with a user"),
    pytest.param({"password_file": "secret", "username": "me"}, _basic("me"), id="password"),
    pytest.param({"bearer_token_file": "secret"}, f"Bearer {SECRET}", id="bearer token"),
]


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n", "ascii")
    return file


def _credentials(fields: dict[str, str], secret: Path) -> Credentials:
    given = {name: secret if value == "secret" else value for name, value in fields.items()}
    return Credentials(**given)  # type: ignore[arg-type]  # a table's fields


@pytest.mark.parametrize(("fields", "header"), CASES)
@pytest.mark.usefixtures("upstream")
class TestHttpCredentials:
    def test_the_server_gets_them(
        self, fields: dict[str, str], header: str, bench: Bench, tls_server: GitHttpServer, secret: Path
    ) -> None:
        tls_server.authorization = header
        mirror = bench.mirror(
            f"{tls_server.url}/one.git", ca_file=tls_server.ca_file, credentials=_credentials(fields, secret)
        )

        assert set(mirror.refresh(not_before=bench.clock()).tags) == {"v1"}
        assert SECRET.encode() not in _everything_below(bench.cache)
        assert header.split()[1].encode() not in _everything_below(bench.cache)

    @pytest.mark.parametrize("fault", [Status(401), Status(403), Status(500), Status(302, {"Location": "/x"})])
    def test_no_error_shows_them(
        self,
        fault: Status,
        fields: dict[str, str],
        header: str,
        bench: Bench,
        tls_server: GitHttpServer,
        secret: Path,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.set_level(logging.DEBUG)
        tls_server.faults[Step.ADVERTISEMENT] = fault
        mirror = bench.mirror(
            f"{tls_server.url}/one.git", ca_file=tls_server.ca_file, credentials=_credentials(fields, secret)
        )

        with pytest.raises(ArgosyError) as caught:
            mirror.refresh(not_before=bench.clock())

        shown = f"{_chain(caught.value)} {mirror!r} {mirror.repository!r} {mirror._clone!r} {caplog.text}"
        assert SECRET not in shown
        assert header.split()[1] not in shown

    def test_a_hanging_git_shows_them_to_nobody(
        self, fields: dict[str, str], header: str, bench: Bench, tls_server: GitHttpServer, secret: Path
    ) -> None:
        tls_server.faults[Step.FETCH] = Stall(100)
        mirror = bench.mirror(
            f"{tls_server.url}/one.git",
            ca_file=tls_server.ca_file,
            credentials=_credentials(fields, secret),
            fetch_timeout_seconds=10.0,
        )
        with pytest.raises(RetryLater):
            mirror.refresh(not_before=bench.clock(), deadline_seconds=0.01)
        assert tls_server.stalled.wait(20)

        arguments = _arguments_naming(str(mirror.path.parent))

        assert b"clone" in arguments
        for value in (SECRET, header.split()[1]):
            assert value.encode() not in arguments
            assert value.encode() not in _everything_below(bench.cache)
        tls_server.closing.set()


@pytest.mark.usefixtures("upstream")
def test_a_rotated_token_is_used_by_the_next_call(bench: Bench, tls_server: GitHttpServer, secret: Path) -> None:
    tls_server.authorization = f"Bearer {SECRET}"
    secret.write_text("of-yesterday", "ascii")
    mirror = bench.mirror(
        f"{tls_server.url}/one.git", ca_file=tls_server.ca_file, credentials=Credentials(bearer_token_file=secret)
    )
    with pytest.raises(RetryLater) as caught:
        mirror.refresh(not_before=bench.clock())
    secret.write_text(SECRET, "ascii")

    assert mirror.refresh(not_before=bench.later(1)).tags
    assert caught.value.reason is Reason.GIT_AUTHENTICATION


@pytest.mark.usefixtures("upstream")
def test_the_users_own_git_settings_have_no_say(
    bench: Bench, server: GitHttpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".gitconfig").write_text('[url "http://127.0.0.1:1/"]\n\tinsteadOf = http://127.0.0.1\n', "ascii")
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_PARAMETERS", "'http.proxy=http://127.0.0.1:1'")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))

    assert bench.mirror(f"{server.url}/one.git").refresh(not_before=bench.clock()).tags
    assert not (tmp_path / "trace").exists()


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"a\nb", b"a\r\nX-Evil: b", b"a\0b", b"\xff\xfe", b"a\x7fb", b"x" * 70_000]
)
def test_a_file_that_cannot_be_a_secret_is_refused_without_showing_it(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_bytes(content)

    with pytest.raises(Misconfigured) as caught:
        read_secrets(Credentials(bearer_token_file=file), parse_remote("https://git.example/a"))

    assert "Evil" not in _chain(caught.value)
    assert str(file) in caught.value.problem


@pytest.mark.parametrize(
    ("url", "credentials"),
    [
        ("https://git.example/a", Credentials(token_file=Path("a"), bearer_token_file=Path("b"))),
        ("https://git.example/a", Credentials(token_file=Path("a"), password_file=Path("b"), username="me")),
        ("https://git.example/a", Credentials(password_file=Path("a"))),
        ("https://git.example/a", Credentials(password_file=Path("a"), username="a:b")),
        ("https://git.example/a", Credentials(ssh_key_file=Path("a"))),
        ("ssh://git.example/a", Credentials(token_file=Path("a"), known_hosts_file=Path("b"))),
        ("ssh://git.example/a", Credentials(ssh_key_file=Path("a"))),
        ("https://git.example/a", Credentials(token_file=Path("/nonexistent"))),
    ],
)
def test_credentials_that_do_not_suit_are_refused(url: str, credentials: Credentials) -> None:
    with pytest.raises(Misconfigured):
        read_secrets(credentials, parse_remote(url))


def test_secrets_do_not_show_themselves(secret: Path) -> None:
    secrets = read_secrets(Credentials(token_file=secret), parse_remote("https://git.example/a"))

    assert SECRET not in repr(secrets)
    assert secrets.redact(f"{SECRET} and {secrets.header}") == "*** and Authorization: ***"


def test_paths_given_to_ssh_are_quoted() -> None:
    command = ssh_command(Credentials(ssh_key_file=Path("/my keys/a%d$(id)"), known_hosts_file=Path("/k")))

    assert """'IdentityFile="/my keys/a%%d$(id)"'""" in command
    with pytest.raises(Misconfigured):
        ssh_command(Credentials(ssh_key_file=Path('/a" -o ProxyCommand=id "')))


class TestSsh:
    @pytest.fixture
    def ssh(self, tmp_path: Path, upstream: Upstream) -> Generator[GitSshServer]:
        with serve_ssh(upstream.path.parent, tmp_path) as server:
            yield server

    def test_a_key_and_a_known_host_are_enough(self, bench: Bench, ssh: GitSshServer) -> None:
        credentials = Credentials(ssh_key_file=ssh.key_file, known_hosts_file=ssh.known_hosts_file)
        mirror = bench.mirror(f"{ssh.url}/one.git", credentials=credentials)

        assert set(mirror.refresh(not_before=bench.clock()).tags) == {"v1"}

    def test_a_host_that_is_not_known_is_refused(self, bench: Bench, ssh: GitSshServer, tmp_path: Path) -> None:
        nobody = tmp_path / "nobody"
        nobody.touch()
        credentials = Credentials(ssh_key_file=ssh.key_file, known_hosts_file=nobody)

        error = self._failure(bench, ssh, credentials)

        assert error.reason is Reason.GIT_AUTHENTICATION
        assert "known hosts" in error.remedy
        assert nobody.read_bytes() == b""

    @pytest.mark.parametrize("passphrase", ["", SECRET])
    def test_a_key_that_does_not_fit_is_refused_without_a_question(
        self, passphrase: str, bench: Bench, ssh: GitSshServer, tmp_path: Path
    ) -> None:
        generate_key(tmp_path / "other", passphrase)
        credentials = Credentials(ssh_key_file=tmp_path / "other", known_hosts_file=ssh.known_hosts_file)

        error = self._failure(bench, ssh, credentials)

        assert error.reason is Reason.GIT_AUTHENTICATION
        assert SECRET not in _chain(error)

    def _failure(self, bench: Bench, ssh: GitSshServer, credentials: Credentials) -> ArgosyError:
        mirror = bench.mirror(f"{ssh.url}/one.git", credentials=credentials)
        with pytest.raises(ArgosyError) as caught:
            mirror.refresh(not_before=bench.clock())
        return caught.value


def _chain(error: BaseException | None) -> str:
    shown = ""
    while error:
        shown += f"{error} {error!r} {vars(error)} "
        error = error.__cause__ or error.__context__
    return shown


def _everything_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def _arguments_naming(text: str) -> bytes:
    """The arguments of every process that was given this text."""
    arguments = b""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes()
        except OSError:
            continue
        arguments += line if text.encode() in line else b""
    return arguments
