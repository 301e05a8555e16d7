"""The page of an indicator: its figure, its fragments, what a wrong address shows, what a scope hides."""

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from timonier import formats
from timonier.scorecard import words
from timonier.text import language

pytestmark = pytest.mark.django_db

PAGES = ("", "ventilation", "pourquoi", "lignes")
type Signed = Callable[..., Any]


def words_of(response: Any) -> str:
    """What a page says, without markup; spaces of any width are plain."""
    text = unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.sub(r"\s+", " ", text)


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def names() -> list[str]:
    from timonier.web.core.desks import lent_desk

    with lent_desk() as desk:
        return list(desk.catalogue)


def test_every_indicator_has_a_page_that_answers(signed: Signed) -> None:
    client = signed("administrator")
    for name in names():
        response = client.get(f"/indicateur/{name}/?par=channel&pas=trimestre&periode=1q")
        assert response.status_code == 200, name
        assert "style=" not in response.content.decode().replace("hx-swap-style", ""), name
        assert "Définition" in words_of(response), name


@pytest.mark.parametrize("name", ["nps", "churn", "average_basket", "contacts", "cac", "event_count"])
@pytest.mark.parametrize("page", PAGES)
def test_the_other_pages_answer_too_whole_or_in_part(signed: Signed, name: str, page: str) -> None:
    client = signed("administrator")
    assert client.get(f"/indicateur/{name}/{page}").content.count(b"<main") == 1
    part = client.get(f"/indicateur/{name}/{page}", headers={"HX-Request": "true"})
    assert part.status_code == 200
    assert b"<main" not in part.content


def figures(desk: Any, name: str, window: Any, where: str | None) -> list[Any]:
    """What `timonier score` computes."""
    from timonier.scorecard.request import Request
    from timonier.scorecard.score import score

    return list(score(desk, Request(indicators=(name,), window=window, where=where, trend=False)).lines)


def test_figures_are_those_of_the_command_line(signed: Signed, company: Path) -> None:
    from timonier.facts.workspace import Workspace
    from timonier.indicators.estimate import Period
    from timonier.scorecard.opening import desk_of

    desk = desk_of(Workspace.open(company, verify=False))
    client, dice = signed("reader"), random.Random(20261101)
    chosen = ["nps", "csat", "churn", "average_basket", "part_web", "fcr", "complaints", "cart_abandonment"]
    filters = [("", ""), ("region", "Bretagne"), ("segment", "particuliers")]
    quick, shown = {"par": "channel", "pas": "trimestre"}, 0
    language.set("fr")
    for name in [one for one in chosen if one in names()]:
        for dimension, value in dice.sample(filters, 2):
            start = date(2025, 1, 1) + timedelta(days=dice.randrange(300))
            window = Period(start, start + timedelta(days=dice.choice((31, 90, 184))))
            asked = {"du": f"{window.start}", "au": f"{window.end - timedelta(days=1)}", **quick}
            where = f"{dimension} = '{value}'" if dimension else None
            page = words_of(client.get(f"/indicateur/{name}/", {**asked, **({dimension: value} if dimension else {})}))
            lines = figures(desk, name, window, where)
            most = max(lines, key=lambda line: (line.estimate.n, str(line.estimate.by)), default=None)
            if most is None:
                continue
            shown += 1
            assert plain(formats.estimate_value(most.estimate)) in page, (name, where, window)
            assert plain(words.bounds(most.estimate)) in page, (name, where, window)
    assert shown >= 8


def test_an_unknown_indicator_names_the_near_ones(signed: Signed) -> None:
    response = signed("reader", language="en").get("/indicateur/nsp/")
    assert response.status_code == 404
    assert b'href="/indicateur/nps/"' in response.content


@pytest.mark.parametrize(
    "query",
    [
        "par=licorne",
        "variante=licorne",
        "pas=siecle",
        "pas=jour&du=2020-01-01&au=2026-01-01",
        "du=2026-05-01&au=2025-01-01",
        "du=1900-01-01&au=2999-12-31",
        "du=2998-01-01&au=2999-01-01",
        "au-jour=2000-01-01",
        "au-jour=2026-02-30",
        "region=<script>alert(1)</script>",
        "region=l'autre%20rive",
        "survey=aucune",
        "survey=agence&survey=relation",
        "licorne=1",
        "page=99999999999999999999",
        "par=region&region=Bretagne&vs=aucune",
        "vs=an-dernier",
    ],
)
@pytest.mark.parametrize("page", PAGES)
def test_a_wrong_address_shows_the_nearest_view(signed: Signed, page: str, query: str) -> None:
    response = signed("administrator").get(f"/indicateur/nps/{page}?{query}")
    assert response.status_code == 200
    assert b"<script>alert" not in response.content


def test_an_impossible_dimension_is_said(signed: Signed) -> None:
    page = words_of(signed("reader").get("/indicateur/nps/?par=licorne"))
    assert "ne se ventile pas par « licorne »" in page


