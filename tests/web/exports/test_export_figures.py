"""What is exported is what was computed, and what is hidden stays hidden."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from exported import ABOUT, NOW, company, read_csv, read_xlsx

from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.estimate import State
from timonier.scorecard.rows import RowsFound
from timonier.scorecard.score import Line, Scorecard
from timonier.text import language
from timonier.web.exports.download import download
from timonier.web.exports.facts import of_rows
from timonier.web.exports.figures import of_estimates, of_scorecard


@pytest.fixture(scope="module")
def card() -> Scorecard:
    return company()


def by_channel(card: Scorecard) -> dict[object, Line]:
    return {line.estimate.segment["channel"]: line for line in card.lines if line.indicator.name == "nps"}


def test_the_company_has_what_the_tests_are_about(card: Scorecard) -> None:
    lines = by_channel(card)
    assert lines["Corse"].estimate.state == State.SUPPRESSED
    assert lines["=Bretagne"].estimate.value is not None
    assert (lines["=Bretagne"].estimate.value or 0) < 0


@pytest.mark.parametrize("form", ["csv-fr", "csv", "xlsx", "json"])
def test_every_form_has_the_figures_of_the_scorecard(card: Scorecard, form: str) -> None:
    sheet = of_scorecard(card, title="Tableau", generated_at=NOW)
    content = download(sheet, form).content  # type: ignore[arg-type]
    keys = [column.key for column in sheet.columns]
    if form == "json":
        rows = [list(one.values()) for one in json.loads(content)["records"]]
    elif form == "xlsx":
        rows = read_xlsx(content)[1:]
    else:
        rows = read_csv(content, ";" if form == "csv-fr" else ",")[1:]
    assert len(rows) == len(card.lines)
    for row, line in zip(rows, card.lines, strict=True):
        found = dict(zip(keys, row, strict=True))
        for key in ("value", "low", "high"):
            expected = getattr(line.estimate, key)
            cell = found[key]
            number = None if cell in ("", None) else float(str(cell).replace(",", "."))
            # a workbook keeps 16 digits; the other files all of them
            assert number == (expected if form != "xlsx" or expected is None else pytest.approx(expected, rel=1e-15))
        hidden = line.estimate.state == State.SUPPRESSED
        none = None if form == "json" else ""
        assert found["n"] in ([none] if hidden else [line.estimate.n, str(line.estimate.n)])


def test_both_periods_are_dates_and_a_change_stands_beside_what_it_is_against(card: Scorecard) -> None:
    sheet = of_scorecard(card, title="Tableau", generated_at=NOW)
    keys = [column.key for column in sheet.columns]
    assert "period_label" not in keys, "this period has no name of its own"
    for row, line in zip(sheet.rows, card.lines, strict=True):
        found = dict(zip(keys, row, strict=True))
        assert line.estimate.period is not None
        assert (found["period_start"], found["period_end"]) == (line.estimate.period.start, line.estimate.period.end)
        if line.reference is not None and line.reference.period is not None:
            then = line.reference.period
            assert (found["reference_start"], found["reference_end"]) == (then.start, then.end)
            assert found["difference_text"] == str(line.difference and line.difference.verdict)


def test_states_are_words_and_a_hidden_figure_has_no_number_at_all(card: Scorecard) -> None:
    language.set("fr")
    sheet = of_scorecard(card, title="Tableau", generated_at=NOW)
    header, *rows = read_csv(download(sheet, "csv-fr").content, ";")
    assert header[:4] == ["famille", "indicateur", "code", "variante"]
    states = {row[header.index("code")] + row[header.index("canal")]: row[header.index("état")] for row in rows}
    assert states["npsCorse"] == "masqué"
    assert states["nps'=Bretagne"] == "provisoire"
    hidden = next(row for row in rows if row[header.index("canal")] == "Corse")
    for name in ("valeur", "intervalle, bas", "intervalle, haut", "n"):
        assert hidden[header.index(name)] == ""


def test_estimates_come_with_their_definition_and_without_a_total_that_unmasks(card: Scorecard) -> None:
    nps = CATALOGUE["nps"]
    every = [line.estimate for line in by_channel(card).values()]
    shown = [one for one in every if one.state != State.SUPPRESSED]
    sheet = of_estimates(nps, every, title="NPS", generated_at=NOW, filters="region = 'Bretagne'")
    assert sheet.about.formula == str(nps.variants[nps.default_variant].formula)
    assert sheet.about.n is None
    assert sheet.about.period == "from 1\u00a0Jan\u00a02026 to 30\u00a0Nov\u00a02026"
    whole = of_estimates(nps, shown, title="NPS", generated_at=NOW)
    assert whole.about.n == sum(one.n for one in shown)
    assert whole.about.source == str(nps.source) != ""


def test_no_estimate_gives_an_empty_file_that_opens() -> None:
    sheet = of_estimates(CATALOGUE["nps"], [], title="NPS", generated_at=NOW)
    assert sheet.rows == []
    for form in ("csv", "json"):
        assert download(sheet, form).content  # type: ignore[arg-type]
    assert download(sheet, "xlsx").content


def test_rows_behind_a_figure_keep_their_types() -> None:
    found = RowsFound(
        2,
        [
            {
                "day": date(2026, 1, 2),
                "answer_id": "007",
                "score": 9.0,
                "amount": Decimal("1.5000"),
                "counts": "promoter",
            },
            {"day": date(2026, 1, 1), "answer_id": "=1", "when": datetime(2026, 1, 1, tzinfo=UTC), "tags": ["=a", "b"]},
        ],
    )
    sheet = of_rows(found, title="Réponses", about=ABOUT, zone="Europe/Paris")
    assert {column.key: column.kind for column in sheet.columns} == {
        "day": "date",
        "answer_id": "text",
        "score": "number",
        "amount": "number",
        "counts": "text",
        "when": "instant",
        "tags": "text",
    }
    header, first, second = read_csv(download(sheet, "csv-fr").content, ";")
    assert header == ["day", "answer_id", "score", "amount", "counts as", "when", "tags"]
    assert first == ["02/01/2026", "007", "9,0", "1,5000", "promoter", "", ""]
    assert second == ["01/01/2026", "'=1", "", "", "", "01/01/2026 01:00:00", "'=a, b"]
    assert read_xlsx(download(sheet, "xlsx").content)[1][:2] == [date(2026, 1, 2), "007"]
