"""Prospects, carts and acquisition costs as units."""

from typing import Any

import narwhals as nw

from timonier.indicators.cells import CODES, columns_of, ordering
from timonier.indicators.definition import Frames, Query
from timonier.indicators.money import in_currency, minor_units

NOT_CONVERTED, CONVERTED, CONVERTED_LATE = 0, 1, 2


def prospects(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Prospects, one row each: converted within the window, later, or not."""
    created, converted = nw.col("created_at"), nw.col("converted_at")
    in_time = converted <= created.dt.offset_by(f"{int(query['window_days'])}d")
    cell = (
        nw.when(converted.is_null())
        .then(nw.lit(NOT_CONVERTED))
        .when(converted < created)
        .then(nw.lit(CODES["negative"]))
        .when(in_time)
        .then(nw.lit(CONVERTED))
        .otherwise(nw.lit(CONVERTED_LATE))
    )
    return frames["prospects"].with_columns(cell=cell)


ORDERED, ABANDONED, RECOVERED, ORDERED_LATE = 0, 1, 2, 3


def carts(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Carts, one row each: ordered at once, abandoned, recovered, ordered too late to count as recovered.

    Two carts of one customer within the abandonment delay are one: the earlier is counted as a duplicate.
    """
    frame = frames["carts"]
    created, ordered = nw.col("created_at"), nw.col("ordered_at")
    delay = f"{int(query['abandoned_after_hours'])}h"
    cell = (
        nw.when(ordered.is_null())
        .then(nw.lit(ABANDONED))
        .when(ordered < created)
        .then(nw.lit(CODES["negative"]))
        .when(ordered <= created.dt.offset_by(delay))
        .then(nw.lit(ORDERED))
        .when(ordered <= created.dt.offset_by(f"{int(query['recovered_within_days'])}d"))
        .then(nw.lit(RECOVERED))
        .otherwise(nw.lit(ORDERED_LATE))
    )
    frame = frame.with_columns(cell=cell)
    if "customer_id" not in columns_of(frame):
        return frame
    following = nw.col("created_at").shift(-1).over("customer_id", order_by=ordering(frame, "created_at"))
    soon = following <= created.dt.offset_by(delay)
    repeated = soon.fill_null(value=False) & ordered.is_null() & ~nw.col("customer_id").is_null()
    return frame.with_columns(cell=nw.when(repeated).then(nw.lit(CODES["duplicate"])).otherwise(nw.col("cell")))


def contacted_carts(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Carts whose customer was reminded, one row each."""
    return carts(frames, query).filter(nw.col("contacted").fill_null(value=False))


def cart_values(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Abandoned carts, one row each: x the value left, y the part of it that was recovered."""
    abandoned = carts(frames, query).filter((nw.col("cell") > ORDERED) & ~nw.col("amount").is_null())
    value = minor_units("amount")
    recovered = nw.when(nw.col("cell") == RECOVERED).then(value).otherwise(nw.lit(0, dtype=nw.Int64))
    return abandoned.with_columns(y=recovered, x=value, cell=nw.lit(1))


NOT_AT_ONCE = frozenset({ABANDONED, RECOVERED, ORDERED_LATE})


def acquisition(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Costs of acquisition (y) and new customers (x), one row each, on their own day (costs moved by the lag)."""
    costs = in_currency(frames["costs"], query["currency"])
    if "purpose" in columns_of(costs):
        costs = costs.filter(nw.col("purpose").is_in(list(query["purposes"])))
    day = nw.col("day")
    lag = int(query["lag_months"])
    moved = day.dt.offset_by(f"{lag}mo") if lag else day
    zero, one = nw.lit(0, dtype=nw.Int64), nw.lit(1, dtype=nw.Int64)
    spent = costs.filter(~nw.col("amount").is_null()).select(
        *query.carry, day=moved.cast(nw.Date), y=minor_units("amount"), x=zero
    )
    people = frames["customers"].filter(~day.is_null())
    return nw.concat([spent, people.select(*query.carry, "day", y=zero, x=one)], how="vertical")
