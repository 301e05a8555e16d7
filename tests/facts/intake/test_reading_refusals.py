"""What is not a table, is damaged or is booby-trapped: a clear refusal, in both languages, in little memory."""

import gzip
import io
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from workbooks import cell, sheet, xlsx

from timonier.errors import SourceError
from timonier.facts.intake.contract import MAX_FIELD_BYTES
from timonier.facts.intake.source import ReadOptions, open_sources
from timonier.text import say

GOOD = b"id;note\n" + b"1;9\n" * 2_000


def zip_of(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return path


def spreadsheet_bomb(folder: Path) -> Path:
    row = "".join(cell(0) for _ in range(50))
    body = f"<row>{row}</row>" * 300_000
    return xlsx(folder / "bomb.xlsx", {"A": f"<worksheet><sheetData>{body}</sheetData></worksheet>"})


def zip_bomb(folder: Path) -> Path:
    return zip_of(folder / "bomb.zip", a_csv=b"id;v\n" + b"0;0\n" * 10_000_000)


def gzip_bomb(folder: Path) -> Path:
    path = folder / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"id;v\n" + b"0;0\n" * 20_000_000, 9))
    return path


def nested_zip(folder: Path) -> Path:
    inner = zip_of(folder / "inner.zip", a_csv=GOOD).read_bytes()
    return zip_of(folder / "nested.zip", b_zip=inner)


def disguised_nested_zip(folder: Path) -> Path:
    inner = zip_of(folder / "inner.zip", a_csv=GOOD).read_bytes()
    return zip_of(folder / "nested.zip", b_csv=inner)


def truncated_gzip(folder: Path) -> Path:
    path = folder / "cut.csv.gz"
    path.write_bytes(gzip.compress(os.urandom(3000).hex().encode())[:-900])
    return path


def truncated_zip(folder: Path) -> Path:
    path = zip_of(folder / "cut.zip", a_csv=GOOD)
    path.write_bytes(path.read_bytes()[:-30])
    return path


def corrupt_zip_member(folder: Path) -> Path:
    path = zip_of(folder / "bad.zip", a_csv=os.urandom(2000).hex().encode())
    data = bytearray(path.read_bytes())
    data[200:220] = bytes(20)
    path.write_bytes(data)
    return path


def truncated_workbook(folder: Path) -> Path:
    path = xlsx(folder / "cut.xlsx", {"A": sheet([[cell("id")], [cell(1)]])})
    path.write_bytes(path.read_bytes()[:-40])
    return path


def workbook_with_a_broken_part(folder: Path) -> Path:
    return xlsx(folder / "broken.xlsx", {"A": sheet([[cell("id")], [cell(1)]])[:-30]})


def truncated_parquet(folder: Path) -> Path:
    path = folder / "cut.parquet"
    pq.write_table(pa.table({"id": ["1"] * 5_000}), path)
    path.write_bytes(path.read_bytes()[:-20])
    return path


def parquet_with_a_hole(folder: Path) -> Path:
    path = folder / "hole.parquet"
    pq.write_table(pa.table({"id": [str(n) for n in range(5_000)]}), path, use_dictionary=False)
    data = bytearray(path.read_bytes())
    data[40:4_000] = b"\xff" * 3_960
    path.write_bytes(data)
    return path


def parquet_bomb(folder: Path) -> Path:
    """40,000 rows of the same 3 MB text: a few kilobytes on disk, 120 GB in memory."""
    path = folder / "bomb.parquet"
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 40_000, pa.int32()), pa.array(["x" * 3_000_000]))
    pq.write_table(pa.table({"id": text}), path)
    return path


def raw(name: str, data: bytes) -> Callable[[Path], Path]:
    def build(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data)
        return path

    return build


def locked_workbook(folder: Path) -> Path:
    body = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(4096)
    return raw("locked.xlsx", body)(folder)


