"""Rejected rows: why, in words, and a file that a spreadsheet opens without harm.

The file has, for each row: its line, the columns at fault, the reasons, then the row as it stood in the file. A cell
that a spreadsheet would take for a formula is preceded by an apostrophe.
"""

import csv
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from timonier.text import Text, say

_FORMULA = re.compile(r"[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?[\d.,  ]+")

REASONS: Mapping[str, Text] = {
    "required": Text("required, and empty", "obligatoire, et vide"),
    "number": Text("not a number", "n’est pas un nombre"),
    "decimals": Text("more decimals than can be kept", "plus de décimales que ce qui peut être conservé"),
    "two_ways": Text(
        'a number that reads in two ways; add decimal = "." or decimal = "," to the recipe',
        'un nombre qui se lit de deux façons ; ajoutez decimal = "." ou decimal = "," à la recette',
    ),
    "product": Text(
        "one of the factors is not a number, or 4 decimals are not enough",
        "l’un des facteurs n’est pas un nombre, ou 4 décimales ne suffisent pas",
    ),
    "scale": Text("outside the scale of the question", "hors de l’échelle de la question"),
    "bool": Text("neither yes nor no", "ni oui ni non"),
    "date_iso": Text(
        "not a date year-month-day (see `order` in the recipe)",
        "n’est pas une date année-mois-jour (voir `order` dans la recette)",
    ),
    "date_ymd": Text("not a date year/month/day", "n’est pas une date année/mois/jour"),
    "date_dmy": Text("not a date day/month/year", "n’est pas une date jour/mois/année"),
    "date_mdy": Text("not a date month/day/year", "n’est pas une date mois/jour/année"),
    "date_format": Text("not a date in the format of the recipe", "n’est pas une date au format de la recette"),
    "order": Text("cannot be compared to find the latest row", "ne permet pas de trouver la dernière ligne"),
    "sibling": Text("another line with the same key was rejected", "une autre ligne de même clé est rejetée"),
}


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not loaded: its line, the columns at fault with their reasons, its text."""

    line: int
    faults: tuple[tuple[str, Text], ...]
    raw: tuple[str, ...] = ()

    @property
    def columns(self) -> str:
        """The columns at fault."""
        return ", ".join(column for column, _ in self.faults if column)

    def reason(self) -> str:
        """Why, in the language in force."""
        return " ; ".join(dict.fromkeys(say(text) for _, text in self.faults))


def faults(codes: str) -> tuple[tuple[str, Text], ...]:
    """`column:code` joined by "|", in words."""
    pairs = (code.split(":", 1) for code in codes.split("|"))
    return tuple((column, REASONS[code]) for column, code in pairs)


class RejectsFile:
    """Writes rejected rows to `path`, under a draft name until `keep`. No row, no file."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.count = 0
        self._columns = columns
        self._draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        self._open = ExitStack()
        self._write: Callable[[Sequence[str]], object] | None = None

    def add(self, rows: Iterable[Rejected]) -> None:
        """Appends rows."""
        for row in rows:
            write = self._write or self._start()
            write([str(row.line), harmless(row.columns), harmless(row.reason()), *map(harmless, row.raw)])
            self.count += 1

    def keep(self) -> Path | None:
        """Ends the file and gives it its name, which is returned; None when there is no row."""
        self._open.close()
        if self._write is None:
            self.path.unlink(missing_ok=True)
            return None
        self._draft.replace(self.path)
        return self.path

    def drop(self) -> None:
        """Forgets what was written since the start, if `keep` was not called."""
        self._open.close()
        self._draft.unlink(missing_ok=True)

    def _start(self) -> Callable[[Sequence[str]], object]:
        """A mark of UTF-8 and, in French, semicolons: what spreadsheets expect."""
        file = self._open.enter_context(self._draft.open("w", encoding="utf-8-sig", newline=""))
        writer = csv.writer(file, delimiter=say(Text(",", ";")))
        heads = (Text("line", "ligne"), Text("columns at fault", "colonnes en cause"), Text("reason", "motif"))
        writer.writerow([*(say(head) for head in heads), *map(harmless, self._columns)])
        self._write = writer.writerow
        return self._write


def harmless(cell: str) -> str:
    """`cell` as a spreadsheet can open it without running it."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell
