"""Who may not see rows finds nobody by asking twice: the later figure is hidden, wherever it is shown."""

import io
import json
import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from timonier.indicators.estimate import Period
from timonier.scorecard.membership import Within
from timonier.scorecard.request import Request
from timonier.scorecard.score import score
from timonier.web.accounts.access import scope_of
from timonier.web.core.desks import lent_desk
from timonier.web.figures.models import FiguresShown
from timonier.web.figures.selectors import asked, counted
from timonier.web.figures.shown import discreet

pytestmark = pytest.mark.django_db
WHY = "rapproché d’un chiffre déjà vu"
SHORT = "masqué (par rapprochement)"


class Pair(NamedTuple):
    """A month, and the same less one day of one to four answers to a survey."""

    survey: str
    whole: Period
    less: Period

    def query(self, period: Period) -> str:
        last = period.end - timedelta(days=1)
        return f"?du={period.start}&au={last}&vs=aucune&survey={self.survey}&pas=mois"


_found: list[Pair] = []


@pytest.fixture
def pair(in_company: None) -> Pair:
    if not _found:
        _found.append(_pair())
    return _found[0]


def _pair() -> Pair:
    with lent_desk() as desk:
        surveys = desk.source.frame("answers").select("survey").unique().collect()["survey"].to_list()
        for survey in sorted(filter(None, surveys)):
            within = (Within("survey", (survey,)),)
            for month in range(1, 11):
                window = Period(date(2026, month, 1), date(2026, month + 1, 1))
                days = Request(("nps",), window, "day", compare="none", minimum_n=0, within=within)
                sizes = [line.estimate.n for line in score(desk, days).lines]
                if sizes and 0 < sizes[-1] < 5 and sum(sizes) >= 10:
                    return Pair(survey, window, Period(window.start, window.end - timedelta(days=1)))
    raise AssertionError("the company has no such month")


def nps(client: Any, query: str, what: str = "passerelle") -> dict[str, Any]:
    found = json.loads(client.get(f"/export/{what}.json{query}").content)["records"]
    return next(one for one in found if one["indicator"] == "nps")


def test_the_month_less_one_day_is_hidden_from_a_reader_on_the_page_and_in_every_file(signed: Any, pair: Pair) -> None:
    reader = signed("reader")
    assert SHORT not in reader.get(f"/indicateur/nps/{pair.query(pair.whole)}").content.decode()
    less = pair.query(pair.less)
    page = reader.get(f"/indicateur/nps/{less}").content.decode()
    assert SHORT in page
    assert WHY in page
    assert WHY in reader.get(f"/{less}").content.decode(), "the bridge"
    for what in ("passerelle", "indicateur/nps/tendance"):
        found = nps(reader, less, what)
        assert (found["value"], found["low"], found["n"], found["state"]) == (None, None, None, "suppressed")
        assert found["excluded"] == {}
    rows = reader.get(f"/export/indicateur/nps/tendance.csv{less}").content.decode("utf-8-sig").splitlines()
    assert "masqué" in rows[1]
    book = CalamineWorkbook.from_filelike(io.BytesIO(reader.get(f"/export/indicateur/nps/tendance.xlsx{less}").content))
    header, row, *_ = book.get_sheet_by_index(0).to_python()
    assert [row[header.index(name)] for name in ("valeur", "n", "état")] == ["", "", "masqué"]
    assert any(WHY in str(cell) for line in book.get_sheet_by_index(1).to_python() for cell in line)
    assert reader.get(f"/export/indicateur/nps/tendance.svg{less}").status_code == 404, "nothing to draw"
    assert SHORT in reader.get(f"/export/indicateur/nps/tendance.html{less}").content.decode()


def test_what_was_seen_first_stays_and_may_be_looked_at_again(signed: Any, pair: Pair) -> None:
    reader = signed("reader")
    first = nps(reader, pair.query(pair.less))
    assert first["value"] is not None
    assert nps(reader, pair.query(pair.whole))["state"] == "suppressed", "the other way round"
    assert nps(reader, pair.query(pair.less)) == first


@pytest.mark.parametrize("role", ["pilot", "agent"])
def test_who_may_see_rows_sees_both_and_nothing_is_remembered_of_them(signed: Any, pair: Pair, role: str) -> None:
    client = signed(role)
    assert nps(client, pair.query(pair.whole))["value"] is not None
    assert nps(client, pair.query(pair.less))["value"] is not None
    assert not FiguresShown.objects.exists()


