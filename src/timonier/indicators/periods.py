"""Periods of the business calendar: half-open, numbered, so that a column of days becomes one of integers.

A period of a kind is known by its index (months since year 0, weeks since the Monday before 1970…). The same
arithmetic is written once for Python dates and once for expressions, both on integers, so every engine agrees.
"""

from datetime import date, timedelta
from typing import Any, Literal

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.estimate import Period
from timonier.text import Text

type Every = Literal["all", "day", "week", "month", "quarter", "semester", "year"]

MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "semester": 6, "year": 12}
_EPOCH = date(1970, 1, 1)
_MONDAY_SHIFT = 3  # 1970-01-01 was a Thursday: adding 3 days makes weeks start on Monday


def epoch_day(day: nw.Expr) -> nw.Expr:
    """Days since 1970-01-01 of a date or UTC instant column, in integer arithmetic.

    Date subtraction is missing or differs on some engines; this is the civil-calendar formula (Fliegel and Van
    Flandern 1968, in its days-from-March form), exact for any year of our era.
    """
    early = (day.dt.month() <= 2).cast(nw.Int64)  # January and February end the year before
    month, year = day.dt.month() - 3 + 12 * early, day.dt.year() - early
    return 365 * year + year // 4 - year // 100 + year // 400 + (month * 306 + 5) // 10 + day.dt.day() - 719469


def epoch_second(instant: nw.Expr) -> nw.Expr:
    """Whole seconds since 1970-01-01T00:00Z of a UTC instant column.

    Polars gives minutes as 8-bit integers, and 30 × 60 does not fit in one: hence the casts.
    """
    hour, minute, second = (
        part.cast(nw.Int64) for part in (instant.dt.hour(), instant.dt.minute(), instant.dt.second())
    )
    return epoch_day(instant).cast(nw.Int64) * 86_400 + hour * 3600 + minute * 60 + second


def bucket(day: nw.Expr, every: Every, fiscal_year_start: int = 1) -> nw.Expr:
    """The index of the period of kind `every` that each day falls in."""
    if every == "all":
        return day.dt.year() * 0
    if every == "day":
        return epoch_day(day)
    if every == "week":
        return (epoch_day(day) + _MONDAY_SHIFT) // 7
    months = day.dt.year() * 12 + day.dt.month() - 1
    return months if every == "month" else (months - (fiscal_year_start - 1)) // MONTHS[every]


def index_of(day: date, every: Every, fiscal_year_start: int = 1) -> int:
    """The index of the period of kind `every` that `day` falls in (same arithmetic as `bucket`)."""
    days = (day - _EPOCH).days
    if every == "all":
        return 0
    if every == "day":
        return days
    if every == "week":
        return (days + _MONDAY_SHIFT) // 7
    shift = 0 if every == "month" else fiscal_year_start - 1
    return (day.year * 12 + day.month - 1 - shift) // MONTHS[every]


def period_at(index: int, every: Every, fiscal_year_start: int = 1) -> Period:
    """The period of that index, with its ISO-like label (2026-03, 2026-T1, 2026-S12…)."""
    if every == "day":
        start = _EPOCH + timedelta(days=index)
        return Period(start, start + timedelta(days=1), start.isoformat())
    if every == "week":
        start = _EPOCH + timedelta(days=index * 7 - _MONDAY_SHIFT)
        year, week, _ = start.isocalendar()
        return Period(start, start + timedelta(days=7), f"{year}-W{week:02d}")
    size = MONTHS[every]
    shift = 0 if every == "month" else fiscal_year_start - 1
    start, end = _month(index * size + shift), _month((index + 1) * size + shift)
    return Period(start, end, _label(start, every, fiscal_year_start))


def _month(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _label(start: date, every: Every, fiscal_year_start: int) -> str:
    if every == "month":
        return f"{start:%Y-%m}"
    fiscal = f"{start.year}" if fiscal_year_start == 1 else f"{start.year}/{(start.year + 1) % 100:02d}"
    if every == "year":
        return fiscal
    number = (start.month - fiscal_year_start) % 12 // MONTHS[every] + 1
    year = start.year if start.month >= fiscal_year_start else start.year - 1
    base = f"{year}" if fiscal_year_start == 1 else f"{year}/{(year + 1) % 100:02d}"
    return f"{base}-{'Q' if every == 'quarter' else 'S'}{number}"


def split(window: Period, every: Every, fiscal_year_start: int = 1) -> list[Period]:
    """The periods of kind `every` that cover `window`, the first and last cut to it."""
    if window.start >= window.end:
        raise UsageError(
            Text(
                f"the period ends ({window.end}) before it starts ({window.start})",
                f"la période finit ({window.end}) avant de commencer ({window.start})",
            ),
            hint=Text("Swap the two dates.", "Inversez les deux dates."),
        )
    if every == "all":
        return [window]
    first = index_of(window.start, every, fiscal_year_start)
    last = index_of(window.end - timedelta(days=1), every, fiscal_year_start)
    whole = [period_at(index, every, fiscal_year_start) for index in range(first, last + 1)]
    return [Period(max(p.start, window.start), min(p.end, window.end), p.label) for p in whole]


def is_cut(period: Period, every: str) -> bool:
    """Whether a part of a window is shorter than the week, month, quarter, half-year or year that it belongs to."""
    if every in MONTHS:
        months = _months(period.end) - _months(period.start)
        return (period.start.day, period.end.day, months) != (1, 1, MONTHS[every])
    return every == "week" and period.days < 7


def previous(period: Period) -> Period:
    """The period of the same length just before: months stay months when both ends are the first of one."""
    if period.start.day == 1 and period.end.day == 1:
        months = _months(period.end) - _months(period.start)
        return Period(_month(_months(period.start) - months), period.start)
    return Period(period.start - (period.end - period.start), period.start)


def year_before(period: Period) -> Period:
    """The same dates one year earlier: 29 February becomes the 28th, and what ends before it ends with February."""
    end = period.end + timedelta(days=1) if (period.end.month, period.end.day) == (2, 29) else period.end
    return Period(_year_earlier(period.start), _year_earlier(end))


def _months(day: date) -> int:
    return day.year * 12 + day.month - 1


def _year_earlier(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def as_day(day: date) -> nw.Expr:
    """A date as an expression of the date type: engines compare it with days, never with instants."""
    return nw.lit(day, dtype=nw.Date)


def within(window: Period, day: nw.Expr) -> nw.Expr:
    """The filter «day in [start, end)»."""
    return (day >= as_day(window.start)) & (day < as_day(window.end))


def as_date(value: Any) -> date | None:
    """A date from what an engine returned for one (date, datetime or None)."""
    if value is None:
        return None
    return date(value.year, value.month, value.day)
