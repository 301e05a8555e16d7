"""Passkeys are offered where browsers make them; elsewhere people are told why, and where to go."""

import pytest
from django.test import RequestFactory, override_settings

from timonier.web.core.passkeys import BY_NUMBER, NO_NAME, NOT_ENCRYPTED, obstacle


@pytest.mark.parametrize(
    ("host", "secure"),
    [("localhost:8000", False), ("pilotage.localhost", False), ("pilotage.exemple.fr", True)],
)
def test_a_name_over_https_or_of_this_machine_is_no_obstacle(host: str, secure: bool) -> None:
    with override_settings(ALLOWED_HOSTS=["*"]):
        assert obstacle(RequestFactory().get("/", headers={"host": host}, secure=secure)) is None


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000"])
def test_the_number_of_this_machine_leads_to_its_name(host: str) -> None:
    with override_settings(ALLOWED_HOSTS=["*"]):
        found = obstacle(RequestFactory().get("/compte/2fa/", headers={"host": host}))
    assert found == (BY_NUMBER, "http://localhost:8000/compte/2fa/")


def test_without_a_port_none_is_made_up() -> None:
    with override_settings(ALLOWED_HOSTS=["*"]):
        found = obstacle(RequestFactory().get("/", headers={"host": "127.0.0.1"}))
    assert found is not None
    assert found.address == "http://localhost/"


@pytest.mark.parametrize(
    ("host", "secure", "why"),
    [
        ("192.168.1.20:8000", False, NO_NAME),
        ("192.168.1.20", True, NO_NAME),
        ("pilotage.exemple.fr", False, NOT_ENCRYPTED),
        ("localhost.exemple.fr", False, NOT_ENCRYPTED),
    ],
)
def test_elsewhere_the_reason_is_told(host: str, secure: bool, why: object) -> None:
    with override_settings(ALLOWED_HOSTS=["*"]):
        assert obstacle(RequestFactory().get("/", headers={"host": host}, secure=secure)) == (why, "")
