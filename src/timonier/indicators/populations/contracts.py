"""Customers under contract as units: cohorts present on a day, lost or not, and what they pay."""

from datetime import timedelta
from typing import Any

import narwhals as nw

from timonier.indicators.definition import Figure, Frames, Query, Stat
from timonier.indicators.estimate import Interval, Period
from timonier.indicators.intervals import poisson_exact
from timonier.indicators.money import minor_units
from timonier.indicators.periods import as_day, epoch_day

STAYED, LOST = 0, 1


def required_window(query: Query) -> Period:
    """The window of a population; the engine always gives one."""
    assert query.window is not None  # noqa: S101 - the engine splits windows before calling
    return query.window


def cohort(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers under contract on the first day, one row each (and segment): stayed, or lost in the period.

    Lost: a contract of theirs ended in [start, end) and none covered or began within the grace days after.
    """
    window = required_window(query)
    grace = timedelta(days=int(query["grace_days"]))
    contracts = frames["contracts"]
    start, end = as_day(window.start), as_day(window.end)
    open_ended = nw.col("ended_on").is_null()
    present = contracts.filter((nw.col("started_on") <= start) & (open_ended | (nw.col("ended_on") >= start)))
    ends = present.filter(~open_ended & (nw.col("ended_on") < end))
    if query["reason"] is not None:
        ends = ends.filter(nw.col("end_reason") == query["reason"])
    ends = ends.select("contract_id", "customer_id", _ended="ended_on")
    others = contracts.select("customer_id", _from="started_on", _to="ended_on", _other="contract_id")
    bridging = (
        (nw.col("_other") != nw.col("contract_id"))
        & (nw.col("_from") <= nw.col("_ended").dt.offset_by(f"{grace.days}d"))
        & (nw.col("_to").is_null() | (nw.col("_to") > nw.col("_ended")))
    )
    bridged = ends.join(others, on="customer_id", how="inner").filter(bridging).select("contract_id").unique()
    lost = ends.join(bridged, on="contract_id", how="anti").select("customer_id").unique()
    people = present.select("customer_id", *query.carry).unique()
    return people.join(lost.with_columns(_lost=nw.lit(LOST)), on="customer_id", how="left").with_columns(
        cell=nw.col("_lost").fill_null(STAYED)
    )


def everyone(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Contracts in force at some time in the period, one row a contract: lost if it ended in the period."""
    window = required_window(query)
    start, end, ended = as_day(window.start), as_day(window.end), nw.col("ended_on")
    live = frames["contracts"].filter((nw.col("started_on") < end) & (ended.is_null() | (ended >= start)))
    over = (ended < end).fill_null(value=False)
    present = (nw.col("started_on") <= start).cast(nw.Int64)
    return live.with_columns(cell=over.cast(nw.Int64), y=over.cast(nw.Int64), x=present)


def exposed(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers of the period, one row each: lost when their last contract ended in it."""
    grouped = everyone(frames, query).group_by("customer_id", *query.carry)
    return grouped.agg(nw.col("cell").min().alias("cell"))


def lost_over_start(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers of the period, one row each: y lost, x present on the first day."""
    grouped = everyone(frames, query).group_by("customer_id", *query.carry)
    return grouped.agg(nw.col("y").min().alias("y"), nw.col("x").max().alias("x"))


def days_of_presence(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Contracts of the period, one row each: y ended in it, x days in force within it."""
    window = required_window(query)
    low, high = nw.lit(window.start.toordinal() - 719_163), nw.lit(window.end.toordinal() - 719_163)
    since = nw.max_horizontal(epoch_day(nw.col("started_on")), low)
    until = nw.min_horizontal(epoch_day(nw.col("ended_on")).fill_null(window.end.toordinal() - 719_163), high)
    return everyone(frames, query).with_columns(x=until - since, cell=nw.lit(1))


def rate_per_30_days(stat: Stat, query: Query) -> Figure:
    """Events per 30 days of presence, with the exact Poisson interval."""
    events, days = stat.moments.y, stat.moments.x
    if days == 0:
        return Figure(None)
    low, high, name = poisson_exact(events, days / 30, query.confidence)
    detail = {"x": events, "exposure_days": days}
    return Figure(30 * events / days, Interval(low, high, name), stat.moments.n, None, detail)


def revenue_base(*, capped: bool) -> Any:
    """Recurring revenue of each customer under contract at the start (x) and what is left of it at the end (y)."""

    def units(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
        window = required_window(query)
        contracts = frames["contracts"].with_columns(_amount=minor_units("amount"))
        before = _revenue(contracts, window.start, query.carry).with_columns(x="_sum").drop("_sum")
        after = _revenue(contracts, window.end, ()).with_columns(_left="_sum").drop("_sum")
        joined = before.join(after, on="customer_id", how="left").with_columns(y=nw.col("_left").fill_null(0))
        if capped:
            joined = joined.with_columns(y=nw.min_horizontal(nw.col("y"), nw.col("x")))
        return joined.filter(nw.col("x") > 0)

    return units


def _revenue(contracts: nw.LazyFrame[Any], moment: Any, carry: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """Sum of the amounts of contracts in force at a moment, by customer; [started, ended) is half-open."""
    at = as_day(moment)
    live = contracts.filter(
        (nw.col("started_on") <= at) & (nw.col("ended_on").is_null() | (nw.col("ended_on") > at))
    ).filter(~nw.col("_amount").is_null())
    summed = live.group_by("customer_id", *carry).agg(nw.col("_amount").sum().alias("_sum"))
    return summed.with_columns(nw.col("_sum").cast(nw.Int64))
