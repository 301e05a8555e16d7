"""What machines read: no NaN, one level, nothing that a spreadsheet would run."""

import csv
import io
import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from timonier.cli.records import harmless, plain, write_csv, write_json
from timonier.scorecard.words import agreed
from timonier.text import Lang, Text, language


def test_json_has_no_nan_and_keeps_accents(capsys: pytest.CaptureFixture[str]) -> None:
    write_json([{"value": float("nan"), "low": float("-inf"), "label": "Été", "detail": {9: 1}, "n": Decimal("1.50")}])
    out = capsys.readouterr().out
    assert "Été" in out
    assert json.loads(out) == [{"value": None, "low": None, "label": "Été", "detail": {"9": 1}, "n": 1.5}]


def test_dates_are_iso() -> None:
    assert plain([date(2026, 1, 2), datetime(2026, 1, 2, 3, tzinfo=UTC)]) == ["2026-01-02", "2026-01-02T03:00:00+00:00"]


def test_csv_is_flat_and_rows_may_differ(capsys: pytest.CaptureFixture[str]) -> None:
    write_csv(
        [{"by": {"canal": "web"}, "value": None}, {"by": {"canal": "tél"}, "value": -1.5, "more": {"x": {"y": "z"}}}]
    )
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert rows == [
        {"by_canal": "web", "value": "", "more_x": ""},
        {"by_canal": "tél", "value": "-1.5", "more_x": "z"},
    ]


@pytest.mark.parametrize("text", ["=1+1", "+33", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_a_text_that_would_run_is_quoted(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("value", ["web", "", -1.5, 0, None, "1=1"])
def test_anything_else_is_left_alone(value: object) -> None:
    assert harmless(value) == value


@pytest.mark.parametrize(
    ("count", "lang", "words"),
    [
        (0, "fr", "doublon"),
        (1, "fr", "doublon"),
        (2, "fr", "doublons"),
        (0, "en", "duplicates"),
        (1, "en", "duplicate"),
    ],
)
def test_words_agree_with_their_number(count: int, lang: Lang, words: str) -> None:
    language.set(lang)
    assert agreed(count, Text("duplicates", "doublons")) == words
    assert agreed(count, Text("no value", "sans valeur")) == ("sans valeur" if lang == "fr" else "no value")
