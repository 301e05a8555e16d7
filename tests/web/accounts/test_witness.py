"""What people do to their own sign-in is in the audit log, and so are sign-ins that failed."""

from typing import Any

import pytest
from django.test import Client

from timonier.web.accounts.models import User
from timonier.web.core import audit
from timonier.web.core.models import AuditEntry
from timonier.web.workshop.words import ACTIONS

pytestmark = pytest.mark.django_db
PASSWORD = "une phrase assez longue"  # noqa: S105 -- of a person of the tests


@pytest.fixture
def someone(db: None) -> User:
    user = User.objects.create_user("zoe@exemple.fr", role="reader", language="fr")
    user.set_password(PASSWORD)
    user.save()
    return user


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("id").values_list("action", flat=True))


def test_failed_sign_in_tells_the_account_and_nothing_typed(someone: User) -> None:
    Client().post("/compte/login/", {"login": someone.email, "password": "mauvais-mot-de-passe"})
    Client().post("/compte/login/", {"login": "personne@exemple.fr", "password": "mauvais-mot-de-passe"})
    found = list(AuditEntry.objects.filter(action="sign_in_failed").order_by("id"))
    assert [entry.target for entry in found] == [f"person:{someone.pk}", "unknown"]
    assert "mauvais" not in str([entry.detail for entry in found])
    assert audit.broken_at() is None


def test_changed_password_is_noted_once(someone: User) -> None:
    browser = Client()
    browser.post("/compte/login/", {"login": someone.email, "password": PASSWORD})
    told: dict[str, Any] = {
        "oldpassword": PASSWORD,
        "password1": "une autre longue phrase",
        "password2": "une autre longue phrase",
    }
    assert browser.post("/compte/password/change/", told).status_code == 302
    assert actions().count("password_changed") == 1


def test_every_witnessed_action_has_words() -> None:
    from timonier.web.accounts.witness import HEARD

    assert {action for action, _ in HEARD} <= set(ACTIONS)
