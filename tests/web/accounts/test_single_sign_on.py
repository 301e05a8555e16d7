"""Single sign-on against an issuer on this machine: it opens the account of an invited person, and no other."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from fake_issuer import Issuer, issuer

from timonier.web.accounts.models import User
from timonier.web.core.models import AuditEntry
from timonier.web.project.single_sign_on import providers

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Issuer]:
    with issuer() as running:
        monkeypatch.setenv("TIMONIER_OIDC_URL", running.url)
        monkeypatch.setenv("TIMONIER_OIDC_CLIENT", running.client)
        monkeypatch.setenv("TIMONIER_OIDC_SECRET", running.secret)
        monkeypatch.setenv("TIMONIER_OIDC_NAME", "Annuaire")
        settings.SOCIALACCOUNT_PROVIDERS = providers()
        yield running


def come_back(client: Client, provider: Issuer, **claims: Any) -> Any:
    provider.claims = {"sub": "abc", "email": "camille@exemple.fr", "email_verified": True, **claims}
    asked = client.get("/compte/oidc/company/login/")
    assert asked.headers["Location"].startswith(f"{provider.url}/authorize?")
    return client.get("/compte/oidc/company/login/callback/", provider.authorise(asked.headers["Location"]))


def test_the_sign_in_page_offers_it(provider: Issuer) -> None:
    page = Client().get("/compte/login/", headers={"Accept-Language": "fr"}).content.decode()
    assert "Continuer avec Annuaire" in page


def test_a_person_known_by_a_verified_address_enters_and_is_known_again(provider: Issuer) -> None:
    user = User.objects.create_user("camille@exemple.fr", role="pilot")
    client = Client()
    assert come_back(client, provider).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert SocialAccount.objects.get().user_id == user.pk
    again = Client()
    come_back(again, provider, email="autre@exemple.fr")
    assert again.get("/").status_code == 200, "the identity is connected, whatever address it now has"
    assert AuditEntry.objects.filter(action="signed_in", actor=user.pk).count() == 2
    user.is_active = False
    user.save()
    gone = Client()
    come_back(gone, provider)
    assert gone.get("/").status_code == 302


@pytest.mark.parametrize(
    "claims",
    [{"email": "inconnue@exemple.fr"}, {"email_verified": False}, {"email": ""}, {"email": "partie@exemple.fr"}],
)
def test_nobody_else_enters_nor_gets_an_account(provider: Issuer, claims: dict[str, Any]) -> None:
    User.objects.create_user("camille@exemple.fr", role="pilot")
    User.objects.create_user("partie@exemple.fr", role="pilot", is_active=False)
    client = Client()
    assert come_back(client, provider, **claims).status_code in (302, 403)
    assert client.get("/").status_code == 302
    assert User.objects.count() == 2
    assert not SocialAccount.objects.exists()


def test_an_answer_to_another_browser_or_twice_is_refused(provider: Issuer) -> None:
    User.objects.create_user("camille@exemple.fr", role="pilot")
    provider.claims = {"sub": "abc", "email": "camille@exemple.fr", "email_verified": True}
    asker, thief = Client(), Client()
    told = provider.authorise(asker.get("/compte/oidc/company/login/").headers["Location"])
    thief.get("/compte/oidc/company/login/callback/", told)
    assert thief.get("/").status_code == 302
    asker.get("/compte/oidc/company/login/callback/", told)
    assert asker.get("/").status_code == 200
    thief.get("/compte/oidc/company/login/callback/", told)
    assert thief.get("/").status_code == 302


def test_it_leads_nowhere_else(provider: Issuer) -> None:
    User.objects.create_user("camille@exemple.fr", role="pilot")
    provider.claims = {"sub": "abc", "email": "camille@exemple.fr", "email_verified": True}
    client = Client()
    asked = client.get("/compte/oidc/company/login/", {"next": "//evil.example"})
    back = client.get("/compte/oidc/company/login/callback/", provider.authorise(asked.headers["Location"]))
    assert back.headers["Location"] == "/"
