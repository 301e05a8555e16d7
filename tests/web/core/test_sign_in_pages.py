"""The pages around signing in: whole, in both languages, in our frame, with nothing that the policy refuses."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from timonier.web.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase que personne ne devine"  # noqa: S105
OPEN = [
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
]
SIGNED_IN = [
    "mfa_index",
    "mfa_activate_totp",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "account_change_password",
    "account_logout",
    "account_reauthenticate",
]
TITLES = re.compile(r"<h1>(.*?)</h1>")
INLINE = re.compile(r"""\sstyle=|\son\w+=["']|<style|<script(?![^>]*(?:\ssrc=|type="application/json"))""")


@pytest.fixture
def person() -> User:
    user = User.objects.create_user("camille@exemple.fr", role="pilot")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def signed_by_password(person: User) -> Client:
    """allauth asks for the password again before what protects an account: it was just given."""
    client = Client()
    answer = client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302, answer.context["form"].errors
    assert client.post(reverse("account_reauthenticate"), {"password": PASSWORD}).status_code == 302
    return client


def page(client: Client, name: str, lang: str, **more: Any) -> str:
    answer = client.get(reverse(name), headers={"Accept-Language": lang}, **more)
    assert answer.status_code == 200, answer.headers
    return answer.content.decode()


def check(text: str, lang: str) -> str:
    """The one title of a page that is in order."""
    assert f'<html lang="{lang}"' in text
    assert "core/timonier.css" in text
    assert INLINE.findall(text) == []
    ids = re.findall(r'\sid="([^"]+)"', text)
    assert sorted(ids) == sorted(set(ids)), "an identifier is there twice"
    labelled = set(re.findall(r'<label[^>]*\sfor="([^"]+)"', text))
    fields = re.findall(r'<(?:input(?![^>]*type="hidden")|select|textarea)[^>]*\sid="([^"]+)"', text)
    assert set(fields) <= labelled
    [title] = TITLES.findall(text)
    return title


@pytest.mark.parametrize("name", OPEN)
def test_pages_before_signing_in(client: Client, name: str) -> None:
    french, english = (check(page(client, name, lang), lang) for lang in ("fr", "en"))
    assert french != english


@pytest.mark.parametrize("name", SIGNED_IN)
def test_pages_of_someone_signed_in(signed_by_password: Client, name: str) -> None:
    french, english = (check(page(signed_by_password, name, lang), lang) for lang in ("fr", "en"))
    assert french != english


def test_a_refused_password_is_said_beside_the_form(client: Client, person: User) -> None:
    answer = client.post(
        reverse("account_login"), {"login": person.email, "password": "x"}, headers={"Accept-Language": "fr"}
    )
    text = answer.content.decode()
    assert 'class="notice is-error" role="alert"' in text
    assert f'value="{person.email}"' in text
    assert 'value="x"' not in text


def test_a_field_in_error_is_tied_to_its_words(signed_by_password: Client) -> None:
    answer = signed_by_password.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": "court", "password2": "court"}
    )
    text = answer.content.decode()
    assert re.search(r'name="password1"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*_error"', text)
    assert 'id="id_password1_error"' in text


def test_the_second_factor_is_asked_for_in_our_frame(person: User, signed_by_password: Client) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(person, generate_totp_secret())
    assert Authenticator.objects.filter(user=person).exists()
    other = Client()
    asked = other.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert asked.headers["Location"].startswith(reverse("mfa_authenticate"))
    assert check(page(other, "mfa_authenticate", "fr"), "fr") == "Second facteur"
    for name in ("mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_reauthenticate"):
        check(page(signed_by_password, name, "en"), "en")
    signed_by_password.post(reverse("mfa_generate_recovery_codes"))
    assert len(re.findall(r"<li>\w{8}</li>", page(signed_by_password, "mfa_view_recovery_codes", "fr"))) == 10
