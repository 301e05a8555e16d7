"""Weighted means of independent answers: linearised standard error with replacement, Kish's effective size.

For strata, clusters or weights adjusted to known totals, see `linearisation`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, sqrt

from timonier.errors import DataError
from timonier.indicators.estimate import NO_INTERVAL, Interval
from timonier.indicators.intervals import around, wilson
from timonier.indicators.nps_intervals import nps_score
from timonier.text import Text


@dataclass(frozen=True, slots=True)
class WeightedMean:
    """A weighted mean in the unit of its values; `se` is None with a single answer."""

    value: float
    se: float | None
    interval: Interval
    n: int
    n_eff: float
    deff: float


def mean(
    values: Sequence[float], weights: Sequence[float], counts: Sequence[int], confidence: float = 0.95
) -> WeightedMean:
    """Σwy/Σw over `counts[i]` answers of value `values[i]` and weight `weights[i]`; Student with n − 1.

    SE² = n/(n−1) Σ (w(y − mean)/Σw)². Raises DataError on a weight that is negative or not a number, or when
    there is no positive weight.
    """
    check_weights(weights)
    rows = list(zip(values, weights, counts, strict=True))
    total = fsum(weight * count for _, weight, count in rows)
    if total <= 0:
        raise DataError(Text("no answer has a positive weight.", "aucune réponse n’a de poids positif."))
    n = sum(count for _, weight, count in rows if weight > 0)
    value = fsum(weight * count * y for y, weight, count in rows) / total
    n_eff = total * total / fsum(weight * weight * count for _, weight, count in rows)
    if n < 2:
        return WeightedMean(value, None, NO_INTERVAL, n, n_eff, n / n_eff)
    squares = fsum(count * (weight * (y - value)) ** 2 for y, weight, count in rows)
    se = sqrt(n / (n - 1) * squares) / total
    return WeightedMean(value, se, around(value, se, n - 1, confidence, "linearised"), n, n_eff, n / n_eff)


def nps_score_rescaled(
    promoters: float, passives: float, detractors: float, n_eff: float, confidence: float = 0.95
) -> Interval:
    """Score interval (−1..1) of weighted sums of answers, brought to the effective size: for few answers."""
    total = promoters + passives + detractors
    if not total:
        return NO_INTERVAL
    scale = n_eff / total
    low, high, _ = nps_score(promoters * scale, passives * scale, detractors * scale, confidence)
    return Interval(low, high, "score-rescaled")


def wilson_rescaled(share: float, n_eff: float, confidence: float = 0.95) -> Interval:
    """Wilson's interval of a weighted share, at the effective size: for few answers."""
    if not n_eff:
        return NO_INTERVAL
    low, high, _ = wilson(share * n_eff, n_eff, confidence)
    return Interval(low, high, "wilson-rescaled")


def check_weights(weights: Sequence[float]) -> None:
    """DataError unless every weight is a finite number, zero or more."""
    for place, weight in enumerate(weights):
        if not 0 <= weight < float("inf"):
            raise DataError(
                Text(
                    f"a weight must be a number, zero or more: {weight} is not.",
                    f"un poids doit être un nombre positif ou nul : {weight} ne l’est pas.",
                ),
                where=f"weight[{place}]",
                hint=Text("Correct it or leave that row out.", "Corrigez-le ou écartez cette ligne."),
            )
