from itertools import combinations_with_replacement
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import stats

from timonier.errors import DataError, UsageError
from timonier.indicators import quantiles
from timonier.indicators.quantiles import bootstrap_bca, quantile, quantile_interval

laws = settings(derandomize=True, max_examples=100, deadline=None)


def mean_of(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(values.mean(axis=-1))


def histogram(values: list[int]) -> dict[int, int]:
    return {value: values.count(value) for value in values}


@laws
@given(values=st.lists(st.integers(-50, 50), min_size=1, max_size=60), percent=st.integers(0, 100))
def test_type_7_of_a_histogram_is_that_of_its_values(values: list[int], percent: int) -> None:
    expected = float(np.quantile(values, percent / 100))
    assert quantile(histogram(values), percent / 100) == pytest.approx(expected, abs=1e-9)


def test_the_place_of_a_quantile_is_exact() -> None:
    """In floating point 0.29 × 100 falls short of 29, and the value below would be blended in."""
    assert 0.29 * 100 < 29
    steps = dict.fromkeys(range(101), 1)
    assert quantile(steps, 0.29) == 29


def test_no_values_no_quantile() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({7: 0}, 0.5) is None
    assert quantile_interval({}, 0.5)[:2] == (None, None)


def test_an_impossible_quantile_is_refused() -> None:
    with pytest.raises(UsageError, match=r"0\.9"):
        quantile({1: 1}, 90)


@pytest.mark.parametrize(("n", "p"), [(10, 0.5), (25, 0.5), (40, 0.9), (100, 0.25), (60, 0.05)])
def test_order_statistics_cover_and_no_tighter_pair_of_the_same_tails_does(n: int, p: float) -> None:
    found = quantile_interval(dict.fromkeys(range(1, n + 1), 1), p)
    law = [comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    if found.low is not None:
        rank = int(found.low)  # P(quantile under the rank-th value) = P(fewer than `rank` values under it)
        assert sum(law[:rank]) <= 0.025 < sum(law[: rank + 1])
    if found.high is not None:
        rank = int(found.high)
        assert sum(law[rank:]) <= 0.025 < sum(law[rank - 1 :])


def test_few_values_leave_a_side_open() -> None:
    assert quantile_interval({3: 1}, 0.5)[:2] == (None, None)
    low, high, _ = quantile_interval(dict.fromkeys(range(20), 1), 0.9)
    assert low is not None
    assert high is None


@laws
@given(values=st.lists(st.integers(0, 9), min_size=1, max_size=50), percent=st.integers(1, 99))
def test_the_quantile_lies_in_its_interval(values: list[int], percent: int) -> None:
    value = quantile(histogram(values), percent / 100)
    assert value is not None
    low, high, _ = quantile_interval(histogram(values), percent / 100)
    assert low is None or low <= value
    assert high is None or value <= high


def test_bootstrap_draws_the_same_samples_for_the_same_seed_whatever_the_block(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = np.array([1.0, 2, 3, 4, 5, 6, 9, 12, 30])
    first = bootstrap_bca(values, mean_of, seed=7)
    assert first == bootstrap_bca(values, mean_of, seed=7)
    assert first.interval != bootstrap_bca(values, mean_of, seed=8).interval
    assert "seed=7" in first.interval.method
    monkeypatch.setattr(quantiles, "BLOCK", 100)
    assert bootstrap_bca(values, mean_of, seed=7).interval == first.interval


def test_bootstrap_agrees_with_scipy() -> None:
    values = np.random.default_rng(3).exponential(10, 60)
    found = bootstrap_bca(values, mean_of).interval
    other = stats.bootstrap(
        (values,), np.mean, n_resamples=9999, rng=np.random.default_rng(1), method="BCa"
    ).confidence_interval
    width = other.high - other.low
    assert found.low == pytest.approx(other.low, abs=0.05 * width)
    assert found.high == pytest.approx(other.high, abs=0.05 * width)


def test_bootstrap_of_customers_with_two_columns() -> None:
    spent = np.array([[a, b] for a, b in combinations_with_replacement([10.0, 20.0, 35.0, 60.0], 2)])
    found = bootstrap_bca(spent, lambda v: np.asarray(v[..., 0].sum(axis=-1) / v[..., 1].sum(axis=-1)))
    assert found.value == pytest.approx(spent[:, 0].sum() / spent[:, 1].sum())
    assert found.interval.low is not None
    assert found.interval.high is not None
    assert found.interval.low < found.value < found.interval.high


def test_bootstrap_without_information() -> None:
    assert bootstrap_bca(np.array([]), mean_of).value is None
    assert bootstrap_bca(np.array([4.0]), mean_of).interval[:2] == (None, None)
    assert bootstrap_bca(np.array([4.0, 4.0, 4.0]), mean_of).interval.method == "bca-no-spread"
    with pytest.raises(DataError):
        bootstrap_bca(np.array([1.0, float("nan")]), mean_of)