def locked_zip(folder: Path) -> Path:
    path = zip_of(folder / "locked.zip", a_csv=GOOD)
    data = bytearray(path.read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    path.write_bytes(data)
    return path


def empty_folder(folder: Path) -> Path:
    path = folder / "nothing"
    path.mkdir()
    return path


def two_megabytes(quote: bytes) -> bytes:
    return b"id;comment\n1;fine\n2;" + quote + b"word \n"[: 6 if quote else 5] * 400_000 + quote + b"\n3;fine\n"


def names(count: int) -> list[str]:
    return [f"c{rank}" for rank in range(count)]


def read_all(path: Path) -> int:
    return sum(batch.num_rows for source in open_sources(path) for batch in source.batches())


CASES: dict[str, tuple[Callable[[Path], Path], str]] = {
    "spreadsheet bomb": (spreadsheet_bomb, "times its size"),
    "zip bomb": (zip_bomb, "times its size"),
    "gzip bomb": (gzip_bomb, "times its size"),
    "parquet bomb": (parquet_bomb, "over 1 MB"),
    "nested zip": (nested_zip, "inside the archive"),
    "disguised nested zip": (disguised_nested_zip, "inside an archive"),
    "truncated gzip": (truncated_gzip, "truncated"),
    "truncated zip": (truncated_zip, "truncated"),
    "corrupt zip member": (corrupt_zip_member, "truncated or damaged"),
    "truncated workbook": (truncated_workbook, "truncated"),
    "broken workbook": (workbook_with_a_broken_part, "damaged"),
    "truncated parquet": (truncated_parquet, "truncated"),
    "parquet with a hole": (parquet_with_a_hole, "damaged"),
    "NULs": (raw("nul.csv", bytes(100_000)), "NUL"),
    "NULs after a header": (raw("nul.csv", b"id;v\n1;2\n" + bytes(100_000)), "NUL"),
    "program": (raw("ls.csv", b"\x7fELF\x02\x01\x01" + bytes(500)), "a program"),
    "PDF": (raw("a.csv", b"%PDF-1.7\n%abc"), "a PDF"),
    "image": (raw("a.csv", b"\x89PNG\r\n\x1a\n" + bytes(100)), "an image"),
    "noise": (raw("a.csv", bytes(range(256)) * 20), "NUL|binary"),
    "web page": (raw("a.csv", b"<!doctype html><html></html>"), "a web page"),
    "empty": (raw("a.csv", b""), "empty"),
    "blank": (raw("a.csv", b"\xef\xbb\xbf \r\n\r\n"), "empty"),
    "header only": (raw("a.csv", b"id;note\r\n\r\n"), "no row below"),
    "header only, no newline": (raw("a.csv", b"id;note"), "no row below"),
    "unclosed quote in the header": (raw("a.csv", b'id;"note\n1;2\n'), "cannot be read"),
    "2 MB field": (raw("a.csv", two_megabytes(b"")), "over 1 MB"),
    "2 MB quoted field with newlines": (raw("a.csv", two_megabytes(b'"')), "over 1 MB"),
    "20 MB line": (raw("a.csv", b"id;v\n1;" + b"x" * 20_000_000 + b"\n"), "16 MB|over 1 MB"),
    "16,384 columns": (raw("a.csv", ";".join(names(16_384)).encode() + b"\n1\n"), "16,384 columns"),
    "16,384 columns in a sheet": (
        lambda folder: xlsx(
            folder / "wide.xlsx",
            {"A": sheet([[cell(name) for name in names(16_384)], [cell(1) for _ in names(16_384)]])},
        ),
        "16,384 columns",
    ),
    "2,001 columns in Parquet": (
        lambda folder: (
            pq.write_table(pa.table({n: ["1"] for n in names(2_001)}), folder / "w.parquet"),
            folder / "w.parquet",
        )[1],
        "2,001 columns",
    ),
    "locked workbook": (locked_workbook, "password"),
    "locked zip": (locked_zip, "password"),
    "empty folder": (empty_folder, "no file"),
    "empty zip": (lambda folder: zip_of(folder / "e.zip"), "no file"),
    "missing": (lambda folder: folder / "absent.csv", "no such file"),
    "JSON array": (raw("a.json", b'[{"a": 1}]'), "one object a line"),
    "nested JSON": (raw("a.jsonl", b'{"a": 1}\n{"a": {"b": 2}}\n'), "line 2: “a” holds"),
    "JSON with a long text": (raw("a.jsonl", b'{"a": "' + b"x" * 2_000_000 + b'"}\n'), "over 1 MB"),
    "deep JSON": (raw("a.jsonl", b'{"a":' * 50_000), "no JSON object"),
    "document": (lambda folder: zip_of(folder / "a.docx", mimetype=b"application/vnd.text"), "another kind"),
    "too many malformed rows": (raw("a.csv", b"id;v\n" + b"1;2;3\n" * 100_001), "100,000 rows"),
}


@pytest.mark.parametrize("case", CASES)
def test_refused_with_words_in_both_languages(tmp_path: Path, case: str) -> None:
    build, expected = CASES[case]
    with pytest.raises(SourceError, match=expected) as refusal:
        read_all(build(tmp_path))
    error = refusal.value
    assert say(error.text, "fr") != say(error.text, "en")
    assert error.where
    assert error.exit_code == 4


def test_a_slip_in_a_name_is_answered_with_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "reponses_2026.csv").write_bytes(GOOD)
    with pytest.raises(SourceError, match=r"Did you mean .*reponses_2026\.csv\?"):
        open_sources(tmp_path / "reponse_2026.csv")


