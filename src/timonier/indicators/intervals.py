"""Intervals of shares, means, ratios of sums and counts: two-sided, in the unit of the value, never NaN.

No unit at all, or too few to tell a spread, gives no bound (None) rather than a false certainty. A method of
the t family on a sample without any spread says so ("…-no-spread"): no width would claim what nobody knows.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import sqrt

from timonier.errors import DataError
from timonier.indicators.critical import t_of, tail, z_of
from timonier.indicators.estimate import NO_INTERVAL, Interval
from timonier.indicators.stats import Moments
from timonier.text import Text


def _check(x: float, n: float) -> None:
    if not 0 <= x <= n:
        raise DataError(
            Text(
                f"a share needs 0 ≤ x ≤ n, not {x:g} out of {n:g}.",
                f"une part exige 0 ≤ x ≤ n, et non {x:g} sur {n:g}.",
            )
        )


def _wilson(x: float, n: float, z: float, method: str) -> Interval:
    centre, width = x + z * z / 2, z * sqrt(x * (n - x) / n + z * z / 4)
    low, high, total, share = centre - width, centre + width, n + z * z, x / n
    # the clamps only undo rounding: Wilson's bounds lie within 0–1 and around the share
    return Interval(
        0.0 if x == 0 else min(max(0.0, low / total), share),
        1.0 if x == n else max(min(1.0, high / total), share),
        method,
    )


def wilson(x: float, n: float, confidence: float = 0.95) -> Interval:
    """Wilson score interval of the share x/n (Wilson 1927); x and n may be rescaled to an effective size."""
    _check(x, n)
    return _wilson(x, n, z_of(confidence), "wilson") if n else NO_INTERVAL


def goodman(counts: Sequence[int], confidence: float = 0.95) -> tuple[Interval, ...]:
    """Simultaneous intervals of the shares of k classes (Goodman 1965), one a class, in the order given."""
    n = sum(counts)
    if n == 0:
        return (NO_INTERVAL,) * len(counts)
    z = z_of(1 - (1 - confidence) / len(counts))
    return tuple(_wilson(x, n, z, "goodman") for x in counts)


def agresti_coull(x: float, n: float, confidence: float = 0.95, *, clip: bool = True) -> Interval:
    """Wald interval around (x + z²/2)/(n + z²) (Agresti and Coull 1998); within 0–1 if `clip`."""
    _check(x, n)
    if not n:
        return NO_INTERVAL
    z = z_of(confidence)
    total = n + z * z
    centre = (x + z * z / 2) / total
    width = z * sqrt(centre * (1 - centre) / total)
    low, high = centre - width, centre + width
    return Interval(max(0.0, low), min(1.0, high), "agresti-coull") if clip else Interval(low, high, "agresti-coull")


def clopper_pearson(x: float, n: float, confidence: float = 0.95) -> Interval:
    """Exact interval of the share x/n (Clopper and Pearson 1934): never below its confidence, hence wide."""
    from scipy.special import betaincinv

    _check(x, n)
    if not n:
        return NO_INTERVAL
    side = tail(confidence)
    low = float(betaincinv(x, n - x + 1, side)) if x else 0.0
    high = float(betaincinv(x + 1, n - x, 1 - side)) if x < n else 1.0
    return Interval(low, high, "clopper-pearson")


def jeffreys(x: float, n: float, confidence: float = 0.95) -> Interval:
    """Beta(x + ½, n − x + ½) quantiles, the end at 0 or n set to 0 or 1 (Brown, Cai and DasGupta 2001)."""
    from scipy.special import betaincinv

    _check(x, n)
    if not n:
        return NO_INTERVAL
    side = tail(confidence)
    low = float(betaincinv(x + 0.5, n - x + 0.5, side)) if x else 0.0
    high = float(betaincinv(x + 0.5, n - x + 0.5, 1 - side)) if x < n else 1.0
    return Interval(low, high, "jeffreys")


def around(value: float, se: float, df: float, confidence: float, method: str) -> Interval:
    """value ± t·se with `df` degrees of freedom; no bound when `se` is 0 (no spread was seen)."""
    if se == 0:
        return Interval(None, None, f"{method}-no-spread")
    width = t_of(confidence, df) * se
    return Interval(value - width, value + width, method)


def mean_t(n: int, mean: float, variance: float, confidence: float = 0.95) -> Interval:
    """Student interval of a mean, from n, the mean and the variance with n − 1; needs two values."""
    if n < 2:
        return NO_INTERVAL
    return around(mean, sqrt(max(variance, 0.0) / n), n - 1, confidence, "t")


def mean_t_from_counts(histogram: Mapping[int, int], confidence: float = 0.95) -> Interval:
    """Student interval of the mean of {integer value: count}, variance in exact integers."""
    n = sum(histogram.values())
    if n < 2:
        return NO_INTERVAL
    total = sum(value * count for value, count in histogram.items())
    squares = sum(value * value * count for value, count in histogram.items())
    return mean_t(n, total / n, (n * squares - total * total) / (n * (n - 1)), confidence)


def ratio_se(moments: Moments) -> float | None:
    """Linearised standard error of Σy/Σx over m clusters; None when it cannot be given (m < 2 or Σx = 0).

    sqrt(m/(m−1) · Σ(y−Rx)²) / Σx (Deng, Knoblich and Lu 2018). The sum of squares is taken in exact integers:
    its three terms nearly cancel when y follows x.
    """
    m, x, y = moments.n, moments.x, moments.y
    if m < 2 or x == 0:
        return None
    squares = moments.yy * x * x - 2 * x * y * moments.xy + y * y * moments.xx
    return sqrt(max(0, m * squares) / ((m - 1) * x**4))


def ratio_linearised(moments: Moments, confidence: float = 0.95) -> Interval:
    """R = Σy/Σx by clusters: linearised (delta) interval, Student with m − 1 degrees of freedom."""
    se = ratio_se(moments)
    if se is None:
        return NO_INTERVAL
    return around(moments.y / moments.x, se, moments.n - 1, confidence, "linearised")


def ratio_fieller(moments: Moments, confidence: float = 0.95) -> Interval:
    """R = Σy/Σx by clusters: Fieller's interval (1954), asymmetric and right when Σx is itself uncertain.

    "fieller-unbounded" without bounds when the denominator cannot be told from 0.
    """
    m, x, y = moments.n, moments.x, moments.y
    if m < 2 or x == 0:
        return NO_INTERVAL
    if ratio_se(moments) == 0:
        return Interval(None, None, "fieller-no-spread")
    factor = Fraction(t_of(confidence, m - 1)) ** 2 / (m - 1)
    lead = x * x - factor * (m * moments.xx - x * x)
    if lead <= 0:
        return Interval(None, None, "fieller-unbounded")
    middle = x * y - factor * (m * moments.xy - x * y)
    last = y * y - factor * (m * moments.yy - y * y)
    root = sqrt(max(0.0, float((middle * middle - lead * last) / (lead * lead))))
    return Interval(float(middle / lead) - root, float(middle / lead) + root, "fieller")


def poisson_exact(count: float, exposure: float, confidence: float = 0.95) -> Interval:
    """Exact interval of a rate count/exposure (Garwood 1936); zero events still have an upper bound."""
    if count < 0 or exposure < 0:
        raise DataError(
            Text(
                "a count and its exposure cannot be negative.",
                "un nombre et sa base ne peuvent pas être négatifs.",
            )
        )
    if not exposure:
        return NO_INTERVAL
    low, high = _poisson_limits(count, tail(confidence))
    return Interval(low / exposure, high / exposure, "poisson-exact")


def cost_per_unit_poisson(cost: float, count: int, confidence: float = 0.95) -> Interval:
    """Interval of cost/count: the cost is accounting, so only the count varies (exact Poisson limits)."""
    if not count:
        return NO_INTERVAL
    fewest, most = _poisson_limits(count, tail(confidence))
    low, high = sorted((cost / most, cost / fewest))
    return Interval(low, high, "poisson-exact")


def _poisson_limits(count: float, side: float) -> tuple[float, float]:
    from scipy.special import gammaincinv

    return float(gammaincinv(count, side)) if count else 0.0, float(gammaincinv(count + 1, 1 - side))
