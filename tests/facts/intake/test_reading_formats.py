"""Workbooks, Parquet, Arrow, JSON Lines, archives and folders: the same text comes out of each."""

import csv
import datetime as dt
import decimal
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from workbooks import cell, ods, sheet, xls, xlsx

from timonier.errors import SourceError
from timonier.facts.intake.source import LINE, ReadOptions, SheetChoice, Source, open_sources

NAUGHTY = [
    "",
    " ",
    "  leading",
    "trailing  ",
    "\t",
    "\xa0",
    "\u3000",
    "\u200b",
    "\ufeff",
    "\ufeffid",
    "\u202eesrever",
    "\u2066a\u2069",
    "مرحبا بالعالم",
    "שלום",
    "漢字かな交じり文",
    "한국어",
    "Ωμέγα",
    "ﬁne",
    "İstanbul ı",
    "Straße",
    "ẞ",
    "é",
    "e\u0301",
    "Z̷a̸l̴g̵o̶",
    "🧑‍🚀🇫🇷👍🏽",
    "\U0001f600" * 20,
    "\U0010fffd",
    "\ufffd",
    "\ufffe",
    "\x00",
    "a\x00b",
    "\x01\x02",
    "\x1b[31mred",
    "\x7f",
    "\x85",
    "\x92",
    "l\x92avis",
    "\u2028",
    "\u2029",
    "\x0b\x0c",
    "line\nbreak",
    "win\r\nbreak",
    "old\rbreak",
    "\n",
    '"',
    '""',
    '"quoted"',
    "'",
    "it's",
    "`",
    ";",
    ",;|\t",
    "a;b,c|d",
    "\\",
    "\\n",
    '\\"',
    "%s %n {0}",
    "${HOME}",
    "=1+1",
    "=cmd|'/C calc'!A0",
    "+33 6 12 34 56 78",
    "-1",
    "@SUM(A1)",
    "000123",
    "1e5",
    "1.23E+11",
    "NaN",
    "null",
    "None",
    "true",
    "#N/A",
    "N/A",
    "12,50 €",
    "1 234,56",
    "<b>bold</b>",
    "<script>alert(1)</script>",
    "&amp;&lt;",
    "]]>",
    "<!--",
    "'; DROP TABLE answers; --",
    "../../etc/passwd",
    "C:\\CON",
    "x" * 5_000,
]


def read(source: Source) -> list[dict[str, object]]:
    return [row for batch in source.batches(50) for row in batch.to_pylist()]


def only(path: Path, options: ReadOptions = ReadOptions()) -> Source:  # noqa: B008
    (source,) = open_sources(path, options)
    return source


def as_csv(folder: Path, rows: list[list[str]]) -> Path:
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([["id", "text"], *rows])
    path = folder / "f.csv"
    path.write_bytes(out.getvalue().encode())
    return path