def test_a_field_of_one_megabyte_is_accepted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id;v\n1;" + b"x" * MAX_FIELD_BYTES + b"\n2;y\n")
    (source,) = open_sources(path)
    assert sum(batch.num_rows for batch in source.batches()) == 2


def test_an_archive_that_expands_honestly_is_accepted(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "a.zip", a_csv=GOOD, b_csv=GOOD)
    assert [sum(b.num_rows for b in one.batches()) for one in open_sources(path)] == [2_000, 2_000]


PROGRAM = """
import resource, sys
from pathlib import Path
from timonier.errors import SourceError
from timonier.facts.intake.source import open_sources
import pyarrow, pyarrow.csv, pyarrow.parquet
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    for source in open_sources(Path(sys.argv[1])):
        for _ in source.batches():
            pass
except SourceError:
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
    print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def measured_megabytes(path: Path) -> list[int]:
    """Peak memory of a refusal: of the process beyond its libraries, and of the processes it starts."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(path)], capture_output=True, text=True, check=True)
    return [int(word) for word in done.stdout.split()]


@pytest.mark.parametrize(
    "case",
    ["spreadsheet bomb", "zip bomb", "gzip bomb", "parquet bomb", "20 MB line", "2 MB quoted field with newlines"],
)
def test_a_refusal_takes_little_memory(tmp_path: Path, case: str) -> None:
    own, children = measured_megabytes(CASES[case][0](tmp_path))
    assert own < 200
    assert children < 1_024


def test_a_workbook_that_passes_the_directory_but_not_the_memory_is_refused(tmp_path: Path) -> None:
    """One cell in the last corner: a few hundred bytes that ask for 16 billion cells."""
    corner = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = xlsx(tmp_path / "corner.xlsx", {"A": f"<worksheet><sheetData>{corner}</sheetData></worksheet>"})
    with pytest.raises(SourceError, match=r"1 GB|columns|damaged"):
        read_all(path)
    own, children = measured_megabytes(path)
    assert own < 200
    assert children < 1_024


def test_an_encoding_given_by_a_person_does_not_open_the_door_to_programs(tmp_path: Path) -> None:
    path = raw("a.csv", b"\x7fELF\x02\x01\x01" + bytes(500))(tmp_path)
    with pytest.raises(SourceError, match="a program"):
        open_sources(path, ReadOptions(encoding="cp1252"))


def test_utf16_without_a_mark_is_read_when_it_is_named(tmp_path: Path) -> None:
    path = raw("a.csv", "id;ville\n1;Nîmes\n".encode("utf-16-le"))(tmp_path)
    with pytest.raises(SourceError, match="UTF-16"):
        open_sources(path)
    (source,) = open_sources(path, ReadOptions(encoding="utf-16-le"))
    assert [row["ville"] for batch in source.batches() for row in batch.to_pylist()] == ["Nîmes"]


def test_a_zip_that_lies_about_its_sizes_is_refused(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"id;v\n" + b"0;0\n" * 100_000)
    data = bytearray(buffer.getvalue())
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = (400).to_bytes(4, "little")
    path = tmp_path / "lie.zip"
    path.write_bytes(data)
    with pytest.raises(SourceError, match="truncated or damaged"):
        read_all(path)
