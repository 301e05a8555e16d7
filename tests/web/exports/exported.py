"""Sheets made of real answers, and readers that know nothing of our writer."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from frames import facts
from python_calamine import CalamineWorkbook

from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.estimate import Period
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, Scorecard, score
from timonier.scorecard.sources import FrameSource
from timonier.text import Text
from timonier.web.exports.sheet import About, Cell, Column, Sheet

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)
ABOUT = About(generated_at=NOW, definition="NPS", permalink="/indicateur/nps?du=2026-01-01")
NAUGHTY = [
    "=1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "-2+3",
    "+33 6 12 34 56 78",
    "@SUM(A1)",
    "  =cmd|' /C calc'!A0",
    "<script>alert(1)</script>",
    "مرحبا \u202eabc",
    "a\x00b\x07c",
    "\ud800",
    "\uffff",
    "_x0041_",
    'il a dit "non"; puis, rien',
    "deux\nlignes",
    "https://example.org/?a=1",
    "000123",
    "1e5",
    "😀" * 5,
    "<r><t>rich</t></r>",
    "<r></c></r>",
]


def company() -> Scorecard:
    """NPS of two regions, one of them too small to publish, over 2026; a third without any answer before."""
    first = date(2026, 1, 1)
    rows: list[dict[str, Any]] = []
    for number in range(200):
        day = first + timedelta(days=number)
        rows.append({"answered_at": str(day), "score": float(number * 7 % 11), "channel": "=Bretagne"})
        if number % 2:
            rows.append({"answered_at": str(day), "score": float(number % 11), "channel": None})
    rows += [{"answered_at": "2026-03-01", "score": 9.0, "channel": "Corse"}] * 3
    desk = Desk(FrameSource({"answers": facts("answers", rows)}), CATALOGUE, date(2026, 12, 31))
    window = Period(date(2026, 1, 1), date(2026, 12, 1))
    return score(desk, Request(indicators=("nps", "csat"), window=window, by=("channel",), minimum_n=5))


def texts(values: Sequence[Cell], title: str = "Feuille") -> Sheet:
    """One column of texts, and one of numbers that stay below zero."""
    columns = (Column("text", Text("text", "texte")), Column("number", Text("number", "nombre"), "number"))
    return Sheet(title, columns, [[value, -2.5] for value in values], ABOUT)


def read_csv(content: bytes, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=delimiter))


def read_xlsx(content: bytes, sheet: int = 0) -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(sheet).to_python()
