"""Tests of two samples by counts, and p-values corrected for their number. All p-values are two-sided."""

from collections.abc import Sequence
from math import comb, sqrt
from typing import NamedTuple

from timonier.errors import DataError
from timonier.indicators.critical import two_sided_normal
from timonier.text import Text


class Outcome(NamedTuple):
    """Of a test: a statistic (None for an exact test) and its two-sided p-value; both None without information."""

    statistic: float | None
    p_value: float | None


NO_OUTCOME = Outcome(None, None)


def pooled_z(x1: int, n1: int, x2: int, n2: int) -> Outcome:
    """z of two shares with a pooled variance; z² is the chi-square without continuity correction."""
    n, x = n1 + n2, x1 + x2
    if not n1 or not n2 or x in {0, n}:
        return NO_OUTCOME
    pooled = x / n
    z = (x1 / n1 - x2 / n2) / sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    return Outcome(z, two_sided_normal(z))


def fisher(x1: int, n1: int, x2: int, n2: int) -> Outcome:
    """Fisher's exact test of two shares: tables no more likely than the one seen, in exact integers."""
    if not n1 or not n2:
        return NO_OUTCOME
    x, n = x1 + x2, n1 + n2
    # the table may be read by rows or by columns, of successes or of failures: take the smallest sums
    draws, first, seen = (x, n1, x1) if x <= n - x else (n - x, n1, n1 - x1)
    possible = range(max(0, draws - (n - first)), min(draws, first) + 1)
    ways = {k: comb(first, k) * comb(n - first, draws - k) for k in possible}
    return Outcome(None, sum(way for way in ways.values() if way <= ways[seen]) / sum(ways.values()))


def two_shares(x1: int, n1: int, x2: int, n2: int) -> Outcome:
    """Fisher when an expected cell is under 5, else the pooled z."""
    n, x = n1 + n2, x1 + x2
    if n and min(n1, n2) * min(x, n - x) < 5 * n:
        return fisher(x1, n1, x2, n2)
    return pooled_z(x1, n1, x2, n2)


def two_rates(count1: int, exposure1: float, count2: int, exposure2: float) -> Outcome:
    """Two Poisson rates: count1 given the sum is binomial (Przyborowski and Wilenski 1940); twice the lesser tail."""
    from scipy.special import bdtr, bdtrc

    total = count1 + count2
    if not total or not exposure1 or not exposure2:
        return NO_OUTCOME
    share = exposure1 / (exposure1 + exposure2)
    at_most = float(bdtr(count1, total, share))
    at_least = float(bdtrc(count1 - 1, total, share)) if count1 else 1.0
    return Outcome(None, min(1.0, 2 * min(at_most, at_least)))


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjusted p-values (1979), in the order given: for a few comparisons planned beforehand."""
    order = _order(p_values)
    adjusted, running = [0.0] * len(order), 0.0
    for rank, place in enumerate(order):
        running = max(running, min(1.0, (len(order) - rank) * p_values[place]))
        adjusted[place] = running
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Benjamini and Hochberg's adjusted p-values (1995), in the order given: for a scan of many segments."""
    order = _order(p_values)
    adjusted, running = [0.0] * len(order), 1.0
    for rank in range(len(order), 0, -1):
        place = order[rank - 1]
        running = min(running, len(order) * p_values[place] / rank)
        adjusted[place] = running
    return adjusted


def _order(p_values: Sequence[float]) -> list[int]:
    for place, p in enumerate(p_values):
        if not 0 <= p <= 1:
            raise DataError(
                Text(f"a p-value lies between 0 and 1, not {p}.", f"une valeur p se situe entre 0 et 1, et non {p}."),
                where=f"p[{place}]",
            )
    return sorted(range(len(p_values)), key=p_values.__getitem__)
