"""Intervals of a net share, promoters minus detractors over n, in shares −1..1 (× 100 for points).

Counts may be fractional (rescaled to an effective size). No answer gives no interval.
"""

from collections.abc import Callable
from functools import lru_cache
from math import sqrt

from timonier.errors import DataError
from timonier.indicators.critical import z_of
from timonier.indicators.estimate import NO_INTERVAL, Interval
from timonier.text import Text

# pseudo-answers of the adjusted Wald method «AW(3, triangular)» (Rocks 2016): promoters, passives, detractors
ADDED = (0.75, 1.5, 0.75)

TOLERANCE = 1e-14


def unit_variance(promoters: float, passives: float, detractors: float) -> float:
    """Variance of one answer's −1/0/+1: p + d − (p − d)², with divisor n; n must be positive."""
    n = promoters + passives + detractors
    return (n * (promoters + detractors) - (promoters - detractors) ** 2) / (n * n)


def nps_wald(promoters: float, passives: float, detractors: float, confidence: float = 0.95) -> Interval:
    """D ± z·SE, not cut: an audit reference only (it may leave −1..1, and has no width when all agree)."""
    if not _total(promoters, passives, detractors):
        return NO_INTERVAL
    return Interval(*_wald(promoters, passives, detractors, z_of(confidence)), "wald")


def _wald(promoters: float, passives: float, detractors: float, z: float) -> tuple[float, float]:
    n = promoters + passives + detractors
    width = z * sqrt(unit_variance(promoters, passives, detractors) / n)
    net = (promoters - detractors) / n
    return net - width, net + width


def adjusted(promoters: float, passives: float, detractors: float) -> tuple[float, float, float]:
    """The three counts with the pseudo-answers of the adjusted Wald method added."""
    return promoters + ADDED[0], passives + ADDED[1], detractors + ADDED[2]


def nps_adjusted_wald(
    promoters: float, passives: float, detractors: float, confidence: float = 0.95, *, clip: bool = True
) -> Interval:
    """Wald on counts plus 3/4, 3/2, 3/4 (Rocks 2016), with `clip` cut to −1..1.

    The added answers draw the interval to 0, past the raw figure for one or two unanimous answers: `clip` also
    widens it to hold that figure.
    """
    n = _total(promoters, passives, detractors)
    if not n:
        return NO_INTERVAL
    low, high = _wald(*adjusted(promoters, passives, detractors), z_of(confidence))
    if not clip:
        return Interval(low, high, "adjusted-wald")
    net = (promoters - detractors) / n
    return Interval(max(min(low, net), -1.0), min(max(high, net), 1.0), "adjusted-wald")


def nps_score(promoters: float, passives: float, detractors: float, confidence: float = 0.95) -> Interval:
    """Score interval (Tango 1998, «iterative» in Rocks 2016): within −1..1, around D, never of zero width."""
    n = _total(promoters, passives, detractors)
    if not n:
        return NO_INTERVAL
    z = z_of(confidence)
    return Interval(_lower(promoters, detractors, n, z), -_lower(detractors, promoters, n, z), "score")


def score_variance(promoters: float, detractors: float, n: float, delta: float) -> float:
    """Variance of one answer at the net share `delta`, the rest at maximum likelihood (Tango)."""
    middle = (2 * n - promoters + detractors) * delta - promoters - detractors
    last = detractors * delta * (1 - delta)
    root = sqrt(max(0.0, middle * middle + 8 * n * last))
    # two forms of the same root: take the one that does not subtract near-equal numbers
    share = (root - middle) / (4 * n) if middle <= 0 else 2 * last / (root + middle)
    return max(0.0, 2 * share + delta * (1 - delta))


def score_z(promoters: float, passives: float, detractors: float, delta: float) -> float | None:
    """Score statistic of «the net share is `delta`»; None without answers or when `delta` is impossible."""
    n = _total(promoters, passives, detractors)
    variance = score_variance(promoters, detractors, n, delta) if n else 0.0
    return ((promoters - detractors) / n - delta) / sqrt(variance / n) if variance > 0 else None


@lru_cache(maxsize=32_768)  # a dashboard asks again for the counts of the months that are over
def _lower(up: float, down: float, n: float, z: float) -> float:
    """The smallest net share not rejected (the upper one is its mirror).

    A few secant steps from the adjusted Wald bound find the root of the excess of the squared statistic over z²;
    where they leave the interval or meet the trivial root at the estimate, bisection does.
    """
    if down == n:
        return -1.0
    net, limit = (up - down) / n, z * z / n

    def excess(delta: float) -> float:
        return (net - delta) ** 2 - limit * score_variance(up, down, n, delta)

    first = max(_wald(*adjusted(up, n - up - down, down), z)[0], -1.0)
    found = _secant(excess, min(first, net - TOLERANCE), net)
    return _bisection(excess, net) if found is None else found


def forget_intervals() -> None:
    """Drop the intervals remembered between calls: for measures, and for tests of speed."""
    _lower.cache_clear()


def _secant(excess: Callable[[float], float], first: float, net: float) -> float | None:
    one, other = first, (first + net) / 2 if first > -1.0 else -0.999
    at_one, at_other = excess(one), excess(other)
    for _ in range(12):
        if at_other == at_one:
            return None
        following = other - at_other * (other - one) / (at_other - at_one)
        if not -1.0 < following < net - 1e-9 * (1 + abs(net)):
            return None
        if abs(following - other) < TOLERANCE:
            return following
        one, at_one, other, at_other = other, at_other, following, excess(following)
    return None


def _bisection(excess: Callable[[float], float], net: float) -> float:
    low, high = -1.0, net
    for _ in range(200):
        middle = (low + high) / 2
        if middle in {low, high}:
            break
        low, high = (middle, high) if excess(middle) > 0 else (low, middle)
    return low


def _total(promoters: float, passives: float, detractors: float) -> float:
    if min(promoters, passives, detractors) < 0:
        raise DataError(
            Text(
                "promoters, passives and detractors are counts: none may be negative.",
                "promoteurs, passifs et détracteurs sont des effectifs : aucun ne peut être négatif.",
            )
        )
    return promoters + passives + detractors
