"""`timonier score`: the figures, their comparison, their formats, and what is refused."""

import csv
import io
import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cli_company import Ran, run, write_csv

from timonier.facts.workspace import Workspace
from timonier.scorecard.breaks import FILE, keep_breaks

HALF = ("--from", "2025-07-01", "--to", "2025-12-31")


def scored(company: Path, *options: str) -> list[dict[str, Any]]:
    ran = run("score", "-w", company, "--format", "json", *options)
    assert ran.code == 0, ran.err
    return list(json.loads(ran.out))


def test_the_second_half_is_sixty_points_compared_with_ten(company: Path) -> None:
    [line] = scored(company, "-i", "nps", *HALF)
    assert line["value"] == 60.0
    assert line["n"] == 120
    assert line["excluded"] == {"missing": 1}
    assert line["reference"]["value"] == 10.0
    assert line["difference"]["value"] == pytest.approx(50.0)
    assert line["difference"]["verdict"] == "up"
    assert line["difference"]["text"] == "improvement beyond the margin of error"


@pytest.mark.parametrize(
    ("breaks", "compared"),
    [
        ({"nps": [date(2025, 9, 4)]}, False),
        ({"": [date(2025, 3, 1)]}, False),
        ({"csat": [date(2025, 9, 4)]}, True),
        ({"nps": [date(2024, 3, 1), date(2026, 1, 1)]}, True),
    ],
)
def test_periods_parted_by_a_break_noted_on_the_pages_are_not_compared(
    company: Path, breaks: dict[str, list[date]], compared: bool
) -> None:
    keep_breaks(company, breaks)
    try:
        [line] = scored(company, "-i", "nps", *HALF)
        table = run("score", "-w", company, "-i", "nps", *HALF).out
    finally:
        (company / FILE).unlink()
    assert (line["difference"]["value"] is not None) is compared
    assert (line["difference"]["verdict"] == "up") is compared
    assert ("the series was broken on" in line["difference"]["text"]) is not compared
    assert ("better" in table) is compared
    assert line["reference"]["value"] == 10.0


@pytest.mark.parametrize("content", ["", "[1]", '{"nps": 3}', '{"nps": ["hier"]}'])
def test_a_file_of_breaks_that_cannot_be_read_parts_nothing(company: Path, content: str) -> None:
    (company / FILE).write_text(content, encoding="utf-8")
    try:
        [line] = scored(company, "-i", "nps", *HALF)
    finally:
        (company / FILE).unlink()
    assert line["difference"]["verdict"] == "up"


def test_the_last_day_asked_for_is_included(company: Path) -> None:
    [line] = scored(company, "-i", "nps", "--from", "2025-01-01", "--to", "2025-01-01")
    assert (line["n"], line["state"]) == (None, "suppressed")
    [line] = scored(company, "-i", "nps", "--from", "2025-01-01", "--to", "2025-01-01", "--min-n", "0")
    assert line["n"] == 1
    assert line["period"] == {"start": "2025-01-01", "end": "2025-01-02", "label": ""}


def test_every_key_that_is_promised_is_there(company: Path) -> None:
    promised = {
        *("indicator", "variant", "by", "period", "value", "low", "high", "n", "n_eff", "unit", "state", "method"),
        *("excluded", "direction", "confidence", "currency", "version", "label", "definition", "family", "origin"),
        *("reference", "difference"),
    }
    lines = scored(company, *HALF)
    assert {line["indicator"] for line in lines} >= {"nps", "average_basket", "promoters"}
    for line in lines:
        assert promised <= set(line)


def test_money_carries_its_currency_and_the_others_none(company: Path) -> None:
    year = ("--from", "2025-01-01", "--to", "2025-12-31", "--min-n", "1")  # fewer than five people order
    basket, nps = scored(company, "-i", "average_basket", "-i", "nps", *year)
    assert basket["value"] == pytest.approx(255 / 5)
    assert (basket["unit"], basket["currency"], basket["excluded"]) == ("money", "EUR", {"cancelled": 1})
    assert nps["currency"] == ""


