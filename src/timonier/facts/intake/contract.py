"""What every reader of files promises: the words shared by the readers, the recipes and the loader.

A source gives text exactly as it stands in the file. No type is guessed, nothing is trimmed, and no row is
lost: rows read = rows delivered + rows malformed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

type Format = Literal["csv", "jsonl", "parquet", "arrow", "xlsx", "xls", "xlsb", "ods"]

LINE = "__line__"
MAX_FIELD_BYTES = 1 << 20
MAX_COLUMNS = 2_000
MAX_MALFORMED = 100_000
MALFORMED_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What a person says about a file; None means that it is detected.

    `header_row` is the line (the row, in a spreadsheet) that holds the names of columns, counted from 1.
    `decimal` changes nothing to the text delivered: it is carried for those who read numbers.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    decimal: str | None = None
    sheet: str | None = None
    header_row: int | None = None


@dataclass(frozen=True, slots=True)
class Detected:
    """How a file was read. `delimiter` is empty for one column; `notes` are worth a glance."""

    format: Format
    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    sheet: str = ""
    header_row: int = 1
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Malformed:
    """A row that cannot be split into the columns of its file. `text` is cut at 10,000 characters."""

    line: int
    reason: Text
    text: str

    @classmethod
    def of(cls, line: int, reason: Text, text: str) -> "Malformed":
        """With its text cut."""
        return cls(line, reason, text[:MALFORMED_TEXT])


class Source(Protocol):
    """A table in a file: its columns, and its rows as text.

    `raw_columns` are the names as written; `columns` are the same without stray spaces and marks, and all
    different. `fingerprint` is the SHA-256 of the bytes of the file (of the unpacked member, in a zip).
    `malformed` grows while `batches` runs; it is empty again when `batches` starts.
    """

    name: str
    path: Path
    fingerprint: str
    columns: tuple[str, ...]
    raw_columns: tuple[str, ...]
    detected: Detected
    total_bytes: int
    malformed: list[Malformed]

    def batches(self, rows: int = 65_536) -> "Iterator[pa.RecordBatch]":
        """Batches of at most `rows` rows: each column utf8, never null (missing is the empty string).

        The last column, `__line__` (int64), is the line of the file where the row begins: the physical line
        of a text file, the row of a sheet, the rank of a row in Parquet (from 1).
        """
        ...

    def position(self) -> int:
        """Bytes read so far, out of `total_bytes`."""
        ...
