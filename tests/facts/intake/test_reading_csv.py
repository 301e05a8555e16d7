"""Delimited text: every encoding, separator, end of line and quote; nothing guessed, nothing lost."""

import codecs
import csv
import gzip
import hashlib
import io
import itertools
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timonier.errors import SourceError
from timonier.facts.intake import csv_source, lexer
from timonier.facts.intake.source import LINE, ReadOptions, Source, open_sources


def read(source: Source, rows: int = 65_536) -> list[dict[str, object]]:
    return [row for batch in source.batches(rows) for row in batch.to_pylist()]


def only(path: Path, options: ReadOptions = ReadOptions()) -> Source:  # noqa: B008
    (source,) = open_sources(path, options)
    return source


def write(folder: Path, data: bytes, name: str = "f.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


ENCODINGS = {
    "utf-8": ("", "utf-8"),
    "utf-8-sig": ("", "utf-8"),
    "cp1252": ("", "cp1252"),
    "utf-16-le": (codecs.BOM_UTF16_LE.decode("utf-16-le"), "utf-16-le"),
    "utf-16-be": (codecs.BOM_UTF16_BE.decode("utf-16-be"), "utf-16-be"),
}
NEWLINES = ("\n", "\r\n", "\r", "mixed")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("newline", NEWLINES)
@pytest.mark.parametrize("packed", [False, True])
def test_the_whole_matrix_gives_the_same_rows(
    tmp_path: Path, encoding: str, delimiter: str, newline: str, packed: bool
) -> None:
    d = delimiter
    lines = [
        f"id{d}note{d}Commentaire",
        f'000123{d}"9,5"{d}"Très bien, « 10 € » ; à refaire{d} ""vraiment""\tok|ok"',
        f'000124{d}7{d}"deux\nlignes"',
        f'000125{d}{d}écran 5" cassé',
        f"000126{d} 8 {d}",
    ]
    ends = itertools.cycle(["\n", "\r\n", "\r"]) if newline == "mixed" else itertools.repeat(newline)
    text = "".join(line + end for line, end in zip(lines, ends, strict=False))
    mark, expected = ENCODINGS[encoding]
    data = (mark + text).encode(encoding)
    source = only(write(tmp_path, gzip.compress(data) if packed else data))
    assert source.columns == ("id", "note", "Commentaire")
    assert (source.detected.encoding, source.detected.delimiter) == (expected, delimiter)
    comment = f'Très bien, « 10 € » ; à refaire{d} "vraiment"\tok|ok'
    assert read(source) == [
        {"id": "000123", "note": "9,5", "Commentaire": comment, LINE: 2},
        {"id": "000124", "note": "7", "Commentaire": "deux\nlignes", LINE: 3},
        {"id": "000125", "note": "", "Commentaire": 'écran 5" cassé', LINE: 5},
        {"id": "000126", "note": " 8 ", "Commentaire": "", LINE: 6},
    ]
    assert not source.malformed
    assert source.position() == source.total_bytes


CELL = st.text(
    st.one_of(
        st.sampled_from(";,\t|\"'\r\n \xa0\ufeffé€\x92\x1fa0"),
        st.characters(exclude_characters="\0", exclude_categories=["Cs"]),
    ),
    max_size=12,
)


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 6))
    return draw(st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=30))


QUIET = settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
BLOCKS = st.sampled_from([5, 64, 4 << 20])


def read_in_blocks(path: Path, size: int, delimiter: str) -> tuple[Source, list[dict[str, object]]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_source, "BLOCK", size)
        source = only(path, ReadOptions(encoding="utf-8", delimiter=delimiter, header_row=1))
        return source, read(source, 3)


@QUIET
@given(tables(), st.sampled_from(";,\t|"), st.sampled_from(["\n", "\r\n"]), BLOCKS)
def test_what_the_standard_writer_writes_is_read_back(
    tmp_path: Path, rows: list[list[str]], delimiter: str, newline: str, block: int
) -> None:
    """Whatever the cells hold, and wherever the blocks are cut; line numbers as the standard reader counts."""
    out = io.StringIO()
    names = [f"c{rank}" for rank in range(len(rows[0]))]
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows([names, *rows])
    source, found = read_in_blocks(write(tmp_path, out.getvalue().encode()), block, delimiter)
    assert [[row[name] for name in names] for row in found] == rows
    assert not source.malformed
    reader = csv.reader(io.StringIO(out.getvalue(), newline=""), delimiter=delimiter)
    ends = [reader.line_num for _ in reader]
    assert [row[LINE] for row in found] == [end + 1 for end in ends[:-1]]


