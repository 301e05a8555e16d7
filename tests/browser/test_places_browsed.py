"""Every page that a person can open: accessible, light and dark, wide and narrow; nothing moves, nothing overflows."""

from collections.abc import Callable

import pytest
from looking import findings, look, settled, shifted, too_wide
from places import ALLAUTH, NOT_PAGES, PAGES, Place, routes
from playwright.sync_api import Page
from watching import Watch

type Opens = Callable[..., Page]

CONTRAST = ["color-contrast", "link-in-text-block"]


def test_every_route_is_looked_at_or_said_why_not() -> None:
    known = {place.route for place in PAGES} | NOT_PAGES.keys()
    unknown = {name for name in routes() if name not in known and not ALLAUTH.match(name)}
    assert not unknown, f"add them to tests/browser/places.py: {sorted(unknown)}"
    gone = {name for name in known - routes() if name != "nothing here"}
    assert not gone, f"no such route any more: {sorted(gone)}"


def test_a_known_fault_is_found(opens: Opens) -> None:
    """The control: a picture without words, a text too pale, a box too wide, a text that jumps."""
    page = opens("/recherche?q=nps")
    page.evaluate(
        """() => {
            const add = (html) => document.querySelector("main").insertAdjacentHTML("afterbegin", html);
            add("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw=' width=10 height=10>");
            add("<p id='pale'>pale</p>");
            document.getElementById("pale").style.color = "#ccc";
            add("<div id='wide'>wide</div>");
            document.getElementById("wide").style.width = "900px";
        }"""
    )
    page.wait_for_timeout(600)
    page.evaluate("""() => { document.querySelector("main").style.marginTop = "400px"; }""")
    page.wait_for_timeout(300)
    found = "\n".join(findings(page))
    assert "image-alt" in found
    assert "color-contrast" in found
    assert shifted(page) > 0.1
    assert any('id="wide"' in line for line in too_wide(page))


@pytest.mark.parametrize("place", PAGES, ids=[place.name for place in PAGES])
def test_page(opens: Opens, watch: Watch, place: Place) -> None:
    watch.expect(place.status)
    page = opens(place.path or "/", signed=place.signed)
    if place.walk:
        place.walk(page)
    settled(page)
    moved = shifted(page)
    assert page.locator("h1").count() == 1
    assert len(page.title()) > len("Timonier")
    wrong = [f"light, wide: {line}" for line in findings(page)]
    look(page, "dark", 1280)
    wrong += [f"dark, wide: {line}" for line in findings(page, rules=CONTRAST)]
    look(page, "dark", 390)
    wrong += [f"dark, 390 px: {line}" for line in findings(page)]
    look(page, "light", 390)
    wrong += [f"light, 390 px: {line}" for line in findings(page, rules=CONTRAST)]
    wrong += [f"320 px: {line}" for line in too_wide(page)]
    assert not wrong, "\n".join(wrong)
    assert moved < 0.1, f"the page moved by {moved:.2f} while loading"
