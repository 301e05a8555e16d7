"""Counted days: the closed form against a loop over days, holidays, cut-off, every engine."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.errors import UsageError
from timonier.indicators.calendar import (
    DAY_KINDS,
    Commitment,
    DayKind,
    counted_days,
    counted_weekdays_expr,
    cum,
    cutoff_day_expr,
    due_date,
    easter,
    epoch_day,
    french_holidays,
    french_holidays_between,
)

HOLIDAYS = french_holidays_between(date(1995, 1, 1), date(2045, 12, 31))
DAYS = st.dates(date(1995, 6, 1), date(2044, 6, 1))
WEEKDAYS = {"calendar": range(7), "ouvrable": range(6), "ouvre": range(5)}


def paris(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo("Europe/Paris"))  # type: ignore[misc,arg-type]


def is_counted(day: date, kind: str) -> bool:
    return kind == "calendar" or (day.weekday() in WEEKDAYS[kind] and day not in HOLIDAYS)


def by_looping(start: date, end: date, kind: str) -> int:
    days = (start + timedelta(days=i) for i in range(1, (end - start).days + 1))
    return sum(is_counted(day, kind) for day in days)


@pytest.mark.parametrize(
    ("year", "sunday"),
    [
        (1818, date(1818, 3, 22)),  # the earliest possible
        (1943, date(1943, 4, 25)),  # the latest possible
        (2000, date(2000, 4, 23)),
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
    ],
)
def test_easter(year: int, sunday: date) -> None:
    assert easter(year) == sunday


def test_holidays_of_2025() -> None:
    expected = [
        "01-01",
        "04-21",
        "05-01",
        "05-08",
        "05-29",
        "06-09",
        "07-14",
        "08-15",
        "11-01",
        "11-11",
        "12-25",
    ]
    assert [day.strftime("%m-%d") for day in french_holidays(2025)] == expected


def test_alsace_moselle_adds_good_friday_and_the_day_after_christmas() -> None:
    added = set(french_holidays(2025, alsace_moselle=True)) - set(french_holidays(2025))
    assert added == {date(2025, 4, 18), date(2025, 12, 26)}


def test_ascension_on_the_first_of_may_is_one_holiday_not_two() -> None:
    assert len(french_holidays(2008)) == 10


def test_holidays_between_keeps_both_ends() -> None:
    assert french_holidays_between(date(2025, 12, 25), date(2026, 1, 1)) == (
        date(2025, 12, 25),
        date(2026, 1, 1),
    )


@settings(derandomize=True, max_examples=300, deadline=None)
@given(start=DAYS, length=st.integers(0, 900), kind=st.sampled_from(DAY_KINDS))
def test_the_closed_form_equals_a_loop_over_days(start: date, length: int, kind: DayKind) -> None:
    end = start + timedelta(days=length)
    expected = by_looping(start, end, kind)
    assert counted_days(start, end, kind, HOLIDAYS) == expected
    assert counted_days(end, start, kind, HOLIDAYS) == -expected


@pytest.mark.parametrize("kind", DAY_KINDS)
def test_the_count_works_from_the_first_to_the_last_date(kind: DayKind) -> None:
    whole = counted_days(date.min, date.max, kind)
    assert whole == (date.max - date.min).days - _not_counted(kind)
    assert cum(kind, epoch_day(date.min)) >= 0


def _not_counted(kind: str) -> int:
    days = range(date.min.toordinal() + 1, date.max.toordinal() + 1)
    return sum(1 for day in days if (day - 1) % 7 not in WEEKDAYS[kind])


@settings(derandomize=True, max_examples=200, deadline=None)
@given(start=DAYS, limit=st.integers(0, 60), kind=st.sampled_from(DAY_KINDS))
def test_the_due_date_is_the_first_day_on_which_the_limit_is_reached(start: date, limit: int, kind: DayKind) -> None:
    day = start
    while by_looping(start, day, kind) < limit:
        day += timedelta(days=1)
    assert due_date(start, limit, kind, HOLIDAYS) == day


def test_a_request_after_the_cutoff_counts_as_the_next_day() -> None:
    promise = Commitment(1, "ouvre", french_holidays(2026), cutoff=time(16))
    on_time, late = paris(2026, 6, 4, 16), paris(2026, 6, 4, 16, 0, 1)  # a Thursday
    friday, monday = paris(2026, 6, 5, 9), paris(2026, 6, 8, 9)
    assert (promise.delay(on_time, friday), promise.delay(on_time, monday)) == (1, 2)
    assert (promise.delay(late, friday), promise.delay(late, monday)) == (0, 1)
    assert promise.due(on_time) == date(2026, 6, 5)
    assert promise.due(late) == date(2026, 6, 8)


def test_done_on_the_very_day_of_a_late_request_took_no_time() -> None:
    promise = Commitment(1, "ouvre", cutoff=time(16))
    assert promise.delay(paris(2026, 6, 4, 17), paris(2026, 6, 4, 18)) == 0
    assert promise.delay(paris(2026, 6, 4, 17), paris(2026, 6, 2, 18)) < 0


def test_what_is_not_done_is_pending_then_failed() -> None:
    promise = Commitment(1, "ouvre", french_holidays(2026))
    asked = paris(2026, 6, 4, 10)
    assert promise.kept(asked, None, date(2026, 6, 5)) is None
    assert promise.kept(asked, None, date(2026, 6, 7)) is None  # a Sunday: the delay has not grown
    assert promise.kept(asked, None, date(2026, 6, 8)) is False


@pytest.mark.parametrize("kind", ["ouvré", "", "business"])
def test_an_unknown_kind_of_day_is_refused_everywhere(kind: Any) -> None:
    day = date(2026, 1, 5)
    for call in (
        lambda: cum(kind, 0),
        lambda: counted_days(day, day, kind),
        lambda: due_date(day, 1, kind),
        lambda: counted_weekdays_expr(nw.col("a"), nw.col("b"), kind),
    ):
        with pytest.raises(UsageError, match="calendar, ouvrable, ouvre"):
            call()


def test_a_negative_commitment_is_refused() -> None:
    with pytest.raises(UsageError, match="-1"):
        due_date(date(2026, 1, 5), -1, "ouvre")


ROWS = {
    "start": [date(2024, 1, 1) + timedelta(days=(i * 37) % 700) for i in range(120)],
    "length": [(i * 13) % 60 for i in range(120)],
}
NUMBERS: dict[str, list[int | None]] = {
    "row": list(range(121)),
    "start": [epoch_day(day) for day in ROWS["start"]] + [20_000],
    "end": [epoch_day(day) + n for day, n in zip(ROWS["start"], ROWS["length"], strict=True)] + [None],
    "hour": [i % 24 for i in range(121)],
}


def _duckdb(numbers: dict[str, list[int | None]]) -> Any:
    table = pa.table(numbers)
    return duckdb.connect().from_arrow(table)


ENGINES: dict[str, Callable[[dict[str, list[int | None]]], Any]] = {
    "polars": pl.DataFrame,
    "polars-lazy": pl.LazyFrame,
    "pandas": pd.DataFrame,
    "pyarrow": pa.table,
    "duckdb": _duckdb,
}


def _column(frame: Any, **expressions: nw.Expr) -> list[Any]:
    rows = nw.from_native(frame).lazy().with_columns(**expressions).sort("row").collect()
    values = nw.from_native(rows.to_arrow())[next(iter(expressions))].to_list()
    return [None if value is None or value != value else int(value) for value in values]  # noqa: PLR0124 - NaN


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("kind", DAY_KINDS)
def test_the_expression_equals_a_loop_on_every_engine(engine: str, kind: DayKind) -> None:
    expression = counted_weekdays_expr(nw.col("start"), nw.col("end"), kind, HOLIDAYS)  # 550 holidays
    found = _column(ENGINES[engine](NUMBERS), delay=expression)
    expected = [
        by_looping(day, day + timedelta(days=n), kind) for day, n in zip(ROWS["start"], ROWS["length"], strict=True)
    ]
    assert found == [*expected, None]


@pytest.mark.parametrize("engine", ENGINES)
def test_the_cutoff_on_every_engine(engine: str) -> None:
    found = _column(ENGINES[engine](NUMBERS), day=cutoff_day_expr(nw.col("start"), nw.col("hour"), 16))
    starts = [day for day in NUMBERS["start"] if day is not None]
    assert found == [day + (1 if i % 24 > 16 else 0) for i, day in enumerate(starts)]
