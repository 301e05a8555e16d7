"""Commitments in counted days, against the verified case."""

from datetime import date, datetime

import narwhals as nw
import polars as pl
import pytest
from cases import case, close

from timonier.indicators.calendar import (
    Commitment,
    DayKind,
    counted_days,
    counted_weekdays_expr,
    epoch_day,
    french_holidays,
)

SLA = case("SLA-01")
HOLIDAYS = tuple(date.fromisoformat(day) for day in SLA["inputs"]["holidays"])
REQUESTS = [
    (datetime.fromisoformat(start), datetime.fromisoformat(end) if end else None)
    for start, end in SLA["inputs"]["requests"]
]


def test_the_holidays_of_the_case_are_ours() -> None:
    assert french_holidays(2026) == HOLIDAYS


@pytest.mark.parametrize("kind", ["calendar", "ouvrable", "ouvre"])
def test_delays_and_share_within_one_day(kind: DayKind) -> None:
    delays = [counted_days(start.date(), end.date(), kind, HOLIDAYS) if end else None for start, end in REQUESTS]
    assert delays == SLA["expected"]["delays"][kind]
    promise = Commitment(SLA["inputs"]["limit"], kind, HOLIDAYS)
    kept = [promise.kept(start, end, date.fromisoformat(SLA["inputs"]["as_of"])) for start, end in REQUESTS]
    assert None not in kept
    close(SLA, sum(map(bool, kept)) / len(kept), SLA["expected"]["rate_within"][kind])


@pytest.mark.parametrize("kind", ["calendar", "ouvrable", "ouvre"])
def test_delays_as_an_expression(kind: DayKind) -> None:
    rows = pl.DataFrame(
        {
            "start": [epoch_day(start.date()) for start, _ in REQUESTS],
            "end": [epoch_day(end.date()) if end else None for _, end in REQUESTS],
        }
    )
    delay = counted_weekdays_expr(nw.col("start"), nw.col("end"), kind, HOLIDAYS)
    found = nw.from_native(rows).select(delay=delay)["delay"].to_list()
    assert found == SLA["expected"]["delays"][kind]