def test_surveys_are_never_pooled(signed: Signed) -> None:
    client = signed("reader")
    one, other = (words_of(client.get("/indicateur/nps/", {"survey": name})) for name in ("agence", "relation"))
    found = [re.search(r"n = ([\d ]+)", text) for text in (one, other)]
    assert all(found)
    assert found[0][1] != found[1][1]  # type: ignore[index]
    usual = words_of(client.get("/indicateur/nps/"))
    assert any(f"n = {match[1]}" in usual for match in found if match)


def test_a_scope_narrows_every_figure_and_cannot_be_left(signed: Signed, company: Path) -> None:
    whole, scoped = signed("agent"), signed("agent", scope={"region": ["Bretagne"]})
    asked = "/indicateur/nps/?survey=relation"
    narrowed = words_of(whole.get(asked + "&region=Bretagne"))
    mine = words_of(scoped.get(asked))
    pattern = r"n = ([\d ]+) "
    assert re.search(pattern, mine)[1] == re.search(pattern, narrowed)[1]  # type: ignore[index]
    assert re.search(pattern, mine)[1] != re.search(pattern, words_of(whole.get(asked)))[1]  # type: ignore[index]
    elsewhere = words_of(scoped.get(asked + "&region=Normandie"))
    assert "non calculable" in elsewhere or not re.search(r"n = [1-9]", elsewhere)
    table = scoped.get("/indicateur/nps/ventilation?par=region").content.decode()
    assert "Normandie" not in table


def test_what_a_scope_cannot_filter_is_not_shown(signed: Signed) -> None:
    page = words_of(signed("agent", scope={"team": ["Nord"]}).get("/indicateur/nps/"))
    assert "ne se calcule pas ici" in page


def test_a_chart_is_asked_for_then_drawn_at_once(signed: Signed) -> None:
    client = signed("reader")
    first = client.get("/indicateur/nps/?survey=relation&periode=1y").content.decode()
    where = unescape(re.search(r'hx-get="([^"]*image/tendance[^"]*)"', first)[1])  # type: ignore[index]
    drawn = client.get(where, headers={"HX-Request": "true"}).content.decode()
    assert drawn.count("<svg") == 2
    again = client.get("/indicateur/nps/?survey=relation&periode=1y").content.decode()
    assert 'class="chart"' in again
    assert "image/tendance?" not in again
    picture = client.get(where.replace("image/tendance", "image/tendance.svg"))
    assert picture["Content-Type"] == "image/svg+xml"


def test_every_chart_has_its_data_beside_it(signed: Signed) -> None:
    page = signed("reader").get("/indicateur/nps/?survey=relation").content.decode()
    assert page.count(">Voir les données</summary>") == 2
    assert page.count("<noscript><img") + page.count('<div class="d-none d-sm-block"><svg') == 2


def test_the_exports_are_linked_with_the_same_state(signed: Signed) -> None:
    page = signed("reader").get("/indicateur/churn/?region=Bretagne").content.decode()
    links = re.findall(r'href="(/export/indicateur/churn/tendance\.csv[^"]*)"', page)
    assert links
    assert "region=Bretagne" in links[0]


@pytest.mark.parametrize(("lang", "quarter"), [("fr", "(T3\u00a02025)"), ("en", "(Q3\u00a02025)")])
def test_the_sentence_of_a_chart_names_periods_as_its_axis_does(signed: Any, lang: str, quarter: str) -> None:
    answer = signed("reader", language=lang).get(
        "/indicateur/nps/?survey=relation&du=2025-07-01&au=2026-06-30&pas=trimestre"
    )
    page = unescape(answer.content.decode())
    assert quarter in page
    assert re.findall(r"\d{4}-Q\d", page) == []


def test_the_card_names_the_tables_and_columns_that_it_reads(signed: Any) -> None:
    page = unescape(signed("reader").get("/indicateur/nps/").content.decode())
    assert "Réponses : Note" in page
    assert "answers : score" not in page


@pytest.mark.parametrize(
    ("name", "variant", "p_value", "told"),
    [
        ("nps", "default", 0.01, True),
        ("nps", "default", 0.0001, False),  # it stands on the bridge too
        ("nps", "mean", 0.01, False),  # the bridge shows another variant
        ("step_time", "default", 0.01, False),  # the bridge shows no such figure
    ],
)
def test_a_change_that_the_bridge_may_doubt_is_said_to_be_judged_alone(
    name: str, variant: str, p_value: float, told: bool
) -> None:
    from timonier.indicators.catalogue import CATALOGUE
    from timonier.indicators.difference import Difference
    from timonier.indicators.estimate import Estimate
    from timonier.scorecard.score import Line
    from timonier.web.dashboards.indicator_views import change_look

    found = Estimate(name, 10.0, 5.0, 15.0, 100, variant=variant)
    moved = Difference(4.0, 1.0, 7.0, p_value=p_value, direction="up")
    assert change_look(Line(CATALOGUE[name], found, found, moved))["judged_alone"] is told
