"""Opinion and behaviour: trend, odds, ranks, against other programs and on degenerate counts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table, Table2x2

from timonier.errors import DataError, UsageError
from timonier.insight.linkage import cochran_armitage, link, mid_ranks, odds_ratio, spearman

CELLS = st.integers(1, 60)
COLUMNS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=4, max_size=40)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(cells=st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=5))
def test_the_trend_is_that_of_another_program(cells: list[tuple[int, int]]) -> None:
    table = Table(np.array(cells, dtype=float), shift_zeros=False)
    other = table.test_ordinal_association(col_scores=np.array([1.0, 0.0]))
    found = cochran_armitage([yes for yes, _ in cells], [yes + no for yes, no in cells])
    n = found.n  # the other program divides by n − 1 where Cochran and Armitage divide by n
    assert found.value == pytest.approx(other.zscore**2 * n / (n - 1), rel=1e-9)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(a=CELLS, b=CELLS, c=CELLS, d=CELLS, confidence=st.sampled_from([0.8, 0.95, 0.99]))
def test_the_odds_ratio_is_that_of_another_program(a: int, b: int, c: int, d: int, confidence: float) -> None:
    other = Table2x2(np.array([[a, b], [c, d]], dtype=float), shift_zeros=False)
    found = odds_ratio(a, a + b, c, c + d, confidence=confidence)
    assert found.value == pytest.approx(other.oddsratio)
    assert (found.low, found.high) == pytest.approx(other.oddsratio_confint(1 - confidence))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(pairs=COLUMNS)
def test_rank_correlation_with_ties_is_that_of_another_program(pairs: list[tuple[int, int]]) -> None:
    x, y = zip(*pairs, strict=True)
    found = spearman(x, y)
    if len(set(x)) == 1 or len(set(y)) == 1:
        assert (found.value, found.low, found.high) == (None, None, None)
        return
    assert found.value == pytest.approx(float(stats.spearmanr(x, y).statistic), abs=1e-12)
    assert found.low is not None
    assert found.high is not None
    assert -1 <= found.low <= found.value <= found.high <= 1


def test_equal_values_share_the_mean_of_their_ranks() -> None:
    assert mid_ranks(np.array([10.0, 20.0, 10.0, 30.0, 20.0, 20.0])).tolist() == [1.5, 4, 1.5, 6, 4, 4]


def test_pairs_with_a_hole_are_left_out_and_counted() -> None:
    found = spearman([1, 2, None, 4, 5], [2, 1, 3, None, 5])  # type: ignore[list-item]
    assert (found.n, found.excluded) == (3, 2)
    assert found.value == pytest.approx(0.5)
    assert (found.low, found.high) == (None, None)


def test_two_perfectly_ordered_columns() -> None:
    found = spearman(range(10), [i**3 for i in range(10)])
    assert (found.value, found.low, found.high, found.p_value) == (1, 1, 1, 0)


def test_those_who_did_not_answer_are_compared_but_outside_the_trend() -> None:
    ranked = {"detractor": (120, 200), "passive": (210, 300), "promoter": (330, 400)}
    alone, with_silent = link(ranked), link(ranked, apart={"no answer": (50, 100)})
    assert with_silent.trend == alone.trend
    assert with_silent.rates[-1].value == 0.5
    assert with_silent.odds_ratios[-1].value == pytest.approx(1 / 1.5)
    assert (alone.n, with_silent.n) == (900, 1000)
    assert "cause" in alone.label.fr


def test_an_empty_class_has_no_rate_and_no_odds() -> None:
    found = link({"detractor": (1, 4), "passive": (0, 0), "promoter": (3, 4)})
    assert (found.rates[1].value, found.rates[1].low, found.rates[1].n) == (None, None, 0)
    assert (found.odds_ratios[0].value, found.odds_ratios[0].method) == (None, "none")
    assert found.trend.value == pytest.approx(2.0)  # as with the two classes that exist


def test_an_empty_cell_gives_finite_odds_and_says_how() -> None:
    found = odds_ratio(10, 10, 5, 10)
    assert found.method == "wald_log_haldane"
    assert found.value == pytest.approx((10.5 / 0.5) / (5.5 / 5.5))
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high


@pytest.mark.parametrize("counts", [([0, 0], [5, 6]), ([5, 6], [5, 6]), ([0, 0], [0, 0]), ([0, 3], [0, 9])])
def test_without_any_contrast_there_is_no_trend(counts: tuple[list[int], list[int]]) -> None:
    found = cochran_armitage(*counts)
    assert (found.value, found.p_value, found.slope) == (None, None, None)


def test_the_slope_is_a_change_of_share_per_class() -> None:
    found = cochran_armitage([10, 20, 30], [100, 100, 100])
    assert found.slope == pytest.approx(0.1)


@pytest.mark.parametrize("counts", [(5, 4), (-1, 4)])
def test_impossible_counts_name_their_class(counts: tuple[int, int]) -> None:
    with pytest.raises(DataError, match="promoter"):
        link({"detractor": (1, 4), "promoter": counts})
    with pytest.raises(DataError):
        cochran_armitage([1, counts[0]], [4, counts[1]])


def test_one_class_is_not_a_linkage() -> None:
    with pytest.raises(UsageError, match="two classes"):
        link({"promoter": (1, 4)})
