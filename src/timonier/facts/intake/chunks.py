"""Chunks of rows: large enough to be worth a statement, small enough for the memory."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from timonier.facts.intake.contract import LINE
from timonier.facts.intake.conversion import GOOD
from timonier.facts.intake.instants_sql import Change, changes
from timonier.facts.intake.quick import Quick, quick_columns

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 393_216
BYTES = 40 << 20
ROW_GROUP = 131_072
SAMPLE = 4_096  # rows looked at to tell a column of few values
FEW = 400


def chunks(batches: "Iterable[pa.RecordBatch]", rows: int = ROWS, size: int = BYTES) -> "Iterator[pa.Table]":
    """Tables of at least `rows` rows or `size` bytes, whichever comes first; the last one may be smaller."""
    import pyarrow as pa

    waiting: list[pa.RecordBatch] = []
    count = weight = 0
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        weight += batch.nbytes
        if count >= rows or weight >= size:
            yield pa.Table.from_batches(waiting)
            waiting, count, weight = [], 0, 0
    if count:
        yield pa.Table.from_batches(waiting)


def prepared(chunk: "pa.Table", needed: Sequence[str], quick: Sequence[Quick] = ()) -> "pa.Table":
    """The columns `needed` as `c0`, `c1`…, trimmed at both ends and null when empty, then `place` and `line`, then
    what can be read of them quickly.

    Arrow trims in 10 ns what SQL trims in 300. A column of few values is dictionary-coded: it is then converted once
    for each value rather than once for each row, and written faster.
    """
    import pyarrow as pa

    columns = [_column(chunk.column(name)) for name in needed]
    names = [f"c{rank}" for rank in range(len(needed))]
    read = quick_columns(dict(zip(names, columns, strict=True)), quick)
    columns += [_places(chunk.num_rows), chunk.column(LINE), *read.values()]
    return pa.table(columns, names=[*names, "place", "line", *read])


def good_facts(facts: "pa.Table") -> "tuple[pa.Table, pa.ChunkedArray]":
    """The rows of `facts` that are good, and the places of the others."""
    import pyarrow.compute as pc

    good = facts.column(GOOD)
    facts = facts.drop_columns(GOOD)
    if pc.all(good).as_py():
        return facts, facts.column("place").slice(0, 0)
    return facts.filter(good), pc.unique(facts.column("place").filter(pc.invert(good)))


def assembled(
    facts: "pa.Table", chunk: "pa.Table", taken: Mapping[str, str], constants: Mapping[str, str], order: Sequence[str]
) -> "pa.Table":
    """The computed columns of `facts`, those `taken` from the prepared `chunk` at their places, and constants."""
    import pyarrow as pa
    import pyarrow.compute as pc

    places = facts.column("place")
    whole = len(places) == chunk.num_rows and pc.all(pc.equal(places, _places(chunk.num_rows))).as_py()
    columns = {}
    for name in order:
        if name in taken:
            column = chunk.column(taken[name])
            columns[name] = column if whole else column.take(places)
        elif name in constants:
            columns[name] = _repeated(constants[name], len(places))
        else:
            columns[name] = facts.column(name)
    return pa.table(columns)


def near_changes(facts: "pa.Table", name: str, zone: str) -> "tuple[pa.Array, list[Change]]":
    """The places of the rows whose instant `name` is within the hours around a clock change, and those changes."""
    import numpy as np
    import pyarrow as pa

    known = changes(zone)
    column = facts.column(name).drop_null()
    nobody = pa.array([], pa.int64())
    if not known or not len(column):
        return nobody, []
    micros = column.cast(pa.int64()).to_numpy()
    reach = max(abs(one.after - one.before) for one in known)
    at = np.array([one.at for one in known])
    near = np.searchsorted(at, micros + reach, side="right") - np.searchsorted(at, micros - reach, side="left")
    found = near > 0
    if not found.any():
        return nobody, []
    ranks = np.unique(np.searchsorted(at, micros[found] - reach, side="left"))
    places = facts.filter(facts.column(name).is_valid()).column("place").to_numpy()[found]
    return pa.array(np.unique(places)), [known[rank] for rank in ranks]


def write_facts(table: "pa.Table", path: Path) -> None:
    """Parquet, with dictionaries only where values repeat: trying one for identifiers costs more than the rest."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    coded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
    pq.write_table(
        table,
        path,
        compression="snappy",
        use_dictionary=coded,
        row_group_size=ROW_GROUP,
        write_batch_size=ROW_GROUP,
        store_decimal_as_integer=True,
        store_schema=False,
    )


def _places(count: int) -> "pa.Array":
    import numpy as np
    import pyarrow as pa

    return pa.array(np.arange(count, dtype=np.int64))


def _repeated(text: str, count: int) -> "pa.DictionaryArray":
    import numpy as np
    import pyarrow as pa

    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), pa.array([text]))


def _trimmed(column: "pa.ChunkedArray") -> "pa.ChunkedArray":
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(column)
    length = pc.binary_length(trimmed)
    if pc.min(length).as_py() != 0:
        return trimmed
    return pc.if_else(pc.equal(length, 0), pa.scalar(None, pa.string()), trimmed)


def _column(texts: "pa.ChunkedArray") -> "pa.ChunkedArray":
    """Trimmed, dictionary-coded when its values are few: then, most often, only those need be looked at."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pc.count_distinct(texts.slice(0, SAMPLE)).as_py() > FEW:
        return _trimmed(texts)
    coded = texts.combine_chunks().dictionary_encode()
    words = pa.chunked_array([coded.dictionary])
    plain = len(words) > 0 and _trimmed(words).equals(words)
    return pa.chunked_array([coded]) if plain else _trimmed(texts).dictionary_encode()


def raw_rows(chunk: "pa.Table", lines: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The rows of `chunk` that begin at `lines`, as they stand in the file."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = chunk.filter(pc.is_in(chunk.column(LINE), value_set=pa.array(sorted(set(lines)), pa.int64())))
    columns = [found.column(name).to_pylist() for name in found.column_names if name != LINE]
    return {
        line: tuple(column[rank] or "" for column in columns)
        for rank, line in enumerate(found.column(LINE).to_pylist())
    }
