"""What a Parquet file says of itself: rows, nulls, days; and whether it is whole. Reads its footer only."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAGIC = b"PAR1"


@dataclass(frozen=True, slots=True)
class About:
    """The figures that the log keeps. Never the least or greatest value of a column, `day` excepted: the log
    outlives the rows, and a value there would survive the erasure of a person."""

    size: int
    rows: int
    stats: dict[str, Any]


def describe(path: Path, names: Sequence[str]) -> About:
    """Size, rows and Delta statistics of the file at `path`; a column of `names` it lacks is all null."""
    import pyarrow.parquet as pq

    footer = pq.read_metadata(path)
    nulls = _null_counts(footer)
    stats: dict[str, Any] = {
        "numRecords": footer.num_rows,
        "nullCount": {name: nulls.get(name, footer.num_rows) for name in names},
    }
    if span := _days(footer):
        stats |= {"minValues": {"day": span[0].isoformat()}, "maxValues": {"day": span[1].isoformat()}}
    return About(path.stat().st_size, footer.num_rows, stats)


def is_whole(path: Path, size: int | None = None) -> bool:
    """Whether the file has its size and both its ends; does not read what is between."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno()).st_size
            if found < 12 or (size is not None and found != size) or file.read(4) != MAGIC:
                return False
            file.seek(-4, os.SEEK_END)
            return file.read(4) == MAGIC
    except OSError:
        return False


def _null_counts(footer: Any) -> dict[str, int]:
    """By column; a row group without statistics counts as having no null, which is always safe."""
    counts: dict[str, int] = {}
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        for index in range(group.num_columns):
            column = group.column(index)
            known = column.statistics is not None and column.statistics.has_null_count
            name = column.path_in_schema
            counts[name] = counts.get(name, 0) + (column.statistics.null_count if known else 0)
    if footer.num_row_groups == 0:
        counts = dict.fromkeys(footer.schema.names, 0)
    return counts


def _days(footer: Any) -> tuple[Any, Any] | None:
    lows, highs = [], []
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        for index in range(group.num_columns):
            column = group.column(index)
            if column.path_in_schema != "day":
                continue
            if column.statistics is not None and column.statistics.has_min_max:
                lows.append(column.statistics.min)
                highs.append(column.statistics.max)
            elif column.statistics is None or column.statistics.null_count < group.num_rows:
                return None
    return (min(lows), max(highs)) if lows else None
