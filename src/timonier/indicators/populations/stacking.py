"""Units of several kinds, one above another: those that count, and the rows that are left out, each with its reason."""

from collections.abc import Sequence
from typing import Any

import narwhals as nw

WHOLE = frozenset({"cell", "x", "y"})


def stacked(names: Sequence[str], *frames: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """The rows of every frame, with these columns; cells and sums as 64-bit integers, which engines ask for."""
    columns = [nw.col(name).cast(nw.Int64) if name in WHOLE else nw.col(name) for name in names]
    return nw.concat([frame.select(*columns) for frame in frames], how="vertical")
