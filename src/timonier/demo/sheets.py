"""Writing what was drawn as the files that a French company would hand over.

Two habits: the office one (semicolons, UTF-8 with BOM, decimal comma, 31/12/2025 14:05, Oui/Non) and the software
one (commas, ISO instants in UTC, decimal point, true/false). Large demos keep the same columns in Parquet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, Any, Literal

import numpy as np

from timonier.demo.chance import Bools, Ints
from timonier.demo.window import DAY, Window

type Habit = Literal["office", "software"]

ROWS_A_GROUP = 1 << 17
"""Rows of a Parquet row group: fixed, so that the size of the chunks never shows in the bytes."""
_FIRST_DAY = -6000


@dataclass(frozen=True, slots=True)
class Instants:
    """Local wall-clock seconds since the first day; empty where `known` is false."""

    second: Ints
    known: Bools | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """Days since the first; empty where `known` is false."""

    day: Ints
    known: Bools | None = None


@dataclass(frozen=True, slots=True)
class Cents:
    """Amounts in cents."""

    cents: Ints


@dataclass(frozen=True, slots=True)
class Flags:
    """Yes or no; empty where `known` is false."""

    yes: Bools
    known: Bools | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """Identifiers: a prefix and a number padded with zeros; empty where `known` is false."""

    prefix: str
    number: Ints
    width: int = 8
    known: Bools | None = None


type Cells = Instants | Days | Cents | Flags | Codes | Any
"""Any other value is an Arrow array, written as it is."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: its name without ending, its habit, whether it holds free text (hence quotes)."""

    name: str
    habit: Habit
    free_text: bool = False


class SheetWriter:
    """Writes one sheet, chunk after chunk; `rows` counts the lines."""

    def __init__(self, sheet: Sheet, folder: Path, window: Window, *, parquet: bool) -> None:
        self.sheet = sheet
        self.path = folder / f"{sheet.name}.{'parquet' if parquet else 'csv'}"
        self.rows = 0
        self._scribe: _CsvScribe | _ParquetScribe = (
            _ParquetScribe(self.path, window) if parquet else _CsvScribe(sheet, self.path, window)
        )

    def write(self, cells: Mapping[str, Cells]) -> None:
        """Append rows; the first call fixes the header."""
        table = self._scribe.table(cells)
        self.rows += table.num_rows
        self._scribe.append(table)

    def close(self) -> None:
        """Finish the file."""
        self._scribe.close()


class _CsvScribe:
    def __init__(self, sheet: Sheet, path: Path, window: Window) -> None:
        self._sheet = sheet
        self._text = _Wording(sheet.habit, window)
        self._file: IO[bytes] = path.open("wb")
        self._started = False

    def table(self, cells: Mapping[str, Cells]) -> Any:
        import pyarrow as pa

        return pa.table({name: self._text.column(value) for name, value in cells.items()})

    def append(self, table: Any) -> None:
        from pyarrow import csv

        office = self._sheet.habit == "office"
        delimiter = ";" if office else ","
        if not self._started:
            self._file.write("\ufeff".encode() if office else b"")
            self._file.write((delimiter.join(table.column_names) + "\n").encode())
            self._started = True
        quoting = "needed" if self._sheet.free_text else "none"
        options = csv.WriteOptions(include_header=False, delimiter=delimiter, quoting_style=quoting)
        csv.write_csv(table, self._file, options)

    def close(self) -> None:
        self._file.close()


@dataclass
class _ParquetScribe:
    path: Path
    window: Window
    _waiting: list[Any] = field(default_factory=list)
    _writer: Any = None

    def table(self, cells: Mapping[str, Cells]) -> Any:
        import pyarrow as pa

        return pa.table({name: _typed(value, self.window) for name, value in cells.items()})

    def append(self, table: Any, *, all_of_it: bool = False) -> None:
        import pyarrow as pa
        from pyarrow import parquet

        if self._writer is None:
            self._writer = parquet.ParquetWriter(self.path, table.schema, compression="zstd")
        self._waiting.append(table)
        held = pa.concat_tables(self._waiting)
        done = 0
        while held.num_rows - done >= (1 if all_of_it else ROWS_A_GROUP):
            self._writer.write_table(held.slice(done, ROWS_A_GROUP).combine_chunks(), row_group_size=ROWS_A_GROUP)
            done += ROWS_A_GROUP
        self._waiting = [held.slice(done)]

    def close(self) -> None:
        if self._waiting:
            self.append(self._waiting.pop(), all_of_it=True)
        if self._writer is not None:
            self._writer.close()


