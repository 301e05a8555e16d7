"""Cells: the small integers that units fall in, and the reasons for which some are left out.

A cell ≥ 0 counts; what it means belongs to the indicator (a score, or 1 = yes and 0 = no). A negative cell is an
exclusion, counted under its name beside every figure: nothing is dropped in silence.
"""

from collections.abc import Sequence
from typing import Any

import narwhals as nw

EXCLUSIONS: dict[int, str] = {
    -1: "missing",
    -2: "invalid",
    -3: "test",
    -4: "duplicate",
    -5: "other_scale",
    -6: "unknown",
    -7: "bounced",
    -8: "not_due",
    -9: "negative",
    -10: "cancelled",
    -11: "other_currency",
    -12: "no_weight",
}
CODES: dict[str, int] = {name: code for code, name in EXCLUSIONS.items()}


def columns_of(frame: nw.LazyFrame[Any]) -> set[str]:
    """Names of the columns that the frame has."""
    return set(frame.columns)


def is_missing(column: str) -> nw.Expr:
    """True where a number is null or NaN."""
    return nw.col(column).is_null() | nw.col(column).cast(nw.Float64).is_nan()


def score_cell(low: int, high: int) -> nw.Expr:
    """The whole score between `low` and `high` as a cell; missing and invalid scores as exclusions (floats)."""
    score = nw.col("score").cast(nw.Float64)
    whole = (score >= low) & (score <= high) & (score == score.floor())
    return (
        nw.when(is_missing("score"))
        .then(nw.lit(float(CODES["missing"])))
        .when(whole)
        .then(score)
        .otherwise(nw.lit(float(CODES["invalid"])))
    )


def yes_no(flag: nw.Expr) -> nw.Expr:
    """1 where `flag` is true, 0 where false, missing where it is null."""
    return nw.when(flag.is_null()).then(nw.lit(CODES["missing"])).when(flag).then(nw.lit(1)).otherwise(nw.lit(0))


def instead(frame: nw.LazyFrame[Any], condition: nw.Expr, reason: str) -> nw.LazyFrame[Any]:
    """Put units that meet `condition` out of the count, under `reason`."""
    return frame.with_columns(cell=nw.when(condition).then(nw.lit(CODES[reason])).otherwise(nw.col("cell")))


def is_last(key: Sequence[str], order: Sequence[str]) -> nw.Expr:
    """True on the last row of each `key`, in the order given."""
    return nw.col(order[0]).shift(-1).over(*key, order_by=order).is_null()


def first_rows(frame: nw.LazyFrame[Any], key: str, order: list[str], *, nullable: bool = False) -> nw.LazyFrame[Any]:
    """One row a key: the first in the order given, with the instant of the row after it in `_next`.

    `order[0]` must not be null; with `nullable`, each row without key is one of its own. Both neighbours are
    asked for at once: engines then sort each key once.
    """
    instant = nw.col(order[0])
    neighbours = {
        "_before": instant.shift(1).over(key, order_by=order),
        "_next": instant.shift(-1).over(key, order_by=order),
    }
    if nullable:
        neighbours = {name: nw.when(~nw.col(key).is_null()).then(one) for name, one in neighbours.items()}
    return frame.with_columns(**neighbours).filter(nw.col("_before").is_null()).drop("_before")


def ordering(frame: nw.LazyFrame[Any], instant: str) -> list[str]:
    """What settles «first» and «last»: the instant, then when we learnt it, then its place in the source."""
    present = columns_of(frame)
    return [instant, *(name for name in ("received_at", "seq") if name in present)]
