"""The coverage table of the methods page, recomputed by enumerating every possible sample."""

from collections.abc import Callable
from functools import cache
from math import comb, lgamma, log

import numpy as np
import pytest

from timonier.indicators.estimate import Interval
from timonier.indicators.intervals import clopper_pearson, wilson
from timonier.indicators.nps_intervals import nps_adjusted_wald, nps_score, nps_wald

METHODS: dict[str, Callable[[float, float, float], Interval]] = {
    "wald": nps_wald,
    "adjusted-wald": nps_adjusted_wald,
    "score": nps_score,
}

# n, promoters' and passives' and detractors' shares; then coverage and mean width of each method at 95 %
TABLE = [
    (5, (0.7, 0.25, 0.05), {"wald": (0.801, 0.70), "adjusted-wald": (0.913, 0.93), "score": (0.959, 0.99)}),
    (10, (0.9, 0.08, 0.02), {"wald": (0.649, 0.29), "adjusted-wald": (0.930, 0.62), "score": (0.959, 0.63)}),
    (20, (0.5, 0.3, 0.2), {"wald": (0.926, 0.66), "adjusted-wald": (0.948, 0.62), "score": (0.947, 0.64)}),
    (30, (0.9, 0.08, 0.02), {"wald": (0.841, 0.23), "adjusted-wald": (0.958, 0.33), "score": (0.961, 0.32)}),
    (50, (0.7, 0.25, 0.05), {"wald": (0.929, 0.31), "adjusted-wald": (0.951, 0.32), "score": (0.950, 0.32)}),
    (100, (0.9, 0.08, 0.02), {"wald": (0.930, 0.15), "adjusted-wald": (0.962, 0.16), "score": (0.956, 0.16)}),
]


@cache
def samples(n: int) -> list[tuple[int, int, int]]:
    return [(up, n - up - down, down) for up in range(n + 1) for down in range(n + 1 - up)]


def probabilities(n: int, shares: tuple[float, float, float]) -> np.ndarray:
    logs = [log(share) for share in shares]
    return np.exp(
        [
            lgamma(n + 1) + sum(count * part - lgamma(count + 1) for count, part in zip(sample, logs, strict=True))
            for sample in samples(n)
        ]
    )


@pytest.mark.parametrize(("n", "shares", "expected"), TABLE, ids=[f"n={row[0]}" for row in TABLE])
def test_coverage_and_width_of_net_score_intervals(
    n: int, shares: tuple[float, float, float], expected: dict[str, tuple[float, float]]
) -> None:
    chances, truth = probabilities(n, shares), shares[0] - shares[2]
    assert chances.sum() == pytest.approx(1)
    for name, (coverage, width) in expected.items():
        found = np.array([METHODS[name](*sample)[:2] for sample in samples(n)])
        # the tolerance keeps a truth that falls on a bound inside it
        holds = (found[:, 0] <= truth + 1e-12) & (truth - 1e-12 <= found[:, 1])
        assert float(chances @ holds) == pytest.approx(coverage, abs=0.0006), name
        cut = np.clip(found, -1, 1)  # the table counts the part of Wald's interval that can exist
        assert float(chances @ (cut[:, 1] - cut[:, 0])) == pytest.approx(width, abs=0.0051), name


@pytest.mark.parametrize("n", [5, 20, 50])
def test_clopper_pearson_never_covers_less_than_promised_and_wilson_does_on_average(n: int) -> None:
    grid = np.linspace(0.01, 0.99, 99)
    chances = np.array([[comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1)] for p in grid])
    coverage = {}
    for method in (clopper_pearson, wilson):
        found = np.array([method(x, n)[:2] for x in range(n + 1)])
        holds = (found[:, 0] <= grid[:, None]) & (grid[:, None] <= found[:, 1])
        coverage[method.__name__] = (chances * holds).sum(axis=1)
    assert coverage["clopper_pearson"].min() >= 0.95
    assert coverage["wilson"].min() < 0.95  # not guaranteed at each share…
    assert coverage["wilson"].mean() == pytest.approx(0.95, abs=0.012)  # … but right on average
