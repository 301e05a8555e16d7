"""Opening what people bring: a file, an archive or a folder becomes one or several sources of rows."""

import zipfile
from pathlib import Path

from timonier.errors import SourceError
from timonier.facts.intake import archives
from timonier.facts.intake.bytestream import Stored
from timonier.facts.intake.columnar import ColumnarSource
from timonier.facts.intake.contract import LINE, Detected, Format, Malformed, ReadOptions, Source
from timonier.facts.intake.csv_source import CsvSource
from timonier.facts.intake.guard import HEAD, check_text, existing, is_json, kind_of, workbook_format
from timonier.facts.intake.jsonl import JsonLinesSource
from timonier.facts.intake.spreadsheet import SheetChoice, SpreadsheetSource
from timonier.text import Text

__all__ = ["LINE", "Detected", "Format", "Malformed", "ReadOptions", "SheetChoice", "Source", "open_sources"]


def open_sources(path: Path, options: ReadOptions = ReadOptions()) -> list[Source]:  # noqa: B008  frozen
    """The tables found at `path`: several for a folder or a zip, one otherwise.

    Raises SourceError, and reads no row, when the file is not a table, is damaged, or could exhaust the machine;
    SheetChoice when several sheets of a workbook hold data and `options` name none.
    """
    path = existing(Path(path))
    return _folder(path, options) if path.is_dir() else _file(path, options)


def _file(path: Path, options: ReadOptions) -> list[Source]:
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = kind_of(head, path.name, options.encoding)
    if kind == "gzip":
        return [_text(archives.gzipped(path), options)]
    if kind in {"parquet", "arrow"}:
        return [ColumnarSource(archives.plain(path), kind)]
    if kind == "ole":
        return [SpreadsheetSource(path, workbook_format(path, ()), options)]
    if kind == "zip":
        return _zip(path, options)
    return [_text(archives.plain(path), options)]


def _zip(path: Path, options: ReadOptions) -> list[Source]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = tuple(archive.namelist())
    except zipfile.BadZipFile:
        raise archives.truncated(path.name) from None
    if {"[Content_Types].xml", "mimetype"} & set(names):
        return [SpreadsheetSource(path, workbook_format(path, names), options)]
    members = archives.zipped(path)
    if not members:
        raise SourceError(
            Text("the archive holds no file to read.", "l’archive ne contient aucun fichier à lire."), where=path.name
        )
    return [_text(one, options) for one in members]


def _folder(path: Path, options: ReadOptions) -> list[Source]:
    files = sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
    if not files:
        raise SourceError(
            Text("the folder holds no file to read.", "le dossier ne contient aucun fichier à lire."), where=str(path)
        )
    return [source for file in files for source in _file(file, options)]


def _text(stored: Stored, options: ReadOptions) -> Source:
    with stored.open() as stream:
        head = stream.read(HEAD)
    if kind_of(head, stored.name, options.encoding) != "text":
        raise SourceError(
            Text(
                "inside an archive, only CSV and JSON Lines are read. Unpack it and give the files.",
                "dans une archive, seuls les CSV et JSON Lines sont lus. Décompressez-la et donnez les fichiers.",
            ),
            where=stored.name,
        )
    check_text(head, stored.name, options.encoding)
    return JsonLinesSource(stored, options) if is_json(head, stored.name) else CsvSource(stored, options)
