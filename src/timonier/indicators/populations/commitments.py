"""Requests with a promised delay as units: done in time, late, or not due yet."""

from datetime import date
from typing import Any

import narwhals as nw

from timonier.indicators.calendar import counted_weekdays_expr, french_holidays_between
from timonier.indicators.cells import CODES, first_rows, ordering
from timonier.indicators.definition import Frames, Query
from timonier.indicators.localtime import local
from timonier.indicators.periods import epoch_day

LATE, IN_TIME = 0, 1


def commitments(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Requests, one row each: done within the commitment, late, or not due yet (left out and counted)."""
    if query["start_step"] is None:
        requests = _from_contacts(frames["contacts"], query)
    else:
        requests = _from_events(frames["events"], query)
    limit = int(query["limit_days"])
    days = _holidays(requests, query)
    spent = counted_weekdays_expr(nw.col("_from"), nw.col("_to"), query["days"], days)
    until = query.as_of
    known = nw.lit(epoch_of(until)) if until is not None else nw.col("_from") + 100_000
    waited = counted_weekdays_expr(nw.col("_from"), known, query["days"], days)
    cell = (
        nw.when(nw.col("_to") < nw.col("_asked"))
        .then(nw.lit(CODES["negative"]))
        .when(spent <= limit)
        .then(nw.lit(IN_TIME))
        .when(~nw.col("_to").is_null())
        .then(nw.lit(LATE))
        .when(waited > limit)
        .then(nw.lit(LATE))
        .otherwise(nw.lit(CODES["not_due"]))
    )
    return requests.with_columns(cell=cell)


def _holidays(requests: nw.LazyFrame[Any], query: Query) -> tuple[date, ...]:
    """Public holidays over the years that the requests span, so that the calendar never runs out."""
    ends = requests.select(nw.col("_from").min().alias("low"), nw.col("_from").max().alias("high")).collect()
    low, high = ends.item(0, "low"), ends.item(0, "high")
    if low is None:
        return ()
    first = date.fromordinal(int(low) + 719_163)
    last = max(date.fromordinal(int(high) + 719_163), query.as_of or date.min)
    after = last.replace(year=last.year + 1, month=12, day=31)
    return french_holidays_between(first, after, alsace_moselle=bool(query["alsace_moselle"]))


def epoch_of(day: Any) -> int:
    """Days since 1970-01-01 of a date."""
    return int(day.toordinal()) - 719_163


def _from_contacts(contacts: nw.LazyFrame[Any], query: Query) -> nw.LazyFrame[Any]:
    moved = contacts.with_columns(_closed=local(nw.col("closed_at"), query.zone))
    asked = moved.with_columns(_asked=epoch_day(nw.col("day")), _to=epoch_day(nw.col("_closed")))
    return asked.with_columns(_from=nw.col("_asked") + _past_cutoff("opened_at", query))


def _from_events(events: nw.LazyFrame[Any], query: Query) -> nw.LazyFrame[Any]:
    events = events.filter(~nw.col("case_id").is_null())
    order = ordering(events, "occurred_at")
    opened = first_rows(events.filter(nw.col("step") == query["start_step"]), "case_id", order)
    done = events.filter(nw.col("step") == query["end_step"]).select("case_id", _done="occurred_at", _day="day")
    after = opened.select("case_id", _since="occurred_at").join(done, on="case_id", how="inner")
    after = after.filter(nw.col("_done") >= nw.col("_since")).group_by("case_id").agg(nw.col("_day").min())
    joined = opened.join(after, on="case_id", how="left")
    asked = joined.with_columns(_asked=epoch_day(nw.col("day")), _to=epoch_day(nw.col("_day")))
    return asked.with_columns(_from=nw.col("_asked") + _past_cutoff("occurred_at", query))


def _past_cutoff(instant: str, query: Query) -> nw.Expr:
    """1 from the cut-off hour on, in local time: the request then counts as the next day's."""
    if query["cutoff_hour"] is None:
        return nw.lit(0)
    return (local(nw.col(instant), query.zone).dt.hour() >= int(query["cutoff_hour"])).cast(nw.Int64)
