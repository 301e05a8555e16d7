"""Where the rows of a delimited text begin and end: quotes obeyed, line numbers kept, what is ill-formed set
apart.

A quoted field ends with a quote that a delimiter, an end of line or the end of the text follows. When it does
not, the row cannot be split safely: its first physical line is set apart, and reading goes on at the next
line, so that a stray quote never swallows the rows below it. A quote inside a field that is not quoted is an
ordinary character.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from timonier.text import Text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

type Positions = "npt.NDArray[np.int64]"

LOOKAHEAD = 4 << 20

BAD_QUOTE = Text(
    "a quoted field is not closed properly: its last quote is missing, or is followed by text.",
    "un champ entre guillemets est mal fermé : le guillemet final manque, ou il est suivi de texte.",
)


@dataclass(frozen=True, slots=True)
class Syntax:
    """The marks of a delimited text, one byte each. `quote` may be empty: then quotes mean nothing."""

    delimiter: bytes
    quote: bytes


@dataclass(frozen=True, slots=True)
class SetApart:
    """A physical line that cannot be split; `line` counts from the first line of the block (0)."""

    line: int
    text: bytes


@dataclass(frozen=True, slots=True)
class Rows:
    """Whole rows found at the head of a block.

    `text` holds the good rows (blank lines may stand between them), `lines` the physical line where each
    begins, from 0; `consumed` bytes and `newlines` ends of line are done with.
    """

    text: memoryview
    lines: Positions
    apart: tuple[SetApart, ...]
    consumed: int
    newlines: int


def split_rows(block: bytes, syntax: Syntax, *, last: bool) -> Rows:
    """The whole rows of `block`, which begins at the beginning of a row; `last`: nothing comes after it."""
    if last and not block.endswith((b"\n", b"\r")):
        block += b"\n"
    ends = _line_ends(block, last=last)
    if not syntax.quote or syntax.quote not in block:
        return _whole_lines(block, ends, ends)
    inside = _inside_quotes(block, ends, syntax)
    if inside is None or (last and bool(inside.size) and bool(inside[-1])):
        return _one_by_one(block, ends, syntax, last=last)
    rows = _whole_lines(block, ends, ends[~inside])
    if rows.consumed < len(block) - LOOKAHEAD:
        return _one_by_one(block, ends, syntax, last=last)
    return rows


def end_of_first_row(block: bytes, syntax: Syntax, skipped: int) -> int | None:
    """Where the first row ends, after `skipped` lines and blank ones; None when it is ill-formed."""
    above = re.compile(rb"(?:[^\r\n]*+(?:\r\n|\n|\r)){%d}(?:\r\n|\n|\r)*+" % skipped).match(block)
    found = _row_pattern(syntax, last=True).match(block, above.end()) if above else None
    return found.end() if found else None


def count_line_ends(block: bytes) -> int:
    """Ends of line in `block`, which does not end between CR and LF."""
    return len(_line_ends(block, last=True))


def _line_ends(block: bytes, *, last: bool) -> Positions:
    """Places just after each end of line: LF, CR LF, or CR alone."""
    import numpy as np

    codes = np.frombuffer(block, np.uint8)
    feeds = np.flatnonzero(codes == 10)
    if b"\r" not in block:
        return feeds + 1
    returns = np.flatnonzero(codes == 13)
    if not last and returns[-1] == len(block) - 1:
        returns = returns[:-1]  # its LF may be the next byte
    alone = returns[codes[np.minimum(returns + 1, len(block) - 1)] != 10]
    return np.sort(np.concatenate([feeds, alone])) + 1


def _inside_quotes(block: bytes, ends: Positions, syntax: Syntax) -> "npt.NDArray[np.bool_] | None":
    """For each end of line, is it inside a quoted field? None when some quote stands where it should not."""
    import numpy as np

    codes = np.frombuffer(block, np.uint8)
    quotes = np.flatnonzero(codes == syntax.quote[0])
    openers, closers = quotes[0::2], quotes[1::2]
    border = np.zeros(256, np.bool_)
    border[[syntax.delimiter[0], 10, 13]] = True
    if not (border[codes[quotes - 1]] | (quotes == 0)).any():
        return np.zeros(len(ends), np.bool_)  # inches, arc minutes: no quote opens a field
    before = border[codes[openers - 1]] | (openers == 0)
    before[1:] |= openers[1:] == closers[: len(openers) - 1] + 1
    after = border[codes[np.minimum(closers + 1, len(block) - 1)]]
    after[: len(openers) - 1] |= (closers + 1)[: len(openers) - 1] == openers[1 : len(closers) + 1]
    after |= closers == len(block) - 1
    if not (before.all() and after.all()):
        return None
    return np.asarray(np.searchsorted(quotes, ends) % 2 == 1)


def _whole_lines(block: bytes, ends: Positions, row_ends: Positions) -> Rows:
    """Rows that end at `row_ends`, all well-formed; blank lines are no rows."""
    import numpy as np

    if not row_ends.size:
        return Rows(memoryview(b""), row_ends, (), 0, 0)
    consumed = int(row_ends[-1])
    newlines = int(np.searchsorted(ends, consumed, side="right"))
    starts = np.concatenate([[0], row_ends[:-1]])
    return Rows(memoryview(block)[:consumed], _lines(block, ends, starts, row_ends), (), consumed, newlines)


def _lines(block: bytes, ends: Positions, starts: Positions, row_ends: Positions) -> Positions:
    """The line where each row begins, blank ones left out."""
    import numpy as np

    lines = np.searchsorted(ends, starts, side="right")
    short = np.flatnonzero(row_ends - starts <= 2)
    blank = [at for at in short.tolist() if not block[starts[at] : row_ends[at]].strip(b"\r\n")]
    return np.delete(lines, blank) if blank else lines


def _one_by_one(block: bytes, ends: Positions, syntax: Syntax, *, last: bool) -> Rows:
    """The careful way, for a block in which some quote is out of place: rows with a quote are read one by one."""
    import numpy as np

    row = _row_pattern(syntax, last=last)
    starts: list[Positions] = []
    row_ends: list[Positions] = []
    pieces: list[bytes] = []
    apart: list[SetApart] = []
    at = rank = 0  # ends[rank] is the end of the line that begins at `at`
    while rank < len(ends):
        quote = block.find(syntax.quote, at)
        clear = len(ends) if quote < 0 else int(np.searchsorted(ends, quote, side="right"))
        if clear > rank:  # lines without a quote, all at once
            good = ends[rank:clear]
        elif found := row.match(block, at):
            good = np.array([found.end()])
        elif not last and at >= len(block) - LOOKAHEAD:
            break
        else:
            apart.append(SetApart(rank, block[at : ends[rank]].rstrip(b"\r\n")))
            at, rank = int(ends[rank]), rank + 1
            continue
        starts.append(np.concatenate([[at], good[:-1]]))
        row_ends.append(good)
        end = int(good[-1])
        pieces.append(block[at:end])
        at, rank = end, int(np.searchsorted(ends, end, side="right"))
    none = np.empty(0, np.int64)
    lines = _lines(block, ends, np.concatenate([none, *starts]), np.concatenate([none, *row_ends]))
    return Rows(memoryview(b"".join(pieces)), lines, tuple(apart), at, rank)


def _row_pattern(syntax: Syntax, *, last: bool) -> re.Pattern[bytes]:
    """One row with its end of line. Every repetition is possessive: time is linear, whatever the text."""
    delimiter, quote = re.escape(syntax.delimiter), re.escape(syntax.quote or b"\0")
    end = rb"(?:\r\n|\n|\r(?!\n)" + (b")" if last else rb"(?!\Z))")
    quoted = quote + rb"(?:[^" + quote + rb"]++|" + quote * 2 + rb")*+" + quote + rb"(?=[" + delimiter + rb"\r\n])"
    bare = rb"(?!" + quote + rb")[^" + delimiter + rb"\r\n]*+"
    field = rb"(?:" + quoted + rb"|" + bare + rb")" if syntax.quote else rb"[^" + delimiter + rb"\r\n]*+"
    return re.compile(field + rb"(?:" + delimiter + field + rb")*+" + end)
