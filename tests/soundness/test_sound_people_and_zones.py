"""Figures about few people who do much, days of other zones, units that a formula cannot be given in."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import timonier
from timonier.errors import DefinitionError
from timonier.indicators.estimate import State
from timonier.indicators.own import declare

PARIS = ZoneInfo("Europe/Paris")


def test_few_customers_with_many_orders_are_few_people() -> None:
    orders = {"who": ["a", "b"] * 10, "amount": [10.0] * 20}
    (hidden,) = timonier.average_basket(orders, "amount", customer="who", minimum_n=5)
    assert (hidden.state, hidden.value) == (State.SUPPRESSED, None)
    (shown,) = timonier.average_basket(orders, "amount", minimum_n=5)
    assert shown.value == 10


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
def test_the_day_of_an_instant_is_that_of_its_own_zone(kind: str) -> None:
    frame = pd.DataFrame({"score": [10], "at": pd.to_datetime([datetime(2026, 2, 1, 0, 30, tzinfo=PARIS)])})
    frames: dict[str, Any] = {"pandas": frame, "polars": pl.from_pandas(frame), "pyarrow": pa.Table.from_pandas(frame)}
    (found,) = timonier.nps(frames[kind], "score", at="at", every="month")
    assert found.period is not None
    assert found.period.start == date(2026, 2, 1)
    (found,) = timonier.nps(frames[kind], "score", at="at", every="month", zone="UTC")
    assert found.period is not None
    assert found.period.start == date(2026, 1, 1)


@pytest.mark.parametrize(
    ("numerator", "unit"), [("amount", "per_1000"), ("channel = 'web'", "points"), ("channel = 'web'", "count")]
)
def test_a_unit_that_the_formula_does_not_give_is_refused(numerator: str, unit: str) -> None:
    raw = {"name": "mine", "table": "orders", "numerator": numerator, "unit": unit, "direction": "up"}
    with pytest.raises(DefinitionError, match="unit"):
        declare(raw, {"orders": {"order_id": "text", "amount": "money", "channel": "text"}})
