"""The error behind a published figure is the one that its interval was made of."""

from math import sqrt

import pytest

from timonier.indicators.estimate import Estimate
from timonier.indicators.intervals import mean_t_from_counts, wilson
from timonier.indicators.standard_error import count_change_error, spread_like, standard_error


@pytest.mark.parametrize("n", [8, 60, 4_000])
def test_of_a_half_it_is_wald(n: int) -> None:
    low, high, method = wilson(n // 2, n, 0.95)
    share = Estimate("csat", 0.5, low, high, n, unit="share", method=method)
    assert standard_error(share) == pytest.approx(sqrt(0.25 / n))


def test_of_nobody_it_is_not_zero() -> None:
    low, high, method = wilson(0, 20, 0.95)
    assert (standard_error(Estimate("csat", 0.0, low, high, 20, unit="share", method=method)) or 0) > 0.03


def test_of_a_mean_it_does_not_grow_with_student() -> None:
    low, high, method = mean_t_from_counts({1: 2, 3: 1, 5: 2}, 0.95)
    found = standard_error(Estimate("csat", 3.0, low, high, 5, unit="score", method=method))
    assert found == pytest.approx(sqrt(16 / 4 / 5))


def test_an_interval_cut_at_a_limit_keeps_its_other_half() -> None:
    whole = Estimate("nrr", 0.95, 0.91, 0.99, 40, 40.0, "share", method="linearised")
    cut = Estimate("nrr", 0.95, 0.91, 0.97, 40, 40.0, "share", method="linearised")
    assert standard_error(cut) == pytest.approx(standard_error(whole))


def test_of_a_net_score_it_comes_from_the_counts() -> None:
    detail = {"promoters": 60, "passives": 25, "detractors": 15}
    found = standard_error(Estimate("nps", 45.0, 30.0, 58.0, 100, unit="points", method="score", detail=detail))
    assert found == pytest.approx(100 * sqrt((0.75 - 0.45**2) / 100), rel=0.03)
    assert standard_error(Estimate("nps", 45.0, 30.0, 58.0, 100, unit="points", method="score")) is None


def test_without_an_interval_there_is_none() -> None:
    assert standard_error(Estimate("nps", 45.0, n=100, unit="points")) is None
    assert standard_error(Estimate("cac", 45.0, 40.0, 50.0, 100, unit="money", method="poisson-cost")) is None
    assert spread_like(None, 100, 10) is None
    assert spread_like(0.1, 100, 25) == pytest.approx(0.2)
    assert count_change_error(9, 16) == 5