def test_by_month_and_channel_gives_a_line_for_each(company: Path) -> None:
    lines = scored(company, "-i", "nps", *HALF, "--every", "month", "--by", "channel")
    assert len(lines) == 12
    assert {line["by"]["channel"] for line in lines} == {"tel", "web"}
    assert lines[0]["period"] == {"start": "2025-07-01", "end": "2025-08-01", "label": "2025-07"}
    assert all(line["n"] == 10 for line in lines)


@pytest.mark.parametrize(("every", "count"), [("day", 184), ("week", 27), ("quarter", 2), ("semester", 1), ("year", 1)])
def test_every_kind_of_period(company: Path, every: str, count: int) -> None:
    lines = scored(company, "-i", "nps", *HALF, "--every", every, "--min-n", "0", "--compare", "none")
    assert len(lines) == count
    assert sum(line["n"] for line in lines) == 120
    assert all(line["reference"] is None and line["difference"] is None for line in lines)


def test_a_condition_keeps_some_facts(company: Path) -> None:
    [line] = scored(company, "-i", "nps", *HALF, "--where", "segment = 'part'")
    assert line["n"] == 30


def test_last_twelve_months_end_with_the_last_complete_one(company: Path) -> None:
    [line] = scored(company, "-i", "nps", "--last", "3m")
    assert (line["period"]["start"], line["period"]["end"]) == ("2025-10-01", "2026-01-01")


def test_from_alone_goes_to_the_last_day_known(company: Path) -> None:
    [line] = scored(company, "-i", "nps", "--from", "2025-12-01")
    assert line["period"]["end"] == "2026-01-01"


def test_last_year_is_another_reference(company: Path) -> None:
    [line] = scored(company, "-i", "nps", *HALF, "--compare", "last-year", "--min-n", "0")
    assert line["reference"]["period"]["start"] == "2024-07-01"
    assert line["reference"]["state"] == "not_computable"
    assert line["difference"]["verdict"] == "not_comparable"


def test_below_the_minimum_a_figure_is_suppressed_not_zero(company: Path) -> None:
    lines = scored(company, "-i", "nps", *HALF, "--min-n", "500")
    assert [(line["value"], line["low"], line["state"]) for line in lines] == [(None, None, "suppressed")]


def test_the_n_of_a_suppressed_figure_is_unknown_and_that_of_nobody_is_zero(company: Path) -> None:
    [hidden] = scored(company, "-i", "nps", *HALF, "--min-n", "500")
    assert (hidden["n"], hidden["reference"]["n"], hidden["reference"]["state"]) == (None, None, "suppressed")
    [empty] = scored(company, "-i", "nps", "--from", "2020-01-01", "--to", "2020-12-31", "--compare", "none")
    assert (empty["n"], empty["state"]) == (0, "not_computable")
    ran = run("score", "-w", company, "-i", "nps", *HALF, "--min-n", "500", "--format", "csv")
    [row] = csv.DictReader(io.StringIO(ran.out))
    assert (row["n"], row["reference_n"], row["state"]) == ("", "", "suppressed")


def test_confidence_variant_and_method(company: Path) -> None:
    [usual] = scored(company, "-i", "nps", *HALF)
    [wide] = scored(company, "-i", "nps", *HALF, "--confidence", "0.99")
    assert wide["low"] < usual["low"]
    assert wide["confidence"] == 0.99
    [mean] = scored(company, "-i", "nps", *HALF, "--variant", "nps=mean")
    assert (mean["variant"], mean["unit"]) == ("mean", "score")
    assert mean["value"] == pytest.approx((14 * 10 + 4 * 8 + 2 * 2) / 20)
    [wald] = scored(company, "-i", "nps", *HALF, "--method", "wald")
    assert wald["method"] == "wald"


def test_a_parameter_of_one_indicator(company: Path) -> None:
    [line] = scored(company, "-i", "nps", *HALF, "--param", "nps.repeats=keep")
    assert line["value"] == 60.0


