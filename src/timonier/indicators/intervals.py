"""Intervals of shares, means, ratios of sums and counts: two-sided, in the unit of the value, never NaN.

No unit at all, or too few to tell a spread, gives no bound (None) rather than a false certainty. A method of
the t family on a sample without any spread says so ("…-no-spread"): no width would claim what nobody knows.

The usual methods take columns (plural names), the one figure being a column of one.
"""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import nan, sqrt
from typing import NamedTuple

from timonier.errors import DataError
from timonier.indicators.bounds import Bounds, Floats, bounded, column
from timonier.indicators.critical import t_column, t_of, tail, z_of
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


def _wilson(x: Floats, n: Floats, z: float, method: str) -> Bounds:
    import numpy as np

    some = n > 0
    size = np.where(some, n, 1.0)
    centre, width = x + z * z / 2, z * np.sqrt(x * (size - x) / size + z * z / 4)
    total, share = size + z * z, x / size
    # the clamps only undo rounding: Wilson's bounds lie within 0–1 and around the share
    low = np.where(x == 0, 0.0, np.minimum(np.maximum(0.0, (centre - width) / total), share))
    high = np.where(x == n, 1.0, np.maximum(np.minimum(1.0, (centre + width) / total), share))
    return bounded(low, high, method, some)


def wilsons(x: Floats, n: Floats, confidence: float = 0.95) -> Bounds:
    """Wilson score intervals of the shares x/n (Wilson 1927); x and n may be rescaled to an effective size."""
    import numpy as np

    wrong = ~((x >= 0) & (x <= n))
    if wrong.any():
        row = int(np.argmax(wrong))
        _check(float(x[row]), float(n[row]))
    return _wilson(x, n, z_of(confidence), "wilson")


def wilson(x: float, n: float, confidence: float = 0.95) -> Interval:
    """The Wilson score interval of one share."""
    return wilsons(column(x), column(n), confidence).at(0)


def goodman(counts: Sequence[int], confidence: float = 0.95) -> tuple[Interval, ...]:
    """Simultaneous intervals of the shares of k classes (Goodman 1965), one a class, in the order given."""
    n = sum(counts)
    if n == 0:
        return (NO_INTERVAL,) * len(counts)
    z = z_of(1 - (1 - confidence) / len(counts))
    found = _wilson(column(counts), column([n] * len(counts)), z, "goodman")
    return tuple(found.at(row) for row in range(len(counts)))


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


def arounds(value: Floats, se: Floats, df: Floats, confidence: float, method: str) -> Bounds:
    """value ± t·se with `df` degrees of freedom; no bound when `se` is 0 (no spread was seen) or NaN (unknown)."""
    import numpy as np

    spread = se > 0
    width = t_column(confidence, np.where(spread, df, 1.0)) * se
    found = bounded(value - width, value + width, method, spread, f"{method}-no-spread")
    unknown = np.flatnonzero(np.isnan(se)).tolist()
    for row in unknown:
        found.methods[row] = NO_INTERVAL.method
    return found


def around(value: float, se: float, df: float, confidence: float, method: str) -> Interval:
    """The same for one value."""
    return arounds(column(value), column(se), column(df), confidence, method).at(0)


def mean_t(n: int, mean: float, variance: float, confidence: float = 0.95) -> Interval:
    """Student interval of a mean, from n, the mean and the variance with n − 1; needs two values."""
    if n < 2:
        return NO_INTERVAL
    return around(mean, sqrt(max(variance, 0.0) / n), n - 1, confidence, "t")


class _Mean(NamedTuple):
    """n, the mean and its standard error; NaN with fewer than two values."""

    n: int
    mean: float
    se: float


def _mean_of(histogram: Mapping[int, int]) -> _Mean:
    """Of {integer value: count}, the variance (with n − 1) in exact integers."""
    n = sum(histogram.values())
    if n < 2:
        return _Mean(n, nan, nan)
    total = sum(value * count for value, count in histogram.items())
    squares = sum(value * value * count for value, count in histogram.items())
    variance = (n * squares - total * total) / (n * (n - 1))
    return _Mean(n, total / n, sqrt(max(variance, 0.0) / n))


def means_t_from_counts(histograms: Iterable[Mapping[int, int]], confidence: float = 0.95) -> Bounds:
    """Student intervals of the means of {integer value: count}; each needs two values."""
    means = [_mean_of(one) for one in histograms]
    n, mean, se = (column([one[place] for one in means]) for place in range(3))
    return arounds(mean, se, n - 1, confidence, "t")


def mean_t_from_counts(histogram: Mapping[int, int], confidence: float = 0.95) -> Interval:
    """The same for one histogram."""
    return means_t_from_counts([histogram], confidence).at(0)


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


def ratios_linearised(moments: Sequence[Moments], confidence: float = 0.95) -> Bounds:
    """R = Σy/Σx by clusters: linearised (delta) intervals, Student with m − 1 degrees of freedom."""
    errors = [ratio_se(one) for one in moments]
    se = column([nan if one is None else one for one in errors])
    value = column([one.y / one.x if one.x else nan for one in moments])
    return arounds(value, se, column([one.n - 1 for one in moments]), confidence, "linearised")


def ratio_linearised(moments: Moments, confidence: float = 0.95) -> Interval:
    """The same for one ratio."""
    return ratios_linearised([moments], confidence).at(0)


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


def poissons_exact(count: Floats, exposure: Floats, confidence: float = 0.95) -> Bounds:
    """Exact intervals of rates count/exposure (Garwood 1936); zero events still have an upper bound."""
    import numpy as np

    if (count < 0).any() or (exposure < 0).any():
        raise DataError(
            Text(
                "a count and its exposure cannot be negative.",
                "un nombre et sa base ne peuvent pas être négatifs.",
            )
        )
    some = exposure > 0
    low, high = _poisson_limits(count, tail(confidence))
    base = np.where(some, exposure, 1.0)
    return bounded(low / base, high / base, "poisson-exact", some)


def poisson_exact(count: float, exposure: float, confidence: float = 0.95) -> Interval:
    """The same for one rate."""
    return poissons_exact(column(count), column(exposure), confidence).at(0)


def costs_per_unit_poisson(cost: Floats, count: Floats, confidence: float = 0.95) -> Bounds:
    """Intervals of cost/count: the cost is accounting, so only the count varies (exact Poisson limits)."""
    import numpy as np

    some = count > 0
    fewest, most = _poisson_limits(np.where(some, count, 1.0), tail(confidence))
    one, other = cost / most, cost / fewest
    return bounded(np.minimum(one, other), np.maximum(one, other), "poisson-exact", some)


def cost_per_unit_poisson(cost: float, count: int, confidence: float = 0.95) -> Interval:
    """The same for one cost."""
    return costs_per_unit_poisson(column(cost), column(count), confidence).at(0)


class _Limits(NamedTuple):
    low: Floats
    high: Floats


def _poisson_limits(count: Floats, side: float) -> _Limits:
    import numpy as np
    from scipy.special import gammaincinv

    low = np.where(count > 0, gammaincinv(np.where(count > 0, count, 1.0), side), 0.0)
    return _Limits(low, gammaincinv(count + 1, 1 - side))
