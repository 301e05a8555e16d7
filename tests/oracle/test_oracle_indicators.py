"""The engine against the oracle: thousands of generated data sets, every indicator and variant, equal exactly."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Any

import narwhals as nw
import pytest
from datasets import Tables, frames, generate
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from oracle_lines import cross_sell_by, two_categories
from oracle_service import (
    ANSWERS,
    APART,
    BY_UNIT,
    COUNTS,
    DATED,
    HOLIDAYS,
    HOLIDAYS_EAST,
    POPULATIONS,
    closings,
    durations,
    kaplan_meier_quantile,
    on_time,
    on_time_contacts,
)

import oracle
from oracle import AS_OF, END, START, STEPS, Figure, Unit, figure
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Query
from timonier.indicators.engine import measure
from timonier.indicators.estimate import Estimate, Period, State

CASES = 200
SEGMENT = "segment"
WINDOW = Period(START, END)
PARAMS: dict[str, dict[str, Any]] = {
    "on_time": STEPS,
    "step_time": STEPS,
    "step_conversion": STEPS,
    "average_basket": {"currency": "EUR"},
    "customer_value": {"currency": "EUR"},
    "cac": {"currency": "EUR"},
}
SEEDS = settings(derandomize=True, max_examples=2, deadline=None, database=None, phases=[Phase.generate])


def tables_of(name: str, variant: str = "default") -> tuple[str, ...]:
    one = CATALOGUE[name]
    return tuple(need.table for need in one.counting(one.variants[variant]).needs)


def measured(name: str, variant: str, tables: Tables, **asked: Any) -> list[Estimate]:
    asked.setdefault("params", PARAMS.get(name, {}))
    query = Query(by=(SEGMENT,), carry=(SEGMENT,), as_of=AS_OF, **asked)
    one = CATALOGUE[name]
    units = {table: frame.with_columns(segment=nw.col("channel")) for table, frame in frames(tables).items()}
    return measure(one.counting(one.variants[variant]), units, query, variant)


def by_segment(units: Iterable[Unit], window: Period | None) -> dict[str | None, list[Unit]]:
    found: dict[str | None, list[Unit]] = defaultdict(list)
    for unit in units:
        if window is None or (unit.day is not None and window.start <= unit.day < window.end):
            found[unit.segment].append(unit)
    return found


def assert_same(found: Estimate, expected: Figure, name: str, tables: Tables) -> None:
    rows = [row for rows in tables.values() for row in rows if row["channel"] == found.segment[SEGMENT]]
    value = None if expected.value is None else float(expected.value)
    if name == "cac/default" and value == 0:
        value = None  # customers did not come for nothing: no cost was recorded
    assert (found.value, found.n, dict(found.excluded)) == (value, expected.n, expected.excluded), (name, rows)
    assert (found.state is State.NOT_COMPUTABLE) == (value is None)


def check(name: str, variant: str, units: Any, seed: int, *, by_unit: bool = False, **asked: Any) -> None:
    tables = generate(seed, CASES, tables_of(name, variant))
    estimates = measured(name, variant, tables, **asked)
    expected = by_segment(units(tables), asked.get("window"))
    assert {one.segment[SEGMENT] for one in estimates} >= set(expected)
    for one in estimates:
        assert_same(one, figure(expected[one.segment[SEGMENT]], by_unit=by_unit), f"{name}/{variant}", tables)


@pytest.mark.parametrize("key", DATED, ids="/".join)
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_dated(key: tuple[str, str], seed: int) -> None:
    check(*key, DATED[key], seed)
    check(*key, DATED[key], seed + 1, window=WINDOW)


@pytest.mark.parametrize("key", BY_UNIT, ids="/".join)
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_sums_of_money_and_days(key: tuple[str, str], seed: int) -> None:
    check(*key, BY_UNIT[key], seed, by_unit=True, window=WINDOW)


@pytest.mark.parametrize("key", POPULATIONS, ids="/".join)
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_populations(key: tuple[str, str], seed: int) -> None:
    check(*key, POPULATIONS[key], seed, window=WINDOW)


@pytest.mark.parametrize("key", COUNTS, ids="/".join)
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_counts(key: tuple[str, str], seed: int) -> None:
    tables = generate(seed, CASES, tables_of(key[0]))
    expected = by_segment(COUNTS[key](tables), WINDOW)
    for one in measured(*key, tables, window=WINDOW):
        assert one.value == one.n == len(expected[one.segment[SEGMENT]])


@pytest.mark.parametrize("reason", ["price", "moved"])
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_churn_for_one_reason(reason: str, seed: int) -> None:
    check("churn", "default", oracle.cohort(True, reason), seed, window=WINDOW, params={"reason": reason})


@pytest.mark.parametrize("top", [2, 3])
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_upsell_among_the_eligible(top: int, seed: int) -> None:
    check("upsell", "eligible", oracle.upsell("up", top), seed, params={"top_rank": top})


@pytest.mark.parametrize("days", [0, 7, 20])
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_cross_sell_in_the_first_days_of_a_customer(days: int, seed: int) -> None:
    check("cross_sell", "customers", cross_sell_by("customer_id", days), seed, params={"first_days": days})
    check("cross_sell", "categories", two_categories(days), seed, params={"first_days": days})


@pytest.mark.parametrize("kind", ["calendar", "ouvrable", "ouvre", "east"])
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_commitments_in_every_calendar(kind: str, seed: int) -> None:
    east = kind == "east"
    days = "ouvrable" if east else kind
    params = {**STEPS, "limit_days": 4, "days": days, "alsace_moselle": east}
    check("on_time", "default", on_time(4, days, HOLIDAYS_EAST if east else HOLIDAYS), seed, params=params)
    contacts = generate(seed, CASES, ("contacts",))
    found = measured("on_time", "default", contacts, params={"limit_days": 3})
    expected = by_segment(on_time_contacts(3)(contacts), None)
    for one in found:
        assert_same(one, figure(expected[one.segment[SEGMENT]]), "on_time contacts", contacts)


TIMES = {"step_time": ("events", durations, "completed-mean"), "closing_time": ("contacts", closings, "closed-mean")}


@pytest.mark.parametrize("name", TIMES)
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_durations(name: str, seed: int) -> None:
    table, naive, mean = TIMES[name]
    tables = generate(seed, 100, (table,))
    cases: dict[str | None, list[tuple[int, bool]]] = defaultdict(list)
    for row, seconds, done, why in naive(tables):
        if not why:
            cases[row["channel"]].append((seconds, done))
    for variant, p in (("default", Fraction(1, 2)), ("p90", Fraction(9, 10)), (mean, None)):
        for one in measured(name, variant, tables):
            mine = cases[one.segment[SEGMENT]]
            done = [seconds for seconds, over in mine if over]
            if p is None:
                expected = Fraction(sum(done), len(done)) if done else None
            elif mine:
                expected = kaplan_meier_quantile(done, [seconds for seconds, over in mine if not over], p)
            else:
                expected = None
            assert one.value == (None if expected is None else float(expected) / 86_400), (variant, mine)


@SEEDS
@given(seed=st.integers(0, 2**32))
def test_median_order(seed: int) -> None:
    tables = generate(seed, CASES, ("orders",))
    amounts: dict[str | None, list[Fraction]] = defaultdict(list)
    for unit in DATED["average_basket", "default"](tables):
        if not unit.excluded and unit.y >= 0:
            amounts[unit.segment].append(unit.y)
    for one in measured("average_basket", "median", tables):
        mine = sorted(amounts[one.segment[SEGMENT]])
        middle = mine[(len(mine) - 1) // 2 : len(mine) // 2 + 1]
        assert one.value == (float(sum(middle) * 10_000 / len(middle)) / 10_000 if mine else None)


@SEEDS
@given(seed=st.integers(0, 2**32))
def test_months_one_by_one(seed: int) -> None:
    """Each month of a breakdown by month is the figure of that month alone."""
    for key in [("nps", "default"), ("average_basket", "default"), ("fcr", "default"), ("cross_sell", "customers")]:
        tables = generate(seed, 60, tables_of(key[0]))
        units = DATED[key](tables)
        expected: dict[tuple[Any, date], list[Unit]] = defaultdict(list)
        for unit in units:
            expected[unit.segment, unit.day.replace(day=1)].append(unit)
        for one in measured(*key, tables, every="month"):
            assert one.period is not None
            assert_same(one, figure(expected[one.segment[SEGMENT], one.period.start]), key[0], tables)


@pytest.mark.parametrize("key", ANSWERS, ids="/".join)
@SEEDS
@given(seed=st.integers(0, 2**32))
def test_weighted(key: tuple[str, str], seed: int) -> None:
    """Σwy / Σw over the same units; weights are floats, so the last bits may differ."""
    tables = generate(seed, 120, ("answers",))
    weights = {row["answer_id"]: Fraction(row["weight"]) for row in tables["answers"]}
    expected = {}
    for segment in {row["channel"] for row in tables["answers"]}:
        rows = [row for row in tables["answers"] if row["channel"] == segment]
        total = mass = Fraction(0)
        for row, unit in zip(instrument_rows(key, rows), DATED[key]({"answers": rows}), strict=True):
            if not unit.excluded:
                mass += weights[row["answer_id"]]
                total += weights[row["answer_id"]] * unit.y
        expected[segment] = float(total / mass) if mass else None
    units = {"answers": frames(tables)["answers"].with_columns(w=nw.col("weight"))}
    query = Query(by=("channel",), carry=("channel", "w"), weighted=True)
    for one in measure(CATALOGUE[key[0]], units, query, key[1]):
        value = expected[one.segment["channel"]]
        assert one.value == (None if value is None else pytest.approx(value, rel=1e-12, abs=1e-12))


def instrument_rows(key: tuple[str, str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = "ces_agreement" if key[0] == "ces" else key[0]
    return [row for row in rows if row["instrument"] == wanted]


def test_every_indicator_and_variant_has_its_oracle() -> None:
    known = {(name, variant) for name, one in CATALOGUE.items() for variant in one.variants}
    assert known == {*DATED, *BY_UNIT, *POPULATIONS, *COUNTS, *APART}
