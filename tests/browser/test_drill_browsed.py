"""From a card to the answer that moved it, and from a page to a file, to a link, to paper."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from looking import settled
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook
from watching import Watch

type Opens = Callable[..., Page]

FILTERED = "?periode=12m&vs=precedente&region=Bretagne"


def figure(where: Locator) -> str:
    """The value that a card shows, spaces aside."""
    return re.sub(r"\s", "", where.locator(".kpi-value").first.inner_text())


@pytest.mark.parametrize("script", [True, False])
def test_from_a_card_to_one_customer(opens: Opens, script: bool) -> None:
    """The figure is the same on each step, and the filter is kept."""
    page = opens("/" + FILTERED, script=script)
    card = page.locator("article.kpi").filter(has=page.locator(".kpi-name a[href*='/indicateur/nps/']")).first
    expected = figure(card)
    counted = re.sub(r"\D", "", card.locator(".kpi-range span").last.inner_text())
    card.locator(".kpi-name a").click()
    assert figure(page.locator("main")) == expected
    expect(page.locator(".chips")).to_contain_text("Bretagne")
    page.get_by_role("link", name="Voir les lignes").click()
    expect(page.locator(".chips")).to_contain_text("Bretagne")
    assert expected in re.sub(r"\s", "", page.locator(".finding").inner_text())
    rows = page.locator("tbody tr")
    assert 0 < rows.count() <= 50
    assert int(re.sub(r"\D", "", page.locator(".pages span").inner_text().rpartition("sur")[2])) >= int(counted)
    page.locator("tbody a[href^='/reponse/']").first.click()
    answer = page.locator("h1").inner_text().split()[-1]
    page.get_by_role("link", name="Tout sur ce client").click()
    expect(page.locator("h1")).to_contain_text("Client")
    expect(page.locator(f"ol.story a[href*='{answer}']")).to_have_count(1)


def test_focus_stays_where_it_was_when_a_part_is_brought_in(opens: Opens) -> None:
    """Whoever is on a link of the page when charts and tables come is still there after."""
    page = opens("/")
    page.route("**/ventilation*", lambda route: (page.wait_for_timeout(400), route.continue_()))
    page.goto("/indicateur/nps/")
    link = page.get_by_role("link", name="Voir les lignes")
    link.focus()
    settled(page)
    expect(page.locator("#ventilation table")).to_be_visible()
    expect(link).to_be_focused()


def download(page: Page, link: str) -> Path:
    """A file chosen in the menu of the breakdown."""
    menu = page.locator("details.chart-menu").first
    if menu.get_attribute("open") is None:
        menu.locator("summary").click()
    with page.expect_download() as told:
        menu.get_by_role("link", name=link).click()
    return Path(told.value.path())


def test_files_hold_the_figures_of_the_page(opens: Opens) -> None:
    page = opens("/indicateur/nps/ventilation" + FILTERED.replace("&region=Bretagne", "") + "&par=region")
    settled(page)
    shown = {
        row.locator("th").inner_text().strip(): float(
            row.locator("td").first.inner_text().strip().replace("−", "-").replace("+", "").replace(",", ".")
        )
        for row in page.locator("tbody tr").all()
        if re.match(r"[+−]?\d", row.locator("td").first.inner_text().strip())
    }
    assert len(shown) >= 5
    text = download(page, "Tableau (CSV)").read_bytes().decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text), delimiter=";"))
    found = {
        cell: [float(one.replace(",", ".")) for one in line if re.fullmatch(r"-?\d+,\d+", one)]
        for line in lines
        for cell in line
        if cell in shown
    }
    assert found.keys() == shown.keys()
    for name, value in shown.items():
        assert any(abs(one - value) < 0.051 for one in found[name]), (name, value, found[name])

    book = CalamineWorkbook.from_path(str(download(page, "Classeur (XLSX)")))
    assert "Lisez-moi" in book.sheet_names
    cells = [line for sheet in book.sheet_names for line in book.get_sheet_by_name(sheet).to_python()]
    for name, value in shown.items():
        numbers = [one for line in cells if name in line for one in line if isinstance(one, float)]
        assert any(abs(one - value) < 0.051 for one in numbers), (name, value, numbers)


def test_a_shared_figure_opens_for_somebody_else(opens: Opens, watch: Watch) -> None:
    page = opens("/indicateur/nps/" + FILTERED)
    expected = figure(page.locator("main"))
    link = page.locator("a[href^='/partage/nouveau']").first.get_attribute("href")
    page.goto(str(link))
    page.locator("main form button.btn-primary").click()
    address = page.locator("main").inner_text() + " ".join(
        page.locator("main input").evaluate_all("list => list.map(one => one.value)")
    )
    found = re.search(r"https?://\S+/partage/[\w-]{16,}", address)
    assert found, address
    other = opens(found.group(0), signed=False)
    assert figure(other.locator("main")) == expected
    assert "Bretagne" in other.locator("main").inner_text()
    assert other.locator("a[href^='/reponse/'], a[href^='/client/']").count() == 0
    page.goto("/partage/")
    page.get_by_role("button", name=re.compile("Révoquer|Retirer|Fermer")).first.click()
    watch.expect(404, 410)
    other.reload()
    assert other.locator(".kpi-value").count() == 0
