"""Control charts and their run lengths: naive oracles, simulation, and what must not signal."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.errors import DataError, UsageError
from timonier.insight.charts import cusum, ewma, index_chart, p_chart, u_chart
from timonier.insight.run_lengths import cusum_arl, ewma_arl, shewhart_arl


def test_without_overdispersion_laney_changes_nothing_and_with_it_he_silences_false_alarms() -> None:
    rng = np.random.default_rng(1)
    n = np.full(400, 5000)
    steady = rng.binomial(n, 0.2)
    moving = rng.binomial(n, rng.normal(0.2, 0.02, 400))
    assert p_chart(steady, n, laney=True).sigma_z == pytest.approx(1, abs=0.1)
    assert len(p_chart(moving, n).signals) > 100
    assert len(p_chart(moving, n, laney=True).signals) <= 4


def test_limits_follow_the_volume_and_stay_within_zero_and_one() -> None:
    found = p_chart([1, 50, 2], [2, 500, 4])
    widths = [point.high - point.low for point in found.points]  # type: ignore[operator]
    assert widths[0] > widths[2] > widths[1]
    assert all(0 <= point.low <= found.value <= point.high <= 1 for point in found.points)  # type: ignore[operator]


def test_a_period_without_volume_is_a_hole_not_a_zero() -> None:
    found = p_chart([3, 0, 4, 2], [20, 0, 20, 20], laney=True)
    hole = found.points[1]
    assert (hole.value, hole.low, hole.high, hole.signal) == (None, None, None, False)
    assert found.value == pytest.approx(9 / 60)


def test_a_frozen_baseline_is_not_widened_by_what_follows() -> None:
    events, n = [10, 11, 9, 10, 12, 8, 60, 70], [100] * 8
    assert p_chart(events, n).signals != (6, 7)
    frozen = p_chart(events, n, baseline=slice(0, 6))
    assert frozen.signals == (6, 7)
    assert frozen.value == pytest.approx(0.1)
    assert frozen.n == 600


def test_u_chart_by_hand() -> None:
    found = u_chart([8, 12, 10, 30], [100, 100, 100, 100], baseline=slice(0, 3))
    assert found.value == pytest.approx(0.1)
    half = 3 * (0.1 / 100) ** 0.5
    assert (found.points[0].low, found.points[0].high) == pytest.approx((0.1 - half, 0.1 + half))
    assert found.signals == (3,)
    assert u_chart([1, 2], [10, 10]).points[0].low == 0


def test_an_index_is_charted_with_its_own_error_and_its_holes() -> None:
    values = [30, 34, None, 28, 33, 90]
    found = index_chart(values, [4, 4, None, 4, 4, 4], laney=False, baseline=slice(0, 5))  # type: ignore[list-item]
    assert found.value == pytest.approx((30 + 34 + 28 + 33) / 4)
    assert found.signals == (5,)
    assert found.points[2].value is None
    weighted = index_chart([0, 10], [1, 3], laney=False)
    assert weighted.value == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("events", "n", "said"),
    [
        ([0, 0], [10, 10], "no event"),
        ([10, 10], [10, 10], "every case"),
        ([0, 0], [0, 0], "no volume"),
        ([5, 1], [4, 10], "more events"),
        ([-1, 1], [4, 10], "negative"),
        ([1, 1], [0, 10], "no volume"),
        ([1, 2, 3], [10, 10], "rows"),
        ([], [], "at least 1"),
    ],
)
def test_charts_without_a_limit_are_errors(events: list[int], n: list[int], said: str) -> None:
    with pytest.raises(DataError, match=said):
        p_chart(events, n)


def test_laney_needs_three_points_and_an_index_an_error() -> None:
    with pytest.raises(DataError, match="at least 3"):
        p_chart([1, 2], [10, 10], laney=True)
    with pytest.raises(DataError, match="standard error of 0"):
        index_chart([1, 2], [0, 1])
    with pytest.raises(DataError, match="no volume"):
        index_chart([None, None], [None, None])  # type: ignore[list-item]


@settings(derandomize=True, max_examples=60, deadline=None)
@given(
    values=st.lists(st.floats(-50, 50), min_size=1, max_size=40),
    target=st.floats(-5, 5),
    sigma=st.floats(0.1, 10),
)
def test_cusum_is_the_worst_recent_excess(values: list[float], target: float, sigma: float) -> None:
    """C⁺ is the largest sum of excesses over the stretches that end now, and 0 for the empty one."""
    found = cusum(values, target=target, sigma=sigma)
    for i in range(len(values)):
        up = [value - target - 0.5 * sigma for value in values[: i + 1]]
        down = [target - value - 0.5 * sigma for value in values[: i + 1]]
        assert found.upper[i] == pytest.approx(max(0, *(sum(up[j:]) for j in range(i + 1))), abs=1e-9)
        assert found.lower[i] == pytest.approx(max(0, *(sum(down[j:]) for j in range(i + 1))), abs=1e-9)


def test_ewma_weighs_the_past_geometrically_and_its_limits_widen_to_the_asymptote() -> None:
    values = [10.0, 12.0, 9.0, 14.0]
    found = ewma(values, target=10, sigma=1)
    weights = [0.2 * 0.8 ** (3 - i) for i in range(4)]
    expected = 0.8**4 * 10 + sum(w * v for w, v in zip(weights, values, strict=True))
    assert found.points[-1].value == pytest.approx(expected)
    halves = [point.high - 10 for point in ewma([10.0] * 60, target=10, sigma=1).points]  # type: ignore[operator]
    assert halves[0] == pytest.approx(2.962 * 0.2)
    assert halves == sorted(halves)
    assert halves[-1] == pytest.approx(2.962 * (0.2 / 1.8) ** 0.5)


def test_a_small_lasting_shift_is_seen_by_cusum_and_ewma() -> None:
    rng = np.random.default_rng(3)
    values = np.concatenate([rng.normal(0, 1, 30), rng.normal(1, 1, 30)])
    for signals in (cusum(values, target=0, sigma=1).signals, ewma(values, target=0, sigma=1).signals):
        assert signals
        assert signals[0] >= 30


@pytest.mark.parametrize("shift", [0.5, 1.0, 2.0])
def test_run_lengths_are_those_of_a_simulation(shift: float) -> None:
    points = np.random.default_rng(4).normal(shift, 1, (20_000, 400))
    up, down, smooth = np.zeros(20_000), np.zeros(20_000), np.zeros(20_000)
    cusum_end, ewma_end = np.full(20_000, 400), np.full(20_000, 400)
    for i in range(400):
        x = points[:, i]
        up, down = np.maximum(0, up + x - 0.5), np.maximum(0, down - x - 0.5)
        smooth = 0.2 * x + 0.8 * smooth
        cusum_end = np.where((cusum_end == 400) & (np.maximum(up, down) > 4), i + 1, cusum_end)
        ewma_end = np.where((ewma_end == 400) & (np.abs(smooth) > 2.962 / 3), i + 1, ewma_end)
    assert cusum_arl(0.5, 4, shift=shift) == pytest.approx(cusum_end.mean(), rel=0.03)
    assert ewma_arl(shift=shift) == pytest.approx(ewma_end.mean(), rel=0.03)


def test_an_ewma_that_forgets_everything_is_a_plain_chart() -> None:
    assert ewma_arl(1.0, 3.0) == pytest.approx(shewhart_arl(3.0), rel=1e-9)
    assert ewma_arl(1.0, 3.0, shift=1) == pytest.approx(shewhart_arl(3.0, shift=1), rel=1e-9)


@pytest.mark.parametrize("shift", [0.3, 1.5])
def test_up_or_down_the_wait_is_the_same(shift: float) -> None:
    assert cusum_arl(shift=shift) == pytest.approx(cusum_arl(shift=-shift))
    assert ewma_arl(shift=shift) == pytest.approx(ewma_arl(shift=-shift))
    assert cusum_arl(shift=shift) < cusum_arl()


def test_impossible_settings_are_refused() -> None:
    for call in (
        lambda: cusum([1.0], target=0, sigma=0),
        lambda: ewma([1.0], target=0, sigma=1, weight=1.5),
        lambda: ewma([1.0], target=0, sigma=1, weight=0),
        lambda: p_chart([1, 2], [10, 10], width=-1),
        lambda: shewhart_arl(0),
        lambda: cusum_arl(h=-1),
        lambda: ewma_arl(weight=2),
    ):
        with pytest.raises(UsageError):
            call()
