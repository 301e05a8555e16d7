"""Signing in by the link of the console, invitations, sessions that end at once."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.utils import timezone

from timonier.web.accounts import services
from timonier.web.accounts.models import Invitation, Role, SignInLink, User
from timonier.web.core import audit
from timonier.web.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_link_signs_in_once(client: Client) -> None:
    token = services.sign_in_link()
    address = f"/compte/lien/{token}"
    assert client.get(address).status_code == 200, "opening the link uses nothing up"
    assert client.post(address).headers["Location"] == "/"
    assert client.get("/").status_code == 200
    assert Client().post(address).status_code == 404


def test_link_dies_after_an_hour(client: Client) -> None:
    token = services.sign_in_link()
    SignInLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(f"/compte/lien/{token}").status_code == 404


def test_new_link_ends_the_one_before() -> None:
    first, second = services.sign_in_link(), services.sign_in_link()
    assert first is not None
    assert second is not None
    assert services.use_sign_in_link(token=first) is None
    assert services.use_sign_in_link(token=second) is not None


def test_no_link_once_an_administrator_has_a_password() -> None:
    user = User.objects.create_user("a@exemple.fr", role=Role.ADMINISTRATOR)
    user.set_password("une phrase assez longue")
    user.save()
    assert services.sign_in_link() is None


def test_invitation_is_for_one_address_once(signed: Any) -> None:
    administrator = signed("administrator").person
    token = services.invite(by=administrator, email="Zoe@Exemple.fr", role=Role.READER, scope={"region": ["Bretagne"]})
    browser = Client()
    told = {"name": "Zoé", "password": "une phrase assez longue", "again": "une phrase assez longue"}
    assert browser.post(f"/compte/invitation/{token}", told).headers["Location"] == "/"
    joined = User.objects.get(email="zoe@exemple.fr")
    assert (joined.role, joined.scope) == ("reader", {"region": ["Bretagne"]})
    assert Client().post(f"/compte/invitation/{token}", told).status_code == 404


def test_invitation_expires(signed: Any) -> None:
    token = services.invite(by=signed("administrator").person, email="z@exemple.fr", role=Role.READER)
    Invitation.objects.update(expires_at=timezone.now())
    assert Client().get(f"/compte/invitation/{token}").status_code == 404


def test_sessions_end_with_role_scope_and_deactivation(signed: Any) -> None:
    administrator = signed("administrator").person
    for change in ({"role": Role.AGENT}, {"scope": {"region": ["Bretagne"]}}, {"active": False}):
        browser = signed("reader")
        assert browser.get("/").status_code == 200
        wanted: dict[str, Any] = {"role": Role.READER, "scope": {}, "active": True, **change}
        services.change_access(by=administrator, user=browser.person, **wanted)
        assert browser.get("/").status_code == 302, change


def test_last_administrator_stays(signed: Any) -> None:
    only = signed("administrator").person
    with pytest.raises(ValueError, match=r"administrateur|administrator"):
        services.change_access(by=only, user=only, role=Role.READER, scope={}, active=True)


def test_audit_log_shows_what_was_altered(signed: Any) -> None:
    services.invite(by=signed("administrator").person, email="z@exemple.fr", role=Role.READER)
    services.sign_in_link()
    assert audit.broken_at() is None
    first = AuditEntry.objects.order_by("id")[0]
    with connection.cursor() as cursor:  # as someone who owns the database could
        cursor.execute("ALTER TABLE core_auditentry DISABLE TRIGGER audit_entries_stay")
        AuditEntry.objects.filter(pk=first.pk).update(action="nothing")
    assert audit.broken_at() == first.pk


@pytest.mark.parametrize("query", ["UPDATE core_auditentry SET action = 'x'", "DELETE FROM core_auditentry"])
def test_the_database_itself_keeps_the_audit_log(query: str) -> None:
    services.sign_in_link()
    with (
        pytest.raises(ProgrammingError, match="only ever added"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(query)
    assert audit.broken_at() is None
