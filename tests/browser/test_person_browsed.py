"""What each person chooses for themselves: keyboard or mouse, language, look, paper; and what a page weighs."""

import re
from collections.abc import Callable

from looking import findings, look, settled
from playwright.sync_api import Page, expect
from watching import Watch

type Opens = Callable[..., Page]

HEAVIEST = 150 * 1024


def focused(page: Page) -> str:
    """What has the focus, in words."""
    return str(
        page.evaluate("""() => {
            const one = document.activeElement;
            return one.getAttribute("aria-label") || one.labels?.[0]?.textContent.trim() || one.textContent.trim();
        }""")
    )


def test_the_keyboard_alone_steers(opens: Opens) -> None:
    page = opens("/")
    press = page.keyboard.press
    press("Tab")
    assert focused(page) == "Aller au contenu"
    press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    page.reload()
    stops = []
    for _ in range(11):
        press("Tab")
        stops.append(focused(page))
    assert stops[:5] == ["Aller au contenu", "Timonier", "La passerelle", "Indicateurs", "Données"]
    assert "Votre compte" in stops
    assert "Période" in stops, stops

    press("Escape")
    page.evaluate("document.activeElement.blur()")
    press("/")
    expect(page.locator("#seek")).to_be_focused()
    page.keyboard.type("nps")
    press("Escape")
    expect(page.locator("#seek")).not_to_be_focused()

    press("?")
    dialog = page.locator("dialog#shortcuts")
    expect(dialog).to_be_visible()
    wrong = findings(page)
    press("Escape")
    expect(dialog).to_be_hidden()

    hint = page.locator("button.hint").first
    hint.focus()
    press("Enter")
    expect(page.locator(".tip:popover-open")).to_have_count(1)
    wrong += findings(page)
    press("Escape")
    expect(page.locator(".tip:popover-open")).to_have_count(0)
    expect(hint).to_be_focused()

    menu = page.locator("header details[data-menu] summary")
    menu.focus()
    press("Enter")
    expect(page.get_by_role("link", name="Préférences")).to_be_visible()
    wrong += findings(page)
    press("Escape")
    expect(page.get_by_role("link", name="Préférences")).to_be_hidden()
    expect(menu).to_be_focused()
    assert not wrong, "\n".join(wrong)

    press("g")
    press("i")
    page.wait_for_url(re.compile("/indicateur/$"))
    press("g")
    press("p")
    page.wait_for_url(re.compile(r"\d/$"))
    page.locator("select#periode").focus()
    press("ArrowDown")
    page.wait_for_url(re.compile("periode="))


def test_somebody_chooses_english_and_dark(opens: Opens) -> None:
    """Kept with the person, whatever the browser asks; the words on the page, its language and its colours follow."""
    page = opens("/compte/preferences")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    try:
        page.get_by_label("Langue").select_option("en")
        page.get_by_label("Apparence").select_option("dark")
        page.get_by_role("button", name="Enregistrer").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Your preferences")
        page.goto("/")
        assert page.locator("html").get_attribute("lang") == "en"
        expect(page.get_by_role("link", name="The bridge")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
        assert "La passerelle" not in page.locator("body").inner_text()
        assert not findings(page, rules=["color-contrast"])
    finally:
        page.goto("/compte/preferences")
        page.locator("#language").select_option("")
        page.locator("#theme").select_option("auto")
        page.locator("main form button.btn-primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos préférences")


def test_colours_for_colour_blind_readers_are_tried_at_once_and_kept(opens: Opens) -> None:
    page = opens("/compte/preferences")
    choice = page.get_by_label("Couleurs du mieux et du moins bien")
    better = "getComputedStyle(document.documentElement).getPropertyValue('--good')"
    usual = page.evaluate(better)
    choice.select_option("safe")
    expect(page.locator("html")).to_have_attribute("data-palette", "safe")
    assert page.evaluate(better) != usual
    page.get_by_role("button", name="Enregistrer").click()
    try:
        page.goto("/indicateur/nps/")
        settled(page)
        bars = page.locator("figure.chart:has(#chart-distribution) svg.chart:visible path[fill]")
        fills = set(bars.evaluate_all("list => list.map(one => getComputedStyle(one).fill)"))
        assert {"rgb(11, 90, 143)", "rgb(220, 118, 51)"} <= fills
        assert "rgb(31, 122, 80)" not in fills
        worse = page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--bad')")
        assert "#a34a00" in worse, "words take a darker orange than bars"
        wrong = findings(page, rules=["color-contrast"])
        look(page, "dark", 1280)
        wrong += findings(page, rules=["color-contrast"])
    finally:
        page.goto("/compte/preferences")
        choice.select_option("usual")
        page.get_by_role("button", name="Enregistrer").click()
    expect(choice).to_have_value("usual")
    assert not wrong, "\n".join(wrong)


def test_the_bridge_is_light(opens: Opens, watch: Watch) -> None:
    """Everything that a first visit brings over the wire, compressed as it was sent."""
    page = opens("/compte/preferences")
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto("/")
    settled(page)
    assert len(sizes) >= 4
    assert sum(sizes) <= HEAVIEST, f"{sum(sizes) / 1024:.0f} KB"
