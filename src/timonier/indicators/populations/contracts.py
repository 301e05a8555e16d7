"""Customers under contract as units: cohorts present on a day, lost or not, and what they pay.

One rule everywhere: a contract is there on a day when it began on it or before, and had not ended before it. Ended
on the first day of a period, it is there at the start and lost in the period; ended on the day after the last, it is
there at the end and lost in the next. So each end belongs to one period, and to one only.
"""

from datetime import date
from fractions import Fraction
from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.cells import CODES
from timonier.indicators.definition import Figure, Frames, Population, Query, Stat
from timonier.indicators.estimate import Interval, Period
from timonier.indicators.formulas import ratio
from timonier.indicators.intervals import poisson_exact
from timonier.indicators.money import minor_units
from timonier.indicators.periods import as_day, epoch_day
from timonier.indicators.populations.stacking import stacked
from timonier.text import Text

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
    everything = frames["contracts"]
    contracts = everything.filter(~nw.col("customer_id").is_null())
    ended, start, end = nw.col("ended_on"), as_day(window.start), as_day(window.end)
    present = query.kept(everything.filter(_there(window.start)))
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
    people = present.filter(~nw.col("customer_id").is_null()).select("customer_id", *query.keys).unique()
    people = people.join(lost.with_columns(_lost=nw.lit(LOST)), on="customer_id", how="left")
    return _and_unnamed(people.with_columns(cell=nw.col("_lost").fill_null(STAYED)), present, query, ("cell",))


def _and_unnamed(
    people: nw.LazyFrame[Any], contracts: nw.LazyFrame[Any], query: Query, columns: tuple[str, ...]
) -> nw.LazyFrame[Any]:
    """Customers, then the contracts that name none, each counted as missing."""
    names = ["customer_id", *query.keys, *columns]
    nothing = {name: nw.lit(0, dtype=nw.Int64) for name in columns if name != "cell"}
    unnamed = contracts.filter(nw.col("customer_id").is_null())
    unnamed = unnamed.with_columns(cell=nw.lit(CODES["missing"]), **nothing)
    return stacked(names, people, unnamed)


def everyone(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Contracts in force at some time in the period, one row a contract: lost if it ended in the period."""
    window = required_window(query)
    _refuse_reason(query)
    start, end, ended = as_day(window.start), as_day(window.end), nw.col("ended_on")
    live = frames["contracts"].filter((nw.col("started_on") < end) & (ended.is_null() | (ended >= start)))
    over = (ended < end).fill_null(value=False)
    present = (nw.col("started_on") <= start).cast(nw.Int64)
    return live.with_columns(cell=over.cast(nw.Int64), y=over.cast(nw.Int64), x=present)


def _refuse_reason(query: Query) -> None:
    """A reason splits the losses of the cohort; the other variants, which do not read it, would give them all."""
    if query["reason"] is not None:
        raise UsageError(
            Text("a reason goes with the cohort only.", "un motif ne va qu’avec la cohorte."),
            hint=Text("Use the default variant, or leave it out.", "Gardez la variante par défaut, ou retirez-le."),
        )


@Population
def exposed(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers of the period, one row each: lost when their last contract ended in it."""
    contracts = query.kept(everyone(frames, query))
    grouped = contracts.filter(~nw.col("customer_id").is_null()).group_by("customer_id", *query.keys)
    return _and_unnamed(grouped.agg(nw.col("cell").min().alias("cell")), contracts, query, ("cell",))


@Population
def lost_over_start(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers of the period, one row each: y lost, x present on the first day."""
    contracts = query.kept(everyone(frames, query))
    grouped = contracts.filter(~nw.col("customer_id").is_null()).group_by("customer_id", *query.keys)
    people = grouped.agg(nw.col("y").min().alias("y"), nw.col("x").max().alias("x")).with_columns(cell=nw.lit(1))
    return _and_unnamed(people, contracts, query, ("cell", "y", "x"))


@Population
def at_both_ends(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers of the period, one row each: y lost, x how often they are there at its two ends (0, 1 or 2)."""
    people = lost_over_start(frames, query)
    return people.with_columns(x=nw.when(nw.col("cell") > 0).then(nw.col("x") + 1 - nw.col("y")).otherwise(nw.lit(0)))


def over_average_base(stat: Stat, query: Query) -> Figure:
    """Customers lost over half of (those of the start + those of the end), linearised by customer."""
    figure = ratio(1, of_units=False)(stat, query)
    if figure.value is None:
        return figure
    low, high, method = figure.interval
    doubled = Interval(None if low is None else 2 * low, None if high is None else 2 * high, method)
    detail = {"clusters": stat.moments.n, "lost": stat.moments.y, "average_base": stat.moments.x / 2}
    return figure._replace(value=float(Fraction(2 * stat.moments.y, stat.moments.x)), interval=doubled, detail=detail)


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
    Contracts without customer or amount are left out, each counted as missing.
    """

    def units(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
        window, everything = required_window(query), frames["contracts"]
        contracts = query.kept(everything)
        absent = nw.col("amount").is_null() | nw.col("customer_id").is_null()
        both = contracts.filter(~absent)
        for name, moment in (("x", window.start), ("y", window.end)):
            both = _revenue_on(both, everything, moment, name)
        summed = both.group_by("customer_id", *query.keys).agg(nw.col("x").sum(), nw.col("y").sum())
        summed = summed.with_columns(nw.col("x").cast(nw.Int64), nw.col("y").cast(nw.Int64), cell=nw.lit(1))
        if capped:
            summed = summed.with_columns(y=nw.min_horizontal(nw.col("y"), nw.col("x")))
        unpriced = contracts.filter(_there(window.start) & absent)
        unpriced = unpriced.with_columns(customer_id=nw.lit(None, dtype=nw.String))
        return _and_unnamed(summed.filter(nw.col("x") > 0), unpriced, query, ("cell", "x", "y"))

    return Population(units)


def _revenue_on(
    contracts: nw.LazyFrame[Any], everything: nw.LazyFrame[Any], moment: date, name: str
) -> nw.LazyFrame[Any]:
    """What each contract brings on a day, in ten thousandths.

    One that ends on that very day still does, unless its customer has another that begins then: a renewal is
    counted once.
    """
    at, ended, follows = as_day(moment), nw.col("ended_on"), f"_{name}_follows"
    began = everything.filter((nw.col("started_on") == at) & (ended.is_null() | (ended > at)))
    began = began.filter(~nw.col("amount").is_null() & ~nw.col("customer_id").is_null())
    began = began.select("customer_id").unique().with_columns(**{follows: nw.lit(1)})
    known = contracts.join(began, on="customer_id", how="left")
    counts = _there(moment) & (ended.is_null() | (ended > at) | nw.col(follows).is_null())
    amount = minor_units("amount")
    return known.with_columns(**{name: nw.when(counts).then(amount).otherwise(nw.lit(0, dtype=nw.Int64))})


def _there(moment: date) -> nw.Expr:
    """Begun on that day or before, and not ended before it."""
    at, ended = as_day(moment), nw.col("ended_on")
    return (nw.col("started_on") <= at) & (ended.is_null() | (ended >= at))
