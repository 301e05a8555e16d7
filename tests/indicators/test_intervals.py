"""Laws that every interval obeys, and what happens where a formula would divide by zero."""

from collections.abc import Callable
from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from timonier.errors import DataError, UsageError
from timonier.indicators.estimate import Interval
from timonier.indicators.intervals import (
    agresti_coull,
    clopper_pearson,
    cost_per_unit_poisson,
    goodman,
    jeffreys,
    mean_t,
    mean_t_from_counts,
    poisson_exact,
    ratio_fieller,
    ratio_linearised,
    ratio_se,
    wilson,
)
from timonier.indicators.nps_intervals import nps_adjusted_wald, nps_score, nps_wald, score_z
from timonier.indicators.stats import Moments
from timonier.indicators.weighted import nps_score_rescaled, wilson_rescaled

COUNT = st.integers(0, 400)
CONFIDENCE = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
SHARE_METHODS = [wilson, clopper_pearson, agresti_coull, jeffreys]
UNITS = st.lists(st.tuples(st.integers(-500, 5000), st.integers(1, 9)), min_size=2, max_size=30)
laws = settings(derandomize=True, max_examples=100, deadline=None)


def sides(interval: Interval) -> tuple[float, float]:
    assert interval.low is not None
    assert interval.high is not None
    return interval.low, interval.high


@laws
@given(x=COUNT, rest=COUNT, confidence=CONFIDENCE, method=st.sampled_from(SHARE_METHODS))
def test_a_share_lies_in_its_interval_within_0_and_1(
    x: int, rest: int, confidence: float, method: Callable[[float, float, float], Interval]
) -> None:
    assume(x + rest)
    low, high = sides(method(x, x + rest, confidence))
    assert 0 <= low <= x / (x + rest) <= high <= 1
    assert low < high


@laws
@given(x=COUNT, rest=COUNT, method=st.sampled_from(SHARE_METHODS))
def test_more_confidence_is_never_narrower(
    x: int, rest: int, method: Callable[[float, float, float], Interval]
) -> None:
    assume(x + rest)
    narrow, wide = sides(method(x, x + rest, 0.9)), sides(method(x, x + rest, 0.95))
    assert wide[0] <= narrow[0]
    assert narrow[1] <= wide[1]


@laws
@given(x=COUNT, rest=COUNT, method=st.sampled_from(SHARE_METHODS))
def test_a_share_and_its_complement_mirror_each_other(
    x: int, rest: int, method: Callable[[float, float, float], Interval]
) -> None:
    assume(x + rest)
    low, high = sides(method(x, x + rest, 0.95))
    assert sides(method(rest, x + rest, 0.95)) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@laws
@given(up=COUNT, passive=COUNT, down=COUNT, confidence=CONFIDENCE)
def test_the_score_interval_of_a_net_share(up: int, passive: int, down: int, confidence: float) -> None:
    n = up + passive + down
    assume(n)
    low, high = sides(nps_score(up, passive, down, confidence))
    assert -1 <= low <= (up - down) / n <= high <= 1
    assert low < high
    mirrored = sides(nps_score(down, passive, up, confidence))
    assert mirrored == (-high, -low)
    wider = sides(nps_score(up, passive, down, confidence + 0.0005))
    assert wider[0] <= low
    assert high <= wider[1]


@laws
@given(up=COUNT, passive=COUNT, down=COUNT)
def test_the_ends_of_the_score_interval_are_just_not_rejected(up: int, passive: int, down: int) -> None:
    assume(up + passive + down > 1)
    critical = stats.norm.isf(0.025)
    for end, wanted in zip(sides(nps_score(up, passive, down)), (critical, -critical), strict=True):
        found = score_z(up, passive, down, end)
        if found is not None and abs(end) < 1:
            assert found == pytest.approx(wanted, abs=1e-5)


@laws
@given(up=st.integers(0, 6), passive=st.integers(0, 6), down=st.integers(0, 6))
def test_the_adjusted_interval_holds_the_raw_figure_of_very_few(up: int, passive: int, down: int) -> None:
    assume(up + passive + down)
    low, high = sides(nps_adjusted_wald(up, passive, down))
    assert -1 <= low <= (up - down) / (up + passive + down) <= high <= 1
    assert low < high


def test_adjusted_wald_stays_within_the_scale_and_wald_does_not() -> None:
    assert sides(nps_adjusted_wald(12, 0, 0))[1] == 1
    assert sides(nps_wald(3, 2, 0))[1] > 1


NOBODY = [
    lambda: nps_score(0, 0, 0),
    lambda: nps_adjusted_wald(0, 0, 0),
    lambda: nps_wald(0, 0, 0),
    lambda: nps_score_rescaled(0, 0, 0, 0),
    lambda: wilson_rescaled(0, 0),
    lambda: wilson(0, 0),
    lambda: clopper_pearson(0, 0),
    lambda: agresti_coull(0, 0),
    lambda: jeffreys(0, 0),
    lambda: goodman([0, 0, 0])[1],
    lambda: mean_t(0, 0, 0),
    lambda: mean_t(1, 4.0, 0),
    lambda: mean_t_from_counts({}),
    lambda: mean_t_from_counts({4: 1}),
    lambda: ratio_linearised(Moments()),
    lambda: ratio_linearised(Moments.of([(5, 1)])),
    lambda: ratio_linearised(Moments.of([(5, 0), (4, 0)])),
    lambda: ratio_fieller(Moments()),
    lambda: poisson_exact(0, 0),
    lambda: cost_per_unit_poisson(1000.0, 0),
]


