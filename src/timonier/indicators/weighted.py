"""Weighted means of grouped units, linearised with replacement: what a scorecard needs when answers have weights."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from timonier.errors import DataError
from timonier.indicators.estimate import NO_INTERVAL, Interval
from timonier.indicators.intervals import around
from timonier.text import Text


class WeightedMean(NamedTuple):
    """A weighted mean, its interval, and what the weights cost: Kish's effective n and design effect."""

    value: float
    se: float | None
    interval: Interval
    n_eff: float
    deff: float


def mean(
    values: Sequence[float], weights: Sequence[float], counts: Sequence[int], confidence: float = 0.95
) -> WeightedMean:
    """Weighted mean of groups of `counts` units sharing a value and a weight (one or more groups, weights > 0).

    z_i = w_i (y_i − ȳ) / Σw and Var = n/(n−1) Σz², Student with n − 1 degrees of freedom (the with-replacement
    linearisation of Lumley 2004). Sums are exactly rounded (fsum), so the order of groups changes no bit.
    """
    if not all(weight >= 0 and math.isfinite(weight) for weight in weights):
        raise DataError(
            Text("a weight is negative or not a number.", "un poids est négatif ou n’est pas un nombre."),
            hint=Text("Correct or drop these rows.", "Corrigez ou retirez ces lignes."),
        )
    n = sum(counts)
    groups = list(zip(values, weights, counts, strict=True))
    total = math.fsum(weight * count for _, weight, count in groups)
    value = math.fsum(value * weight * count for value, weight, count in groups) / total
    squares = math.fsum(weight * weight * count for _, weight, count in groups)
    n_eff = total * total / squares
    if n < 2:
        return WeightedMean(value, None, NO_INTERVAL, n_eff, n / n_eff)
    spread = math.fsum(count * (weight * (one - value)) ** 2 for one, weight, count in groups)
    se = math.sqrt(n / (n - 1) * spread) / total
    return WeightedMean(value, se, around(value, se, n - 1, confidence, "linearised"), n_eff, n / n_eff)