def test_facts_and_sums_by_day_give_the_same_figures(company: Path) -> None:
    from_sums, from_facts = scored(company, *HALF, "-i", "nps"), scored(company, *HALF, "-i", "nps", "--no-rollups")
    assert (from_sums[0].pop("origin"), from_facts[0].pop("origin")) == ("rollup", "facts")
    assert from_sums == from_facts


def test_before_anything_was_loaded_nothing_was_known(company: Path) -> None:
    ran = run("score", "-w", company, "-i", "nps", "--as-of", "2025-12-31", "--format", "json")
    assert (ran.code, json.loads(ran.out)) == (0, [])
    assert "nps: no facts (answers)" in ran.err
    assert "no facts had been loaded by then" in ran.err


def test_csv_is_the_same_on_one_level(company: Path) -> None:
    ran = run("score", "-w", company, "-i", "nps", *HALF, "--by", "channel", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert [row["by_channel"] for row in rows] == ["tel", "web"]
    assert [float(row["value"]) for row in rows] == [60.0, 60.0]
    assert rows[0]["period_start"] == "2025-07-01"
    assert rows[0]["difference_verdict"] == "up"


def french(company: Path, *options: str) -> Ran:
    ran: Ran = run("score", "-w", company, *options, lang="fr")
    assert ran.code == 0, ran.err
    return ran


def test_the_table_says_it_in_french_words(company: Path) -> None:
    out = french(company, *HALF).out
    for words in ("Satisfaction", "Ventes", "Vos indicateurs", "valeur", "intervalle", "évolution", "verdict"):
        assert words in out
    line = next(line for line in out.splitlines() if "NPS" in line)
    assert "+60,0" in line
    assert "+50,0 pts" in line.replace("\u00a0", " ")
    assert "▲ mieux" in line
    flat = re.sub(r"\s+", " ", out)
    assert "Période : du 1er juill. 2025 au 31 déc. 2025, comparée à celle du 1er janv. 2025 au 30 juin 2025." in flat
    assert "intervalles à 95 %" in flat
    assert "NPS (recommandation nette) (1 sans valeur)" in flat
    assert "Non calculés : " in flat
    assert "aucun fait (contrats)" in flat


def test_the_table_fits_a_hundred_columns_and_has_no_colour_code(company: Path) -> None:
    out = french(company).out
    assert max(len(line.rstrip()) for line in out.splitlines()) <= 100
    assert "\x1b" not in out


def test_one_table_an_indicator_when_there_are_several_periods(company: Path) -> None:
    out = french(company, "-i", "nps", *HALF, "--every", "quarter", "--by", "channel").out
    assert re.search(r"T3\s2025\s+tel\s+\+60,0", out)
    assert re.search(r"T4\s2025\s+web\s+\+60,0", out)
    assert "chacune comparée à la précédente" in out


def test_the_trend_is_drawn(company: Path) -> None:
    out = french(company, "-i", "nps", "--from", "2025-01-01", "--to", "2025-12-31").out
    assert "▁▁▁▁▁▁▇▇▇▇▇▇" in out


def test_a_suppressed_figure_is_said(company: Path) -> None:
    out = french(company, "-i", "nps", *HALF, "--min-n", "500").out
    assert "masqué" in out
    assert "Masqué : trop peu de personnes" in out


def test_without_comparison_there_is_no_verdict(company: Path) -> None:
    out = french(company, "-i", "nps", *HALF, "--compare", "none").out
    assert "verdict" not in out
    assert "comparée" not in out


def test_a_period_still_running_is_provisional(fresh: Path) -> None:
    today = datetime.now(ZoneInfo("Europe/Paris")).date().isoformat()  # what was loaded today is only known since today
    for as_of in ([], ["--as-of", today]):  # no fact is later than December, whatever the day
        out = french(fresh, "-i", "nps", "--from", "2025-12-01", "--to", "2026-01-31", *as_of).out
        assert "○ provisoire" in out
    assert "○" not in french(fresh, "-i", "nps", "--from", "2025-12-01", "--to", "2025-12-31").out


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (["--indicator", "npss"], 2, "Did you mean: nps"),
        (["--from", "2025-12-31", "--to", "2025-01-01"], 2, "--to is before --from"),
        (["--from", "31/12/2025"], 2, "Write it as 2026-12-31"),
        (["--from", "2025-02-30"], 2, "is not a day"),
        (["--to", "2025-12-31"], 2, "--to needs --from"),
        (["--last", "12m", "--from", "2025-01-01"], 2, "--last goes without"),
        (["--last", "banana"], 2, "Write 12m"),
        (["--by", "colour"], 2, "there is no dimension “colour”"),
        (["--where", "colour = "], 3, "--where"),
        (["--confidence", "12"], 2, "0.95 is the usual one"),
        (["--variant", "nps"], 2, "is not NAME=VALUE"),
        (["--indicator", "nps", "--variant", "nps=median"], 2, "Choose among: default, mean"),
        (["--indicator", "nps", "--method", "magic"], 2, "unknown interval method"),
        (["--param", "nps=3"], 2, "Write NAME.KEY=VALUE"),
        (["--param", "nps.colour=3"], 2, "nps has no parameter “colour”"),
        (["--every", "fortnight"], 2, "--every"),
        (["--nonsense"], 2, "No such option"),
    ],
)
def test_what_is_impossible_is_said_with_what_to_do(company: Path, options: list[str], code: int, words: str) -> None:
    ran = run("score", "-w", company, *options)
    assert ran.code == code, ran.err
    assert words in ran.err
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_a_folder_without_workspace(tmp_path: Path) -> None:
    ran = run("score", "-w", tmp_path)
    assert ran.code == 2
    assert "no workspace in this folder" in ran.err


