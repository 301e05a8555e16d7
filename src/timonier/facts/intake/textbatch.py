"""Rows of text put together into Arrow batches, for the formats that are read row by row."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from timonier.errors import SourceError
from timonier.facts.intake.contract import LINE, MAX_FIELD_BYTES
from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

MAX_BATCH_BYTES = 64 << 20


def text_batches(
    rows: Iterable[tuple[int, Sequence[str]]], columns: Sequence[str], most: int, where: str
) -> "Iterator[pa.RecordBatch]":
    """Batches of at most `most` rows, and lighter than 64 MB; raises SourceError for a field over 1 MB."""
    lines: list[int] = []
    held: list[Sequence[str]] = []
    weight = 0
    for line, cells in rows:
        longest = max(map(len, cells), default=0)
        if longest > MAX_FIELD_BYTES // 4 and any(len(cell.encode()) > MAX_FIELD_BYTES for cell in cells):
            raise field_too_long(where, line)
        weight += sum(map(len, cells))
        lines.append(line)
        held.append(cells)
        if len(lines) >= most or weight > MAX_BATCH_BYTES // 4:
            yield _batch(columns, held, lines)
            lines, held, weight = [], [], 0
    if lines:
        yield _batch(columns, held, lines)


def field_too_long(where: str, line: int) -> SourceError:
    """The refusal of a field over 1 MB."""
    return SourceError(
        Text(
            f"a field of line {line} is over 1 MB. Shorten it, or take its column out of the file.",
            f"un champ de la ligne {line} dépasse 1 Mo. Raccourcissez-le, ou ôtez sa colonne du fichier.",
        ),
        where=where,
    )


def _batch(columns: Sequence[str], rows: list[Sequence[str]], lines: list[int]) -> "pa.RecordBatch":
    import pyarrow as pa

    arrays = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.record_batch([*arrays, pa.array(lines, pa.int64())], names=[*columns, LINE])