def naive(text: str, delimiter: str) -> tuple[list[tuple[int, list[str]]], list[int]]:
    """The grammar, one character after the other: rows with their line, and lines set apart for their quotes."""
    good, bad, at, line = [], [], 0, 1
    breaks = [found.end() for found in re.finditer(r"\r\n|\n|\r", text)] + [len(text)]
    while at < len(text):
        fields, place, sound = [], at, True
        while True:
            if text[place : place + 1] == '"':
                place, value = place + 1, ""
                while place < len(text) and (text[place] != '"' or text[place + 1 : place + 2] == '"'):
                    value += text[place]
                    place += 2 if text[place] == '"' else 1
                sound = place < len(text) and text[place + 1 : place + 2] in ("", delimiter, "\r", "\n")
                place += 1
            else:
                value = re.compile(rf"[^{re.escape(delimiter)}\r\n]*").match(text, place).group()  # type: ignore[union-attr]
                place += len(value)
            fields.append(value)
            if not sound or text[place : place + 1] != delimiter:
                break
            place += 1
        if sound:
            end = min(one for one in breaks if one > place) if place < len(text) else place
            if text[at:end].strip("\r\n"):
                good.append((line, fields))
        else:
            bad.append(line)
            end = min(one for one in breaks if one > at)
        line += sum(at < one <= end for one in breaks[:-1])
        at = end
    return good, bad


@QUIET
@given(st.text(st.sampled_from('ab"";;\n\n\r'), max_size=60), BLOCKS)
def test_damaged_text_is_split_as_the_grammar_says(tmp_path: Path, damage: str, block: int) -> None:
    """Rows delivered and rows set apart are those of a naive reading, and none is missing."""
    text = "x;y\n" + damage + "\n1;2\n"
    source, found = read_in_blocks(write(tmp_path, text.encode()), block, ";")
    rows, unclosed = naive(text, ";")
    assert [(row[LINE], [row["x"], row["y"]]) for row in found] == [one for one in rows[1:] if len(one[1]) == 2]
    ragged = [line for line, fields in rows[1:] if len(fields) != 2]
    assert sorted(one.line for one in source.malformed) == sorted(unclosed + ragged)


def test_a_stray_quote_costs_one_row_and_not_the_rows_below(tmp_path: Path) -> None:
    rows = "".join(f"{n};text {n}\n" for n in range(50_000))
    path = write(tmp_path, f'id;comment\n1;fine\n2;"never closed\n{rows}'.encode())
    source = only(path)
    assert len(read(source)) == 50_001
    assert [(one.line, one.text) for one in source.malformed] == [(3, '2;"never closed')]
    assert "quote" in source.malformed[0].reason.en


def test_a_stray_quote_in_a_large_file_costs_one_row(tmp_path: Path) -> None:
    rows = "".join(f"{n:08};{'text ' * 20}\n" for n in range(120_000))
    path = write(tmp_path, f'id;comment\n1;fine\n2;"never closed\n{rows}'.encode())
    assert path.stat().st_size > 2 * lexer.LOOKAHEAD
    source = only(path)
    found = read(source)
    assert len(found) == 120_001
    assert found[-1][LINE] == 120_003
    assert [one.line for one in source.malformed] == [3]


def test_ragged_rows_are_set_apart_with_their_line_and_text(tmp_path: Path) -> None:
    source = only(write(tmp_path, b"a;b\n1;2\n\n3\n4;5;6\n7;8\n"))
    assert [row[LINE] for row in read(source)] == [2, 6]
    assert [(one.line, one.text) for one in source.malformed] == [(4, "3"), (5, "4;5;6")]
    assert source.malformed[1].reason.fr == "3 champs au lieu de 2."


def test_batches_can_be_read_again_and_never_exceed_what_is_asked(tmp_path: Path) -> None:
    source = only(write(tmp_path, b"a;b\n" + b"1;2\n" * 1000 + b"x\n"))
    sizes = [batch.num_rows for batch in source.batches(300)]
    assert sum(sizes) == 1000
    assert max(sizes) <= 300
    assert sum(batch.num_rows for batch in source.batches()) == 1000
    assert len(source.malformed) == 1


def test_headers_are_cleaned_for_matching_and_kept_as_written(tmp_path: Path) -> None:
    source = only(write(tmp_path, "\ufeff id\xa0client ;Pays Typologie  1;;\ufeffnote\n1;2;3;4\n".encode()))
    assert source.columns == ("id client", "Pays Typologie 1", "colonne 3", "note")
    assert source.raw_columns[1] == "Pays Typologie  1"
    assert [one.strip() for one in source.raw_columns][2] == ""


def test_two_columns_of_the_same_name_are_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="« note »"):
        open_sources(write(tmp_path, b"id;note; note \n1;2;3\n"))


