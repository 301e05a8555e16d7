"""Lateness: by the rhythm of each table, said in days, read from the facts once."""

import html
import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from timonier.scorecard import rhythm
from timonier.scorecard.rhythm import NO_RHYTHM, days_of, patience
from timonier.web.core.desks import counter, lent_desk
from timonier.web.figures.freshness import Fresh, Silence, fresh_of, freshness, late_by, silence_of

TODAY = date(2026, 6, 30)


def days(step: int, behind: int, count: int = 20) -> list[date]:
    """Days `step` apart, the last one `behind` before today."""
    last = TODAY - timedelta(days=behind)
    return sorted(last - timedelta(days=step * rank) for rank in range(count))


def working_days(behind: int) -> list[date]:
    return [day for day in days(1, behind, 60) if day.weekday() < 5]


@pytest.mark.parametrize(
    ("known", "behind", "late"),
    [
        (days(1, 7), 7, 0),
        (days(1, 8), 8, 8),
        (days(1, 12), 12, 12),
        (working_days(5), 5, 0),
        (working_days(13), 13, 13),  # a Wednesday
        (days(7, 21), 21, 0),
        (days(7, 22), 22, 22),
        (days(30, 60, 6), 60, 0),
        (days(30, 95, 6), 95, 95),
        ([TODAY - timedelta(days=NO_RHYTHM)], NO_RHYTHM, 0),
    ],
)
def test_a_table_is_late_by_its_own_rhythm(known: Sequence[date], behind: int, late: int) -> None:
    found = fresh_of({"answers": known, "orders": days(1, 0)})
    assert (found["answers"].last, found["answers"].late) == (TODAY - timedelta(days=behind), late)
    assert found["orders"].late == 0


def test_lateness_shows_within_a_month_where_facts_come_each_ten_days() -> None:
    assert all(patience(days(step, 0)) <= 30 for step in range(1, 11))


def test_no_table_is_late_when_all_stop_together() -> None:
    assert {one.late for one in fresh_of({"answers": days(1, 90), "orders": days(1, 90)}).values()} == {0}


@pytest.mark.parametrize(
    ("answers", "orders", "after", "told"),
    [
        (days(1, 0), days(30, 0, 6), 7, False),  # a week without an answer, and orders come each month
        (days(1, 0), days(30, 0, 6), 90, False),
        (days(1, 0), days(30, 0, 6), 91, True),
        (days(1, 0), days(1, 40), 8, True),
        ([], [], 8, False),
    ],
)
def test_facts_have_stopped_when_every_table_is_silent(
    answers: list[date], orders: list[date], after: int, told: bool
) -> None:
    found = silence_of(fresh_of({"answers": answers, "orders": orders}), TODAY + timedelta(days=after))
    assert found == (Silence(TODAY, after) if told else None)


@pytest.mark.django_db
def test_the_bridge_says_that_the_facts_have_stopped_and_where_to_load_more(signed: Any, monkeypatch: Any) -> None:
    words, link = "il y a 152\u00a0jours", 'href="/donnees/">Charger les suivantes'
    for role, last in (("pilot", 152), ("reader", 152), ("pilot", 3)):
        known = {"answers": Fresh(counter().today - timedelta(days=last))}
        monkeypatch.setattr("timonier.web.figures.freshness.freshness", lambda known=known: known)
        page = html.unescape(signed(role).get("/").content.decode())
        assert (words in page) is (last == 152)
        assert (link in page) is (last == 152 and role == "pilot")


def test_a_figure_is_as_late_as_the_latest_table_it_reads() -> None:
    known = fresh_of({"answers": days(1, 12), "contacts": days(1, 20), "orders": days(1, 0)})
    assert late_by(["orders", "answers", "contacts", "unknown"], known) == 20
    assert late_by(["orders"], known) == 0
    assert late_by([], known) == 0


def test_rows_after_today_make_no_other_table_late(company: Any) -> None:
    from timonier.facts.workspace import Workspace
    from timonier.scorecard.opening import desk_of

    desk = desk_of(Workspace.open(company))
    whole = days_of(desk.source, "orders", desk.today)
    middle = whole[len(whole) // 2]
    earlier = days_of(desk.source, "orders", middle)
    assert earlier[-1] == middle
    assert earlier[0] < whole[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [("fr", "données au 30 juin 2026, en retard de 12 jours"), ("en", "data to 30 Jun 2026, 12 days late")],
)
def test_the_card_says_by_how_many_days(signed: Any, monkeypatch: Any, language: str, words: str) -> None:
    real = freshness()
    told = {name: Fresh(TODAY, 12 if name == "answers" else 0) for name in real}
    monkeypatch.setattr("timonier.web.figures.bridge.freshness", lambda: told)
    monkeypatch.setattr("timonier.web.dashboards.views.silence", lambda: None)
    page = signed("reader", language=language).get("/").content.decode()
    feet = [
        " ".join(html.unescape(re.sub(r"<[^>]+>", " ", one)).split())
        for one in re.findall(r'<p class="kpi-foot">(.*?)</p>', page, re.DOTALL)
    ]
    assert words in {foot.replace(" ,", ",") for foot in feet}
    assert [foot for foot in feet if "retard" not in foot and "late" not in foot], "others are on time"
    assert page.count("is-late") == sum("retard" in foot or "late" in foot for foot in feet)


@pytest.mark.django_db
def test_the_page_of_an_indicator_says_it_too(signed: Any, monkeypatch: Any) -> None:
    told = {name: Fresh(TODAY, 12 if name == "answers" else 0) for name in freshness()}
    monkeypatch.setattr("timonier.web.figures.indicator.freshness", lambda: told)
    page = html.unescape(signed("reader").get("/indicateur/nps/").content.decode())
    assert "en retard de 12\u00a0jours" in page
    assert "en retard" not in signed("reader").get("/indicateur/churn/").content.decode()


@pytest.mark.django_db
def test_pages_read_the_rhythm_once(signed: Any, monkeypatch: Any) -> None:
    """No fact is read again for it until the facts change."""
    client = signed("reader")
    client.get("/")

    def refuse(*_: Any) -> list[date]:
        raise AssertionError("the facts were read again")

    monkeypatch.setattr(rhythm, "days_of", refuse)
    assert client.get("/?periode=1q").status_code == 200


def test_a_server_that_starts_again_reads_the_rhythm_from_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    with lent_desk() as desk:
        first = rhythm.kept_days(desk.source, desk.rollups, "answers", desk.today)
        assert first == days_of(desk.source, "answers", desk.today)

        def read_again(*_: Any) -> list[date]:
            raise AssertionError

        monkeypatch.setattr(rhythm, "days_of", read_again)
        assert rhythm.kept_days(desk.source, desk.rollups, "answers", desk.today) == first
        assert desk.rollups is not None
        path = desk.rollups.workspace.rollups / "days" / "answers.json"
        path.write_text(path.read_text("utf-8").replace('"version": ', '"version": 9'), encoding="utf-8")
        with pytest.raises(AssertionError):  # a version that is not the table's: counted again
            rhythm.kept_days(desk.source, desk.rollups, "answers", desk.today)
        path.unlink()
