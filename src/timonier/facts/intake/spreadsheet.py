"""A sheet of a workbook (.xlsx, .xls, .xlsb, .ods) as a source, read by a process with bounded memory and time."""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from timonier.errors import SourceError
from timonier.facts.intake import archives
from timonier.facts.intake.contract import Detected, Format, Malformed, ReadOptions
from timonier.facts.intake.header import column_names
from timonier.facts.intake.stamp import Stamp
from timonier.facts.intake.textbatch import text_batches
from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

MAX_UNPACKED = 200 << 20
_TITLES = 20
_DEADLINE_SECONDS = 180


class SheetChoice(SourceError):
    """Several sheets hold data: `sheets` are their names, and a person must choose."""

    def __init__(self, sheets: tuple[str, ...], where: str) -> None:
        listed = ", ".join(f"« {name} »" for name in sheets)
        super().__init__(
            Text(
                f"several sheets hold data: {listed}. Say which one to read (sheet).",
                f"plusieurs feuilles contiennent des données : {listed}. Indiquez laquelle lire (sheet).",
            ),
            where=where,
        )
        self.sheets = sheets


class SpreadsheetSource:
    """One sheet; see `contract.Source`. `__line__` is the row of the sheet; blank rows are left out."""

    def __init__(self, path: Path, format: Format, options: ReadOptions) -> None:  # noqa: A002
        self.path = path
        self.total_bytes = path.stat().st_size
        self.malformed: list[Malformed] = []
        self._stamp = Stamp.of(path)
        self._position = 0
        if format != "xls":
            check_workbook(path)
        with path.open("rb") as file:
            self.fingerprint = hashlib.file_digest(file, "sha256").hexdigest()
        with _rows_of(path, options.sheet) as (about, rows):
            sheet = _chosen(about, options, path.name)
            first = [row for row, _ in zip(rows, range(_TITLES), strict=False)]
        self._sheet = sheet
        self.name = f"{path.name}/{sheet}" if len(about["sheets"]) > 1 else path.name
        self._header, self.raw_columns = self._find_header(first, options.header_row)
        self.columns = column_names(self.raw_columns, self.name)
        notes = tuple(_notes(about, above=sum(row < self._header for row, _ in first)))
        self.detected = Detected(format=format, sheet=sheet, header_row=self._header, notes=notes)

    def position(self) -> int:
        """The whole file once rows come: a workbook is read in one go."""
        return self._position

    def batches(self, rows: int = 65_536) -> "Iterator[pa.RecordBatch]":
        """The rows below the header; raises SourceError as soon as the limits are passed."""
        self.malformed.clear()
        with _rows_of(self.path, self._sheet) as (_, found):
            self._position = self.total_bytes
            width = len(self.columns)
            below = (
                (row, [*cells, *[""] * (width - len(cells))][:width]) for row, cells in found if row > self._header
            )
            yield from text_batches(below, self.columns, rows, self.name)
        self._stamp.check(self.path, self.name)

    def _find_header(self, first: list[tuple[int, list[str]]], asked: int | None) -> tuple[int, tuple[str, ...]]:
        """The row asked for; else the first with two filled cells, or the first when every row has one."""
        several = [row for row in first if sum(map(bool, row[1])) > 1]
        chosen = [row for row in first if row[0] == asked] if asked else several or first
        if not chosen:
            raise _refused(self.name, "there is no such row of names.", "cette ligne de noms n’existe pas.")
        row, cells = chosen[0]
        if row == first[-1][0]:
            raise _refused(
                self.name,
                "there are names of columns and no row below them.",
                "il y a des noms de colonnes et aucune ligne en dessous.",
            )
        while cells and not cells[-1] and not any(other[len(cells) - 1] for _, other in first):
            cells = cells[:-1]
        return row, tuple(cells)


