"""A benchmark that compares different work is worthless: every contender must find the same integers."""

from collections.abc import Sequence
from decimal import Decimal
from math import isnan
from pathlib import Path

import pytest
from bench.dataset import TABLES, Dataset, dataset

from bench import by_hand, in_pandas, in_polars, ours, plain_pandas, programs
from timonier.indicators.estimate import State

ROWS = 30_000


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return dataset(tmp_path_factory.mktemp("bench"), ROWS)


def whole(value: object) -> int | str:
    """A key as it is, a sum as an integer: contenders keep it as integer, decimal or float."""
    if isinstance(value, str):
        return value
    if value is None or (isinstance(value, float) and isnan(value)):
        return 0
    number = Decimal(str(value))
    assert number == number.to_integral_value()
    return int(number)


def sorted_rows(rows: Sequence[Sequence[object]]) -> list[tuple[int | str, ...]]:
    return sorted(tuple(whole(value) for value in row) for row in rows)


@pytest.mark.parametrize("indicator", by_hand.COLUMNS)
def test_sql_by_hand_finds_what_we_find(data: Dataset, indicator: str) -> None:
    desk = ours.desk_over(data)
    found = sorted_rows(ours.run(desk, indicator))
    assert len(found) == 600
    assert sorted_rows(by_hand.run(ours.engine_of(data), indicator, data.files(by_hand.TABLE[indicator]))) == found


@pytest.mark.parametrize("indicator", by_hand.COLUMNS)
def test_pandas_and_polars_find_what_we_find(data: Dataset, indicator: str) -> None:
    files = data.files(by_hand.TABLE[indicator])
    found = sorted_rows(ours.run(ours.desk_over(data), indicator))
    assert sorted_rows(in_polars.run(indicator, files)) == found
    for pandas in (sorted_rows(in_pandas.run(indicator, files)), sorted_rows(plain_pandas.run(indicator, files))):
        if indicator == "average_basket":  # pandas sums squares in floats: equal to a part in 10^12
            assert [row[:6] for row in pandas] == [row[:6] for row in found]
            for inexact, exact in zip(pandas, found, strict=True):
                assert inexact[6:] == pytest.approx(exact[6:], rel=1e-12)
        else:
            assert pandas == found


@pytest.mark.parametrize("contender", ["timonier", "plain", "careful"])
def test_each_program_finds_the_five(data: Dataset, contender: str) -> None:
    assert programs.run(contender, data) == 3_000


def test_the_scorecard_that_is_timed_gives_these_figures(data: Dataset) -> None:
    desk = ours.desk_over(data)
    lines = ours.scorecard(desk).lines
    assert len(lines) == 3_000
    sums = {(name, *row[1:3], row[0]): row for name in by_hand.COLUMNS for row in ours.run(desk, name)}
    shown = [line.estimate for line in lines if line.estimate.state is State.OK]
    assert len(shown) > 2_500
    for estimate in shown:
        start = estimate.period.start
        _, _, _, *row = sums[estimate.indicator, *estimate.segment.values(), start.year * 12 + start.month - 1]
        values = dict(zip(by_hand.COLUMNS[estimate.indicator], row, strict=True))
        expected = {
            "nps": lambda v: 100 * (v["good"] - v["bad"]) / v["n"],
            "average_basket": lambda v: v["y"] / v["x"] / 10_000,
        }.get(estimate.indicator, lambda v: v["good"] / v["n"])(values)
        assert estimate.value == pytest.approx(expected, rel=1e-12)


def test_rollups_give_the_same_figures(data: Dataset) -> None:
    kept = ours.scorecard(ours.desk_over(data, rollups=True)).lines
    assert {line.origin for line in kept} == {"rollup"}
    counted = ours.scorecard(ours.desk_over(data)).lines
    assert [line.estimate for line in kept] == [line.estimate for line in counted]


def test_every_kind_of_exclusion_is_in_the_data(data: Dataset) -> None:
    desk = ours.desk_over(data)
    for indicator, columns in by_hand.COLUMNS.items():
        totals = [sum(column) for column in zip(*(row[3:] for row in ours.run(desk, indicator)), strict=True)]
        absent = {name for name, total in zip(columns, totals, strict=True) if not total}
        assert absent == ({"duplicate"} if indicator in {"csat", "ces"} else set())  # no wave there


def test_the_data_set_is_the_same_at_each_run_and_kept(data: Dataset, tmp_path: Path) -> None:
    again = dataset(tmp_path, ROWS)
    for table in TABLES:
        first, second = (Path(one.files(table)[0]).read_bytes() for one in (data, again))
        assert first == second
    assert dataset(tmp_path, ROWS).workspace.lake.version("orders") == again.workspace.lake.version("orders")
