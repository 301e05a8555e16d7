"""What comes out of the printer: the figures and what they are about, whole cards, ink on white, nothing to click."""

from collections.abc import Callable

import pytest
from looking import STILL, settled
from playwright.sync_api import Page, expect

type Opens = Callable[..., Page]

PAGES = (
    "/?region=Bretagne",
    "/indicateur/nps/?region=Bretagne",
    "/indicateur/nps/ventilation?region=Bretagne",
    "/indicateur/nps/lignes?region=Bretagne",
)
LONG, SHORT = 1017, 688  # A4 without its margins of 14 mm, in CSS pixels

CONTROLS = """() => [...document.querySelectorAll(
        "button, select, input, textarea, .btn, .menu, .hint, .chip-off, .quiet, nav a, [role=search], .skip")]
    .filter((one) => one.checkVisibility() && one.getClientRects().length)
    .map((one) => one.outerHTML.slice(0, 100))"""

# Words of the page, not of the drawings: these stand on bars of their own. A canvas knows any way to write a colour.
FAINT = """() => {
    const dot = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const seen = (colour) => {
        dot.clearRect(0, 0, 1, 1); dot.fillStyle = colour; dot.fillRect(0, 0, 1, 1);
        return [...dot.getImageData(0, 0, 1, 1).data];
    };
    const light = ([r, g, b]) => [r, g, b].map((one) => one / 255)
        .map((one) => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
        .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
    const speaks = (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    const words = [...document.querySelectorAll("main :not(svg, svg *), footer *")]
        .filter((one) => speaks(one) && one.checkVisibility() && !one.closest(".visually-hidden"))
        .filter((one) => 1.05 / (light(seen(getComputedStyle(one).color)) + 0.05) < 4.5);
    const grounds = [document.documentElement, ...document.querySelectorAll("body, main, main :not(svg, svg *)")]
        .filter((one) => { const [r, g, b, a] = seen(getComputedStyle(one).backgroundColor);
            return a > 0 && one.checkVisibility() && light([r, g, b]) < 0.6; });
    return [...words, ...grounds].map((one) => one.outerHTML.slice(0, 100));
}"""

BREAKABLE = """() => [...document.querySelectorAll(".kpi, figure.chart, .card, .others, tbody tr, .notice")]
    .filter((one) => one.checkVisibility() && getComputedStyle(one).breakInside !== "avoid")
    .map((one) => one.outerHTML.slice(0, 100))"""

TALLEST = """() => Math.max(0, ...[...document.querySelectorAll(".kpi, figure.chart, .card, .others, tbody tr")]
    .map((one) => one.getBoundingClientRect().height))"""


def sheet(path: str) -> tuple[int, int]:
    """Width and height: rows, which have many columns, are printed on the long side."""
    return (LONG, SHORT) if "/lignes" in path else (SHORT, LONG)


def printed(page: Page) -> Page:
    """As the printer is given it: the sheet's width, the media of paper."""
    settled(page)
    width, height = sheet(page.url)
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")
    page.evaluate(STILL)
    return page


@pytest.mark.parametrize("path", PAGES)
def test_nothing_to_click_is_printed(opens: Opens, path: str) -> None:
    page = opens(path)
    settled(page)
    assert len(page.evaluate(CONTROLS)) > 5, "the screen has some"
    assert printed(page).evaluate(CONTROLS) == []
    expect(page.locator(".topbar")).to_be_hidden()


@pytest.mark.parametrize("chosen", ["by the device", "in the preferences"])
@pytest.mark.parametrize("path", PAGES[1:3])
def test_a_dark_screen_prints_dark_ink_on_white(opens: Opens, path: str, chosen: str) -> None:
    page = opens(path, theme="dark" if chosen == "by the device" else "light")
    if chosen == "in the preferences":
        page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    settled(page)
    assert page.evaluate(FAINT), "the screen is dark"
    assert printed(page).evaluate(FAINT) == []
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("path", PAGES)
def test_no_card_is_cut_between_two_sheets(opens: Opens, path: str) -> None:
    page = printed(opens(path))
    assert page.evaluate(BREAKABLE) == []
    width, height = sheet(path)
    assert page.evaluate(TALLEST) < height, "a card taller than a sheet is cut whatever is asked"
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES)
def test_the_period_and_the_filters_come_before_the_figures(opens: Opens, path: str) -> None:
    page = printed(opens(path))
    chips = page.locator(".chips")
    expect(chips).to_contain_text("Région Bretagne")
    assert "Filtres appliqués" in page.evaluate(
        "getComputedStyle(document.querySelector('.chips'), '::before').content"
    )
    period = page.locator(".period-line")
    expect(period).to_contain_text("par rapport à la période précédente")
    figures = page.locator(".kpi, figure.chart, table").first
    tops = [one.bounding_box() for one in (chips, period, figures)]
    assert [box["y"] for box in tops if box] == sorted(box["y"] for box in tops if box)
    assert all(tops)


def test_folded_tables_are_printed_open_and_drawings_with_their_bands(opens: Opens) -> None:
    page = opens(PAGES[1])
    settled(page)
    table = page.locator("figure.chart details.more table").first
    expect(table).to_be_hidden()
    printed(page)
    expect(table).to_be_visible()
    expect(page.get_by_text("Voir les données").first).to_be_hidden()
    expect(page.locator("figure.chart svg.chart").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('svg.chart')).printColorAdjust") == "exact"


def test_paper_says_how_many_rows_it_leaves_out(opens: Opens) -> None:
    page = printed(opens(PAGES[3].partition("?")[0]))
    expect(page.locator(".pages > span")).to_be_visible()
    expect(page.locator(".pages")).to_contain_text("1 à 50 sur")
    expect(page.locator(".pages a").first).to_be_hidden()


def test_paper_keeps_the_warnings_and_drops_the_news(opens: Opens) -> None:
    page = printed(opens("/?vs=inconnue"))
    expect(page.locator(".notice", has_text="Comparaison inconnue")).to_be_visible()
    page = opens("/compte/preferences")
    page.locator("main form button.btn-primary").click()
    news = page.locator(".notice.is-success")
    expect(news).to_be_visible()
    page.emulate_media(media="print")
    expect(news).to_be_hidden()
