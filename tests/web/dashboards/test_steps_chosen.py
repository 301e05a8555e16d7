"""The indicators that count from one step of the journey to another: the steps are chosen on their page, and kept."""

import json
import re
from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from timonier.indicators.estimate import Period
from timonier.scorecard.request import Request
from timonier.scorecard.score import score

pytestmark = pytest.mark.django_db
type Signed = Callable[..., Any]

STEPS = {"start_step": "carte demandée", "end_step": "carte de tiers payant envoyée"}
CHOSEN = "?periode=12m&etape-depart=carte demandée&etape-arrivee=carte de tiers payant envoyée"
PAGE = "/indicateur/step_conversion/"


def text(page: Any) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.content.decode())))


@pytest.mark.parametrize("name", ["step_conversion", "step_time"])
def test_steps_are_asked_for_then_the_figure_is_that_of_the_scorecard(signed: Signed, name: str) -> None:
    from timonier.web.core.desks import lent_desk

    client = signed("reader")
    before = client.get(f"/indicateur/{name}/").content.decode()
    assert "Choisissez deux étapes du parcours" in before
    assert all(f'<option value="{step}">' in before for step in STEPS.values())
    found = json.loads(client.get(f"/export/indicateur/{name}/tendance.json{CHOSEN}&pas=trimestre").content)["records"]
    with lent_desk() as desk:
        start, end = (date.fromisoformat(found[place]["period"][key]) for place, key in ((0, "start"), (-1, "end")))
        asked = Request((name,), Period(start, end), "quarter", compare="none", params={name: STEPS})
        expected = [line.estimate.value for line in score(desk, asked).lines]
    assert [one["value"] for one in found] == expected
    assert any(expected)


def test_the_steps_stay_wherever_the_page_leads(signed: Signed) -> None:
    client = signed("agent")
    page = client.get(PAGE + CHOSEN)
    assert "de « carte demandée » à « carte de tiers payant envoyée »" in text(page)
    for part in ("lignes", "ventilation", "pourquoi"):
        assert client.get(f"{PAGE}{part}{CHOSEN}").status_code == 200
    found = [unescape(one) for one in re.findall(r'href="([^"]+)"', page.content.decode())]
    kept = [urlsplit(one) for one in found if "step_conversion" in one and "?" in one]
    assert len(kept) > 5
    for one in kept:
        assert parse_qs(one.query).get("etape-depart") == ["carte demandée"], one
    rows = text(client.get(f"{PAGE}lignes{CHOSEN}"))
    assert re.search(r"Étape carte demandée .* 1 à 50 sur", rows)


def test_cases_still_open_are_told_as_such_and_not_left_out(signed: Signed) -> None:
    rows = text(signed("agent").get(f"/indicateur/step_time/lignes{CHOSEN}"))
    assert "encore en cours" in rows
    assert "hors du dénominateur" not in rows


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?etape-depart=licorne&etape-arrivee=adhésion", "Aucune étape ne s’appelle « licorne »"),
        ("?etape-depart=adhésion&etape-arrivee=adhésion", "Choisissez deux étapes différentes"),
        ("?etape-depart=adhésion", "Choisissez deux étapes du parcours"),
    ],
)
def test_steps_that_give_no_figure_are_said(signed: Signed, query: str, said: str) -> None:
    assert said in text(signed("reader").get(PAGE + query))


def test_an_indicator_without_steps_asks_for_none(signed: Signed) -> None:
    assert 'name="etape-depart"' not in signed("reader").get("/indicateur/nps/").content.decode()


def test_a_target_is_of_no_pair_of_steps(signed: Signed) -> None:
    from timonier.web.dashboards.models import Target

    Target.objects.create(indicator="step_conversion", variant="default", value=0.99, since=date(2025, 1, 1))
    page = text(signed("owner").get(PAGE + CHOSEN))
    assert "Objectif" not in page.replace("Objectifs et repères", "")
    notes = signed("owner").get(f"{PAGE}reperes{CHOSEN}").content.decode()
    assert 'name="value"' not in notes
    assert "déclarez votre propre indicateur" in notes


def test_files_and_shares_say_which_steps(signed: Signed) -> None:
    client = signed("pilot")
    file = client.get(f"/export/indicateur/step_conversion/tendance.csv{CHOSEN}")
    assert "carte-demandee-carte-de-tiers-payant-envoyee" in file.headers["Content-Disposition"]
    titles, row = file.content.decode("utf-8-sig").splitlines()[:2]
    assert "étape de départ;étape d’arrivée" in titles
    assert "carte demandée;carte de tiers payant envoyée" in row
    other = client.get("/export/indicateur/nps/tendance.csv?variante=mean").headers["Content-Disposition"]
    assert other != client.get("/export/indicateur/nps/tendance.csv").headers["Content-Disposition"]
    made = client.post(f"/partage/nouveau{CHOSEN}&quoi=indicateur/step_conversion/tendance", {"days": 30})
    link = re.search(r"/partage/[\w-]{43}", made.content.decode())
    assert link is not None
    assert "de « carte demandée » à « carte de tiers payant envoyée »" in text(signed("reader").get(link[0]))
    assert "carte demandée → carte de tiers payant envoyée" in text(client.get("/partage/"))


def test_a_dimension_of_the_company_may_have_the_name_of_an_end(signed: Signed) -> None:
    from django.http import QueryDict

    from timonier.web.figures.state import Horizon, read_state

    day = date(2026, 6, 30)
    state = read_state(QueryDict("depart=Lyon"), Horizon(day, day), ("depart",), lambda _: False)
    assert state.filters == (("depart", ("Lyon",)),)
