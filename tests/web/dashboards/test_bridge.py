"""The bridge: its figures are those of the command line, its address its state, its scope a wall."""

import html
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timonier.facts.workspace import Workspace
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.estimate import Period
from timonier.scorecard import words
from timonier.scorecard.opening import desk_of
from timonier.scorecard.request import Request
from timonier.scorecard.score import score
from timonier.text import language
from timonier.web.accounts.access import Scope
from timonier.web.figures.selectors import scorecard
from timonier.web.figures.state import ViewState

pytestmark = pytest.mark.django_db
NAMES = tuple(name for name, one in CATALOGUE.items() if not one.on_request)


def text_of(response: Any) -> str:
    return flat(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def flat(text: str) -> str:
    """One ordinary space between words, whatever kind it was."""
    return re.sub(r"\s+", " ", text)


def test_every_figure_of_the_command_line_is_on_the_page(signed: Any, company: Any) -> None:
    page = text_of(signed().get("/"))
    token = language.set("fr")
    try:
        lines = score(desk_of(Workspace.open(company)), Request()).lines
        shown = [line for line in lines if line.estimate.value is not None]
        assert len(shown) > 20
        for line in shown:
            value = words.value(line.estimate).removesuffix("\u00a0○")
            assert flat(value) in page, line.indicator.name
            assert flat(words.bounds(line.estimate)) in page, line.indicator.name
        moved = [line for line in shown if line.difference is not None and line.difference.low is not None]
        assert len(moved) > 15
        for line in moved:
            change = f"{words.change(line.difference, line.estimate)} {words.margin(line.difference, line.estimate)}"
            assert flat(change) in page or line.estimate.unit not in ("points", "share"), line.indicator.name
            assert flat(words.margin(line.difference, line.estimate)) in page, line.indicator.name
    finally:
        language.reset(token)


@given(
    start=st.dates(date(2024, 6, 1), date(2026, 3, 1)),
    length=st.integers(1, 400),
    versus=st.sampled_from(["previous", "last-year", "none"]),
    region=st.sampled_from(["", "Bretagne", "Occitanie"]),
    scoped=st.booleans(),
    names=st.sets(st.sampled_from(NAMES), min_size=2, max_size=3),
)
@settings(derandomize=True, max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_page_and_command_line_agree(
    company: Any, start: date, length: int, versus: Any, region: str, scoped: bool, names: set[str]
) -> None:
    """Any period, comparison and filter; a scope counts as a filter that cannot be taken off."""
    window = Period(start, date.fromordinal(start.toordinal() + length))
    scope = Scope.of({"segment": ["particulier"]} if scoped else {})
    filters = (("region", (region,)),) if region else ()
    chosen = tuple(sorted(names))
    page = scorecard(ViewState(window, "", versus, filters), scope, {"indicators": chosen})
    asked = [*(["segment = 'particulier'"] if scoped else []), *([f"region = '{region}'"] if region else [])]
    desk = desk_of(Workspace.open(company), rollups=False)  # nothing kept: counted again from the facts
    told = score(desk, Request(chosen, window=window, compare=versus, where=" and ".join(asked) or None))
    assert [(line.estimate, line.reference) for line in page.lines] == [
        (line.estimate, line.reference) for line in told.lines
    ]


def test_scoped_people_see_their_part_only(signed: Any, company: Any) -> None:
    page = text_of(signed("reader", scope={"region": ["Bretagne"]}).get("/?region=Occitanie"))
    mine = text_of(signed("reader", scope={"region": ["Bretagne"]}).get("/"))
    whole = text_of(signed("reader").get("/"))
    assert mine != whole
    n_whole = re.search(r"NPS — relation.*?n = ([\d\s]+)", whole)
    assert n_whole is not None
    assert "NPS — relation" not in page, "another region than theirs gives nothing"


def test_filter_page_offers_a_scoped_person_their_values_only(signed: Any) -> None:
    page = signed("reader", scope={"region": ["Bretagne", "Occitanie"]}).get("/filtre").content.decode()
    assert 'name="region" value="Bretagne"' in page
    assert 'name="region" value="Normandie"' not in page


@pytest.mark.parametrize("language_", ["fr", "en"])
@pytest.mark.parametrize(
    "query", ["", "?periode=x&vs=y&z=1", "?du=2026-05-02&au=2026-01-01", "?du=1900-01-01&au=1950-01-01"]
)
def test_any_address_gives_a_page(signed: Any, query: str, language_: str) -> None:
    answer = signed("reader", language=language_).get(f"/{query}")
    assert answer.status_code == 200
    assert answer.headers["Content-Language"] == language_


def test_running_period_is_said(signed: Any) -> None:
    assert "période en cours" in text_of(signed().get("/?periode=mois"))


def test_views_are_kept_shared_and_removed(signed: Any) -> None:
    pilot, reader = signed("pilot"), signed("reader")
    told = {"name": "Bretagne <b>", "path": "/", "periode": "1q", "vs": "aucune", "region": "Bretagne", "shared": "on"}
    assert pilot.post("/vues", told).headers["Location"] == "/?periode=1q&vs=aucune&region=Bretagne"
    page = reader.get("/").content.decode()
    assert "Bretagne &lt;b&gt;" in page
    view = pilot.person.savedview_set.get()
    assert reader.post(f"/vues/{view.pk}/retirer").status_code == 403
    assert reader.post("/vues", {**told, "name": "à moi"}).status_code == 403, "a reader shares nothing"
    assert pilot.post(f"/vues/{view.pk}/retirer").status_code == 302


def test_a_view_leads_to_our_pages_only(signed: Any) -> None:
    answer = signed("pilot").post("/vues", {"name": "x", "path": "//ailleurs.exemple/"})
    assert answer.headers["Location"].startswith("/?")


def test_search_opens_the_only_match(signed: Any) -> None:
    browser = signed("reader")
    assert browser.get("/recherche?q=premier contact").headers["Location"] == "/indicateur/fcr/"
    assert "Rien trouvé" in text_of(browser.get("/recherche?q=<script>"))
    assert "Réglages" not in text_of(browser.get("/recherche?q=r")).split("Recherche")[1]


@pytest.mark.parametrize("query", ["", "?periode=30j&vs=an-dernier"])
def test_the_headline_counts_what_the_cards_say(signed: Any, query: str) -> None:
    page = signed().get(f"/{query}").content.decode()
    said = flat(html.unescape(re.sub(r"<[^>]+>", " ", page)))
    counts = re.search(
        r"(\d+) indicateurs? en progrès, (\d+) en recul(?:, (\d+) en mouvement, sans sens préféré)?"
        r"(?:, (\d+) à confirmer)?, (\d+) dans la marge d’erreur\.",
        said,
    )
    assert counts is not None
    better, worse, otherwise, doubtful, within = (int(one or 0) for one in counts.groups())
    assert page.count('class="change is-better') == better
    assert page.count('class="change is-worse') == worse
    verdicts = [flat(one) for one in re.findall(r'class="verdict">([^<]*)<', page)]
    assert sum("à confirmer" in one for one in verdicts) == doubtful
    assert sum("dans la marge" in one for one in verdicts) == within
    box = page.partition('class="families"')[0].partition('class="moved-list"')[2]
    assert len(re.findall(r'<a href="/indicateur/', box)) == better + worse + otherwise