class _Wording:
    """Columns as text; a day or a minute is written once and looked up."""

    def __init__(self, habit: Habit, window: Window) -> None:
        import pyarrow as pa

        self.office = habit == "office"
        self._window = window
        days = np.datetime64(window.start) + np.arange(_FIRST_DAY, window.days + 400)
        iso = days.astype(str)
        if self.office:
            iso = np.array([f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in iso])
        self._days = pa.array(iso)
        self._times = _times(office=self.office)

    def column(self, cells: Cells) -> Any:
        """An Arrow array of text (or the array given)."""
        match cells:
            case Instants():
                return self._instants(cells)
            case Days(day, known):
                return self._days.take(_masked(day - _FIRST_DAY, known))
            case Cents(cents):
                return _amounts(cents, "," if self.office else ".")
            case Flags(yes, known):
                return _words(yes, ("Non", "Oui") if self.office else ("false", "true"), known)
            case Codes():
                return _codes(cells)
            case _:
                return cells

    def _instants(self, cells: Instants) -> Any:
        from pyarrow import compute as pc

        second = cells.second
        if not self.office:
            second = self._window.seconds_utc(second)
        day, rest = np.divmod(second, DAY)
        dates = self._days.take(_masked(day - _FIRST_DAY, cells.known))
        times = self._times.take(_masked(rest // 60 if self.office else rest, cells.known))
        return pc.binary_join_element_wise(dates, times, " " if self.office else "T")


@cache
def _times(*, office: bool) -> Any:
    """The minutes of a day as 14:05, or its seconds as 14:05:09Z."""
    import pyarrow as pa

    if office:
        return pa.array([_clock(second, seconds=False) for second in range(0, DAY, 60)])
    return pa.array([_clock(second, seconds=True) + "Z" for second in range(DAY)])


def _clock(second: int, *, seconds: bool) -> str:
    text = f"{second // 3600:02d}:{second // 60 % 60:02d}"
    return f"{text}:{second % 60:02d}" if seconds else text


def _masked(numbers: Ints, known: Bools | None) -> Any:
    import pyarrow as pa

    if known is None:
        return pa.array(numbers)
    return pa.array(np.where(known, numbers, 0), mask=~known)


def _amounts(cents: Ints, mark: str) -> Any:
    import pyarrow as pa
    from pyarrow import compute as pc

    euros, rest = np.divmod(np.abs(cents), 100)
    sign = _words(cents < 0, ("", "-"))
    two = pa.array([f"{mark}{one:02d}" for one in range(100)]).take(pa.array(rest))
    return pc.binary_join_element_wise(sign, pc.cast(pa.array(euros), pa.string()), two, "")


def _words(yes: Bools, words: tuple[str, str], known: Bools | None = None) -> Any:
    import pyarrow as pa

    return pa.array(words).take(_masked(yes.astype(np.int64), known))


def _codes(codes: Codes) -> Any:
    import pyarrow as pa
    from pyarrow import compute as pc

    digits = pc.utf8_lpad(pc.cast(_masked(codes.number, codes.known), pa.string()), codes.width, "0")
    return pc.binary_join_element_wise(pa.scalar(codes.prefix), digits, "")


def _typed(cells: Cells, window: Window) -> Any:
    """An Arrow array of the natural type: instants in UTC, decimals, booleans."""
    import pyarrow as pa

    match cells:
        case Instants(second, known):
            mask = None if known is None else ~known
            instants = window.instants(window.seconds_utc(second))
            return pa.array(instants, type=pa.timestamp("s", "UTC"), mask=mask)
        case Days(day, known):
            days = np.datetime64(window.start) + day if known is None else np.datetime64(window.start) + day * known
            return pa.array(days, type=pa.date32(), mask=None if known is None else ~known)
        case Cents(cents):
            return _amounts(cents, ".").cast(pa.decimal128(18, 2))
        case Flags(yes, known):
            return pa.array(yes, mask=None if known is None else ~known)
        case Codes():
            return _codes(cells)
        case _:
            return cells