def check_workbook(path: Path) -> None:
    """Judges the zip of a workbook by its directory, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            archives.check_directory(archive.infolist(), path.name, MAX_UNPACKED)
            if "META-INF/manifest.xml" in archive.namelist():
                with archive.open("META-INF/manifest.xml") as part:
                    if b"encryption-data" in part.read(1 << 20):
                        raise _password(path.name)
    except (zipfile.BadZipFile, EOFError):
        raise archives.truncated(path.name) from None


@contextmanager
def _rows_of(path: Path, sheet: str | None) -> Iterator[tuple[dict[str, Any], Iterator[tuple[int, list[str]]]]]:
    """Starts the reading process; gives what it says of the workbook, then its rows as they come."""
    command = [sys.executable, "-m", "timonier.facts.intake.sheet_process", str(path), *([sheet] if sheet else [])]
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=complaints) as process,
    ):
        assert process.stdout is not None  # noqa: S101  asked for above
        try:
            about = json.loads(process.stdout.readline() or b"{}")
            if "sheets" not in about:
                raise _failure(about.get("error", ""), str(about.get("detail", "")), path.name)
            yield about, _until_the_end(process, process.stdout, path.name)
        finally:
            process.kill()


def _until_the_end(
    process: "subprocess.Popen[bytes]", output: IO[bytes], where: str
) -> Iterator[tuple[int, list[str]]]:
    for line in output:
        if not line.endswith(b"\n"):
            break  # the process died while writing
        row, cells = json.loads(line)
        yield row, cells
    if process.wait(_DEADLINE_SECONDS) != 0:
        raise _failure("", "", where)


def _chosen(about: dict[str, Any], options: ReadOptions, where: str) -> str:
    if about["sheet"]:
        return str(about["sheet"])
    names = tuple(name for name, _, _ in about["sheets"])
    filled = tuple(name for name, visible, filled in about["sheets"] if visible and filled)
    if options.sheet:
        listed = ", ".join(names)
        raise _refused(
            where,
            f"there is no sheet “{options.sheet}”. The sheets are: {listed}.",
            f"il n’y a pas de feuille « {options.sheet} ». Les feuilles sont : {listed}.",
        )
    if not filled:
        raise _refused(where, "no sheet holds data.", "aucune feuille ne contient de données.")
    raise SheetChoice(filled, where)


def _notes(about: dict[str, Any], above: int) -> Iterator[Text]:
    if above:
        yield Text(
            f"Rows above the names of columns, left out: {above}.",
            f"Lignes au-dessus des noms de colonnes, laissées de côté : {above}.",
        )
    if count := about["error_cells"]:
        yield Text(
            f"Cells in error (#N/A, #REF!…), read as empty: {count}.",
            f"Cellules en erreur (#N/A, #REF!…), lues comme vides : {count}.",
        )
    if count := about["merged"]:
        yield Text(
            f"Groups of merged cells: {count}. Only the first cell of each has a value.",
            f"Groupes de cellules fusionnées : {count}. Seule la première cellule de chacun a une valeur.",
        )


def _failure(code: str, detail: str, where: str) -> SourceError:
    if code == "password":
        return _password(where)
    if code == "damaged":
        return _refused(
            where,
            f"the workbook is truncated or damaged ({detail}). Open it, save it again, or export it as CSV.",
            f"le classeur est tronqué ou abîmé ({detail}). Enregistrez-le de nouveau, ou exportez-le en CSV.",
        )
    return _refused(
        where,
        "the workbook needs more than 1 GB of memory or one minute of computing. Export the sheet as CSV.",
        "le classeur demande plus d’un Go de mémoire ou d’une minute de calcul. Exportez la feuille en CSV.",
    )


def _password(where: str) -> SourceError:
    return _refused(
        where,
        "the workbook is protected by a password. Save it without one.",
        "le classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe.",
    )


def _refused(where: str, english: str, french: str) -> SourceError:
    return SourceError(Text(english, french), where=where)