def test_a_condition_that_no_fact_meets_is_the_reason_told(company: Path) -> None:
    ran = run("score", "-w", company, "-i", "nps", "--by", "segment", "--where", "segment = 'nowhere'")
    assert "no fact of the period meets --where segment = 'nowhere'" in ran.err
    assert "loaded" not in ran.err


WEIGHED = """
version = 1
[[table]]
into = "answers"
[table.columns]
answer_id = "id"
score = { column = "note", scale = [0, 10], direction = "up" }
instrument = { constant = "nps" }
answered_at = "date"
weight = "poids"
"""


def test_weights_of_the_workspace_by_option_or_setting(tmp_path: Path) -> None:
    """Nine 10s that weigh 1 and one 0 that weighs 9: +80 by answers, 0 by weight."""
    root = tmp_path / "ws"
    Workspace.create(root)
    rows: list[list[object]] = [[f"A{n}", 10, f"2026-03-0{n}", 1] for n in range(1, 10)]
    file = write_csv(tmp_path / "a.csv", "id note date poids", [*rows, ["A10", 0, "2026-03-10", 9]])
    (tmp_path / "a.toml").write_text(WEIGHED, encoding="utf-8")
    assert run("load", tmp_path / "a.toml", file, "-w", root).code == 0
    asked = ("score", "-i", "nps", "--from", "2026-03-01", "--to", "2026-03-31", "--compare", "none", "-w", root)

    def value(*more: str) -> tuple[float, float, object]:
        [one] = json.loads(run(*asked, "--format", "json", *more).out)
        return one["value"], one["n_eff"], one["detail"].get("weighted")

    assert value() == (80.0, 10.0, None)
    assert value("--weighted") == (0.0, 3.6, True)
    assert "Weighted by answers.weight: Net Promoter Score" in run(*asked, "--weighted").out
    settings = root / "timonier.toml"
    settings.write_text(settings.read_text("utf-8").replace("weighted = false", "weighted = true"), encoding="utf-8")
    assert value() == (0.0, 3.6, True)
    assert value("--unweighted") == (80.0, 10.0, None)
