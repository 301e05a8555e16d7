"""Sums: nothing averages an average, mixes currencies, overflows, or depends on the order of rows."""

import json
from datetime import UTC, date, datetime
from functools import reduce
from operator import add
from random import Random
from typing import Any

import pytest
from frames import facts

import timonier
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Query
from timonier.indicators.engine import measure
from timonier.indicators.estimate import Period, State
from timonier.indicators.stats import Moments
from timonier.scorecard.publish import publishable


def test_the_whole_is_not_the_mean_of_its_parts() -> None:
    answers = {"s": [10] * 9 + [0], "c": ["a"] * 9 + ["b"]}
    parts = [one.value or 0 for one in timonier.nps(answers, score="s", by=["c"])]
    assert sum(parts) / len(parts) == 0.0
    assert timonier.nps(answers, score="s").value == 80.0


def test_order_of_rows_never_changes_a_figure() -> None:
    random = Random(1)
    amounts = [random.randrange(-(10**6), 10**9) / 100 for _ in range(2000)]
    who = [random.randrange(300) for _ in amounts]
    rows = list(zip(amounts, who, strict=True))
    found = []
    for _ in range(3):
        frame = {"a": [row[0] for row in rows], "c": [row[1] for row in rows]}
        found.append(timonier.average_basket(frame, amount="a", customer="c")[0])
        random.shuffle(rows)
    assert found[0] == found[1] == found[2]
    assert reduce(add, amounts) != reduce(add, sorted(amounts))  # floats summed in another order differ


def test_squares_of_large_amounts_do_not_overflow() -> None:
    import pyarrow as pa

    count, amount = 10**6, 90_000_000
    frame = pa.table({"a": pa.array([amount, amount + 1] * (count // 2), pa.int64())})
    found = timonier.average_basket(frame, amount="a")[0]
    assert found.value == amount + 0.5
    y = [amount * 10_000, (amount + 1) * 10_000]
    exact = Moments.of([(y[0], 1), (y[1], 1)])
    assert exact.yy > 2**63  # two rows are enough to leave 64 bits
    assert found.low is not None
    assert found.high is not None
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.5 / count**0.5, rel=1e-3)


def test_two_currencies_are_never_added() -> None:
    rows = [
        {"order_id": str(n), "customer_id": str(n), "amount": 10, "currency": currency}
        for n, currency in enumerate(["EUR", "USD", None])
    ]
    query = Query(window=Period(date(2026, 1, 1), date(2026, 1, 2)), params={"currency": "EUR"})
    basket, value = (
        measure(CATALOGUE[name], {"orders": facts("orders", rows)}, query)[0]
        for name in ("average_basket", "customer_value")
    )
    assert (basket.n, basket.excluded) == (2, {"other_currency": 1})
    assert value.n == 2


def test_n_counts_people_and_not_money() -> None:
    rows = [{"contract_id": "k", "customer_id": "c", "started_on": "2025-01-01", "ended_on": None, "amount": 1000}]
    query = Query(window=Period(date(2026, 1, 1), date(2026, 2, 1)))
    for name in ("grr", "nrr"):
        found = measure(CATALOGUE[name], {"contracts": facts("contracts", rows)}, query)
        assert found[0].n == 1
        assert publishable(found, 5)[0].state is State.SUPPRESSED


def test_null_zero_and_suppressed_are_three_things() -> None:
    nothing = timonier.nps({"s": [None]}, score="s", minimum_n=5)[0]
    zero = timonier.nps({"s": [10, 0] * 5}, score="s", minimum_n=5)[0]
    few = timonier.nps({"s": [10, 0]}, score="s", minimum_n=5)[0]
    assert [one.value for one in (nothing, zero, few)] == [None, 0.0, None]
    assert [one.state for one in (nothing, zero, few)] == [State.NOT_COMPUTABLE, State.OK, State.SUPPRESSED]
    assert (few.n, few.low, set(few.detail)) == (0, None, {"min_n"})


def test_a_hidden_segment_cannot_be_found_by_subtraction() -> None:
    answers = {"s": [10] * 33, "c": ["a"] * 20 + ["b"] * 10 + ["z"] * 3}
    found = {one.segment["c"]: one.state for one in timonier.nps(answers, score="s", by=["c"], minimum_n=5)}
    assert found == {"a": State.OK, "b": State.SUPPRESSED, "z": State.SUPPRESSED}


def test_json_never_holds_nan() -> None:
    given: dict[str, Any] = {"s": [float("nan"), None]}
    found = timonier.nps(given, score="s").to_dicts()
    assert json.loads(json.dumps(found, allow_nan=False))[0]["value"] is None


def test_an_order_just_after_midnight_belongs_to_its_own_month() -> None:
    """Facts carry the local day: 1 March 00:30 in Paris is still 28 February in UTC."""
    rows = [{"score": 10.0, "answered_at": "2026-02-28T23:30", "day": "2026-03-01"}]
    found = measure(CATALOGUE["nps"], {"answers": facts("answers", rows)}, Query(every="month"))
    assert [one.period.label for one in found if one.period] == ["2026-03"]


def test_a_follow_up_that_has_not_passed_is_immature() -> None:
    asked = {"issue": "i", "opened": "t", "resolved": "ok"}
    contacts = {"i": ["a"], "t": [datetime(2026, 1, 10, tzinfo=UTC)], "ok": [True]}
    states = [timonier.fcr(contacts, **asked, as_of=date(2026, 1, day))[0].state for day in (16, 17)]
    assert states == [State.IMMATURE, State.OK]
