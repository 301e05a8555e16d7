"""The quality page: age, holes against a naive count, what loads left aside, scales that turn."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sent_files import sent, words

from timonier.facts.workspace import Workspace
from timonier.web.intake import quality, running, services
from timonier.web.intake.quality import Gap, health_of, holes

type Signed = Callable[..., Any]

TODAY = date(2026, 6, 30)
RECIPE = """version = 1
[[table]]
into = "answers"
[table.columns]
answer_id = "id"
answered_at = { column = "date", order = "iso" }
score = { column = "note", scale = [0, 10], direction = "up" }
comment = "mot"
instrument = { constant = "nps" }
"""


def days(count: int, end: date = TODAY) -> list[date]:
    return [end - timedelta(days=back) for back in range(count)][::-1]


def test_days_that_nothing_explains_are_missing() -> None:
    cut = {date(2026, 5, 4), date(2026, 5, 5), date(2026, 6, 10)}
    by_day = dict.fromkeys((day for day in days(120) if day not in cut), 30)
    found = health_of("orders", by_day, TODAY)
    assert found.daily
    assert found.gaps == (Gap(date(2026, 6, 10), date(2026, 6, 10)), Gap(date(2026, 5, 4), date(2026, 5, 5)))
    assert found.missing_days == 3
    naive = {day for day in days(120) if day not in by_day}
    assert {gap.first + timedelta(days=step) for gap in found.gaps for step in range(gap.days)} == naive


def test_days_off_are_not_missing() -> None:
    """A shop closed on Sundays has no hole; a Tuesday without a row is one."""
    open_days = [day for day in days(120) if day.weekday() != 6]
    assert health_of("orders", dict.fromkeys(open_days, 30), TODAY).gaps == ()
    tuesday = next(day for day in reversed(open_days[:-10]) if day.weekday() == 1)
    found = health_of("orders", {day: 30 for day in open_days if day != tuesday}, TODAY)
    assert found.gaps == (Gap(tuesday, tuesday),)


def test_chance_is_not_a_hole() -> None:
    """Where a day has two rows on average, one without any is no surprise."""
    by_day = {day: 2 for rank, day in enumerate(days(120)) if rank % 10}
    assert health_of("orders", by_day, TODAY).gaps == ()
    assert holes(sorted(by_day)), "the control: there are days without a row"


@pytest.mark.parametrize(
    ("step", "age", "late"), [(1, 6, False), (1, 8, True), (30, 60, False), (30, 100, True), (7, 20, False)]
)
def test_late_is_by_the_usual_step(step: int, age: int, late: bool) -> None:
    last = TODAY - timedelta(days=age)
    by_day: dict[date | None, int] = {last - timedelta(days=step * n): 5 for n in range(10)}
    found = health_of("costs", by_day, TODAY)
    assert (found.age, found.late) == (age, late)


def test_rows_after_today_and_without_a_day_are_counted() -> None:
    found = health_of("orders", {TODAY: 3, TODAY + timedelta(days=9): 4, None: 5}, TODAY)
    assert (found.rows, found.future, found.last) == (12, 4, TODAY)
    assert health_of("customers", {None: 5}, TODAY).age is None


@pytest.mark.django_db
def test_page_tells_what_was_left_aside_and_what_is_odd(empty: Workspace, signed: Signed) -> None:
    """Unhappy words with high notes: the scale is probably backwards; two rows cannot be read."""
    client = signed("pilot")
    lines = [
        f"r{n},2026-01-{n % 28 + 1:02d},{n % 11},{'excellent parfait' if n % 11 < 4 else 'horrible nul'}\n"
        for n in range(400)
    ]
    content = "id,date,note,mot\n" + "".join(lines) + "x1,pas une date,3,bof\nx2,2026-01-01,beaucoup,bof\n"
    run = services.load(by=client.person, upload=sent(client, content.encode()), recipe=RECIPE)
    running.perform(run.pk)
    shown = words(client.get("/donnees/qualite"))
    health = quality.health()
    assert [one.question.kind for one in health.doubts] == ["scale_reversed"]
    assert "NPS (recommandation) —" in shown
    aside = quality.left_aside()
    assert [(one.load.commit.receipt.rows_rejected, round(one.share, 4)) for one in aside] == [(2, round(2 / 402, 4))]
    assert "en retard" in shown


@pytest.mark.django_db
def test_page_of_the_demo_company(signed: Signed) -> None:
    page = signed("pilot").get("/donnees/qualite")
    assert page.status_code == 200
    assert "Fraîcheur" in words(page)
    assert "Réponses aux enquêtes" in words(signed("pilot").get("/donnees/chargements"))


def test_every_row_read_is_accounted_for_in_the_list_of_loads(signed: Any, company: Any) -> None:
    """Kept, duplicate, left out or rejected: no row disappears between two columns."""
    page = signed("pilot").get("/donnees/chargements").content.decode()
    rows = re.findall(r"<tr>\s*<th scope=\"row\".*?</tr>", page, re.DOTALL)
    assert len(rows) > 5
    told = []
    for row in rows:
        texts = re.findall(r'class="num" data-label="([^"]+)">(.*?)</td>', row, re.DOTALL)
        told.append({name: int(re.sub(r"<[^>]+>|\D", "", text)) for name, text in texts})
    assert all(
        one["Lues"] == one["Gardées"] + one["Doublons"] + one["Écartées par la recette"] + one["Rejetées"]
        for one in told
    )
    assert any(one["Doublons"] for one in told)
