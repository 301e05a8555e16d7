"""How sure the parts of a change are: against many pairs of samples drawn from a population that is known."""

from math import sqrt
from typing import Any

import numpy as np
import pytest

from timonier.indicators.mix import Part, Sums, split
from timonier.indicators.mix_margins import Side, around, split_errors

NAMES = ("web", "shop", "phone")
ROUNDS = 800


def side(counts: Any, total: Any, squares: Any) -> Side:
    sums = {name: Sums(float(y), float(x)) for name, y, x in zip(NAMES, total, counts, strict=True)}
    errors: dict[str, float | None] = {}
    for name, y, x, square in zip(NAMES, total, counts, squares, strict=True):
        errors[name] = sqrt(max(0.0, square / x - (y / x) ** 2) / x) if x else None
    return Side(sums, errors, int(sum(counts)))


def drawn(dice: np.random.Generator, n: int, weights: Any, means: Any) -> Side:
    """n people over the segments, each giving 0 or 100."""
    counts = dice.multinomial(n, weights)
    happy = dice.binomial(counts, means)
    return side(counts, 100 * happy, 10_000 * happy)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (((0.6, 0.3, 0.1), (0.7, 0.4, 0.2)), ((0.4, 0.4, 0.2), (0.6, 0.45, 0.5))),
        (((0.5, 0.3, 0.2), (0.5, 0.5, 0.5)), ((0.5, 0.3, 0.2), (0.5, 0.5, 0.5))),
        (((0.5, 0.5, 0.0), (0.8, 0.3, 0.5)), ((0.4, 0.3, 0.3), (0.8, 0.3, 0.9))),
    ],
)
def test_errors_are_those_of_many_samples(before: Any, after: Any) -> None:
    dice = np.random.default_rng(1955)
    found: dict[str, list[float]] = {}
    told: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        one, two = drawn(dice, 900, *before), drawn(dice, 700, *after)
        parted = split(one.sums, two.sums)
        assert parted is not None
        whole, parts = split_errors(one, two)
        values = {"": Part(parted.within, parted.mix), **parted.parts}
        for name, errors in (("", whole), *parts.items()):
            value = values[name]
            for kind, brought in zip(("within", "mix", "total"), (*value, value.within + value.mix), strict=True):
                error = getattr(errors, kind)
                assert error is not None
                found.setdefault(f"{name} {kind}", []).append(brought)
                told.setdefault(f"{name} {kind}", []).append(error)
    for key, values_found in found.items():
        spread, said = float(np.std(values_found)), sqrt(float(np.mean(np.square(told[key]))))
        # second-order terms are all that is left where nothing differs: the error told is then the larger
        assert spread <= 1.06 * said + 0.02, (key, spread, said)
        if spread > 0.4:
            assert said <= 1.1 * spread, (key, spread, said)


def test_the_error_of_the_sum_is_that_of_the_change() -> None:
    dice = np.random.default_rng(7)
    one, two = drawn(dice, 500, (0.5, 0.3, 0.2), (0.7, 0.4, 0.2)), drawn(dice, 400, (0.3, 0.3, 0.4), (0.6, 0.5, 0.4))
    whole, _ = split_errors(one, two)
    rates = [sum(s.y for s in each.sums.values()) / n / 100 for each, n in ((one, 500), (two, 400))]
    plain = sqrt(sum(p * (1 - p) / n for p, n in zip(rates, (500, 400), strict=True)))
    assert whole.total == pytest.approx(100 * plain)


def test_a_segment_on_one_side_has_no_error_of_its_own() -> None:
    one = side((50, 50, 0), (2_000, 3_000, 0), (200_000, 300_000, 0))
    two = side((50, 50, 40), (2_000, 3_000, 1_000), (200_000, 300_000, 100_000))
    _, parts = split_errors(one, two)
    assert parts["phone"].within == 0
    assert (parts["phone"].mix or 0) > 0


def test_an_error_that_is_not_known_leaves_no_margin_to_what_needs_it() -> None:
    one = side((50, 50, 20), (2_000, 3_000, 500), (200_000, 300_000, 50_000))
    two = side((50, 60, 40), (2_000, 3_000, 1_000), (200_000, 300_000, 100_000))
    blind = Side(two.sums, {**two.errors, "phone": None}, two.n)
    whole, parts = split_errors(one, blind)
    assert whole.within is None
    assert parts["phone"] == (None, None, None)
    assert parts["web"].within is not None
    assert parts["web"].mix is None  # its weight is worth its distance to the whole, where the phone counts


def test_around() -> None:
    found = around(2.0, 1.0, 0.95)
    assert found.low == pytest.approx(0.040036, abs=1e-6)
    assert found.high == pytest.approx(3.959964, abs=1e-6)
    assert around(2.0, None, 0.95).low is None
