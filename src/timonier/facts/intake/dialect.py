"""Which marks separate the fields of a text file, and which line names the columns, from its first lines."""

import csv
import io
from collections import Counter
from dataclasses import dataclass

from timonier.errors import SourceError
from timonier.facts.intake.contract import ReadOptions
from timonier.facts.intake.lexer import Syntax
from timonier.text import Text

CANDIDATES = (";", ",", "\t", "|")
SAMPLE = 256 << 10
_ROWS = 200
_NONE = "\x1f"


@dataclass(frozen=True, slots=True)
class Dialect:
    """`delimiter` is empty when there is one column. `skipped` lines stand above the header."""

    delimiter: str
    quote: str
    skipped: int = 0
    notes: tuple[Text, ...] = ()

    @property
    def syntax(self) -> Syntax:
        """The marks as bytes; a file of one column is split at a character that text never holds."""
        return Syntax((self.delimiter or _NONE).encode(), self.quote.encode())


def detect(sample: str, options: ReadOptions, where: str) -> Dialect:
    """The dialect of a text that begins with `sample`; what `options` say wins."""
    quote = options.quote if options.quote is not None else _quote(sample)
    skipped = options.header_row - 1 if options.header_row else 0
    lines = list(io.StringIO(sample, newline=""))[skipped:]
    if options.delimiter is not None:
        _check_mark(options.delimiter, where)
        delimiter = options.delimiter
    else:
        delimiter = _delimiter(lines, quote)
    if quote:
        _check_mark(quote, where)
    above = 0 if options.header_row or not delimiter else _lines_above(lines, delimiter)
    notes = (_skipping(above),) if above else ()
    return Dialect(delimiter, quote, skipped + above, notes)


def split(lines: list[str], delimiter: str, quote: str, most: int = _ROWS) -> list[list[str]]:
    """The first rows, but blank ones and the last, which the sample may cut."""
    reader = csv.reader(
        lines,
        delimiter=delimiter,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        strict=False,
    )
    rows: list[list[str]] = []
    try:
        for row in reader:
            if row:
                rows.append(row)
            if len(rows) > most:
                break
    except csv.Error:
        pass  # a field beyond the limit of the module: what was read before is enough to judge
    return rows[:-1] if len(rows) > 2 else rows


def _delimiter(lines: list[str], quote: str) -> str:
    """The candidate that splits the most rows into the same number of fields; ties: more fields."""
    best, best_score = "", (0.0, 0)
    for candidate in CANDIDATES:
        widths = [len(row) for row in split(lines, candidate, quote)]
        if not widths:
            continue
        width, agreeing = Counter(widths).most_common(1)[0]
        header_agrees = widths[0] == width or 1 in widths[:1]
        if width < 2 or not header_agrees:
            width, agreeing = widths[0], sum(one == widths[0] for one in widths)
        score = (agreeing / len(widths), width)
        if width > 1 and score > best_score:
            best, best_score = candidate, score
    return best


def _lines_above(lines: list[str], delimiter: str) -> int:
    """Lines before the header that hold no delimiter (a title, a date), when the next ones do."""
    filled = [(rank, line) for rank, line in enumerate(lines[:20]) if line.strip()]
    if not filled or delimiter in filled[0][1]:
        return 0
    rest = [rank for rank, line in filled if delimiter in line]
    return rest[0] if len(rest) >= 2 and '"' not in "".join(lines[: rest[0]]) else 0


def _quote(sample: str) -> str:
    """The double quote, unless the header has single ones around its names and no double one is seen."""
    first = sample.split("\n", 1)[0].strip("\r ")
    single = len(first) > 2 and first[0] == first[-1] == "'" and '"' not in sample
    return "'" if single else '"'


def _check_mark(mark: str, where: str) -> None:
    if len(mark) != 1 or ord(mark) > 127 or mark in "\r\n":
        raise SourceError(
            Text(
                f"“{mark}” cannot separate or quote fields: give one plain character, such as ; or a tab.",
                f"« {mark} » ne peut ni séparer ni entourer des champs : donnez un seul caractère simple, "
                "comme ; ou "
                "une tabulation.",
            ),
            where=where,
        )


def _skipping(lines: int) -> Text:
    return Text(
        f"the first {lines} lines, above the header, are left out."
        if lines > 1
        else "the first line, above the header, is left out.",
        f"les {lines} premières lignes, au-dessus de l’en-tête, sont laissées de côté."
        if lines > 1
        else "la première ligne, au-dessus de l’en-tête, est laissée de côté.",
    )