@pytest.mark.parametrize("call", NOBODY)
def test_without_data_there_is_no_bound(call: Callable[[], Interval]) -> None:
    assert call()[:2] == (None, None)


@pytest.mark.parametrize(
    "interval",
    [
        mean_t_from_counts({4: 12}),
        ratio_linearised(Moments.of([(30, 1), (60, 2), (30, 1)])),
        ratio_fieller(Moments.of([(30, 1), (60, 2), (30, 1)])),
    ],
)
def test_without_spread_no_width_is_claimed(interval: Interval) -> None:
    assert interval[:2] == (None, None)
    assert interval.method.endswith("no-spread")


def test_impossible_input_is_refused() -> None:
    with pytest.raises(DataError):
        wilson(6, 5)
    with pytest.raises(DataError):
        nps_score(3, -1, 2)
    with pytest.raises(DataError):
        poisson_exact(-1, 5)
    with pytest.raises(UsageError, match="between 0 and 1"):
        wilson(3, 5, 95)


@laws
@given(st.lists(st.integers(-9, 9), min_size=2, max_size=40))
def test_the_mean_of_a_histogram_agrees_with_scipy(values: list[int]) -> None:
    assume(len(set(values)) > 1)
    found = sides(mean_t_from_counts({value: values.count(value) for value in set(values)}))
    expected = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
    assert found == pytest.approx(tuple(map(float, expected)), abs=1e-9)


def naive_ratio_se(units: list[tuple[int, int]]) -> float:
    """Residual by residual, in fractions."""
    bottom, m = sum(x for _, x in units), len(units)
    ratio = Fraction(sum(y for y, _ in units), bottom)
    squares = sum((y - ratio * x) ** 2 for y, x in units)
    return sqrt(Fraction(m, m - 1) * squares) / bottom


@laws
@given(units=UNITS)
def test_the_error_of_a_ratio_agrees_with_its_residuals(units: list[tuple[int, int]]) -> None:
    assert ratio_se(Moments.of(units)) == pytest.approx(naive_ratio_se(units), rel=1e-12, abs=1e-300)


def test_near_equal_sums_of_squares_do_not_cancel() -> None:
    units = [(10**9 * x + e, x) for x, e in [(10**6, 1), (10**6 + 1, 0), (10**6 + 2, 2), (10**6 + 3, 1)]]
    moments = Moments.of(units)
    assert ratio_se(moments) == pytest.approx(naive_ratio_se(units), rel=1e-12)
    ratio = moments.y / moments.x
    in_floats = float(moments.yy) - 2 * ratio * float(moments.xy) + ratio**2 * float(moments.xx)
    m = moments.n
    assert sqrt(max(0.0, in_floats) * m / (m - 1)) / moments.x != pytest.approx(naive_ratio_se(units), rel=0.1)


@laws
@given(units=UNITS, cut=st.integers(0, 30))
def test_merged_parts_give_the_interval_of_the_whole_bit_for_bit(units: list[tuple[int, int]], cut: int) -> None:
    merged = Moments.of(units[cut:]) + Moments.of(units[:cut])
    assert merged == Moments.of(units)
    assert ratio_linearised(merged) == ratio_linearised(Moments.of(units))


@laws
@given(units=UNITS)
def test_fieller_is_student_when_the_denominator_is_certain(units: list[tuple[int, int]]) -> None:
    values = [y for y, _ in units]
    assume(len(set(values)) > 1)
    moments = Moments.of([(y, 1) for y in values])
    assert sides(ratio_fieller(moments)) == pytest.approx(sides(ratio_linearised(moments)), rel=1e-9, abs=1e-9)


@laws
@given(units=UNITS)
def test_the_ends_of_fieller_solve_its_equation(units: list[tuple[int, int]]) -> None:
    moments, m = Moments.of(units), len(units)
    found = ratio_fieller(moments)
    assume(found.low is not None)
    critical = stats.t.isf(0.025, m - 1)
    for end in sides(found):
        residuals = [y - end * x for y, x in units]
        spread = critical * sqrt(m) * float(np.std(residuals, ddof=1))
        assert abs(sum(residuals)) == pytest.approx(spread, rel=1e-6, abs=1e-6)


def test_a_denominator_that_may_be_zero_has_no_bound() -> None:
    found = ratio_fieller(Moments.of([(5, 0), (4, 9), (3, 0)]))
    assert found == Interval(None, None, "fieller-unbounded")


@laws
@given(count=st.integers(0, 2000), confidence=CONFIDENCE)
def test_counts_agree_with_garwood_by_chi_square(count: int, confidence: float) -> None:
    side = (1 - confidence) / 2
    low = stats.chi2.ppf(side, 2 * count) / 2 if count else 0.0
    expected = low / 7, stats.chi2.isf(side, 2 * count + 2) / 2 / 7
    assert sides(poisson_exact(count, 7, confidence)) == pytest.approx(expected, rel=1e-9)


def test_cost_of_a_customer_is_bounded_by_the_count() -> None:
    low, high = sides(cost_per_unit_poisson(12_000, 40))
    fewest, most = sides(poisson_exact(40, 1))
    assert (low, high) == pytest.approx((12_000 / most, 12_000 / fewest))
    assert low < 300 < high


def test_weighted_counts_keep_the_width_of_their_effective_size() -> None:
    assert sides(nps_score_rescaled(160, 160, 80, 200)) == sides(nps_score(80, 80, 40))
    assert sides(wilson_rescaled(0.8, 200)) == sides(wilson(160, 200))
