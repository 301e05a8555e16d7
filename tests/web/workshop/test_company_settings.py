"""The settings of the company: shown with their origin, written whole or not at all, seen at once."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from timonier.errors import SettingsError, UsageError
from timonier.facts.settings import FILE_NAME, load_settings
from timonier.web.core import desks
from timonier.web.core.models import AuditEntry
from timonier.web.workshop import services

pytestmark = pytest.mark.django_db


def form(**changes: str) -> dict[str, str]:
    current = load_settings(services.folder() / FILE_NAME)
    told = {
        "language": current.language,
        "zone": current.zone,
        "currency": current.currency,
        "fiscal_year_start": str(current.fiscal_year_start),
        "minimum_n": str(current.minimum_n),
        "memory": current.memory,
        "threads": "",
        "revision": services.written().revision,
    }
    return {**told, **changes}


def test_a_change_is_seen_at_once_audited_and_keeps_comments(signed: Any, own_company: Path) -> None:
    browser = signed("administrator")
    before = (own_company / FILE_NAME).read_text("utf-8")
    assert desks.workspace().settings.minimum_n == 5
    assert browser.post("/reglages/", form(minimum_n="12", weighted="true")).status_code == 302
    after = (own_company / FILE_NAME).read_text("utf-8")
    assert desks.workspace().settings.minimum_n == 12
    assert desks.workspace().settings.weighted is True
    assert [line for line in before.splitlines() if line.startswith("#")] == [
        line for line in after.splitlines() if line.startswith("#")
    ]
    assert (own_company / services.BEFORE).read_text("utf-8") == before
    entry = AuditEntry.objects.get(action="settings_changed")
    assert entry.actor == browser.person.pk
    assert entry.detail["minimum_n"] == {"from": 5, "to": 12}


@pytest.mark.parametrize(
    ("name", "value"),
    [("zone", "Paris/Europe"), ("zone", "../../etc/passwd"), ("currency", "euro"), ("minimum_n", "0"),
     ("minimum_n", "beaucoup"), ("fiscal_year_start", "13"), ("memory", "'; x"), ("language", "de")],
)  # fmt: skip
def test_a_wrong_value_changes_nothing_and_says_where(signed: Any, own_company: Path, name: str, value: str) -> None:
    before = (own_company / FILE_NAME).read_bytes()
    answer = signed("administrator").post("/reglages/", form(**{name: value}))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert FILE_NAME in answer.content.decode()
    assert (own_company / FILE_NAME).read_bytes() == before
    assert not AuditEntry.objects.filter(action="settings_changed").exists()


def test_a_file_edited_meanwhile_is_not_written_over(signed: Any, own_company: Path) -> None:
    sent = form(minimum_n="9")
    path = own_company / FILE_NAME
    path.write_text(path.read_text("utf-8") + "\n# by hand\n", "utf-8")
    answer = signed("administrator", language="fr").post("/reglages/", sent)
    assert answer.status_code == 400
    assert "entre-temps" in answer.content.decode()
    assert "# by hand" in path.read_text("utf-8")


def test_what_a_variable_decides_is_shown_so_and_kept(
    signed: Any, own_company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIMONIER_MINIMUM_N", "7")
    browser = signed("administrator")
    page = browser.get("/reglages/").content.decode()
    assert "variable TIMONIER_MINIMUM_N" in page
    assert 'name="minimum_n" value="7"' in page
    assert browser.post("/reglages/", form(minimum_n="30")).status_code == 302
    assert load_settings(own_company / FILE_NAME, {}).minimum_n == 5
    with pytest.raises(UsageError, match="TIMONIER_MINIMUM_N"):
        services.change_settings(by=browser.person, revision=services.written().revision, values={"minimum_n": 30})


def test_a_disk_that_refuses_leaves_everything_as_it_was(
    signed: Any, own_company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (own_company / FILE_NAME).read_bytes()

    def refused(path: Path, content: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(services, "write_atomically", refused)
    with pytest.raises(SettingsError, match="No space left"):
        services.change_settings(
            by=signed("administrator").person, revision=services.written().revision, values={"minimum_n": 30}
        )
    assert (own_company / FILE_NAME).read_bytes() == before
    assert not AuditEntry.objects.filter(action="settings_changed").exists()


@pytest.mark.parametrize("role", ["pilot", "owner", "agent", "reader"])
def test_services_hold_the_permission_themselves(signed: Any, own_company: Path, role: str) -> None:
    with pytest.raises(PermissionDenied):
        services.change_settings(by=signed(role).person, revision="", values={"minimum_n": 1})
    scoped = signed("administrator", scope={"region": ["Bretagne"]}).person
    with pytest.raises(PermissionDenied):
        services.change_settings(by=scoped, revision="", values={"minimum_n": 1})


def test_dimensions_are_added_then_removed_unless_filled(signed: Any, own_company: Path) -> None:
    browser = signed("administrator")
    before = (own_company / FILE_NAME).read_text("utf-8")
    told = {"table": "orders", "name": "store", "kind": "text", "revision": services.written().revision}
    assert browser.post("/reglages/dimensions", told).status_code == 302
    assert "store" in desks.workspace().tables()["orders"].by_name
    assert browser.post("/reglages/dimensions", told).status_code == 400, "twice"
    gone = {"table": "orders", "name": "store", "revision": services.written().revision}
    assert browser.post("/reglages/dimensions/retirer", gone).status_code == 302
    assert (own_company / FILE_NAME).read_text("utf-8") == before
    filled = {"table": "orders", "name": "region", "revision": services.written().revision}
    refused = browser.post("/reglages/dimensions/retirer", filled)
    assert refused.status_code == 400
    assert "des faits sont rangés" in refused.content.decode()


@pytest.mark.parametrize(
    ("table", "name", "kind"),
    [("nowhere", "x", "text"), ("orders(", "x", "text"), ("orders", "channel", "text"), ("orders", "Région", "text"),
     ("orders", 'x"\n[evil]\ny', "text"), ("orders", "x", "blob"), ("orders", "", "text")],
)  # fmt: skip
def test_impossible_dimensions_are_refused(signed: Any, own_company: Path, table: str, name: str, kind: str) -> None:
    before = (own_company / FILE_NAME).read_bytes()
    told = {"table": table, "name": name, "kind": kind, "revision": services.written().revision}
    assert signed("administrator").post("/reglages/dimensions", told).status_code == 400
    assert (own_company / FILE_NAME).read_bytes() == before
