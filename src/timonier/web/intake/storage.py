"""Where sent files wait, what they are called there, and how large they may be."""

import os
import re
import secrets
from pathlib import Path, PurePosixPath

from timonier.errors import SettingsError
from timonier.text import Text
from timonier.web.core.desks import workspace

LIMIT_NAME = "TIMONIER_UPLOAD_LIMIT"
USUAL_LIMIT = 2 << 30
SPARE = 256 << 20  # left free on the disk whatever is sent: loads and the database need room
PART = ".part"
BEGINNING = "debut-"

_UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30}
_ENDINGS = frozenset(
    {"csv", "tsv", "txt", "json", "jsonl", "ndjson", "xlsx", "xlsm", "xls", "xlsb", "ods", "parquet", "arrow"}
    | {"feather", "zip", "gz"}
)


def limit() -> int:
    """The largest file in bytes: TIMONIER_UPLOAD_LIMIT (« 500M », « 2G »), or 2 GB. Raises SettingsError."""
    written = os.environ.get(LIMIT_NAME, "")
    if not written:
        return USUAL_LIMIT
    found = re.fullmatch(r"(\d{1,15})\s*([KMG]?)(?:i?[Bo])?", written.strip(), re.IGNORECASE)
    if not found or int(found[1]) == 0:
        raise SettingsError(
            Text(f"“{written}” is not a size.", f"« {written} » n’est pas une taille."),
            where=LIMIT_NAME,
            hint=Text("Write 500M or 2G.", "Écrivez 500M ou 2G."),
        )
    return int(found[1]) * _UNITS[found[2].upper()]


def folder() -> Path:
    """Where sent files wait: on the disk of the lake, out of reach of any address."""
    made = workspace().staging / "uploads"
    made.mkdir(mode=0o700, parents=True, exist_ok=True)
    return made


def draft() -> Path:
    """The path of a file about to be received."""
    return folder() / f"{secrets.token_hex(16)}{PART}"


def path_of(stored: str) -> Path:
    """The path of a file that was kept; `stored` is a name that `stored_name` made."""
    return folder() / stored


def beginning_of(stored: str) -> Path:
    """Where the first megabytes of a large file are copied, so that showing them does not read the rest."""
    return folder() / f"{BEGINNING}{stored}"


def remove(stored: str) -> None:
    """Lets go of a file and of what was copied from it."""
    path_of(stored).unlink(missing_ok=True)
    beginning_of(stored).unlink(missing_ok=True)


def stored_name(name: str) -> str:
    """A name at random. Of the person's name only endings that we know remain, since they tell JSON from CSV."""
    endings = [ending.lower() for ending in PurePosixPath(name).suffixes[-2:]]
    known = [ending for ending in endings if ending.removeprefix(".") in _ENDINGS]
    return secrets.token_hex(16) + "".join(known[-2:])


def shown_name(name: str) -> str:
    """The person's name for the file, on one line, without what no database or screen takes."""
    last = name.replace("\\", "/").rpartition("/")[2]
    clean = "".join(letter if letter.isprintable() else "\ufffd" for letter in last).strip()
    return clean[:255] or "fichier"


def source_name(name: str) -> str:
    """What the facts remember of where they came from: the name, in letters that any file system takes."""
    return re.sub(r"[^\w.,()+\- ]", "_", name).strip(" .")[:80] or "fichier"
