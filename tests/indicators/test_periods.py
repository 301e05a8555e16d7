"""Periods: the same arithmetic for dates and for expressions, half-open, and nothing lost between two of them."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import narwhals as nw
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.errors import UsageError
from timonier.facts.engines.frames import adopt
from timonier.indicators.estimate import Period
from timonier.indicators.periods import (
    Every,
    bucket,
    epoch_day,
    epoch_second,
    index_of,
    period_at,
    previous,
    split,
    year_before,
)

KINDS: list[Every] = ["day", "week", "month", "quarter", "semester", "year"]
DAYS = [date(1999, 12, 31) + timedelta(days=step) for step in range(0, 12_000, 7)] + [date(2024, 2, 29)]
some_day = st.dates(date(1971, 1, 1), date(2100, 1, 1))
quick = settings(derandomize=True, max_examples=200, deadline=None, database=None)


@pytest.mark.parametrize("fiscal", [1, 4, 10])
@pytest.mark.parametrize("every", KINDS)
def test_expressions_number_days_as_dates_do(every: Every, fiscal: int) -> None:
    frame = adopt(pa.table({"day": pa.array(DAYS, pa.date32())}))
    found = frame.select(nw.col("day"), i=bucket(nw.col("day"), every, fiscal)).collect()
    for row in found.iter_rows(named=True):
        assert row["i"] == index_of(row["day"], every, fiscal)
        period = period_at(row["i"], every, fiscal)
        assert period.start <= row["day"] < period.end


@pytest.mark.parametrize("polars", [False, True])
def test_days_and_seconds_since_1970(*, polars: bool) -> None:
    instants = [datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=97 * n, seconds=86_399 - n) for n in range(400)]
    table = pa.table({"t": pa.array(instants, pa.timestamp("us", "UTC"))})
    if polars:
        import polars as pl

        frame = adopt(pl.from_arrow(table))
    else:
        frame = adopt(table)
    found = frame.select(d=epoch_day(nw.col("t")), s=epoch_second(nw.col("t"))).collect()
    assert sorted(found["s"].to_list()) == sorted(int(one.timestamp()) for one in instants)
    assert sorted(found["d"].to_list()) == sorted(int(one.timestamp()) // 86_400 for one in instants)


@quick
@given(start=some_day, length=st.integers(1, 900), every=st.sampled_from(KINDS), fiscal=st.sampled_from([1, 7]))
def test_a_window_is_cut_without_gap_nor_overlap(start: date, length: int, every: Every, fiscal: int) -> None:
    window = Period(start, start + timedelta(days=length))
    parts = split(window, every, fiscal)
    assert (parts[0].start, parts[-1].end) == (window.start, window.end)
    assert all(one.end == following.start for one, following in pairwise(parts))
    assert sum(part.days for part in parts) == length


@quick
@given(start=some_day, length=st.integers(1, 900))
def test_the_previous_period_touches_this_one(start: date, length: int) -> None:
    now = Period(start, start + timedelta(days=length))
    then = previous(now)
    assert then.end == now.start
    if (now.start.day, now.end.day) != (1, 1):
        assert then.days == now.days


@quick
@given(start=some_day, length=st.integers(1, 900))
def test_the_year_before_is_never_empty(start: date, length: int) -> None:
    now = Period(start, start + timedelta(days=length))
    then = year_before(now)
    assert then.start < then.end
    assert abs(then.days - now.days) <= 1


def test_a_month_is_compared_with_a_whole_month() -> None:
    assert previous(Period(date(2026, 3, 1), date(2026, 4, 1))) == Period(date(2026, 2, 1), date(2026, 3, 1))
    assert previous(Period(date(2026, 1, 1), date(2026, 4, 1))) == Period(date(2025, 10, 1), date(2026, 1, 1))


def test_labels() -> None:
    found = [period_at(index_of(date(2026, 1, 1), every), every).label for every in KINDS]
    assert found == ["2026-01-01", "2026-W01", "2026-01", "2026-Q1", "2026-S1", "2026"]
    assert period_at(index_of(date(2026, 2, 1), "quarter", 10), "quarter", 10).label == "2025/26-Q2"


def test_an_empty_window_is_refused() -> None:
    with pytest.raises(UsageError):
        split(Period(date(2026, 1, 1), date(2026, 1, 1)), "month")
