"""The usual writings of amounts and instants, read by Arrow ten times faster than by patterns in SQL.

What is read here is what SQL would read, to the last unit. Whatever is written otherwise is left null here, for SQL
to read or to refuse: this module never refuses anything, and never decides alone that a text means something new.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TYPE_CHECKING, Literal, assert_never

from timonier.facts.intake.instants_sql import YEARS
from timonier.facts.intake.numbers_sql import Mark

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

type Kind = Literal["money", "utc", "local"]
"""DECIMAL(18, 4); microseconds from 1970 of a text that ends in Z; the same of a local time, its zone apart."""

_SCALE = 10_000
_EXACT = 10**11  # below it, an amount times 10,000 is a whole number that a double holds exactly
_LEAST, _MOST = ord(","), ord("9")  # , - . / and the digits
_SIGNIFICANT = 16


@dataclass(frozen=True, slots=True)
class Quick:
    """A column to read: what it holds, the column of texts, and the name of the column to make."""

    kind: Kind
    text: str
    name: str
    mark: Mark = "auto"


def quick_columns(texts: "Mapping[str, pa.ChunkedArray]", wanted: Sequence[Quick]) -> "dict[str, pa.Array]":
    """The columns `wanted`, by name, of the trimmed `texts`: null where a text is missing or written otherwise."""
    return {one.name: _read(texts[one.text], one) for one in wanted}


def _read(texts: "pa.ChunkedArray", wanted: Quick) -> "pa.Array":
    import pyarrow as pa

    none = pa.nulls(len(texts), pa.decimal128(18, 4) if wanted.kind == "money" else pa.int64())
    if texts.type != pa.string():  # a dictionary, a text of few values: SQL reads each once
        return none
    column = texts.combine_chunks()
    match wanted.kind:
        case "money":
            found = _money(column, wanted.mark)
        case "utc":
            found = _moments(column, (20,), pa.timestamp("us", "UTC"))
        case "local":
            found = _moments(column, (10, 19), pa.timestamp("us"))
        case _:
            assert_never(wanted.kind)
    return none if found is None else found


# -- instants -----------------------------------------------------------------------------------------------


def _moments(texts: "pa.Array", lengths: tuple[int, ...], kind: "pa.TimestampType") -> "pa.Array | None":
    """Of texts like 2025-03-01T09:30:00 or 2025-03-01: of these lengths, Arrow reads no other shape."""
    import pyarrow as pa
    import pyarrow.compute as pc

    length = pc.binary_length(texts)
    usual = reduce(pc.or_, (pc.equal(length, one) for one in lengths))
    if kind.tz is not None and pc.any(usual).as_py():
        usual = pc.and_(usual, pc.ends_with(texts, "Z"))
    chosen = _chosen(texts, usual)
    if chosen is None:
        return None
    try:
        micros = chosen.cast(kind).cast(pa.int64())
    except pa.ArrowInvalid:  # 30 February: SQL will say which
        return None
    span = pc.min_max(micros).as_py()
    return micros if YEARS[0] <= span["min"] and span["max"] < YEARS[1] else None


# -- amounts ------------------------------------------------------------------------------------------------


def _money(texts: "pa.Array", mark: Mark) -> "pa.Array | None":
    """Of digits, with at most one mark and 4 decimals after it; not 3 where a mark could be one of thousands."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    sign = _decimal_mark(texts, mark)
    if sign is None:
        return None
    length, at = pc.binary_length(texts), pc.find_substring(texts, sign)
    decimals = pc.subtract(pc.subtract(length, at), 1)
    ambiguous = pa.scalar(3 if mark == "auto" else 0, pa.int32())
    short = pc.and_(pc.greater(decimals, 0), pc.and_(pc.less_equal(decimals, 4), pc.not_equal(decimals, ambiguous)))
    usual = pc.and_(pc.or_(pc.less(at, 0), short), pc.less_equal(length, _SIGNIFICANT))
    chosen = _chosen(texts, usual)
    try:
        values = None if chosen is None else _with_points(chosen, sign).cast(pa.float64())
    except pa.ArrowInvalid:
        return None
    if values is None or pc.max(pc.abs(values)).as_py() >= _EXACT:
        return None
    absent = None if values.null_count == 0 else values.is_null().to_numpy(zero_copy_only=False)
    scaled = np.rint(values.fill_null(0).to_numpy() * _SCALE).astype(np.int64)
    return _decimals(scaled, absent)


def _decimal_mark(texts: "pa.Array", mark: Mark) -> Literal[".", ","] | None:
    """The one mark of a column of bare numbers; None when other characters are among them, or both marks."""
    codes = _bytes(texts)
    if not codes.size or codes.min() < _LEAST or codes.max() > _MOST:
        return None
    point, comma = bool((codes == ord(".")).any()), bool((codes == ord(",")).any())
    if point and comma:
        return None
    if comma:
        return "," if mark in {",", "auto"} else None
    return None if point and mark == "," else "."


def _with_points(texts: "pa.Array", sign: str) -> "pa.Array":
    """`texts` with a point for a comma, one byte for one byte."""
    import numpy as np
    import pyarrow as pa

    if sign == ".":
        return texts
    codes = np.frombuffer(texts.buffers()[2], np.uint8).copy()
    codes[codes == ord(",")] = ord(".")
    bitmap, offsets, _ = texts.buffers()
    return pa.Array.from_buffers(texts.type, len(texts), [bitmap, offsets, pa.py_buffer(codes)], offset=texts.offset)


def _decimals(scaled: "npt.NDArray[np.int64]", absent: "npt.NDArray[np.bool_] | None") -> "pa.Array":
    """DECIMAL(18, 4): 128 bits each, the upper ones those of the sign."""
    import numpy as np
    import pyarrow as pa

    words = np.empty((len(scaled), 2), np.int64)
    words[:, 0] = scaled
    words[:, 1] = scaled >> 63
    valid = None if absent is None else pa.py_buffer(np.packbits(~absent, bitorder="little"))
    return pa.Array.from_buffers(pa.decimal128(18, 4), len(scaled), [valid, pa.py_buffer(words)])


# -- texts --------------------------------------------------------------------------------------------------


def _chosen(texts: "pa.Array", usual: "pa.Array") -> "pa.Array | None":
    """`texts`, null where they are not `usual`; None when no one is."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pc.any(usual).as_py():
        return None
    return texts if pc.all(usual).as_py() else pc.if_else(usual, texts, pa.scalar(None, pa.string()))


def _bytes(texts: "pa.Array") -> "npt.NDArray[np.uint8]":
    """The bytes of all the texts, one after the other."""
    import numpy as np

    _, offsets, data = texts.buffers()
    if data is None:
        return np.empty(0, np.uint8)
    ends = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
