"""Whatever texts a sheet holds, its files open, hold the same numbers, and run nothing."""

import io
import json
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from exported import ABOUT, NAUGHTY, read_csv, read_xlsx, texts
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from timonier.errors import UsageError
from timonier.text import Text, language
from timonier.web.exports import xlsx_file
from timonier.web.exports.cells import TEXT_LIMIT
from timonier.web.exports.csv_file import blocks
from timonier.web.exports.download import download
from timonier.web.exports.sheet import Column, Quantity, Sheet
from timonier.web.exports.xlsx_file import TABLE_ROWS, as_xlsx

DANGEROUS = tuple("=+-@＝＋－＠")


def runs(text: str) -> bool:
    """What a spreadsheet would take for a formula, told without the code that is tested."""
    return text.lstrip().startswith(DANGEROUS) or text.startswith(("\t", "\r", "\n"))


def test_the_texts_would_be_dangerous_as_they_are() -> None:
    assert sum(runs(text) for text in NAUGHTY) == 9


@pytest.mark.parametrize("style", ["french", "international"])
def test_no_text_of_a_csv_is_a_formula_and_negative_numbers_stay_numbers(style: Any) -> None:
    rows = read_csv(b"".join(blocks(texts(NAUGHTY), style)), ";" if style == "french" else ",")
    assert len(rows) == len(NAUGHTY) + 1
    assert not any(runs(text) for text, _ in rows[1:])
    assert {number for _, number in rows[1:]} == {"-2,5" if style == "french" else "-2.5"}
    assert rows[10][0] == "<script>alert(1)</script>"
    assert rows[12][0] == "a\ufffdb\ufffdc"


@pytest.mark.parametrize("table_rows", [TABLE_ROWS, 0], ids=["with a table", "in constant memory"])
def test_a_workbook_with_naughty_texts_opens_and_shows_them(monkeypatch: pytest.MonkeyPatch, table_rows: int) -> None:
    monkeypatch.setattr(xlsx_file, "TABLE_ROWS", table_rows)
    content = as_xlsx(texts(NAUGHTY))
    rows = read_xlsx(content)[1:]
    assert [row[1] for row in rows] == [-2.5] * len(NAUGHTY)
    shown = [str(row[0]) for row in rows]
    assert not any(runs(text) for text in shown)
    assert shown[0] == "'=1+1"
    assert shown[11:15] == ["a\ufffdb\ufffdc", "\ufffd", "\ufffd", "_x0041_"]
    assert shown[18:20] == ["000123", "1e5"], "identifiers stay texts"
    assert shown[-2:] == ["'<r><t>rich</t></r>", "'<r></c></r>"]
    inside = parts(content)
    for text in inside.values():
        ET.fromstring(text)  # noqa: S314 -- written by the code under test
    assert not any("<f>" in text or "hyperlink" in text for text in inside.values())


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("title", [*NAUGHTY, "", "'", "a" * 80, "[]:*?/\\", "History", "Lisez-moi", "Read me"])
def test_titles_and_headers_may_be_anything(title: str) -> None:
    columns = (Column("a", Text(title, title)), Column("b", Text(title.upper(), title.upper())))
    content = as_xlsx(Sheet(title, columns, [["x", "y"]], ABOUT))
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert len(book.sheet_names) == 2
    assert len(book.sheet_names[0]) <= 31
    assert not runs(book.sheet_names[0])
    header = read_xlsx(content)[0]
    assert not any(runs(str(name)) for name in header)
    assert len({str(name).casefold() for name in header}) == 2, "a table refuses two columns of one name"


def test_a_long_text_is_cut_and_says_so() -> None:
    content = as_xlsx(texts(["é" * 40_000, "😀" * 20_000, "a" * TEXT_LIMIT]))
    long, pairs, just = (str(row[0]) for row in read_xlsx(content)[1:])
    assert len(long) == TEXT_LIMIT
    assert long.endswith("[…cut]")
    assert len(pairs.encode("utf-16-le")) // 2 <= TEXT_LIMIT
    assert pairs.startswith("😀😀")
    assert just == "a" * TEXT_LIMIT
    assert len(read_csv(b"".join(blocks(texts(["é" * 40_000]), "french")), ";")[1][0]) == 40_000


class Endless(Sequence[Any]):
    """As many rows as told, none of them in memory."""

    def __init__(self, count: int) -> None:
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: Any) -> Any:
        if index >= self.count:
            raise IndexError
        return ["x", index]


def test_more_rows_than_a_worksheet_holds_are_refused_before_anything_is_written() -> None:
    columns = (Column("a", Text("a", "a")), Column("b", Text("b", "b"), "number"))
    with pytest.raises(UsageError, match=r"1,048,575 rows, and there are 1,048,577.*CSV"):
        download(Sheet("x", columns, Endless(1_048_577), ABOUT), "xlsx")


