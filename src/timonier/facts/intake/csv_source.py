"""Delimited text as a source: cut into whole rows here, split into columns by Arrow, all counted."""

import csv
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from timonier.errors import SourceError
from timonier.facts.intake.bytestream import BLOCK, Stored
from timonier.facts.intake.contract import (
    LINE,
    MAX_FIELD_BYTES,
    MAX_MALFORMED,
    Detected,
    Malformed,
    ReadOptions,
)
from timonier.facts.intake.dialect import SAMPLE, Dialect, detect
from timonier.facts.intake.encoding import scan, utf8_blocks
from timonier.facts.intake.header import column_names
from timonier.facts.intake.lexer import BAD_QUOTE, Rows, count_line_ends, end_of_first_row, split_rows
from timonier.facts.intake.stamp import Stamp
from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import csv as pa_csv

MAX_ROW_BYTES = 16 << 20
HEAD_BYTES = 4 << 20
_BOM = b"\xef\xbb\xbf"


class CsvSource:
    """A delimited text file; see `contract.Source`. Opening it reads every byte once."""

    def __init__(self, stored: Stored, options: ReadOptions) -> None:
        self.name = stored.name
        self.path = stored.path
        self.total_bytes = stored.total_bytes
        self.malformed: list[Malformed] = []
        self._stored = stored
        self._stamp = Stamp.of(stored.path)
        self._position = 0
        self._scanned = scan(stored, options.encoding)
        self.fingerprint = self._scanned.fingerprint
        head = self._head()
        self._dialect = detect(head[:SAMPLE].decode("utf-8", "ignore"), options, self.name)
        self._head_bytes = self._end_of_header(head)
        self._head_lines = count_line_ends(head[: self._head_bytes])
        self.raw_columns = _fields_of_header(head[: self._head_bytes], self._dialect)
        self.columns = column_names(self.raw_columns, self.name)
        self.detected = Detected(
            format="csv",
            encoding=self._scanned.encoding,
            delimiter=self._dialect.delimiter,
            quote=self._dialect.quote,
            header_row=self._dialect.skipped + 1,
            notes=(*self._scanned.notes, *self._dialect.notes),
        )

    def position(self) -> int:
        """Bytes of the file read so far."""
        return self._position

    def batches(self, rows: int = 65_536) -> "Iterator[pa.RecordBatch]":
        """The rows in order; raises SourceError for a field over 1 MB, or a file that changes meanwhile."""
        self.malformed.clear()
        line = 1 + self._head_lines
        for found in self._rows():
            yield from self._split(found, line, rows)
            line += found.newlines
            self._check_malformed()
        self._stamp.check(self.path, self.name)

    def _head(self) -> bytes:
        """The first bytes, long enough for a header that is too long to be accepted."""
        head = bytearray()
        with self._stored.open() as stream:
            for block in utf8_blocks(stream, self._scanned, BLOCK):
                head += block
                if len(head) >= HEAD_BYTES:
                    break
        return bytes(head)

    def _end_of_header(self, head: bytes) -> int:
        if not head.strip(b"\r\n\t "):
            raise _refused(self.name, "the file is empty.", "le fichier est vide.")
        end = end_of_first_row(head, self._dialect.syntax, self._dialect.skipped)
        end = len(head) if end is None and len(head) < HEAD_BYTES and self._is_last_line(head) else end
        if end is None:
            raise _refused(
                self.name,
                "the line with the names of columns cannot be read: a quote is not closed, or there is no such line.",
                "la ligne des noms de colonnes est illisible : un guillemet n’est pas fermé, ou elle n’existe pas.",
            )
        if len(head) < HEAD_BYTES and not head[end:].strip(b"\r\n"):
            raise _refused(
                self.name,
                "there are names of columns and no row below them.",
                "il y a des noms de colonnes et aucune ligne en dessous.",
            )
        return end

    def _is_last_line(self, head: bytes) -> bool:
        return end_of_first_row(head + b"\n", self._dialect.syntax, self._dialect.skipped) == len(head) + 1

    def _rows(self) -> Iterator[Rows]:
        """Whole rows, block after block, the header left out."""
        syntax = self._dialect.syntax
        rest = b""
        skip = self._head_bytes
        with self._stored.open() as stream:
            for block in utf8_blocks(stream, self._scanned, BLOCK):
                self._position = stream.tell_source()
                rest += block
                if skip and len(rest) < skip:
                    continue
                rest, skip = rest[skip:], 0
                found = split_rows(rest, syntax, last=False)
                rest = rest[found.consumed :]
                if len(rest) > MAX_ROW_BYTES:
                    raise _too_long(self.name)
                yield found
            if rest:
                found = split_rows(rest, syntax, last=True)
                if found.consumed < len(rest):
                    raise _refused(self.name, "the end could not be read.", "la fin n’a pas pu être lue.")
                yield found

    def _split(self, found: Rows, line: int, most: int) -> "Iterator[pa.RecordBatch]":
        for one in found.apart:
            self._set_apart(line + one.line, BAD_QUOTE, one.text.decode("utf-8", "replace"))
        if not found.lines.size:
            return
        table, bad = self._parse(found, line)
        if table.num_rows + len(bad) != found.lines.size:
            raise _refused(
                self.name,
                f"near line {line}, {found.lines.size} rows were found and {table.num_rows + len(bad)} could be read.",
                f"vers la ligne {line}, {found.lines.size} lignes ont été vues et {table.num_rows + len(bad)} lues.",
            )
        _check_lengths(table, self.columns, self.name, line)
        pieces = -(-table.num_rows // most)
        if pieces:
            yield from table.to_batches(max_chunksize=-(-table.num_rows // pieces))

    def _parse(self, found: Rows, line: int) -> "tuple[pa.Table, list[int]]":
        """The columns of good rows, and the ranks (from 0) of the rows without the right fields."""
        import numpy as np
        import pyarrow as pa
        from pyarrow import csv as pa_csv

        bad: list[int] = []

        def ragged(row: pa_csv.InvalidRow) -> str:
            rank = row.number - 1
            bad.append(rank)
            self._set_apart(line + int(found.lines[rank]), _wrong_count(row), row.text)
            return "skip"

        names = [f"f{rank}" for rank in range(len(self.columns))]
        text = pa.py_buffer(found.text)
        if found.text[:3] == _BOM:  # Arrow would take it for the mark of a file
            text = pa.py_buffer(_BOM + bytes(found.text))
        table = pa_csv.read_csv(
            pa.BufferReader(text),
            read_options=pa_csv.ReadOptions(use_threads=False, block_size=len(text) + 1, column_names=names),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._dialect.syntax.delimiter.decode(),
                quote_char=self._dialect.quote or False,
                newlines_in_values=True,
                invalid_row_handler=ragged,
            ),
            convert_options=pa_csv.ConvertOptions(
                check_utf8=False,  # every byte was checked before the first row was given
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[],
                strings_can_be_null=False,
            ),
        )
        lines = np.delete(found.lines, bad) if bad else found.lines
        return table.rename_columns(list(self.columns)).append_column(LINE, pa.array(lines + line, pa.int64())), bad

    def _set_apart(self, line: int, reason: Text, text: str) -> None:
        self.malformed.append(Malformed.of(line, reason, text))

    def _check_malformed(self) -> None:
        """Refuses a file of which too much is malformed. Not from Arrow's callback, where an error is lost."""
        if len(self.malformed) > MAX_MALFORMED:
            first = self.malformed[0].line
            raise _refused(
                self.name,
                f"more than {MAX_MALFORMED:,} rows do not have the {len(self.columns)} columns of the header; the "
                f"first is line {first}. Check the delimiter.",
                f"plus de {MAX_MALFORMED} lignes n’ont pas les {len(self.columns)} colonnes de l’en-tête ; la "
                f"première est la ligne {first}. Vérifiez le séparateur.",
            )


def _fields_of_header(head: bytes, dialect: Dialect) -> tuple[str, ...]:
    """The names as written. The header was cut out by the same rules as the rows."""
    lines = list(io.StringIO(head.decode("utf-8"), newline=""))[dialect.skipped :]
    csv.field_size_limit(max(csv.field_size_limit(), HEAD_BYTES))
    reader = csv.reader(
        lines,
        delimiter=dialect.syntax.delimiter.decode(),
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
    )
    return tuple(next(row for row in reader if row))


def _check_lengths(table: "pa.Table", columns: tuple[str, ...], where: str, line: int) -> None:
    """Refuses a field over 1 MB. A column lighter than that as a whole cannot hold one."""
    import pyarrow.compute as pc

    for name in columns:
        column = table.column(name)
        if column.nbytes > MAX_FIELD_BYTES and (pc.max(pc.binary_length(column)).as_py() or 0) > MAX_FIELD_BYTES:
            raise _refused(
                where,
                f"a field of the column “{name}” is over 1 MB, after line {line}. A quote may not be closed there.",
                f"un champ de la colonne « {name} » dépasse 1 Mo, après la ligne {line}. Un guillemet n’y "
                "est "
                "peut-être pas fermé.",
            )


def _wrong_count(row: "pa_csv.InvalidRow") -> Text:
    found, expected = row.actual_columns, row.expected_columns
    return Text(f"{found} fields instead of {expected}.", f"{found} champs au lieu de {expected}.")


def _too_long(where: str) -> SourceError:
    return _refused(
        where,
        "a line is longer than 16 MB: this is not a table, or a quote is never closed.",
        "une ligne dépasse 16 Mo : ce n’est pas un tableau, ou un guillemet n’est jamais fermé.",
    )


def _refused(where: str, english: str, french: str) -> SourceError:
    return SourceError(Text(english, french), where=where)