def test_one_column_is_one_column_whatever_its_text_holds(tmp_path: Path) -> None:
    source = only(write(tmp_path, b"verbatim\nTrop cher, trop long ; dommage\nBien\n"))
    assert [row["verbatim"] for row in read(source)] == ["Trop cher, trop long ; dommage", "Bien"]
    assert source.detected.delimiter == ""


def test_a_title_above_the_header_is_noted(tmp_path: Path) -> None:
    source = only(write(tmp_path, b"Export du 3 mai\n\nid;note\n1;9\n2;8\n"))
    assert source.columns == ("id", "note")
    assert [row[LINE] for row in read(source)] == [4, 5]
    assert "above the header" in source.detected.notes[0].en


def test_a_byte_that_is_not_utf8_anywhere_decides_for_the_whole_file(tmp_path: Path) -> None:
    late = "id;ville\n" + "1;Paris\n" * 400_000
    source = only(write(tmp_path, (late + "2;Orléans\n").encode("cp1252")))
    assert source.detected.encoding == "cp1252"
    assert read(source)[-1]["ville"] == "Orléans"
    assert not source.detected.notes


def test_two_encodings_in_one_file_are_told(tmp_path: Path) -> None:
    data = "id;ville\n1;Orléans\n".encode() + "2;Nîmes\n".encode("cp1252")
    source = only(write(tmp_path, data))
    assert "line 3" in source.detected.notes[0].en
    assert [row["ville"] for row in read(source)] == ["OrlÃ©ans", "Nîmes"]


def test_an_encoding_that_does_not_fit_is_refused_with_its_place(tmp_path: Path) -> None:
    data = b"id;ville\n1;Orl" + "éans\n".encode("cp1252")
    with pytest.raises(SourceError, match=r"offset 14 \(line 2\)"):
        open_sources(write(tmp_path, data), ReadOptions(encoding="utf-8"))
    with pytest.raises(SourceError, match="unknown"):
        open_sources(write(tmp_path, data), ReadOptions(encoding="klingon"))


def test_the_five_bytes_without_a_character_in_windows_1252_are_kept(tmp_path: Path) -> None:
    source = only(write(tmp_path, b"id;v\n1;\xe9\x81\x8d\x8f\x90\x9d\n"))
    assert read(source)[0]["v"] == "é\x81\x8d\x8f\x90\x9d"


def test_the_fingerprint_is_that_of_the_file(tmp_path: Path) -> None:
    data = gzip.compress(b"id;v\n1;2\n")
    assert only(write(tmp_path, data, "f.gz")).fingerprint == hashlib.sha256(data).hexdigest()


def test_a_file_that_grows_meanwhile_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, b"id;v\n1;2\n")
    source = only(path)
    path.write_bytes(b"id;v\n1;2\n3;4\n")
    with pytest.raises(SourceError, match="changed"):
        read(source)


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [
        (b"'a';'b'\n'x;''y';'2'\n", ReadOptions(), {"a": "x;'y", "b": "2"}),
        (b'a;b\n"x;2\n', ReadOptions(quote=""), {"a": '"x', "b": "2"}),
        (b"a~b\n1~2\n", ReadOptions(delimiter="~"), {"a": "1", "b": "2"}),
        (b"junk;;;\nmore\na;b\n1;2\n", ReadOptions(header_row=3), {"a": "1", "b": "2"}),
        ("nom, prénom;note\nDoe, J;9,5\n".encode(), ReadOptions(), {"nom, prénom": "Doe, J", "note": "9,5"}),
        (b"sep|amount\n1|12,5\n2|13,5\n3|1,5\n", ReadOptions(), {"sep": "1", "amount": "12,5"}),
    ],
)
def test_dialects_are_found_or_obeyed(
    tmp_path: Path, data: bytes, options: ReadOptions, expected: dict[str, str]
) -> None:
    first = read(only(write(tmp_path, data), options))[0]
    first.pop(LINE)
    assert first == expected


@pytest.mark.parametrize("options", [ReadOptions(delimiter=";;"), ReadOptions(quote="«"), ReadOptions(delimiter="\n")])
def test_marks_that_cannot_split_are_refused(tmp_path: Path, options: ReadOptions) -> None:
    with pytest.raises(SourceError, match="cannot separate"):
        open_sources(write(tmp_path, b"a;b\n1;2\n"), options)


def test_a_quote_that_opens_no_field_is_text(tmp_path: Path) -> None:
    source = only(write(tmp_path, b"id;screen\n" + b'1;5" wide\n' * 10 + b'2;"6"" tall"\n3;a "b" c\n'))
    assert [row["screen"] for row in read(source)][-3:] == ['5" wide', '6" tall', 'a "b" c']
    assert not source.malformed
