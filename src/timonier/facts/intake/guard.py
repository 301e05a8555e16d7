"""What a file is, by its first bytes rather than its name; and a clear no to what is not a table."""

from pathlib import Path
from typing import Literal

from timonier.errors import SourceError
from timonier.text import Text

type Kind = Literal["text", "gzip", "zip", "ole", "parquet", "arrow"]

HEAD = 64 << 10

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


def kind_of(head: bytes, where: str) -> Kind:
    """The kind of a file that begins with `head`; raises SourceError for what cannot be a table."""
    if not head:
        raise SourceError(Text("the file is empty.", "le fichier est vide."), where=where)
    for mark, kind in _KINDS:
        if head.startswith(mark):
            return kind
    for mark, english, french in _REFUSED:
        if head[: len(mark)].lower() == mark.lower():
            raise _not_a_table(english, french, where)
    check_text(head, where)
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
                "le fichier est rempli d'octets nuls : il est binaire, ou un disque l'a abîmé. Si c'est du "
                "texte en "
                "UTF-16, enregistrez-le de nouveau en UTF-8.",
            ),
            where=where,
        )
    controls = len(head) - len(head.translate(None, bytes({*range(9), *range(14, 27)})))
    if controls * 10 > len(head):
        raise _not_a_table("binary", "un fichier binaire", where)


def _not_a_table(english: str, french: str, where: str) -> SourceError:
    return SourceError(
        Text(
            f"this is {english}, not a table. Give a CSV, spreadsheet, Parquet or JSON Lines file.",
            f"c'est {french}, pas un tableau. Donnez un fichier CSV, tableur, Parquet ou JSON Lines.",
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
    raise SourceError(Text("there is no such file.", "ce fichier n'existe pas."), where=str(path), hint=hint)
