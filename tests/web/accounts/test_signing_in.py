"""Signing in by password: throttled, telling nothing of who is here, never leading elsewhere, one session a sign-in."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.core.cache import cache
from django.test import Client

from timonier.web.accounts import services
from timonier.web.accounts.models import Invitation, Role, User
from timonier.web.core.models import AuditEntry

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase que personne ne devine"  # noqa: S105
LOGIN = "/compte/login/"


@pytest.fixture(autouse=True)
def no_counter_from_before() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def camille() -> User:
    return someone("camille@exemple.fr")


def someone(email: str, **fields: Any) -> User:
    user = User.objects.create_user(email, role="pilot", **fields)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": email, "password": password, **more}, headers={"Accept-Language": "fr"})


def bare(answer: Any) -> str:
    """The page without what differs at each request, nor the address that was typed."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|[\w.]+@exemple\.fr', "", answer.content.decode())


def test_the_sixth_wrong_password_in_five_minutes_is_refused_whatever_the_browser(camille: User) -> None:
    pages = [bare(sign_in(Client(), camille.email, f"faux numéro {number}")) for number in range(6)]
    assert len(set(pages[:5])) == 1
    assert pages[5] != pages[0]
    good = sign_in(Client(), camille.email)
    assert good.status_code == 200, "even the right one: the account is left alone for a while"
    assert sign_in(Client(), someone("autre@exemple.fr").email).status_code == 302, "others are not locked out"


def test_counters_are_shared_by_all_processes(settings: Any) -> None:
    assert settings.CACHES["default"]["BACKEND"].endswith("db.DatabaseCache")


def test_known_and_unknown_are_answered_alike(camille: User) -> None:
    someone("partie@exemple.fr", is_active=False)
    unknown = sign_in(Client(), "personne@exemple.fr", "faux")
    for email in (camille.email, "partie@exemple.fr"):
        known = sign_in(Client(), email, "faux")
        assert (known.status_code, bare(known)) == (unknown.status_code, bare(unknown))


def test_a_reset_by_mail_tells_nothing_and_reaches_only_people(camille: User, settings: Any) -> None:
    settings.MAIL_IS_SET = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    answers = []
    for email in (camille.email, "personne@exemple.fr"):
        answer = Client().post("/compte/password/reset/", {"email": email}, headers={"Accept-Language": "fr"})
        answers.append((answer.status_code, answer.headers["Location"]))
    assert answers[0] == answers[1]
    assert [letter.to for letter in mail.outbox if "reset/key" in letter.body] == [[camille.email]]


def test_without_a_mail_server_nothing_leaves_and_the_page_says_whom_to_ask(camille: User) -> None:
    page = Client().get("/compte/password/reset/", headers={"Accept-Language": "fr"})
    assert "Adressez-vous à un administrateur" in page.content.decode()
    assert Client().post("/compte/password/reset/", {"email": camille.email}).status_code == 404


@pytest.mark.parametrize(
    "elsewhere",
    ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "///evil.example"],
)
def test_signing_in_leads_nowhere_else(camille: User, elsewhere: str) -> None:
    assert sign_in(Client(), camille.email, next=elsewhere).headers["Location"] == "/"
    here = sign_in(Client(), camille.email, next="/indicateur/nps/")
    assert here.headers["Location"] == "/indicateur/nps/"


def test_the_session_is_another_after_signing_in_and_after_signing_out(camille: User) -> None:
    client = Client()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "before"
    session.save()
    before = session.session_key
    sign_in(client, camille.email)
    signed = client.session.session_key
    assert signed != before
    client.post("/compte/logout/")
    stolen = Client()
    stolen.cookies["timonier"] = str(signed)
    assert stolen.get("/").status_code == 302


def test_a_new_password_ends_the_other_sessions(camille: User) -> None:
    here, elsewhere = Client(), Client()
    sign_in(here, camille.email)
    sign_in(elsewhere, camille.email)
    assert elsewhere.get("/").status_code == 200
    other = "une toute autre phrase longue"
    told = {"oldpassword": PASSWORD, "password1": other, "password2": other}
    assert here.post("/compte/password/change/", told).status_code == 302
    assert elsewhere.get("/").status_code == 302


@pytest.mark.parametrize("weak", ["court", "123456789012", "motdepasse", "camille@exemple.fr", "password1234"])
def test_weak_passwords_are_refused(signed: Any, weak: str) -> None:
    token = services.invite(by=signed("administrator").person, email="camille@exemple.fr", role=Role.READER)
    told = {"name": "Camille", "password": weak, "again": weak}
    answer = Client().post(f"/compte/invitation/{token}", told)
    assert answer.status_code == 200
    assert not User.objects.filter(email="camille@exemple.fr").exists()


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_a_second_factor_is_asked_for_even_after_a_new_password(camille: User, signed: Any) -> None:
    secret = generate_totp_secret()
    TOTP.activate(camille, secret)
    client = Client()
    assert sign_in(client, camille.email).headers["Location"].startswith("/compte/2fa/authenticate/")
    assert client.get("/").status_code == 302, "a password alone is not enough"
    assert client.post("/compte/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.post("/compte/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert client.get("/").status_code == 200
    token = services.reset_link(by=signed("administrator").person, user=camille)
    other = Client()
    told = {"password": "une phrase encore plus longue", "again": "une phrase encore plus longue"}
    assert other.post(f"/compte/invitation/{token}", told).headers["Location"] == LOGIN
    assert other.get("/").status_code == 302


def test_links_of_someone_who_left_are_dead(camille: User, signed: Any) -> None:
    administrator = signed("administrator").person
    token = services.reset_link(by=administrator, user=camille)
    services.change_access(by=administrator, user=camille, role=Role.PILOT, scope={}, active=False)
    assert Client().get(f"/compte/invitation/{token}").status_code == 404
    assert not Invitation.objects.filter(email=camille.email, revoked_at=None).exists()


def test_an_address_is_that_of_the_invitation_for_good(camille: User) -> None:
    client = Client()
    sign_in(client, camille.email)
    for address in ("email/", "signup/", "3rdparty/", "3rdparty/signup/", "social/connections/"):
        assert client.get(f"/compte/{address}").status_code == 404
        assert client.post(f"/compte/{address}", {"email": "chef@exemple.fr", "action_add": "1"}).status_code == 404


def test_language_and_look_are_those_that_a_person_chose(camille: User) -> None:
    client = Client()
    sign_in(client, camille.email)
    told = {"name": "Camille", "language": "en", "theme": "dark", "palette": "safe", "export_format": "international"}
    assert client.post("/compte/preferences", told).status_code == 302
    page = client.get("/", headers={"Accept-Language": "fr"})
    assert page.headers["Content-Language"] == "en"
    assert '<html lang="en" data-bs-theme="dark" data-palette="safe">' in page.content.decode()
    assert client.post("/compte/preferences", {**told, "theme": "<b>"}).status_code == 200
    camille.refresh_from_db()
    assert camille.theme == "dark"


def test_every_sign_in_is_in_the_audit_log(camille: User) -> None:
    sign_in(Client(), camille.email, "faux")
    assert not AuditEntry.objects.filter(action="signed_in").exists()
    sign_in(Client(), camille.email)
    assert AuditEntry.objects.filter(action="signed_in", actor=camille.pk).count() == 1
