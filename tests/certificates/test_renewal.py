"""What is due when, and what a renewal keeps."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from argosy.agent.certificates.bundle import Bundle, Pair
from argosy.agent.certificates.making import Authority, new_authority, new_pair
from argosy.agent.certificates.reading import certificates_in, is_issued_by, key_in
from argosy.agent.certificates.renewal import (
    AUTHORITY_LOOKAHEAD_SECONDS,
    SERVING_LOOKAHEAD_SECONDS,
    SERVING_SECONDS,
    Due,
    due,
    due_at,
    renewed,
)
from argosy.resolver.errors import Misconfigured, Reason
from tests.certificates.parts import DAY, HOUR, NAMES, NOW, bundle_at, key_lines, pair_at

if TYPE_CHECKING:
    from collections.abc import Callable

WHOLE = bundle_at()
OTHER = bundle_at()


def _authority_of(bundle: Bundle) -> Authority:
    key = key_in(bundle.authority_key)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Authority(certificates_in(bundle.authorities)[0], key)


def _serving(certificate: bytes = WHOLE.serving.certificate, key: bytes = WHOLE.serving.key) -> Bundle:
    return replace(WHOLE, serving=Pair(certificate, key))


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0.0, Due.NOTHING),
        (19.99, Due.NOTHING),
        (20.0, Due.SERVING),
        (31.0, Due.SERVING),
        (304.99, Due.SERVING),
        (305.0, Due.AUTHORITY),
        (400.0, Due.AUTHORITY),
        (-1 / 24, Due.NOTHING),
        (-2 / 24, Due.AUTHORITY),
    ],
)
def test_what_ends_soon_or_has_not_begun_is_due(days: float, expected: Due) -> None:
    assert due(WHOLE, NAMES, NOW + days * DAY) is expected


@pytest.mark.parametrize(
    ("bundle", "expected"),
    [
        (Bundle(), Due.AUTHORITY),
        (replace(WHOLE, authorities=b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), Due.AUTHORITY),
        (replace(WHOLE, authorities=WHOLE.authorities[:-40]), Due.AUTHORITY),
        (replace(WHOLE, authorities=WHOLE.serving.certificate), Due.AUTHORITY),
        (replace(WHOLE, authorities=WHOLE.authorities + WHOLE.serving.certificate), Due.AUTHORITY),
        (replace(WHOLE, authorities=OTHER.authorities), Due.AUTHORITY),
        (replace(WHOLE, authorities=OTHER.authorities + WHOLE.authorities), Due.AUTHORITY),
        (replace(WHOLE, authorities=WHOLE.authorities + OTHER.authorities), Due.NOTHING),
        (replace(WHOLE, authority_key=b""), Due.AUTHORITY),
        (replace(WHOLE, authority_key=OTHER.authority_key), Due.AUTHORITY),
        (replace(WHOLE, authority_key=WHOLE.serving.key), Due.AUTHORITY),
        (_serving(b""), Due.SERVING),
        (_serving(b"\xff\x00"), Due.SERVING),
        (_serving(OTHER.serving.certificate), Due.SERVING),
        (_serving(OTHER.serving.certificate, OTHER.serving.key), Due.SERVING),
        (_serving(WHOLE.authorities, WHOLE.authority_key), Due.SERVING),
        (_serving(WHOLE.serving.certificate + WHOLE.authorities), Due.SERVING),
        (_serving(key=b""), Due.SERVING),
        (_serving(key=WHOLE.serving.key[:-60]), Due.SERVING),
        (_serving(key=OTHER.serving.key), Due.SERVING),
    ],
)
def test_what_is_broken_or_of_somebody_else_is_made_anew(bundle: Bundle, expected: Due) -> None:
    assert due(bundle, NAMES, NOW) is expected
    assert due(renewed(bundle, expected, NAMES, NOW), NAMES, NOW) is Due.NOTHING


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("127.0.0.1", "ARGOSY.argo.svc", "argosy.argo.svc"), Due.NOTHING),
        (("argosy.argo.svc",), Due.SERVING),
        ((*NAMES, "::1"), Due.SERVING),
    ],
)
def test_other_names_need_another_certificate(names: tuple[str, ...], expected: Due) -> None:
    assert due(WHOLE, names, NOW) is expected


@pytest.mark.parametrize(
    "names", [(), ("",), ("a b",), ("https://a",), ("a:443",), ("*.a",), ("é.a",), ("a\n",), ("-a",)]
)
def test_what_is_no_name_is_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(Misconfigured) as caught:
        bundle_at(names=names)

    assert caught.value.reason is Reason.INVALID_SETTINGS


def test_a_new_serving_certificate_leaves_the_authority_as_it_is() -> None:
    after = renewed(WHOLE, Due.SERVING, NAMES, NOW + 20 * DAY)

    assert (after.authorities, after.authority_key) == (WHOLE.authorities, WHOLE.authority_key)
    assert after.serving != WHOLE.serving


def test_a_former_authority_stays_until_it_ends() -> None:
    second = renewed(WHOLE, Due.AUTHORITY, NAMES, NOW + 305 * DAY)
    third = renewed(second, Due.AUTHORITY, NAMES, NOW + 364 * DAY)
    fourth = renewed(third, Due.SERVING, NAMES, NOW + 366 * DAY)

    first = certificates_in(WHOLE.authorities)
    assert certificates_in(second.authorities)[1:] == first
    assert certificates_in(third.authorities)[1:] == certificates_in(second.authorities)
    assert certificates_in(fourth.authorities) == certificates_in(third.authorities)[:2]


def test_authorities_of_others_are_not_carried_along() -> None:
    foreign = replace(WHOLE, authorities=pair_at().certificate + WHOLE.authorities)

    after = renewed(foreign, Due.AUTHORITY, NAMES, NOW, trusted=OTHER.authorities + pair_at().certificate)

    assert certificates_in(after.authorities)[1:] == certificates_in(WHOLE.authorities + OTHER.authorities)


def test_all_that_an_authority_signs_ends_before_it() -> None:
    last_signing = NOW + 305 * DAY - 1
    bundle = renewed(WHOLE, Due.SERVING, NAMES, last_signing)

    leaf, authority = certificates_in(bundle.serving.certificate)[0], certificates_in(bundle.authorities)[0]
    assert leaf.not_valid_after_utc < authority.not_valid_after_utc
    assert SERVING_LOOKAHEAD_SECONDS < SERVING_SECONDS < AUTHORITY_LOOKAHEAD_SECONDS


def test_the_next_time_is_that_of_what_ends_first() -> None:
    late = renewed(WHOLE, Due.SERVING, NAMES, NOW + 300 * DAY)

    assert due_at(WHOLE) == NOW + 20 * DAY
    assert due_at(late) == NOW + 305 * DAY


def test_a_certificate_says_what_clients_look_for() -> None:
    leaf, authority = certificates_in(WHOLE.serving.certificate)[0], certificates_in(WHOLE.authorities)[0]
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert is_issued_by(leaf, authority)
    assert names.get_values_for_type(x509.DNSName) == ["argosy.argo.svc"]
    assert names.get_values_for_type(x509.IPAddress) == [ipaddress.ip_address("127.0.0.1")]
    assert leaf.not_valid_before_utc.timestamp() == NOW - HOUR
    assert isinstance(leaf.public_key(), ec.EllipticCurvePublicKey)


@pytest.mark.parametrize(
    "show",
    [repr, str, lambda bundle: f"{bundle.serving!r}", lambda bundle: repr(_authority_of(bundle))],
)
def test_no_key_is_shown(show: Callable[[Bundle], str]) -> None:
    shown = show(WHOLE)

    assert [line for line in key_lines(WHOLE.authority_key, WHOLE.serving.key) if line in shown] == []


def test_times_are_arguments() -> None:
    authority = new_authority(begin=NOW, end=NOW + HOUR)
    leaf = certificates_in(new_pair(authority, NAMES, begin=NOW + 1, end=NOW + 2).certificate)[0]

    assert (leaf.not_valid_before_utc.timestamp(), leaf.not_valid_after_utc.timestamp()) == (NOW + 1, NOW + 2)
    assert authority.certificate.not_valid_after_utc.timestamp() == NOW + HOUR
