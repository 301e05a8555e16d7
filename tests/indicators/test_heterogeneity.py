"""Cochran's Q against its value written out by hand, and its level under chance."""

import random

import pytest

from timonier.indicators.critical import z_of
from timonier.indicators.difference import Difference
from timonier.indicators.heterogeneity import heterogeneity


def known(value: float, se: float) -> Difference:
    z = z_of(0.95)
    return Difference(value, value - z * se, value + z * se)


def test_two_differences_give_the_square_of_their_z() -> None:
    found = heterogeneity([known(3.0, 1.0), known(0.0, 2.0)])
    assert found.q == pytest.approx(9 / (1 + 4))
    assert found.df == 1
    assert found.p_value == pytest.approx(0.17971249487899976)  # P(χ² on 1 df > 1.8)


def test_differences_that_are_equal_have_no_heterogeneity() -> None:
    found = heterogeneity([known(2.0, 0.5), known(2.0, 1.5), known(2.0, 3.0)])
    assert found.q == pytest.approx(0.0, abs=1e-12)
    assert found.p_value == pytest.approx(1.0)


def test_what_has_no_bounds_is_left_out() -> None:
    assert heterogeneity([known(2.0, 0.5), Difference(None), Difference(4.0)]).p_value is None
    assert heterogeneity([]).p_value is None


def test_chance_alone_is_taken_for_a_difference_one_time_in_twenty() -> None:
    dice, seen = random.Random(1954), 0
    for _ in range(2_000):
        spreads = [dice.uniform(0.5, 3) for _ in range(6)]
        found = heterogeneity([known(dice.gauss(1.0, se), se) for se in spreads])
        seen += found.p_value is not None and found.p_value < 0.05
    assert 70 <= seen <= 132  # 100 ± 3.3 standard deviations
