"""A membership keeps the rows whose value is one of those given: few, many, none, on any frame."""

from datetime import date
from typing import Any

import pytest
from frames import facts

from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.estimate import Period
from timonier.scorecard.membership import FEW, Within, kept_within, told
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, score
from timonier.scorecard.sources import FrameSource

ROWS: list[dict[str, Any]] = [
    {"answered_at": "2026-01-05", "score": float(n % 11), "channel": None if n % 7 == 0 else f"c'{n % 90}"}
    for n in range(900)
]
SOURCE = FrameSource({"answers": facts("answers", ROWS)})


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1, 3_000])
def test_the_rows_kept_are_those_that_a_naive_reading_keeps(count: int) -> None:
    values = tuple(f"c'{n}" for n in range(count))
    kept = kept_within(SOURCE.frame("answers"), (Within("channel", values),), SOURCE).collect()
    assert len(kept) == sum(row["channel"] in set(values) for row in ROWS)


def test_two_memberships_of_one_column_narrow_each_other_and_never_widen() -> None:
    both = (Within("channel", ("c'1", "c'2")), Within("channel", ("c'2", "c'3")))
    kept = kept_within(SOURCE.frame("answers"), both, SOURCE).collect()
    assert set(kept["channel"].to_list()) == {"c'2"}


def test_a_figure_within_many_values_is_that_of_the_same_filter_in_words() -> None:
    desk = Desk(SOURCE, CATALOGUE, date(2026, 12, 31))
    asked = Request(indicators=("nps",), window=Period(date(2026, 1, 1), date(2026, 2, 1)))
    values = tuple(f"c'{n}" for n in range(1, 31))
    [one] = score(desk, Request(**{**_fields(asked), "within": (Within("channel", values),)})).lines
    words = "channel in (" + ", ".join("'" + value.replace("'", "''") + "'" for value in values) + ")"
    [other] = score(desk, Request(**{**_fields(asked), "where": words})).lines
    assert one.estimate == other.estimate
    assert 0 < one.estimate.n < 900


def _fields(request: Request) -> dict[str, Any]:
    return {name: getattr(request, name) for name in Request.__dataclass_fields__}


def test_thousands_of_values_are_told_and_remembered_in_few_words() -> None:
    wide = Within("store", tuple(f"s{n}" for n in range(3_000)))
    assert told(*wide) == "store in (3,000 values)"
    assert len(repr(wide)) < 200
    assert repr(wide) != repr(Within("store", (*wide.values[:-1], "another")))
