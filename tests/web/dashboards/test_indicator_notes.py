"""Targets, benchmarks and annotations: who may set them, what they show, what is kept of it."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
type Signed = Callable[..., Any]
PATH = "/indicateur/csat/reperes"


def words_of(response: Any) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.sub(r"\s+", " ", text)


def test_a_target_is_set_in_per_cent_shown_and_removed(signed: Signed) -> None:
    from timonier.web.core.models import AuditEntry
    from timonier.web.dashboards.models import Target

    client = signed("owner")
    sent = {"kind": "objectif", "value": "82,5 %", "since": "2025-01-01"}
    assert client.post(PATH, sent).status_code == 302
    kept = Target.objects.get()
    assert (kept.indicator, kept.value, kept.since) == ("csat", 0.825, date(2025, 1, 1))
    assert "Objectif 82,5 %" in words_of(client.get("/indicateur/csat/"))
    client.post(f"/indicateur/csat/reperes/objectif/{kept.pk}/retirer")
    assert not Target.objects.exists()
    assert "Objectif 82,5 %" not in words_of(client.get("/indicateur/csat/"))
    assert list(AuditEntry.objects.values_list("action", flat=True)[:2]) == ["target_removed", "target_set"]
    assert {entry.actor for entry in AuditEntry.objects.all()[:2]} == {client.person.pk}


def test_a_target_to_come_is_not_in_force_yet(signed: Signed) -> None:
    client = signed("owner")
    client.post(PATH, {"kind": "objectif", "value": "90", "since": "2030-01-01"})
    assert "Objectif 90" not in words_of(client.get("/indicateur/csat/"))


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "objectif", "value": "beaucoup", "since": "2025-01-01"}, "value"),
        ({"kind": "objectif", "value": "nan", "since": "2025-01-01"}, "value"),
        ({"kind": "objectif", "value": "1e999", "since": "2025-01-01"}, "value"),
        ({"kind": "objectif", "value": "250", "since": "2025-01-01"}, "value"),
        ({"kind": "objectif", "value": "80", "since": "hier"}, "since"),
        ({"kind": "repere", "label": "", "value": "80"}, "label"),
        ({"kind": "repere", "label": "x", "value": "80", "year": "abc"}, "year"),
        ({"kind": "annotation", "day": "2025-13-01", "text": "x"}, "day"),
        ({"kind": "annotation", "day": "2025-01-01", "text": "x" * 300}, "text"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_its_field(signed: Signed, sent: dict[str, str], field: str) -> None:
    from timonier.web.dashboards.models import Annotation, Benchmark, Target

    response = signed("owner").post(PATH, sent)
    assert response.status_code == 422
    assert f'id="{sent["kind"]}-{field}_error"' in response.content.decode()
    assert not any(kind.objects.exists() for kind in (Target, Benchmark, Annotation))


def test_an_unknown_form_changes_nothing(signed: Signed) -> None:
    assert signed("owner").post(PATH, {"kind": "licorne"}).status_code == 422


def test_a_benchmark_without_its_source_is_said_unsourced(signed: Signed) -> None:
    client = signed("pilot")
    client.post(PATH, {"kind": "repere", "label": "Marché", "value": "78"})
    assert "Marché 78,0 % sans source" in words_of(client.get("/indicateur/csat/"))
    sourced = {"source": "Étude annuelle", "year": "2025", "country": "France", "population": "assurés"}
    client.post(PATH, {"kind": "repere", "label": "Secteur", "value": "79", **sourced})
    assert "Secteur 79,0 % (Étude annuelle, 2025, France, assurés)" in words_of(client.get("/indicateur/csat/"))


def test_an_annotation_is_drawn_and_breaks_the_line(signed: Signed) -> None:
    from timonier.indicators.estimate import Period
    from timonier.web.dashboards.notes import annotations_of, drawn

    client = signed("owner")
    client.post(PATH, {"kind": "annotation", "day": "2026-02-01", "text": "Question changée", "breaks": "on"})
    client.post(PATH, {"kind": "annotation", "day": "2026-03-01", "text": "Salon", "everywhere": "on"})
    window = Period(date(2026, 1, 1), date(2026, 7, 1))
    assert [(one.text, one.kind) for one in drawn(annotations_of("csat", window))] == [
        ("Question changée", "break"),
        ("Salon", "event"),
    ]
    assert [one.text for one in annotations_of("nps", window)] == ["Salon"]
    assert "Question changée" in words_of(client.get("/indicateur/csat/"))


def test_breaks_are_drawn_however_many_events_there_are() -> None:
    from timonier.web.dashboards.models import Annotation
    from timonier.web.dashboards.notes import MOST_DRAWN, drawn

    happened = [Annotation(pk=n, day=date(2026, 1, n), text=f"{n}", breaks=n == 1) for n in range(1, 20)]
    shown = [one.text for one in drawn(happened)]
    assert len(shown) == MOST_DRAWN
    assert shown == ["1", "15", "16", "17", "18", "19"]


def test_markup_is_shown_as_text(signed: Signed) -> None:
    client = signed("owner")
    client.post(PATH, {"kind": "annotation", "day": "2026-02-01", "text": "<script>alert(1)</script>"})
    client.post(PATH, {"kind": "repere", "label": "<img src=x onerror=alert(1)>", "value": "7"})
    for page in (PATH, "/indicateur/csat/"):
        body = client.get(page).content.decode()
        assert "<script>alert" not in body
        assert "<img src=x" not in body


@pytest.mark.parametrize("role", ["reader", "agent"])
def test_only_those_who_steer_may_change_them(signed: Signed, role: str) -> None:
    from timonier.web.dashboards.models import Target

    client = signed(role)
    assert client.get(PATH).status_code == 403
    assert client.post(PATH, {"kind": "objectif", "value": "80", "since": "2025-01-01"}).status_code == 403
    kept = Target.objects.create(indicator="csat", variant="default", value=0.8, since=date(2025, 1, 1))
    assert client.post(f"/indicateur/csat/reperes/objectif/{kept.pk}/retirer").status_code == 403
    assert Target.objects.filter(pk=kept.pk).exists()


def test_services_hold_the_permission_themselves(signed: Signed) -> None:
    from django.core.exceptions import PermissionDenied

    from timonier.web.dashboards.notes import annotate

    with pytest.raises(PermissionDenied):
        annotate(by=signed("reader").person, indicator="csat", day=date(2026, 1, 1), text="x", breaks=False)


def test_a_note_of_another_indicator_is_not_removed_from_here(signed: Signed) -> None:
    from timonier.web.dashboards.models import Target

    kept = Target.objects.create(indicator="nps", variant="default", value=30, since=date(2025, 1, 1))
    client = signed("owner")
    assert client.post(f"/indicateur/csat/reperes/objectif/{kept.pk}/retirer").status_code == 404
    assert client.post(f"/indicateur/csat/reperes/licorne/{kept.pk}/retirer").status_code == 404
    assert client.get(f"/indicateur/nps/reperes/objectif/{kept.pk}/retirer").status_code == 405
    assert Target.objects.filter(pk=kept.pk).exists()


def test_a_target_of_a_year_stands_beside_years_only(signed: Signed) -> None:
    """Churn grows with the length of the period: 35 % a year says nothing of a month."""
    client, path = signed("owner"), "/indicateur/churn/reperes"
    assert 'name="length"' in client.get(path).content.decode()
    assert 'name="length"' not in client.get(PATH).content.decode(), "an answer is an answer, whatever the period"
    sent = {"kind": "objectif", "value": "35", "since": "2025-01-01"}
    assert client.post(path, sent).status_code == 422, "of which periods is to be said"
    assert client.post(path, {**sent, "length": "siècle"}).status_code == 422
    assert client.post(path, {**sent, "length": "year"}).status_code == 302
    year, month = "?du=2025-07-01&au=2026-06-30", "?du=2026-06-01&au=2026-06-30"
    of_year, of_month = (words_of(client.get(f"/indicateur/churn/{query}")) for query in (year, month))
    assert "Objectif 35,0 % par an" in of_year
    assert "pour une autre durée" not in of_year
    assert "Objectif 35,0 % par an depuis le 1er janv. 2025 (pour une autre durée que cette période)" in of_month
    cards = [
        re.search(r"Attrition.*?provisoire|Attrition.*?faits au", words_of(client.get(f"/{one}")))
        for one in (year, month)
    ]
    assert ["Objectif" in found[0] for found in cards if found] == [True, False]


@pytest.mark.parametrize(
    ("length", "step", "drawn"),
    [("year", "mois", False), ("month", "mois", True), ("", "mois", True), ("quarter", "trimestre", True)],
)
def test_a_course_shows_the_target_of_its_step(signed: Signed, length: str, step: str, drawn: bool) -> None:
    from timonier.web.dashboards.models import Target

    client = signed("reader")
    Target.objects.create(indicator="churn", variant="default", value=0.35, length=length, since=date(2025, 1, 1))
    svg = client.get(f"/indicateur/churn/image/tendance.svg?du=2025-07-01&au=2026-06-30&pas={step}")
    assert svg.status_code == 200
    assert ("Objectif" in svg.content.decode()) is drawn


@pytest.mark.parametrize(
    ("day", "everywhere", "parted"),
    [
        ("2026-05-04", False, True),
        ("2026-02-10", True, True),
        ("2026-01-01", False, False),  # what it is compared with begins that day
        ("2025-11-20", False, False),
        ("2026-07-01", False, False),
    ],
)
def test_a_break_between_two_periods_is_no_change(signed: Signed, day: str, everywhere: bool, parted: bool) -> None:
    from timonier.web.dashboards.models import Annotation

    client, query = signed("reader"), "?du=2026-04-01&au=2026-06-30&vs=precedente"
    before = words_of(client.get(f"/indicateur/average_basket/{query}"))
    Annotation.objects.create(indicator="" if everywhere else "average_basket", day=day, text="x", breaks=True)
    told = "rupture de série le"
    assert told not in before
    assert (told in words_of(client.get(f"/indicateur/average_basket/{query}"))) is parted
    bridge = words_of(client.get(f"/{query}"))
    assert (told in bridge) is parted
    assert day != "2026-02-10" or "rupture de série le 10 févr. 2026" in bridge
    assert ("Une rupture de série" in words_of(client.get(f"/indicateur/average_basket/pourquoi{query}"))) is parted
    other = words_of(client.get(f"/indicateur/fcr/{query}"))
    assert (told in other) is (parted and everywhere)
    rows = client.get(f"/export/passerelle.csv{query}").content.decode("utf-8-sig")
    assert (told in rows) is parted
    event = Annotation.objects.get()
    event.breaks = False
    event.save()
    assert told not in words_of(client.get(f"/indicateur/average_basket/{query}"))


def test_breaks_are_copied_to_the_workspace_for_the_command_line(
    signed: Signed, settings: Any, tmp_path: Any, django_capture_on_commit_callbacks: Any
) -> None:
    from timonier.scorecard.breaks import kept_breaks
    from timonier.web.dashboards.notes import annotate, copy_breaks, remove

    settings.WORKSPACE = tmp_path
    owner, day = signed("owner").person, date(2026, 5, 4)
    with django_capture_on_commit_callbacks(execute=True):
        made = annotate(by=owner, indicator="ces", day=day, text="reworded", breaks=True)
        annotate(by=owner, indicator="nps", day=day, text="an action", breaks=False)
    assert kept_breaks(tmp_path) == {"ces": [day]}
    with django_capture_on_commit_callbacks(execute=True):
        remove(by=owner, kept=made)
    assert kept_breaks(tmp_path) == {}
    settings.WORKSPACE = tmp_path / "gone"
    copy_breaks()  # told in the log, and nobody is stopped
