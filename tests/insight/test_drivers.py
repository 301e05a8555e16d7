"""Key drivers: R² is shared out, exactly, whatever the order."""

from itertools import permutations
from time import perf_counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.errors import DataError, UsageError
from timonier.insight.drivers import key_drivers
from timonier.insight.r2_shares import correlations, lmg_weights, subset_r2

SEEDS = st.integers(0, 10_000)


def survey(seed: int, n: int, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Correlated items (n, k) and an outcome that the first two drive."""
    rng = np.random.default_rng(seed)
    items = rng.normal(size=(n, k)) + rng.normal(size=(n, 1))
    outcome = 2 * items[:, 0] + (items[:, 1] if k > 1 else 0) + rng.normal(size=n)
    return outcome, items


def r2_by_regression(outcome: np.ndarray, items: np.ndarray) -> float:
    design = np.column_stack([np.ones(len(outcome)), items])
    residuals = outcome - design @ np.linalg.lstsq(design, outcome, rcond=None)[0]
    return 1 - float(residuals @ residuals) / float(((outcome - outcome.mean()) ** 2).sum())


def named(items: np.ndarray) -> dict[str, np.ndarray]:
    return {f"q{i}": column for i, column in enumerate(items.T)}


@settings(derandomize=True, max_examples=25, deadline=None)
@given(seed=SEEDS, k=st.integers(1, 5))
def test_lmg_is_the_mean_gain_over_every_order_of_entry(seed: int, k: int) -> None:
    outcome, items = survey(seed, 40, k)
    gains = np.zeros(k)
    orders = list(permutations(range(k)))
    for order in orders:
        before = 0.0
        for position, driver in enumerate(order):
            now = r2_by_regression(outcome, items[:, list(order[: position + 1])])
            gains[driver] += now - before
            before = now
    found = key_drivers(outcome, named(items), resamples=10)
    assert [driver.value for driver in found.drivers] == pytest.approx(gains / len(orders), abs=1e-10)


@settings(derandomize=True, max_examples=40, deadline=None)
@given(seed=SEEDS, k=st.integers(1, 8), method=st.sampled_from(["lmg", "johnson"]))
def test_both_methods_share_out_the_whole_r2(seed: int, k: int, method: str) -> None:
    outcome, items = survey(seed, 60, k)
    found = key_drivers(outcome, named(items), method=method, resamples=10)  # type: ignore[arg-type]
    assert found.value == pytest.approx(r2_by_regression(outcome, items), abs=1e-10)
    assert sum(driver.share or 0 for driver in found.drivers) == pytest.approx(1)
    assert min(driver.value for driver in found.drivers) >= 0


@settings(derandomize=True, max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_units_of_the_items_and_their_order_change_nothing(seed: int) -> None:
    outcome, items = survey(seed, 50, 4)
    plain = key_drivers(outcome, named(items), resamples=5)
    moved = key_drivers(-3 * outcome + 7, {f"q{i}": items[:, i] * (i + 1) - 5 for i in (2, 0, 3, 1)}, resamples=5)
    values = {driver.name: driver.value for driver in moved.drivers}
    assert values == pytest.approx({driver.name: driver.value for driver in plain.drivers}, abs=1e-10)


def test_unrelated_drivers_are_worth_their_squared_correlation() -> None:
    items = np.array([[a, b, c] for a in (-1, 1) for b in (-1, 1) for c in (-1, 1)], dtype=float)
    outcome = 3 * items[:, 0] + items[:, 1] + 0.5 * items[:, 0] * items[:, 1]
    for method in ("lmg", "johnson"):
        found = key_drivers(outcome, named(items), method=method, resamples=5)  # type: ignore[arg-type]
        assert [driver.value for driver in found.drivers] == pytest.approx(
            [driver.correlation**2 for driver in found.drivers], abs=1e-12
        )
        assert [driver.vif for driver in found.drivers] == pytest.approx([1, 1, 1])


def test_the_interval_covers_the_truth_of_the_population() -> None:
    """95 % of intervals on samples of 300 hold the parts of a large population, within the noise of 60 trials."""
    outcome, items = survey(1, 200_000, 3)
    truth = lmg_weights(correlations(np.column_stack([items, outcome]))[None])[0]
    rng = np.random.default_rng(2)
    held = 0
    for _ in range(60):
        chosen = rng.integers(0, len(outcome), 300)
        found = key_drivers(outcome[chosen], named(items[chosen]), resamples=200)
        held += found.drivers[0].low <= truth[0] <= found.drivers[0].high
    assert 51 <= held <= 60


def test_two_items_that_repeat_each_other_share_the_credit_and_are_named() -> None:
    outcome, items = survey(3, 80, 2)
    found = key_drivers(outcome, {"a": items[:, 0], "copy": items[:, 0], "b": items[:, 1]}, resamples=10)
    one, copy, other = found.drivers
    assert one.value == pytest.approx(copy.value)
    assert (one.vif, copy.vif, one.coefficient) == (None, None, None)
    assert other.vif is not None
    assert any("a, copy" in warning.fr for warning in found.warnings)
    assert found.value == pytest.approx(r2_by_regression(outcome, items))


def test_inflation_factors_are_those_of_the_regressions_between_items() -> None:
    outcome, items = survey(4, 70, 3)
    found = key_drivers(outcome, named(items), resamples=5)
    expected = [1 / (1 - r2_by_regression(items[:, i], np.delete(items, i, axis=1))) for i in range(3)]
    assert [driver.vif for driver in found.drivers] == pytest.approx(expected)


def test_respondents_with_a_hole_are_left_out_and_counted() -> None:
    outcome, items = survey(5, 50, 3)
    holed = [None if i % 5 == 0 else float(value) for i, value in enumerate(items[:, 1])]
    kept = np.arange(50) % 5 != 0
    found = key_drivers(outcome, {**named(items), "q1": holed}, resamples=5)  # type: ignore[dict-item]
    whole = key_drivers(outcome[kept], named(items[kept]), resamples=5)
    assert (found.n, found.excluded) == (40, 10)
    assert found.drivers == whole.drivers


def test_the_same_seed_gives_the_same_interval() -> None:
    outcome, items = survey(6, 60, 3)
    one, again = (key_drivers(outcome, named(items), resamples=50, seed=9) for _ in range(2))
    other = key_drivers(outcome, named(items), resamples=50, seed=10)
    assert one == again
    assert one.drivers[0].low != other.drivers[0].low


def test_more_than_twelve_drivers_take_relative_weights() -> None:
    outcome, items = survey(7, 300, 13)
    assert key_drivers(outcome, named(items), resamples=5).method == "johnson"
    assert key_drivers(outcome, named(items[:, :12]), resamples=5).method == "lmg"
    with pytest.raises(UsageError, match="13"):
        key_drivers(outcome, named(items), method="lmg")


def test_twelve_drivers_with_their_interval_take_seconds_not_minutes() -> None:
    outcome, items = survey(8, 500, 12)
    start = perf_counter()
    key_drivers(outcome, named(items), resamples=200)
    assert perf_counter() - start < 10  # measured 0.1 s; one regression per subset would take minutes


def test_subsets_are_numbered_by_their_bits() -> None:
    outcome, items = survey(9, 60, 3)
    found = subset_r2(correlations(np.column_stack([items, outcome]))[None])[0]
    assert found[0] == 0
    for subset in range(1, 8):
        inside = [i for i in range(3) if subset >> i & 1]
        assert found[subset] == pytest.approx(r2_by_regression(outcome, items[:, inside]))


def test_few_answers_are_said() -> None:
    outcome, items = survey(10, 25, 4)
    assert any("at least 40" in warning.en for warning in key_drivers(outcome, named(items), resamples=5).warnings)


@pytest.mark.parametrize(
    ("outcome", "items", "place"),
    [
        ([1, 2, 3, 4, 5], {"flat": [7, 7, 7, 7, 7]}, "flat"),
        ([4, 4, 4, 4, 4], {"q": [1, 2, 3, 4, 5]}, "outcome"),
        ([1, 2, 3], {"q": [1, 2, 4], "z": [3, 1, 2]}, "complete answers"),
        ([1, 2, 3, 4, 5], {"q": [1, 2, 3, 4]}, "q"),
        ([1, 2, 3, 4, 5], {"q": [1, 2, 3, 4, float("inf")]}, "q"),
        ([1, 2, 3, 4, 5], {"q": ["a", "b", "c", "d", "e"]}, "q"),
    ],
)
def test_what_cannot_be_analysed_is_an_error_that_names_the_column(
    outcome: list[float], items: dict[str, list[float]], place: str
) -> None:
    with pytest.raises(DataError, match=place):
        key_drivers(outcome, items)


def test_nothing_to_compare_and_unknown_options_are_refused() -> None:
    with pytest.raises(UsageError, match="no driver"):
        key_drivers([1, 2, 3], {})
    with pytest.raises(UsageError, match="lgm"):
        key_drivers([1, 2, 3, 4], {"q": [1, 2, 4, 3]}, method="lgm")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="resample"):
        key_drivers([1, 2, 3, 4], {"q": [1, 2, 4, 3]}, resamples=0)
    with pytest.raises(UsageError, match="95"):
        key_drivers([1, 2, 3, 4], {"q": [1, 2, 4, 3]}, confidence=95)
