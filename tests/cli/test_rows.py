"""`timonier rows`: the rows behind a figure add up to it, and say what they count for."""

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from cli_company import run

HALF = ("--from", "2025-07-01", "--to", "2025-12-31")


def rows(company: Path, *options: str) -> list[dict[str, Any]]:
    ran = run("rows", *options, "-w", company, "--format", "json")
    assert ran.code == 0, ran.err
    return list(json.loads(ran.out))


def test_the_rows_add_up_to_the_figure(company: Path) -> None:
    found = Counter(row["counts"] for row in rows(company, "nps", *HALF, "--limit", "1000"))
    assert found == {"promoter": 84, "passive": 24, "detractor": 12, "left out: no value": 1}


def test_the_latest_come_first_and_the_rest_is_told(company: Path) -> None:
    ran = run("rows", "nps", *HALF, "-w", company, "--limit", "3", "--format", "json")
    assert [row["day"] for row in json.loads(ran.out)] == ["2025-12-31", "2025-12-20", "2025-12-19"]
    assert "3 rows of 121" in ran.err


def test_amounts_are_given_with_their_row(company: Path) -> None:
    found = rows(company, "average_basket", "--from", "2025-01-01", "--to", "2025-12-31")
    assert sum(row["value"] or 0 for row in found) == pytest.approx(255)
    assert [row["counts"] for row in found if row["status"] == "annulée"] == ["left out: cancelled"]


def test_what_people_wrote_is_shown_on_request_only(company: Path) -> None:
    assert "secret" not in run("rows", "nps", *HALF, "-w", company).out
    assert "secret" in run("rows", "nps", *HALF, "-w", company, "--comments", "--format", "csv").out


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(company: Path) -> None:
    ran = run("rows", "nps", *HALF, "-w", company, "--comments", "--format", "csv")
    read = list(csv.DictReader(io.StringIO(ran.out)))
    assert {row["comment"] for row in read if row["comment"]} == {"'=2+3 secret"}


def test_columns_and_segments_can_be_chosen(company: Path) -> None:
    found = rows(company, "nps", *HALF, "--by", "segment", "--columns", "segment,counts", "--limit", "2")
    assert [list(row) for row in found] == [["segment", "counts"]] * 2
    assert len(rows(company, "nps", *HALF, "--where", "segment = 'part'", "--limit", "99")) == 30


def test_the_table_speaks_french(company: Path) -> None:
    options = ("--limit", "5", "--columns", "day,score,counts")
    out = run("rows", "nps", *HALF, "-w", company, *options, lang="fr").out
    assert "compte pour" in out
    assert "détracteur" in out
    assert "écarté : sans valeur" in out


def test_what_all_rows_share_is_said_once_above_the_table(company: Path) -> None:
    lines = run("rows", "nps", *HALF, "-w", company, "--limit", "4", lang="fr").out.splitlines()
    [above] = [line for line in lines if line.startswith("Toutes les lignes : ")]
    assert "instrument = nps" in above
    [heads] = [line for line in lines if "compte pour" in line]
    assert "instrument" not in heads
    assert "answer_id" in heads
    assert max(map(len, lines)) <= 100


def test_one_row_and_columns_asked_for_stay_in_the_table(company: Path) -> None:
    assert "Every row" not in run("rows", "nps", *HALF, "-w", company, "--limit", "1").out
    out = run("rows", "nps", *HALF, "-w", company, "--columns", "instrument,counts").out
    assert "Every row" not in out
    assert out.startswith("instrument counts as")


def test_amounts_are_written_in_the_language(company: Path) -> None:
    out = run("rows", "average_basket", "--from", "2025-01-01", "--to", "2025-12-31", "-w", company, lang="fr").out
    assert re.search(r" 100 ok +compté +100\n", out)
    assert "100.0" not in out


def test_instants_are_read_on_the_clock_of_the_business(company: Path) -> None:
    options = ("--limit", "1", "--columns", "answered_at")
    out = run("rows", "nps", *HALF, "-w", company, *options).out
    assert "2025-12-31 10:00" in out
    [row] = rows(company, "nps", *HALF, *options)
    assert row["answered_at"] == "2025-12-31T09:00:00+00:00"


def test_a_variant_and_a_parameter(company: Path) -> None:
    found = rows(company, "nps", *HALF, "--variant", "mean", "--param", "repeats=keep", "--limit", "20")
    assert {row["value"] for row in found} >= {10.0, 8.0}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["npss"], "Did you mean: nps"),
        (["fcr"], "It reads: contacts"),
        (["nps", "--columns", "colour"], "there is no column “colour” here"),
        (["nps", "--by", "colour"], "there is no dimension"),
        (["nps", "--limit", "0"], "--limit"),
    ],
)
def test_what_is_impossible_is_said(company: Path, options: list[str], words: str) -> None:
    ran = run("rows", *options, "-w", company)
    assert ran.code == 2
    assert words in ran.err
