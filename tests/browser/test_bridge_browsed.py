"""The bridge as people use it: sign in, choose, narrow, go back, with the keyboard, without JavaScript, on paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from watching import Watch

from running import Running

type Opens = Callable[..., Page]


def bridge_text(page: Page) -> str:
    """What the cards say once they are all there, and over what period."""
    expect(page.locator("#bridge:not([data-pending])")).to_have_count(1, timeout=60_000)
    return page.locator(".period-line").inner_text() + page.locator(".families").first.inner_text()


def test_the_watch_sees_what_goes_wrong(opens: Opens, watch: Watch) -> None:
    """The control of every other test here: a page at fault is complained about."""
    page = opens("/")
    page.evaluate(
        """() => {
            console.error("something broke");
            document.body.insertAdjacentHTML("beforeend", "<img src='/nowhere.png' alt=''>");
            document.body.insertAdjacentHTML("beforeend", "<p id='styled' style='color: red'>x</p>");
            document.body.insertAdjacentHTML("beforeend", "<img src='http://127.0.0.2:9/x.png' alt=''>");
        }"""
    )
    page.wait_for_timeout(500)
    seen = "\n".join(watch.complaints)
    watch.complaints.clear()
    assert "something broke" in seen
    assert "status 404" in seen
    assert "another host" in seen
    assert "Content Security Policy" in seen


def test_a_link_signs_in_once(opens: Opens, app: Running, watch: Watch) -> None:
    watch.expect(404)
    page = opens(app.link, signed=False)
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien n’est plus valable")


def test_without_signing_in_nothing_is_shown(opens: Opens) -> None:
    page = opens("/indicateur/nps/", signed=False)
    assert "/compte/" in page.url
    assert page.locator(".kpi").count() == 0


@pytest.mark.parametrize("script", [True, False])
def test_period_comparison_and_filters_live_in_the_address(opens: Opens, script: bool) -> None:
    """The same steps with JavaScript and without; the back button and a bookmark give the same page again."""
    page = opens("/", script=script)
    first = bridge_text(page)

    def choose(field: str, option: str) -> None:
        page.locator(f"select#{field}").select_option(option)
        if not script:
            page.locator("noscript button, .controls-form button").first.click()
        page.wait_for_url(re.compile(rf"{field}={option}(&|$)"))

    periods = page.locator("select#periode option").evaluate_all("list => list.map(one => one.value)")
    now = page.locator("select#periode").input_value()
    other = next(value for value in periods if value != now)
    choose("periode", other)
    chosen = bridge_text(page)
    assert chosen != first
    comparisons = page.locator("select#vs option").evaluate_all("list => list.map(one => one.value)")
    versus = page.locator("select#vs").input_value()
    choose("vs", next(value for value in comparisons if value != versus))
    compared = page.url
    assert bridge_text(page) != chosen

    page.get_by_role("link", name="Filtrer").click()
    box = page.locator("details[open] input[type=checkbox]").first
    name, value = box.get_attribute("name"), box.get_attribute("value")
    box.check()
    page.get_by_role("button", name="Afficher").click()
    chip = page.locator(".chips .chip")
    expect(chip).to_have_count(1)
    expect(chip).to_contain_text(value or "")
    assert f"{name}=" in page.url
    filtered, bookmark = bridge_text(page), page.url

    again = opens(bookmark, script=script)
    assert bridge_text(again) == filtered

    page.get_by_role("link", name=re.compile("Retirer le filtre")).click()
    expect(page.locator(".chips .chip")).to_have_count(0)
    assert bridge_text(page) != filtered
    page.go_back()
    expect(page.locator(".chips .chip")).to_have_count(1)
    assert bridge_text(page) == filtered
    page.go_back()
    page.go_back()
    assert page.url == compared


PHONE = {"width": 390, "height": 844}


def bottom(page: Page, selector: str) -> float:
    """Where the first element of that kind ends, in pixels from the top of the screen."""
    box = page.locator(selector).first.bounding_box()
    assert box is not None, selector
    return box["y"] + box["height"]


@pytest.mark.parametrize(("path", "script"), [("/", True), ("/", False), ("/indicateur/nps/", True)])
def test_a_phone_shows_what_moved_and_the_first_figure_without_scrolling(opens: Opens, path: str, script: bool) -> None:
    page = opens(path, width=PHONE["width"], script=script)
    page.set_viewport_size(PHONE)
    first = {"/": ".moved-list li"}.get(path, ".finding")
    expect(page.locator(first).first).to_be_visible()
    assert bottom(page, first) < PHONE["height"]
    assert bottom(page, ".kpi .kpi-range") < PHONE["height"]
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("script", [True, False])
def test_on_a_phone_the_controls_are_one_row_that_unfolds(opens: Opens, script: bool) -> None:
    """The row says the period in force; what it hides is at hand once opened, and steers the page."""
    page = opens("/", width=PHONE["width"], script=script)
    expect(page.locator("select#periode")).to_be_hidden()
    row = page.locator(".steer > summary")
    expect(row).to_contain_text(page.locator("select#periode option[selected]").inner_text())
    assert page.locator(".steer").bounding_box()["height"] < 48  # type: ignore[index]
    row.click()
    expect(page.locator("select#periode")).to_be_visible()
    page.get_by_role("link", name="Filtrer").click()
    page.wait_for_url(re.compile("/filtre"))


@pytest.mark.parametrize("script", [True, False])
def test_on_a_wide_screen_the_controls_need_no_unfolding(opens: Opens, script: bool) -> None:
    page = opens("/", script=script)
    expect(page.locator("select#periode")).to_be_visible()
    expect(page.locator(".steer > summary")).to_be_hidden()
    expect(page.locator(".moved-list").last).to_be_visible()


def test_chosen_days_and_a_kept_view(opens: Opens) -> None:
    page = opens("/")
    page.get_by_text("Choisir des dates").click()
    page.get_by_label("Du", exact=True).fill("2026-04-01")
    page.get_by_label("Au (compris)").fill("2026-06-30")
    page.locator(".menu-form:visible").get_by_role("button", name="Afficher").click()
    assert "du=2026-04-01" in page.url
    assert "au=2026-06-30" in page.url
    shown = bridge_text(page)
    page.locator("summary", has_text="Vues").click()
    page.get_by_label("Nom de la vue").fill("Printemps <b>2026</b>")
    page.get_by_role("button", name="Enregistrer cette vue").click()
    page.goto("/")
    assert bridge_text(page) != shown
    page.locator("summary", has_text="Vues").click()
    page.get_by_role("link", name="Printemps <b>2026</b>").click()
    assert bridge_text(page) == shown
    page.locator("summary", has_text="Vues").click()
    page.get_by_role("button", name=re.compile("^Retirer Printemps")).click()
    expect(page.get_by_role("link", name="Printemps <b>2026</b>")).to_have_count(0)
