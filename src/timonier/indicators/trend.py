"""A straight trend over waves whose standard errors are known."""

from collections.abc import Sequence
from math import fsum, sqrt
from typing import NamedTuple

from timonier.errors import DataError
from timonier.indicators.critical import two_sided_normal, z_of
from timonier.text import Text


class Wave(NamedTuple):
    """A figure at a moment (any unit of time), with its standard error."""

    at: float
    value: float
    se: float


class Trend(NamedTuple):
    """Slope per unit of time with its interval and test, and the level at time 0."""

    slope: float
    low: float
    high: float
    se: float
    statistic: float
    p_value: float
    intercept: float


def trend(waves: Sequence[Wave], confidence: float = 0.95) -> Trend | None:
    """Weighted least squares, each wave weighing 1/SE²; None with fewer than two distinct moments.

    The standard errors are taken as known: the waves must not overlap (a rolling average has no trend test).
    DataError on a standard error that is not positive.
    """
    if any(not 0 < wave.se < float("inf") for wave in waves):
        raise DataError(
            Text(
                "a trend needs a positive standard error for every wave.",
                "une tendance exige une erreur type positive à chaque vague.",
            )
        )
    if len({wave.at for wave in waves}) < 2:
        return None
    weights = [wave.se**-2 for wave in waves]
    total = fsum(weights)
    centre = fsum(w * wave.at for w, wave in zip(weights, waves, strict=True)) / total
    level = fsum(w * wave.value for w, wave in zip(weights, waves, strict=True)) / total
    spread = fsum(w * (wave.at - centre) ** 2 for w, wave in zip(weights, waves, strict=True))
    slope = fsum(w * (wave.at - centre) * wave.value for w, wave in zip(weights, waves, strict=True)) / spread
    se = 1 / sqrt(spread)
    width = z_of(confidence) * se
    p_value = two_sided_normal(slope / se)
    return Trend(slope, slope - width, slope + width, se, slope / se, p_value, level - slope * centre)
