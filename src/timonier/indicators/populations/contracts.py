"""Customers under contract as units: cohorts present on a day, lost or not, and what they pay."""

from datetime import date
from typing import Any

import narwhals as nw

from timonier.indicators.definition import Figure, Frames, Population, Query, Stat
from timonier.indicators.estimate import Interval, Period
from timonier.indicators.intervals import poisson_exact
from timonier.indicators.money import minor_units
from timonier.indicators.periods import as_day, epoch_day

STAYED, LOST = 0, 1


def required_window(query: Query) -> Period:
    """The window of a population; the engine always gives one."""
    assert query.window is not None  # noqa: S101 - the engine splits windows before calling
    return query.window


@Population
def cohort(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers under contract on the first day, one row each (and segment): stayed, or lost in the period.

    Lost: a contract of theirs ended in [start, end), be it one begun since, and none went on beyond that day or
    began within the grace days after.
    """
    window = required_window(query)
    contracts = frames["contracts"].filter(~nw.col("customer_id").is_null())
    started, ended = nw.col("started_on"), nw.col("ended_on")
    start, end = as_day(window.start), as_day(window.end)
    present = query.kept(contracts.filter((started <= start) & (ended.is_null() | (ended >= start))))
    ends = contracts.filter((ended >= start) & (ended < end))
    if query["reason"] is not None:
        ends = ends.filter(nw.col("end_reason") == query["reason"])
    ends = ends.select("customer_id", _ended="ended_on").unique()
    others = contracts.select("customer_id", _from="started_on", _to="ended_on")
    bridging = (nw.col("_from") <= nw.col("_ended").dt.offset_by(f"{int(query['grace_days'])}d")) & (
        nw.col("_to").is_null() | (nw.col("_to") > nw.col("_ended"))
    )
    bridged = ends.join(others, on="customer_id", how="inner").filter(bridging)
    bridged = bridged.select("customer_id", "_ended").unique()
    lost = ends.join(bridged, on=["customer_id", "_ended"], how="anti").select("customer_id").unique()
    people = present.select("customer_id", *query.keys).unique()
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


@Population
def exposed(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers of the period, one row each: lost when their last contract ended in it."""
    grouped = query.kept(everyone(frames, query)).group_by("customer_id", *query.keys)
    return grouped.agg(nw.col("cell").min().alias("cell"))


@Population
def lost_over_start(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers of the period, one row each: y lost, x present on the first day."""
    grouped = query.kept(everyone(frames, query)).group_by("customer_id", *query.keys)
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


def revenue_base(*, capped: bool) -> Population:
    """Recurring revenue of each customer under contract at the start (x) and what is left of it at the end (y).

    Split by an attribute of the contract, what is left is what is left in that segment: nothing counts twice.
    """

    def units(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
        window = required_window(query)
        contracts = query.kept(frames["contracts"]).filter(~nw.col("amount").is_null())
        amount = minor_units("amount")
        both = contracts.with_columns(
            x=nw.when(_in_force(window.start)).then(amount).otherwise(nw.lit(0, dtype=nw.Int64)),
            y=nw.when(_in_force(window.end)).then(amount).otherwise(nw.lit(0, dtype=nw.Int64)),
        )
        summed = both.group_by("customer_id", *query.keys).agg(nw.col("x").sum(), nw.col("y").sum())
        summed = summed.with_columns(nw.col("x").cast(nw.Int64), nw.col("y").cast(nw.Int64))
        if capped:
            summed = summed.with_columns(y=nw.min_horizontal(nw.col("y"), nw.col("x")))
        return summed.filter(nw.col("x") > 0)

    return Population(units)


def _in_force(moment: date) -> nw.Expr:
    """[started, ended) is half-open."""
    at, ended = as_day(moment), nw.col("ended_on")
    return (nw.col("started_on") <= at) & (ended.is_null() | (ended > at))
