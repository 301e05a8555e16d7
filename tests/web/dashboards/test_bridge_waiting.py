"""Pages do not wait for figures that take long: they keep their place, and ask for them again."""

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, Scorecard, Seen
from timonier.web.figures import selectors

pytestmark = pytest.mark.django_db
ADDRESS = "/?du=2025-02-03&au=2025-11-09"


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Callable[[], None]]:
    """Scorecards stop at their third indicator, or at their only one, until the function given is called."""
    go_on = threading.Event()
    ask = selectors.score

    def slowly(desk: Desk, request: Request, *, seen: Seen) -> Scorecard:
        def stop(part: Scorecard, *, long: bool = False) -> None:
            seen(part, long=long)
            here = min(3, len(request.indicators) - 1) if request.indicators else 3
            if len({line.indicator.name for line in part.lines}) >= here and not go_on.wait(60):
                raise TimeoutError

        return ask(desk, replace(request, rollups=True), seen=stop)

    monkeypatch.setattr(selectors, "score", slowly)
    settings.BRIDGE_PATIENCE = settings.INDICATOR_PATIENCE = 1.0
    yield go_on.set
    go_on.set()


def test_known_figures_are_shown_and_the_place_of_the_others_is_kept(held: Callable[[], None], signed: Any) -> None:
    client = signed("pilot")
    page = client.get(ADDRESS).content.decode()
    assert page.count('class="kpi-value"') >= 1
    assert "kpi is-waiting" in page
    assert "en cours de calcul…" in page
    region = re.search(r'<div id="bridge"[^>]*>', page)
    assert region is not None
    assert 'hx-get="/?du=2025-02-03&amp;au=2025-11-09' in region[0]
    assert 'aria-busy="true"' in region[0]
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    held()


def test_the_part_asked_for_again_ends_with_every_figure(held: Callable[[], None], signed: Any, settings: Any) -> None:
    client, address = signed("pilot"), "/?du=2025-02-05&au=2025-11-11"
    client.get(address)
    held()
    settings.BRIDGE_PATIENCE = None
    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(address).content.decode()
    assert "<html" not in part
    assert "is-waiting" not in part
    assert "aria-busy" not in part
    assert 'id="balance" hx-swap-oob="true"' in part
    values = re.compile(r'class="kpi-value">([^<]+)<')
    assert values.findall(part) == values.findall(whole)
    assert len(values.findall(whole)) > 8
    assert "http-equiv" not in whole


def test_what_moved_is_not_told_before_all_comparisons_are_known(held: Callable[[], None], signed: Any) -> None:
    page = signed("pilot").get("/?du=2025-02-04&au=2025-11-10").content.decode()
    assert "is-waiting" in page
    assert '<ul class="moved-list">' not in page
    held()


def test_the_page_of_an_indicator_says_that_it_is_counted_then_shows_it(
    held: Callable[[], None], signed: Any, settings: Any
) -> None:
    client, address = signed("reader"), "/indicateur/churn/?du=2025-02-06&au=2025-11-12&variante=exposure"
    page = client.get(address).content.decode()
    assert "en cours de calcul" in page
    assert 'class="kpi-value"' not in page
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in page
    region = re.search(r'<div id="waiting"[^>]*>', page)
    assert region is not None
    again = re.search(r'hx-get="([^"]+)"', region[0])
    assert again is not None
    told = again[1].replace("&amp;", "&")
    assert {"du=2025-02-06", "au=2025-11-12", "variante=exposure"} <= set(told.partition("?")[2].split("&"))
    asking = {"HX-Request": "true", "HX-Trigger": "waiting"}
    part = client.get(told, headers=asking)
    assert "<html" not in part.content.decode()
    assert 'id="waiting"' in part.content.decode()
    held()
    settings.INDICATOR_PATIENCE = None
    assert client.get(told, headers=asking).headers["HX-Refresh"] == "true"
    assert 'id="figure"' in client.get(address).content.decode()


def test_what_people_type_while_they_wait_is_not_asked_for_again(held: Callable[[], None], signed: Any) -> None:
    page = signed("reader").get("/indicateur/churn/?du=2025-02-07&au=2025-11-13").content.decode()
    controls, _, asked_again = page.partition('<div id="waiting"')
    assert 'id="periode"' in controls
    assert "<select" not in asked_again.partition("</main>")[0]
    held()
