"""Reading a sent file: its first rows, the inspection of the engine, errors that bear the person's name for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from timonier import formats
from timonier.errors import SourceError
from timonier.facts.durability import write_atomically
from timonier.facts.intake.contract import LINE, Detected, ReadOptions, Source
from timonier.facts.intake.guard import HEAD, kind_of
from timonier.facts.intake.inspection import Inspection, inspect
from timonier.facts.intake.source import SheetChoice, open_sources
from timonier.facts.intake.values import moment
from timonier.text import Text
from timonier.web.intake import storage
from timonier.web.intake.choices import Reading
from timonier.web.intake.models import Upload

ROWS = 20
SMALL = 8 << 20  # bytes that are read while a person waits for the page
SMALL_PACKED = 1 << 20
PACKED = (".gz", ".zip", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet", ".arrow", ".feather")
BEGINNING = 4 << 20
CELL = 200


@dataclass(frozen=True, slots=True)
class Head:
    """The first rows of the first table: `columns`, texts cut at 200 characters, how it was read."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    detected: Detected
    others: tuple[str, ...]
    sheets: tuple[str, ...] = ()


def is_small(upload: Upload) -> bool:
    """Whether reading it whole takes no longer than a page may."""
    return upload.size <= (SMALL_PACKED if upload.stored.endswith(PACKED) else SMALL)


def sources(upload: Upload, options: ReadOptions, *, beginning: bool = False) -> list[Source]:
    """The tables of the file, under the person's name for it; with `beginning`, of its first megabytes if it is large.

    Raises SourceError, SheetChoice.
    """
    path = existing(upload)
    if beginning and not is_small(upload):
        path = _beginning(upload) or path
    try:
        found = open_sources(path, options)
    except SheetChoice:
        raise
    except SourceError as refused:
        raise renamed(refused, upload) from None
    for one in found:
        one.name = one.name.replace(path.name, storage.source_name(upload.name), 1)
    return found


def check(upload: Upload) -> None:
    """Refuses what is no table, without reading the whole of a large file. Raises SourceError, SheetChoice."""
    if is_small(upload) or kind_of(_first_bytes(upload), upload.name) in ("text", "zip"):
        sources(upload, ReadOptions(), beginning=True)


def _first_bytes(upload: Upload) -> bytes:
    with existing(upload).open("rb") as file:
        return file.read(HEAD)


def _beginning(upload: Upload) -> Path | None:
    """The first whole lines of a large file of text, copied apart; None for what cannot be cut so."""
    copied = storage.beginning_of(upload.stored)
    if copied.is_file():
        return copied
    first = _first_bytes(upload)
    if kind_of(first, upload.name) != "text" or first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None
    with existing(upload).open("rb") as file:
        lines = file.read(BEGINNING)
    end = lines.rfind(b"\n")
    if end < 0:
        return None
    write_atomically(copied, lines[: end + 1])
    return copied


def head(upload: Upload, reading: Reading) -> Head:
    """The first rows. With several filled sheets and none chosen, those of the first: `sheets` says which there are."""
    options = reading.options
    sheets: tuple[str, ...] = ()
    try:
        found = sources(upload, options, beginning=True)
    except SheetChoice as choice:
        sheets = choice.sheets
        found = sources(upload, ReadOptions(sheet=sheets[0], header_row=options.header_row))
    first = found[0]
    rows: list[tuple[str, ...]] = []
    for batch in first.batches(ROWS):
        columns = [batch.column(name).to_pylist() for name in first.columns if name != LINE]
        rows += [tuple(cell[:CELL] for cell in row) for row in zip(*columns, strict=True)]
        if len(rows) >= ROWS:
            break
    return Head(first.columns, tuple(rows[:ROWS]), first.detected, tuple(one.name for one in found[1:]), sheets)


def look(upload: Upload, reading: Reading, into: str | None) -> Inspection:
    """The inspection of the engine: reads the whole file. Raises SourceError."""
    path = existing(upload)
    try:
        return inspect(path, reading.options, into=into)
    except SourceError as refused:
        raise renamed(refused, upload) from None


def existing(upload: Upload) -> Path:
    """The path of the file; SourceError when it was removed."""
    path = storage.path_of(upload.stored)
    if not path.is_file():
        raise SourceError(
            Text("this file is no longer here.", "ce fichier n’est plus là."),
            where=upload.name,
            hint=Text("Send it again.", "Envoyez-le de nouveau."),
        )
    return path


def renamed(refused: SourceError, upload: Upload) -> SourceError:
    """The same error, about the file as the person calls it."""
    where = refused.where
    for path in (storage.beginning_of(upload.stored), storage.path_of(upload.stored)):
        where = where.replace(str(path), upload.name).replace(path.name, upload.name)
    return SourceError(refused.text, where=where, hint=refused.hint)


def dates_read(shown: Head, orders: dict[str, str]) -> dict[str, str]:
    """For each column of dates, its first value as a date in words: a wrong order is seen at once."""
    return dict(_dates_read(shown, orders))


def _dates_read(shown: Head, orders: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, cells in zip(shown.columns, zip(*shown.rows, strict=True), strict=False):
        order = orders.get(name)
        first = next((cell.strip() for cell in cells if cell.strip()), "")
        if order in ("iso", "dmy", "mdy", "ymd") and first:
            found = moment(first, order)
            if found is not None:
                yield name, formats.day(found.date())
