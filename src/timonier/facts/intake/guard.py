"""What a file is, by its first bytes rather than its name; and a clear no to what is not a table."""

import mmap
import re
import zipfile
from pathlib import Path
from typing import Literal

from timonier.errors import SourceError
from timonier.facts.intake.contract import Format
from timonier.text import Text

type Kind = Literal["text", "gzip", "zip", "ole", "parquet", "arrow"]

HEAD = 64 << 10
_FEW = 64

_KINDS: tuple[tuple[bytes, Kind], ...] = (
    (b"\x1f\x8b", "gzip"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
)
_REFUSED = (
    (b"\x7fELF", "a program", "un programme"),
    (b"MZ\x90", "a program", "un programme"),
    (b"\xcf\xfa\xed\xfe", "a program", "un programme"),
    (b"\xca\xfe\xba\xbe", "a program", "un programme"),
    (b"#!", "a script", "un script"),
    (b"%PDF", "a PDF", "un PDF"),
    (b"\x89PNG", "an image", "une image"),
    (b"\xff\xd8\xff", "an image", "une image"),
    (b"GIF8", "an image", "une image"),
    (b"RIFF", "a sound, an image or a film", "un son, une image ou un film"),
    (b"\x00\x00\x00\x18ftyp", "a film", "un film"),
    (b"SQLite format 3", "a SQLite database", "une base SQLite"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "une archive 7z"),
    (b"Rar!", "a RAR archive", "une archive RAR"),
    (b"BZh", "a bzip2 archive", "une archive bzip2"),
    (b"\xfd7zXZ", "an xz archive", "une archive xz"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", "une archive zstd"),
    (b"{\\rtf", "a text document (RTF)", "un document texte (RTF)"),
    (b"<!DOCTYPE", "a web page", "une page web"),
    (b"<html", "a web page", "une page web"),
    (b"<?xml", "an XML document", "un document XML"),
)


def kind_of(head: bytes, where: str, encoding: str | None = None) -> Kind:
    """The kind of a file that begins with `head`; raises SourceError for what cannot be a table.

    `encoding` is what a person says of a text, if anything.
    """
    if not head:
        raise SourceError(Text("the file is empty.", "le fichier est vide."), where=where)
    for mark, kind in _KINDS:
        if head.startswith(mark):
            return kind
    for mark, english, french in _REFUSED:
        start = head[: len(mark)]
        if start == mark or (mark.startswith(b"<") and start.lower() == mark.lower()):
            raise _not_a_table(english, french, where)
    check_text(head, where, encoding)
    return "text"


def check_text(head: bytes, where: str, encoding: str | None = None) -> None:
    """Refuses bytes that cannot be text: many NULs (but in UTF-16) or many control characters."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or (encoding or "").lower().startswith(("utf-16", "utf_16")):
        return
    nuls = head.count(0)
    if nuls * 10 > len(head) or head.startswith(b"\0\0\0\0"):
        raise SourceError(
            Text(
                "the file is full of NUL bytes: it is binary, or was damaged by a disk. If it is text in "
                "UTF-16, "
                "save it again in UTF-8.",
                "le fichier est rempli d’octets nuls : il est binaire, ou un disque l’a abîmé. Si c’est du "
                "texte en "
                "UTF-16, enregistrez-le de nouveau en UTF-8.",
            ),
            where=where,
        )
    controls = len(head) - len(head.translate(None, bytes({*range(9), *range(14, 27)})))
    if controls > _FEW and controls * 30 > len(head):
        raise _not_a_table("binary", "un fichier binaire", where)


def is_json(head: bytes, where: str) -> bool:
    """Does this text hold JSON Lines? Raises SourceError for a JSON array."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    named = where.lower().removesuffix(".gz").endswith((".json", ".jsonl", ".ndjson"))
    if named and start.startswith(b"["):
        raise SourceError(
            Text(
                "this is one JSON array: give JSON Lines, one object a line.",
                "c’est un tableau JSON d’un seul tenant : donnez du JSON Lines, un objet par ligne.",
            ),
            where=where,
        )
    return named or re.match(rb'\{\s*"', start) is not None


def workbook_format(path: Path, names: tuple[str, ...]) -> Format:
    """The format of a workbook from the `names` of its parts (none: an OLE file); SourceError for other documents."""
    if not names:
        return _ole_format(path)
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") for name in names):
        return "xlsx"
    if "content.xml" in names:
        with zipfile.ZipFile(path) as archive, archive.open("mimetype") as part:
            if b"spreadsheet" in part.read(200):
                return "ods"
    raise _not_a_table("a document of another kind", "un document d’un autre genre", path.name)


def _ole_format(path: Path) -> Format:
    """Old Excel, or a newer workbook locked by a password: both are OLE files, told apart by their directory."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find("EncryptedPackage".encode("utf-16-le")) >= 0:
            raise SourceError(
                Text(
                    "the workbook is protected by a password. Save it without one.",
                    "le classeur est protégé par un mot de passe. Enregistrez-le sans mot de passe.",
                ),
                where=path.name,
            )
        if content.find("WordDocument".encode("utf-16-le")) >= 0:
            raise _not_a_table("a text document", "un document texte", path.name)
    return "xls"


def _not_a_table(english: str, french: str, where: str) -> SourceError:
    return SourceError(
        Text(
            f"this is {english}, not a table. Give a CSV, spreadsheet, Parquet or JSON Lines file.",
            f"c’est {french}, pas un tableau. Donnez un fichier CSV, tableur, Parquet ou JSON Lines.",
        ),
        where=where,
    )


def existing(path: Path) -> Path:
    """`path`, or SourceError that proposes the nearest name of its folder."""
    if path.exists():
        return path
    import difflib

    folder = path.parent
    names = [one.name for one in folder.iterdir()] if folder.is_dir() else []
    near = difflib.get_close_matches(path.name, names, 1, 0.6)
    hint: Text | str = ""
    if near:
        found = folder / near[0]
        hint = Text(f"Did you mean {found}?", f"Vouliez-vous dire {found} ?")
    raise SourceError(Text("there is no such file.", "ce fichier n’existe pas."), where=str(path), hint=hint)
