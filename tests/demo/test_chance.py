"""Chance without order: the same key and name give the same draw, whatever surrounds it."""

import numpy as np
import pytest

from timonier.demo.chance import Chance


def test_a_draw_depends_on_its_key_and_name_only() -> None:
    whole = Chance.of(7, "customer", np.arange(1_000))
    part = Chance.of(7, "customer", np.arange(300, 400))
    assert (whole.uniform("x")[300:400] == part.uniform("x")).all()
    assert (whole.uniform("x") != whole.uniform("y")).all()
    assert (Chance.of(8, "customer", np.arange(1_000)).uniform("x") != whole.uniform("x")).all()


def test_uniform_numbers_are_uniform_and_unrelated() -> None:
    chance = Chance.of(7, "customer", np.arange(200_000))
    x, y = chance.uniform("x"), chance.uniform("y")
    counts = np.histogram(x, bins=20, range=(0, 1))[0]
    assert ((counts - 10_000) ** 2 / 10_000).sum() < 45.3  # chi-square, 19 degrees, one in a thousand
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.008
    assert abs(np.corrcoef(x[:-1], x[1:])[0, 1]) < 0.008
    assert 0 < x.min() < x.max() < 1


@pytest.mark.parametrize("weights", [[0.2, 0.5, 0.3], [2.0, 5.0, 3.0]])
def test_picks_follow_the_weights(weights: list[float]) -> None:
    drawn = Chance.of(7, "x", np.arange(100_000)).pick("p", np.array(weights))
    assert np.bincount(drawn) / 100_000 == pytest.approx([0.2, 0.5, 0.3], abs=0.006)


def test_picks_may_have_weights_of_their_own() -> None:
    drawn = Chance.of(7, "x", np.arange(3)).pick("p", np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]))
    assert drawn.tolist() == [0, 1, 2]


def test_between_reaches_both_ends() -> None:
    drawn = Chance.of(7, "x", np.arange(1_000)).between("b", 3, 5)
    assert sorted(set(drawn.tolist())) == [3, 4, 5]


def test_monthly_occurrences_come_in_order_and_never_twice() -> None:
    seen = Chance.of(7, "x", np.arange(5_000)).monthly("m", np.array([0.0, 0.5, 1.0]))
    pairs = list(zip(seen.row.tolist(), seen.month.tolist(), strict=True))
    assert pairs == sorted(set(pairs))
    assert (seen.month > 0).all()
    assert (seen.month == 2).sum() == 5_000
    assert (seen.month == 1).sum() == pytest.approx(2_500, abs=120)
    assert len(set(seen.chance.keys.tolist())) == len(pairs)