def test_past_the_rows_of_a_table_the_workbook_is_the_same_without_it() -> None:
    columns = (Column("a", Text("a", "a")), Column("b", Text("b", "b"), "number"))
    content = as_xlsx(Sheet("x", columns, Endless(TABLE_ROWS + 1), ABOUT))
    rows = read_xlsx(content)
    assert rows[0] == ["a", "b"]
    assert rows[-1] == ["x", TABLE_ROWS]
    assert len(rows) == TABLE_ROWS + 2
    assert not any("tables/" in name for name in parts(content))
    assert any("tables/" in name for name in parts(as_xlsx(texts(["a"]))))


VALUES = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.integers(-(10**14), 10**14),
    st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=20))
def test_numbers_come_back_the_same_from_every_file(values: list[Any]) -> None:
    sheet = Sheet("n", (Column("v", Text("v", "v"), "number"),), [[value] for value in values], ABOUT)
    exact = [Decimal(str(value)) for value in values]
    french = read_csv(download(sheet, "csv-fr").content, ";")[1:]
    english = read_csv(download(sheet, "csv").content, ",")[1:]
    assert [Decimal(row[0].replace(",", ".")) for row in french] == exact
    assert [Decimal(row[0]) for row in english] == exact
    assert not any("e" in row[0].lower() for row in english)
    assert [row["v"] for row in json.loads(download(sheet, "json").content)["records"]] == [float(one) for one in exact]
    found = [row[0] for row in read_xlsx(download(sheet, "xlsx").content)[1:]]
    assert found == pytest.approx([float(one) for one in exact], rel=1e-14)


def test_missing_numbers_are_empty_never_zero() -> None:
    columns = (Column("v", Text("v", "v"), "number"), Column("s", Text("s", "s")))
    cells = [None, float("nan"), float("inf"), Quantity(None, "points"), 0.0]
    sheet = Sheet("n", columns, [[cell, "x"] for cell in cells], ABOUT)
    assert [row[0] for row in read_csv(download(sheet, "csv-fr").content, ";")[1:]] == ["", "", "", "", "0,0"]
    assert [row[0] for row in read_xlsx(download(sheet, "xlsx").content)[1:]] == ["", "", "", "", 0.0]
    assert [row["v"] for row in json.loads(download(sheet, "json").content)["records"]] == [None] * 4 + [0.0]


def test_dates_instants_truths_and_large_numbers() -> None:
    names = ("day", "old", "instant", "truth", "large")
    columns = tuple(Column(name, Text(name, name)) for name in names)
    instant = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    row = [date(2026, 11, 1), date(1899, 5, 4), instant, True, 12345678901234567]
    sheet = Sheet("n", columns, [row], ABOUT, zone="Europe/Paris")
    assert read_csv(download(sheet, "csv").content, ",")[1] == [
        "2026-11-01",
        "1899-05-04",
        "2026-07-02 00:30:00",
        "yes",
        "12345678901234567",
    ]
    day, old, when, truth, large = read_xlsx(download(sheet, "xlsx").content)[1]
    assert (day, old, when) == (date(2026, 11, 1), "1899-05-04", datetime(2026, 7, 2, 0, 30))  # noqa: DTZ001
    assert (truth, large) == ("yes", "12345678901234567")
    language.set("fr")
    assert read_csv(download(sheet, "csv-fr").content, ";")[1][0:4] == [
        "01/11/2026",
        "04/05/1899",
        "02/07/2026 00:30:00",
        "oui",
    ]


def test_formats_follow_the_unit_of_each_row() -> None:
    columns = (Column("v", Text("v", "v"), "number"),)
    cells = [Quantity(0.54, "share"), Quantity(12.0, "money", "EUR"), Quantity(0.03, "share", moved=True)]
    styles = parts(as_xlsx(Sheet("n", columns, [[cell] for cell in cells], ABOUT)))["xl/styles.xml"]
    patterns = set(re.findall('formatCode="([^"]*)"', styles))
    assert {"0.0%", "#,##0.00 &quot;€&quot;", "+0.000;-0.000;0.000"} <= patterns


def test_the_sheet_to_read_first_says_what_the_file_is() -> None:
    language.set("fr")
    content = as_xlsx(texts(["a"], title="NPS par région"))
    assert CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names == ["NPS par région", "Lisez-moi"]
    about = {str(row[0]): str(row[1]) for row in read_xlsx(content, 1)}
    assert about["Définition"] == "NPS"
    assert about["Lien"] == "/indicateur/nps?du=2026-01-01"
    assert about["Généré"].startswith("21\u00a0nov.\u00a02026, 14:30")


@pytest.mark.parametrize("title", [*NAUGHTY, "NPS par région", "é" * 200, "../../etc/passwd"])
def test_the_name_of_a_file_is_safe_in_a_header(title: str) -> None:
    found = download(texts(["a"], title=title), "csv-fr")
    assert re.fullmatch(r"timonier-[a-z0-9-]{0,62}2026-11-21\.csv", found.name)