def test_another_reader_is_not_affected(signed: Any, pair: Pair) -> None:
    one, other = signed("reader"), signed("reader")
    assert nps(one, pair.query(pair.whole))["value"] is not None
    assert nps(one, pair.query(pair.less))["value"] is None
    assert nps(other, pair.query(pair.less))["value"] is not None


def test_what_is_remembered_holds_when_the_process_has_forgotten(signed: Any, pair: Pair) -> None:
    from timonier.web.figures import shown

    reader = signed("reader")
    assert nps(reader, pair.query(pair.whole))["value"] is not None
    shown._told.forget()
    assert nps(reader, pair.query(pair.less))["value"] is None


def test_the_state_of_an_earlier_day_is_no_way_round(signed: Any, pair: Pair) -> None:
    reader = signed("reader")
    scope = scope_of(reader.person)
    within = (Within("survey", (pair.survey,)),)
    now = asked(Request(("nps",), pair.whole, compare="none", within=within), scope)
    assert now.lines[0].estimate.value is not None
    less = Request(("nps",), pair.less, compare="none", within=within)
    then = discreet(counted(less), replace(less, as_of=date(2026, 11, 1)), scope)  # nothing was loaded by that day
    assert then.lines[0].estimate.value is None


def test_a_scope_of_its_own_is_no_filter_and_the_whole_figures_stay(signed: Any, pair: Pair) -> None:
    reader = signed("reader", scope={"region": ["Bretagne"]})
    course = "indicateur/nps/tendance"
    plain = nps(reader, "?periode=12m&pas=trimestre", course)
    assert plain["value"] is not None
    assert nps(reader, "?periode=12m&pas=trimestre&region=Bretagne", course)["value"] == plain["value"]


STEPS = ("carte demandée", "carte de tiers payant envoyée")
OTHER_STEPS = ("visite en agence", "attestation téléchargée")


def passage(client: Any, steps: tuple[str, str], last: str) -> dict[str, Any]:
    between = f"&etape-depart={steps[0]}&etape-arrivee={steps[1]}"
    answer = client.get(f"/export/indicateur/step_conversion/tendance.json?du=2026-01-05&au={last}&vs=aucune{between}")
    found: dict[str, Any] = json.loads(answer.content)["records"][-1]
    return found


def test_what_was_seen_of_some_steps_says_nothing_of_others(signed: Any) -> None:
    """Each pair of steps counts cases of its own: none opens what another hides, nor hides what may be shown."""
    days = [f"2026-03-{day:02d}" for day in (2, 3, 4, 12, 13, 14)]
    alone, after = signed("reader"), signed("reader")
    hidden = [passage(alone, STEPS, day)["value"] is None for day in days]
    for day in days:
        passage(after, OTHER_STEPS, day)
    assert [passage(after, STEPS, day)["value"] is None for day in days] == hidden
    assert 0 < sum(hidden) < len(days)


ONE_ASKED = '"dashboards_annotation"."breaks"'
"""The breaks of series: someone may note one at any moment, and the next page tells it."""


def test_a_page_that_was_looked_at_asks_for_the_breaks_alone_and_a_new_one_a_few_things_more(signed: Any) -> None:
    reader = signed("reader").person
    scope = scope_of(reader)
    request = Request(window=Period(date(2025, 11, 1), date(2026, 11, 1)))
    counted(request)
    with CaptureQueriesContext(connection) as first:
        asked(request, scope)
    with CaptureQueriesContext(connection) as again:
        asked(request, scope)
    assert len(first) <= 7
    assert [ONE_ASKED in query["sql"] for query in again] == [True]


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_once_of_one_person_show_one_of_the_two(signed: Any, pair: Pair) -> None:
    from django.db import connections

    scope = scope_of(signed("reader").person)
    within = (Within("survey", (pair.survey,)),)
    requests = [Request(("nps",), period, compare="none", within=within) for period in (pair.whole, pair.less)]
    for request in requests:
        counted(request)
    together = threading.Barrier(2)
    shown: list[bool] = []

    def ask(request: Request) -> None:
        together.wait()
        shown.append(asked(request, scope).lines[0].estimate.value is not None)
        connections.close_all()

    threads = [threading.Thread(target=ask, args=(request,)) for request in requests]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(shown) == [False, True]
