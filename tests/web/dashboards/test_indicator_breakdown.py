"""The breakdown of an indicator: who is ranked, what is hidden, where a row leads, and what made the change."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest

pytestmark = pytest.mark.django_db
type Signed = Callable[..., Any]
YEAR = "survey=relation&du=2025-07-01&au=2026-06-30"


def rows_of(response: Any) -> list[str]:
    body = response.content.decode()
    return re.findall(r"<tr[^>]*>\s*<th scope=\"row\">.*?</tr>", body, re.DOTALL)


def name_of(row: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", re.search(r"<th.*?</th>", row, re.DOTALL)[0])).strip()  # type: ignore[index]


def n_of(row: str) -> int | None:
    found = re.search(r'data-label="n">([\d\s]*)<', row)
    return int(re.sub(r"\D", "", found[1])) if found and found[1].strip() else None


def test_nobody_is_ranked_below_thirty(signed: Signed) -> None:
    rows = rows_of(signed("reader").get(f"/indicateur/nps/ventilation?par=region&{YEAR}"))
    small = ["is-small" in row for row in rows]
    assert small == sorted(small)  # ranked rows first
    assert True in small
    later = [name_of(row).split(" hors")[0].casefold() for row in rows if "is-small" in row]
    assert later == sorted(later)
    for row in rows:
        n = n_of(row)
        assert "is-small" in row if n is None or n < 30 else "is-small" not in row
        if "is-small" in row:
            assert "autres</span>" not in row


def has_interval(cell: str, then: str = "") -> bool:
    """A change with its sign and unit, within the two bounds beside it."""
    words = " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
    found = re.fullmatch(rf"([+−]?[\d,]+) pts? \[([+−]?[\d,]+) ; ([+−]?[\d,]+)\]{then}", words)
    if found is None:
        return False
    value, low, high = (float(one.replace(",", ".").replace("−", "-")) for one in found.groups())
    return low <= value <= high


def test_every_difference_shows_its_interval(signed: Signed) -> None:
    """A number with its sign and unit, then two signed bounds around it, then what it is worth."""
    rows = rows_of(signed("reader").get(f"/indicateur/nps/ventilation?par=region&{YEAR}"))
    shifts = [one for row in rows for one in re.findall(r'<span class="change [^"]*">(.*?)</td>', row, re.DOTALL)]
    assert len(shifts) > 5
    for shift in shifts:
        assert has_interval(shift, then=r" \S.*"), shift


def test_every_part_of_a_change_shows_its_interval(signed: Signed) -> None:
    """By its own figure, by its weight, in all; and the two halves of the sentence."""
    page = signed("reader").get(f"/indicateur/nps/pourquoi?par=region&{YEAR}").content.decode()
    cells = re.findall(r'<td class="num" data-label="(?:Par|En)[^"]*">(.*?)</td>', page, re.DOTALL)
    assert len(cells) > 9
    assert all(map(has_interval, cells)), cells
    said = " ".join(unescape(page).split())
    assert re.search(
        r"soit \S+ pts? \[\S+ ; \S+\] du fait des segments eux-mêmes et \S+ pts? \[\S+ ; \S+\] du fait", said
    )


def test_the_verdict_on_a_change_is_that_of_the_interval_beside_it(signed: Signed) -> None:
    rows = rows_of(signed("reader").get(f"/indicateur/nps/ventilation?par=region&{YEAR}"))
    cells = [unescape(re.sub(r"<[^>]+>", " ", row.split('data-label="Évolution"')[1])) for row in rows]
    told = [re.search(r"\[(\S+)\s;\s(\S+)\]\s+(.*?)\s*$", " ".join(cell.split())) for cell in cells]
    judged = [one.groups() for one in told if one]
    assert judged
    for low, high, verdict in judged:
        assert ("dans la marge" in verdict) == (low[0] != high[0]), (low, high, verdict)


def test_hidden_segments_tell_nothing(signed: Signed) -> None:
    client, seen = signed("reader"), 0
    for month in (2, 5):
        asked = f"par=region&survey=parcours&du=2026-{month:02d}-01&au=2026-{month:02d}-14"
        for row in rows_of(client.get(f"/indicateur/nps/ventilation?{asked}&pas=trimestre")):
            n = n_of(row)
            if "masqué" in row:
                seen += 1
                assert n is None
                assert "<svg" not in row
            else:
                assert n is None or n >= 5
    assert seen


def test_a_row_leads_to_the_page_of_its_segment(signed: Signed) -> None:
    client = signed("reader")
    row = rows_of(client.get(f"/indicateur/nps/ventilation?par=region&{YEAR}"))[0]
    url = unescape(re.search(r'href="([^"]+)"', row)[1])  # type: ignore[index]
    page = client.get(url)
    assert page.status_code == 200
    assert f"n&nbsp;=&nbsp;{n_of(row)}" in page.content.decode()


def test_why_adds_up_for_every_indicator_that_is_split(signed: Signed) -> None:
    from django.http import QueryDict

    from timonier.web.accounts.access import Scope
    from timonier.web.dashboards.breakdown import explanations
    from timonier.web.figures.indicator import asked_of, headline

    split = 0
    for name in ("nps", "csat", "churn", "average_basket", "fcr", "contacts", "complaints", "nrr"):
        asked = asked_of(name, QueryDict("par=segment&pas=trimestre&du=2025-07-01&au=2026-06-30"), Scope())
        line, found = headline(asked).line, explanations(asked).asked
        if found is None or line is None or line.difference is None:
            continue
        split += 1
        brought = sum(found.found.brought(segment) for segment in found.found.moves)
        assert brought == pytest.approx(line.difference.value, abs=1e-6), name
    assert split >= 5


def test_without_comparison_there_is_nothing_to_explain(signed: Signed) -> None:
    page = signed("reader").get("/indicateur/nps/pourquoi?vs=aucune").content.decode()
    assert "Choisissez une comparaison" in unescape(page)


def test_a_volume_is_not_compared_with_what_the_others_count_together(signed: Signed) -> None:
    client, days = signed("reader"), YEAR.partition("&")[2]
    page = client.get(f"/indicateur/contacts/ventilation?par=channel&{days}").content.decode()
    assert page.count('data-label="n"') > 2
    assert "Face aux autres" not in page
    assert "comparaisons" not in page
    assert "Face aux autres" in client.get(f"/indicateur/nps/ventilation?par=region&{YEAR}").content.decode()


def test_a_period_without_a_figure_has_no_change_to_explain(signed: Signed) -> None:
    days = YEAR.partition("&")[2]
    page = unescape(signed("reader").get(f"/indicateur/nps/pourquoi?survey=licorne&{days}").content.decode())
    assert "deux sommes" not in page
    assert "il n’y a pas d’évolution à expliquer" in page


@pytest.mark.parametrize("path", ["/", "/indicateur/nps/"])
def test_a_filter_that_no_row_holds_is_told(signed: Signed, path: str) -> None:
    client = signed("reader")
    told = " ".join(unescape(client.get(f"{path}?region=Bretagne&region=Atlantide&{YEAR}").content.decode()).split())
    assert "Aucune donnée pour « Atlantide » (Région)" in told
    assert "« Bretagne »" not in told.split("Aucune donnée pour")[1][:80]
    assert "Aucune donnée pour" not in client.get(f"{path}?region=Bretagne&{YEAR}").content.decode()
