"""Opening what people bring: a file, an archive or a folder becomes one or several sources of rows."""

from pathlib import Path

from timonier.errors import SourceError
from timonier.facts.intake import archives
from timonier.facts.intake.bytestream import Stored
from timonier.facts.intake.contract import LINE, Detected, Format, Malformed, ReadOptions, Source
from timonier.facts.intake.csv_source import CsvSource
from timonier.facts.intake.guard import HEAD, check_text, existing, kind_of
from timonier.text import Text

__all__ = ["LINE", "Detected", "Format", "Malformed", "ReadOptions", "Source", "open_sources"]


def open_sources(path: Path, options: ReadOptions = ReadOptions()) -> list[Source]:  # noqa: B008  frozen
    """The tables found at `path`: several for a folder or a zip, one otherwise.

    Raises SourceError, and reads no row, when the file is not a table, is damaged, or could exhaust the
    machine.
    """
    path = existing(Path(path))
    if path.is_dir():
        return _folder(path, options)
    with path.open("rb") as file:
        head = file.read(HEAD)
    kind = "text" if options.encoding and not head.startswith(b"\x1f\x8b") else kind_of(head, path.name)
    if kind == "gzip":
        return [_text(archives.gzipped(path), options)]
    if kind == "zip":
        return [_text(one, options) for one in archives.zipped(path)]
    return [_text(archives.plain(path), options)]


def _folder(path: Path, options: ReadOptions) -> list[Source]:
    files = sorted(one for one in path.iterdir() if one.is_file() and not one.name.startswith("."))
    if not files:
        raise SourceError(
            Text("the folder holds no file to read.", "le dossier ne contient aucun fichier à lire."),
            where=str(path),
        )
    return [source for file in files for source in open_sources(file, options)]


def _text(stored: Stored, options: ReadOptions) -> Source:
    with stored.open() as stream:
        check_text(stream.read(HEAD), stored.name, options.encoding)
    return CsvSource(stored, options)
