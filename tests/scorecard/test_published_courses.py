"""A course shows its whole above it: no period that is hidden may be found by subtraction."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timonier.indicators.disclosure import MINIMUM
from timonier.indicators.estimate import Estimate, Period, State
from timonier.scorecard.publish import publishable

FIRST = date(2026, 1, 1)


def estimate(n: int, place: int = 0, by: str = "") -> Estimate:
    start = FIRST + timedelta(days=30 * place)
    known: dict[str, Any] = {"value": 0.5, "low": 0.3, "high": 0.7} if n else {"value": None, "low": None, "high": None}
    return Estimate(
        indicator="csat",
        variant="share",
        unit="share",
        direction="up",
        n=n,
        state=State.OK if n else State.NOT_COMPUTABLE,
        method="wilson",
        version=1,
        by=(("region", by),) if by else (),
        period=Period(start, start + timedelta(days=30)),
        **known,
    )


def people_left(sizes: list[int], shown: list[Estimate]) -> tuple[int, int]:
    """How many hidden cells hold someone, and how many people together: what whole less shown tells."""
    hidden = [n for n, one in zip(sizes, shown, strict=True) if one.state == State.SUPPRESSED]
    return sum(1 for n in hidden if n), sum(hidden)


def test_one_small_month_takes_another_with_it() -> None:
    shown = publishable([estimate(7, 0), estimate(2, 1), estimate(40, 2)], MINIMUM)
    assert [one.state for one in shown] == [State.SUPPRESSED, State.SUPPRESSED, State.OK]
    assert "min_n" not in shown[0].detail


@given(st.lists(st.integers(0, 12), min_size=2, max_size=24))
def test_whole_less_shown_is_never_a_few(sizes: list[int]) -> None:
    shown = publishable([estimate(n, place) for place, n in enumerate(sizes)], MINIMUM)
    assert all(one.state == State.SUPPRESSED for n, one in zip(sizes, shown, strict=True) if 0 < n < MINIMUM)
    count, left = people_left(sizes, shown)
    everything = sum(n > 0 for n in sizes) == count
    assert count == 0 or (count >= 2 and left >= MINIMUM) or everything


@given(st.lists(st.tuples(*[st.integers(0, 12)] * 3), min_size=2, max_size=8))
def test_neither_along_periods_nor_along_segments(table: list[tuple[int, int, int]]) -> None:
    cells = [(place, name, n) for place, row in enumerate(table) for name, n in zip("abc", row, strict=True)]
    shown = publishable([estimate(n, place, name) for place, name, n in cells], MINIMUM)
    lines = [[one for one in range(len(cells)) if cells[one][axis] == key] for axis in (0, 1) for key in range(8)]
    lines += [[one for one in range(len(cells)) if cells[one][1] == name] for name in "abc"]
    for line in lines:
        sizes = [cells[one][2] for one in line]
        count, left = people_left(sizes, [shown[one] for one in line])
        assert count == 0 or (count >= 2 and left >= MINIMUM) or sum(n > 0 for n in sizes) == count


@pytest.mark.parametrize("n", [MINIMUM, 50])
def test_nothing_small_hides_nothing(n: int) -> None:
    kept = [estimate(n, place) for place in range(4)]
    assert publishable(kept, MINIMUM) == kept