def as_jsonl(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "f.jsonl"
    path.write_text("".join(json.dumps({"id": a, "text": b}, ensure_ascii=False) + "\n" for a, b in rows))
    return path


def as_parquet(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "f.parquet"
    ids, texts = zip(*rows, strict=True)
    pq.write_table(pa.table({"id": ids, "text": texts}), path)
    return path


def as_arrow(folder: Path, rows: list[list[str]]) -> Path:
    path = folder / "f.arrow"
    ids, texts = zip(*rows, strict=True)
    table = pa.table({"id": ids, "text": texts})
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, 20)
    return path


@pytest.mark.parametrize("build", [as_csv, as_jsonl, as_parquet, as_arrow])
def test_naughty_strings_come_back_to_the_byte(tmp_path: Path, build: object) -> None:
    assert len(NAUGHTY) == len(set(NAUGHTY)) >= 60
    rows = [[f"{rank:04}", text] for rank, text in enumerate(NAUGHTY)]
    source = only(build(tmp_path, rows))  # type: ignore[operator]
    assert [[row["id"], row["text"]] for row in read(source)] == rows
    assert not source.malformed


def test_a_sheet_gives_what_a_person_reads(tmp_path: Path) -> None:
    path = xlsx(
        tmp_path / "f.xlsx",
        {
            "Réponses": sheet(
                [
                    [cell("Export du 3 mai")],
                    [],
                    [cell("n° client"), cell("note"), cell("date"), cell("vu"), cell("ok"), cell("durée"), cell("x")],
                    [cell("0012"), cell(9), cell(46000, 1), cell(46000.5, 2), cell(True), cell(1.25, 3), cell("#N/A")],
                    [],
                    [cell("0013"), cell(0.1 + 0.2), cell(None), cell(None), cell(False), cell(None), cell(1e15)],
                ],
                first=2,
            ),
            "Vide": sheet([]),
        },
    )
    source = only(path)
    assert source.columns == ("n° client", "note", "date", "vu", "ok", "durée", "x")
    assert (source.detected.format, source.detected.sheet, source.detected.header_row) == ("xlsx", "Réponses", 4)
    assert [list(row.values()) for row in read(source)] == [
        ["0012", "9", "2025-12-09", "2025-12-09 12:00:00", "true", "30:00:00", "", 5],
        ["0013", "0.3", "", "", "false", "", "1000000000000000", 7],
    ]
    notes = " ".join(note.en for note in source.detected.notes)
    assert "left out: 1." in notes
    assert "read as empty: 1." in notes
    assert source.position() == source.total_bytes


def test_two_sheets_with_data_are_a_question(tmp_path: Path) -> None:
    one = sheet([[cell("id"), cell("v")], [cell(1), cell(2)]])
    path = xlsx(tmp_path / "f.xlsx", {"2025": one, "2026": one})
    with pytest.raises(SheetChoice) as choice:
        open_sources(path)
    assert choice.value.sheets == ("2025", "2026")
    assert only(path, ReadOptions(sheet="2026")).name == "f.xlsx/2026"
    with pytest.raises(SourceError, match="The sheets are: 2025, 2026"):
        open_sources(path, ReadOptions(sheet="2027"))


def test_an_opendocument_sheet(tmp_path: Path) -> None:
    header = [("string", "", "id"), ("string", "", "jour"), ("string", "", "ok")]
    row = [("float", "12", "12"), ("date", "2026-01-05", "05/01/2026"), ("boolean", "true", "VRAI")]
    source = only(ods(tmp_path / "f.ods", [header, row]))
    assert source.detected.format == "ods"
    assert [list(one.values()) for one in read(source)] == [["12", "2026-01-05", "true", 2]]


def test_an_old_excel_sheet(tmp_path: Path) -> None:
    source = only(xls(tmp_path / "f.xls", [["id", "montant"], ["0012", 12.0], ["é €", 0.1]]))
    assert source.detected.format == "xls"
    assert [list(one.values()) for one in read(source)] == [["0012", "12", 2], ["é €", "0.1", 3]]


def test_typed_columns_of_parquet_become_plain_text(tmp_path: Path) -> None:
    moment = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)
    table = pa.table(
        {
            "whole": pa.array([1, None], pa.int32()),
            "float": [12.0, 0.1],
            "money": [decimal.Decimal("1.50"), None],
            "day": [dt.date(2026, 1, 2), None],
            "local": pa.array([moment.replace(tzinfo=None), None], pa.timestamp("us")),
            "instant": pa.array([moment, None], pa.timestamp("ms", "Europe/Paris")),
            "flag": [True, False],
            "kind": pa.array(["pme", None]).dictionary_encode(),
        }
    )
    path = tmp_path / "f.parquet"
    pq.write_table(table, path)
    first, second = [list(row.values()) for row in read(only(path))]
    assert first == ["1", "12", "1.50", "2026-01-02", "2026-01-02 03:04:05", "2026-01-02 03:04:05Z", "true", "pme", 1]
    assert second == ["", "0.1", "", "", "", "", "false", "", 2]


def test_a_nested_column_of_parquet_is_named(tmp_path: Path) -> None:
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"id": [1], "tags": [["a", "b"]]}), path)
    with pytest.raises(SourceError, match="“tags” holds list"):
        open_sources(path)


def test_json_numbers_stay_as_written_and_odd_lines_are_set_apart(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl"
    lines = [
        '{"a":1.50,"b":"x"}',
        "",
        '{"a":true,"c":1e3}',
        "[1]",
        '{"a":1,"a":2}',
        '{"a":"\\ud800"}',
        "{bad",
        '{"b":null}',
    ]
    path.write_text("\n".join(lines))
    source = only(path)
    assert source.columns == ("a", "b", "c")
    assert [list(row.values()) for row in read(source)] == [
        ["1.50", "x", "", 1],
        ["true", "", "1e3", 3],
        ["", "", "", 8],
    ]
    assert [one.line for one in source.malformed] == [4, 5, 6, 7]


def test_a_folder_and_a_zip_give_their_files_in_order(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "b.csv").write_bytes(b"id;v\n1;2\n")
    (folder / "a.tsv").write_bytes(b"id\tv\n3\t4\n")
    (folder / ".hidden").write_bytes(b"\0")
    assert [one.name for one in open_sources(folder)] == ["a.tsv", "b.csv"]
    packed = tmp_path / "f.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.glob("*.?sv"):
            archive.write(file, f"in/{file.name}")
        archive.writestr("__MACOSX/._b.csv", b"\0\0")
    sources = open_sources(packed)
    assert [one.name for one in sources] == ["f.zip/in/a.tsv", "f.zip/in/b.csv"]
    assert [row["v"] for one in sources for row in read(one)] == ["4", "2"]
    assert [row[LINE] for one in sources for row in read(one)] == [2, 2]
    assert len({one.fingerprint for one in sources}) == 2
