"""Differences of two figures, first minus second, each with its interval and its test.

Shares and net shares are in −1..1. A side without data gives a difference without value.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import inf, sqrt
from typing import Literal, NamedTuple

from timonier.indicators.critical import t_of, two_sided_normal, two_sided_t, z_of
from timonier.indicators.difference import Difference
from timonier.indicators.estimate import Interval
from timonier.indicators.intervals import poisson_exact, wilson
from timonier.indicators.nps_intervals import adjusted, nps_score, score_z, unit_variance
from timonier.indicators.significance import two_rates, two_shares

NOTHING = Difference(None)


class NetCounts(NamedTuple):
    """Answers of a net share."""

    promoters: float
    passives: float
    detractors: float

    @property
    def n(self) -> float:
        return self.promoters + self.passives + self.detractors

    @property
    def net(self) -> float:
        return (self.promoters - self.detractors) / self.n


class Sampled(NamedTuple):
    """A figure with its standard error and the degrees of freedom of that error (`inf` when it is known)."""

    value: float
    se: float
    df: float = inf


def net_difference(
    first: NetCounts,
    second: NetCounts,
    confidence: float = 0.95,
    method: Literal["adjusted-wald", "wald"] = "adjusted-wald",
) -> Difference:
    """Two independent net shares. The value is the raw difference; adjusted Wald adds ¾, 1½, ¾ to each side.

    Those draw the interval to 0: it is widened to the raw difference where a few unanimous answers lie beyond.
    """
    if not first.n or not second.n:
        return NOTHING
    one, other = first, second
    if method == "adjusted-wald":
        one, other = NetCounts(*adjusted(*first)), NetCounts(*adjusted(*second))
    found = from_standard_errors(_sampled(one), _sampled(other), confidence, method)
    value = first.net - second.net
    if found.low is None or found.high is None:
        return replace(found, value=value)
    return replace(found, value=value, low=max(min(found.low, value), -2.0), high=min(max(found.high, value), 2.0))


def _sampled(counts: NetCounts) -> Sampled:
    return Sampled(counts.net, sqrt(unit_variance(*counts) / counts.n))


def share_difference(x1: int, n1: int, x2: int, n2: int, confidence: float = 0.95) -> Difference:
    """Two independent shares: Newcombe's method 10 (1998), with Fisher's test or the pooled z."""
    if not n1 or not n2:
        return NOTHING
    low, high = mover(x1 / n1, wilson(x1, n1, confidence), x2 / n2, wilson(x2, n2, confidence))
    test = two_shares(x1, n1, x2, n2)
    return Difference(x1 / n1 - x2 / n2, low, high, test.p_value, "newcombe", test.statistic)


def rate_difference(
    count1: int, exposure1: float, count2: int, exposure2: float, confidence: float = 0.95
) -> Difference:
    """Two Poisson rates: interval from the two exact ones (Zou and Donner), test by the conditional binomial."""
    if not exposure1 or not exposure2:
        return NOTHING
    rate1, rate2 = count1 / exposure1, count2 / exposure2
    exact1, exact2 = poisson_exact(count1, exposure1, confidence), poisson_exact(count2, exposure2, confidence)
    low, high = mover(rate1, exact1, rate2, exact2)
    return Difference(rate1 - rate2, low, high, two_rates(count1, exposure1, count2, exposure2).p_value, "poisson")


class Bounds(NamedTuple):
    """Bounds of a difference; None on a side that the two intervals do not give."""

    low: float | None
    high: float | None


def mover(value1: float, interval1: Interval, value2: float, interval2: Interval) -> Bounds:
    """Bounds of value1 − value2 from the interval of each (Zou and Donner 2008); Newcombe 10 with Wilson's."""
    low1, high1, _ = interval1
    low2, high2, _ = interval2
    gap = value1 - value2
    low = None if low1 is None or high2 is None else gap - sqrt((value1 - low1) ** 2 + (high2 - value2) ** 2)
    high = None if high1 is None or low2 is None else gap + sqrt((high1 - value1) ** 2 + (value2 - low2) ** 2)
    return Bounds(low, high)


def mover_difference(
    value1: float, interval1: Interval, value2: float, interval2: Interval, confidence: float = 0.95
) -> Difference:
    """Two figures known by their intervals; the p-value is read from the bound on the side of 0."""
    low, high = mover(value1, interval1, value2, interval2)
    gap = value1 - value2
    near = low if gap > 0 else high
    reach = None if near is None else abs(gap - near)
    z = z_of(confidence) * gap / reach if reach else None
    return Difference(gap, low, high, None if z is None else two_sided_normal(z), "mover", z)


def from_standard_errors(
    first: Sampled, second: Sampled, confidence: float = 0.95, method: str = "satterthwaite"
) -> Difference:
    """Two independent figures by their standard errors; degrees of freedom of Welch and Satterthwaite.

    Without any spread on either side there is no bound and no test.
    """
    gap = first.value - second.value
    se = sqrt(first.se**2 + second.se**2)
    if se == 0:
        return Difference(gap, method=f"{method}-no-spread")
    weights = first.se**4 / first.df + second.se**4 / second.df
    df = se**4 / weights if weights else inf
    critical = z_of(confidence) if df == inf else t_of(confidence, df)
    p_value = two_sided_normal(gap / se) if df == inf else two_sided_t(gap / se, df)
    return Difference(gap, gap - critical * se, gap + critical * se, p_value, method, gap / se)


def welch(first: tuple[int, float, float], second: tuple[int, float, float], confidence: float = 0.95) -> Difference:
    """Two independent means, each given as (n, mean, variance with n − 1); needs two values a side."""
    (n1, mean1, variance1), (n2, mean2, variance2) = first, second
    if n1 < 2 or n2 < 2:
        return Difference(mean1 - mean2 if n1 and n2 else None)
    one, other = Sampled(mean1, sqrt(variance1 / n1), n1 - 1), Sampled(mean2, sqrt(variance2 / n2), n2 - 1)
    return from_standard_errors(one, other, confidence, "welch")


def paired(changes: Mapping[int, int], confidence: float = 0.95) -> Difference:
    """The same respondents twice: {change of a respondent: how many}, mean change with Student's interval."""
    n = sum(changes.values())
    if not n:
        return NOTHING
    mean = sum(change * count for change, count in changes.items()) / n
    if n < 2:
        return Difference(mean)
    variance = sum(count * (change - mean) ** 2 for change, count in changes.items()) / (n - 1)
    return from_standard_errors(Sampled(mean, sqrt(variance / n), n - 1), Sampled(0.0, 0.0), confidence, "paired")


def net_versus_target(counts: NetCounts, target: float, confidence: float = 0.95) -> Difference:
    """A net share against a target (both −1..1): score test, and the score interval shifted by the target."""
    if not counts.n:
        return NOTHING
    low, high, _ = nps_score(*counts, confidence)
    return _versus(counts.net, Bounds(low, high), target, score_z(*counts, target))


def share_versus_target(x: int, n: int, target: float, confidence: float = 0.95) -> Difference:
    """A share against a target: score test, and Wilson's interval shifted by the target."""
    if not n:
        return NOTHING
    low, high, _ = wilson(x, n, confidence)
    spread = target * (1 - target) / n
    return _versus(x / n, Bounds(low, high), target, (x / n - target) / sqrt(spread) if spread > 0 else None)


def _versus(value: float, bounds: Bounds, target: float, z: float | None) -> Difference:
    low, high = (None if bound is None else bound - target for bound in bounds)
    p_value = None if z is None else two_sided_normal(z)
    return Difference(value - target, low, high, p_value, "score", z)
