"""Pages about people: inviting, changing, withdrawing; a recent sign-in asked for; nothing for others."""

import re
import time
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from timonier.web.accounts.models import Invitation, User
from timonier.web.core.models import AuditEntry

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase que personne ne devine"  # noqa: S105


@pytest.fixture
def administrator(signed: Any) -> Any:
    """Signed in by password a moment ago."""
    user = User.objects.create_user("chef@exemple.fr", role="administrator", language="fr")
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    client.post("/compte/login/", {"login": user.email, "password": PASSWORD})
    client.person = user  # type: ignore[attr-defined]
    return client


def link_in(page: str) -> str:
    found = re.search(r'value="http://testserver(/compte/invitation/[\w-]+)"', page)
    assert found is not None
    return found[1]


def test_inviting_shows_the_link_once_and_opens_an_account_within_its_scope(administrator: Any) -> None:
    told = {"email": "Zoe@Exemple.fr", "role": "agent", "scope:region": ["Bretagne", "Normandie"]}
    answer = administrator.post("/reglages/personnes/inviter", told)
    assert answer.status_code == 200
    address = link_in(answer.content.decode())
    page = administrator.get("/reglages/personnes").content.decode()
    assert "zoe@exemple.fr" in page
    assert address not in page
    assert not Invitation.objects.filter(digest=address.rpartition("/")[2]).exists(), "only its digest is kept"
    joining = {"name": "Zoé", "password": PASSWORD, "again": PASSWORD}
    assert Client().post(address, joining).status_code == 302
    joined = User.objects.get(email="zoe@exemple.fr")
    assert (joined.role, joined.scope) == ("agent", {"region": ["Bretagne", "Normandie"]})
    assert mail.outbox == []


@pytest.mark.parametrize(
    "wrong",
    [{"email": "pas une adresse"}, {"role": "emperor"}, {"scope:region": "Atlantide"}, {"scope:nowhere": "x"},
     {"email": "chef@exemple.fr"}, {"email": "a\x00b@exemple.fr"}],
)  # fmt: skip
def test_impossible_invitations_are_refused(administrator: Any, wrong: dict[str, str]) -> None:
    answer = administrator.post("/reglages/personnes/inviter", {"email": "z@exemple.fr", "role": "reader", **wrong})
    assert answer.status_code in (200, 400)
    assert not Invitation.objects.exists()


def test_where_a_mail_server_is_set_the_link_leaves_by_mail_too(administrator: Any, settings: Any) -> None:
    settings.MAIL_IS_SET = True
    settings.MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
    answer = administrator.post("/reglages/personnes/inviter", {"email": "z@exemple.fr", "role": "reader"})
    [letter] = mail.outbox
    assert letter.to == ["z@exemple.fr"]
    assert link_in(answer.content.decode()) in letter.body


def test_a_change_ends_the_sessions_and_stands_in_the_log(administrator: Any, signed: Any) -> None:
    browser = signed("pilot")
    address = f"/reglages/personnes/{browser.person.pk}"
    assert browser.get("/").status_code == 200
    start = time.monotonic()
    told = {"role": "reader", "active": "on", "scope:region": ["Bretagne"]}
    assert administrator.post(address, told).status_code == 302
    assert browser.get("/").status_code == 302
    assert time.monotonic() - start < 5, "generous: the machine is shared; nothing waits"
    entry = AuditEntry.objects.get(action="access_changed")
    assert entry.detail["from"]["role"] == "pilot"
    assert entry.detail["to"] == {"role": "reader", "scope": {"region": ["Bretagne"]}, "active": True}
    assert administrator.post(address, {"role": "reader"}).status_code == 302
    browser.person.refresh_from_db()
    assert not browser.person.is_active
    assert administrator.post(address, {"role": "pilot", "active": "on"}).status_code == 302
    browser.person.refresh_from_db()
    assert (browser.person.is_active, browser.person.scope) == (True, {})


def test_the_last_administrator_cannot_lock_everybody_out(administrator: Any) -> None:
    for told in ({"role": "reader", "active": "on"}, {"role": "administrator"},
                 {"role": "administrator", "active": "on", "scope:region": ["Bretagne"]}):  # fmt: skip
        answer = administrator.post(f"/reglages/personnes/{administrator.person.pk}", told)
        assert answer.status_code == 400
        assert "administrateur" in answer.content.decode()
    assert administrator.get("/reglages/personnes").status_code == 200


def test_withdrawn_invitations_and_offered_passwords(administrator: Any, signed: Any) -> None:
    answer = administrator.post("/reglages/personnes/inviter", {"email": "z@exemple.fr", "role": "reader"})
    [invitation] = Invitation.objects.all()
    assert administrator.post(f"/reglages/invitations/{invitation.pk}/retirer").status_code == 302
    assert Client().get(link_in(answer.content.decode())).status_code == 404
    browser = signed("reader")
    offered = administrator.post(f"/reglages/personnes/{browser.person.pk}/mot-de-passe")
    assert browser.get("/").status_code == 302
    assert Client().get(link_in(offered.content.decode())).status_code == 200


def test_a_browser_left_open_must_prove_who_holds_it(administrator: Any, settings: Any) -> None:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    told = {"email": "z@exemple.fr", "role": "reader"}
    asked = administrator.post("/reglages/personnes/inviter", told)
    assert asked.headers["Location"].startswith("/compte/reauthenticate/")
    assert not Invitation.objects.exists()
    assert administrator.get("/reglages/personnes").status_code == 200, "reading is left alone"
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
    wrong = administrator.post(asked.headers["Location"], {"password": "faux"})
    assert wrong.status_code == 200
    assert not Invitation.objects.exists()
    done = administrator.post(asked.headers["Location"], {"password": PASSWORD})
    assert link_in(done.content.decode())
    assert Invitation.objects.get().email == "z@exemple.fr"


def test_the_audit_page_filters_pages_checks_and_exports(administrator: Any) -> None:
    administrator.post("/reglages/personnes/inviter", {"email": "z@exemple.fr", "role": "reader"})
    page = administrator.get("/reglages/journal").content.decode()
    assert "a invité quelqu’un" in page
    assert "Chaîne vérifiée" in page
    only = administrator.get("/reglages/journal", {"action": "invited", "personne": administrator.person.pk})
    assert [one.entry.action for one in only.context["entries"]] == ["invited"]
    assert administrator.get("/reglages/journal", {"jour": "2001-01-01"}).context["entries"] == []
    assert administrator.get("/reglages/journal", {"jour": "9999-12-31"}).status_code == 200
    odd = administrator.get("/reglages/journal", {"jour": "hier", "personne": "-1", "page": "999"})
    assert odd.status_code == 200
    assert "Laissé de côté" in odd.content.decode()
    file = administrator.get("/reglages/journal/exporter")
    assert file.headers["Content-Disposition"].startswith("attachment")
    assert "invited" in file.content.decode("utf-8-sig")
    assert AuditEntry.objects.filter(action="audit_exported").count() == 1
