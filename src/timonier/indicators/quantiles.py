"""Quantiles of a histogram of integers, their order-statistic interval, and a seeded BCa bootstrap.

Quantiles are of type 7 (Hyndman and Fan 1996: linear between order statistics, as R and NumPy by default),
taken in exact fractions.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

from timonier.errors import DataError, UsageError
from timonier.indicators.critical import tail
from timonier.indicators.estimate import NO_INTERVAL, Interval
from timonier.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    type Floats = NDArray[np.float64]

REPLICATES = 2000
SEED = 20_260_101
GROUPS = 500  # beyond this many values the jackknife of BCa drops groups of them: its cost stays linear
BLOCK = 4_000_000  # resampled values held at once (32 MB)


class _Ranks:
    """Order statistics of a histogram: `at(k)` is the k-th smallest value, k from 0."""

    def __init__(self, histogram: Mapping[int, int]) -> None:
        self.values = sorted(value for value, count in histogram.items() if count)
        self.ends = list(accumulate(histogram[value] for value in self.values))
        self.n = self.ends[-1] if self.ends else 0

    def at(self, rank: int) -> int:
        return self.values[bisect_right(self.ends, rank)]

    def type7(self, probability: float) -> Fraction:
        place = (self.n - 1) * _exact(probability)
        below = place.numerator // place.denominator
        low, high = self.at(below), self.at(min(below + 1, self.n - 1))
        return low + (place - below) * (high - low)


def _exact(probability: float) -> Fraction:
    if not 0 <= probability <= 1:
        raise UsageError(
            Text(
                f"a quantile lies between 0 and 1, not {probability:g}.",
                f"un quantile se situe entre 0 et 1, et non {probability:g}.",
            ),
            hint=Text("For the 90th percentile, write 0.9.", "Pour le 90e centile, écrivez 0.9."),
        )
    return Fraction(str(probability))  # 0.9 means nine tenths, not its nearest binary


def quantile(histogram: Mapping[int, int], probability: float) -> float | None:
    """Type-7 quantile of {value: count}; None without values."""
    ranks = _Ranks(histogram)
    exact = _exact(probability)
    return float(ranks.type7(float(exact))) if ranks.n else None


def quantile_interval(histogram: Mapping[int, int], probability: float, confidence: float = 0.95) -> Interval:
    """Order statistics that hold the quantile with at least `confidence`, by the binomial law.

    A side is None when even the smallest (largest) value cannot hold it: too few values for that confidence.
    """
    from scipy.special import bdtr

    ranks = _Ranks(histogram)
    if not ranks.n:
        return NO_INTERVAL
    p, side, n = float(_exact(probability)), tail(confidence), ranks.n

    def below(count: int) -> float:
        return float(bdtr(count, n, p))  # chance that at most `count` values fall under the quantile

    first = bisect_right(range(n + 1), side, key=below) - 1
    last = bisect_left(range(n + 1), 1 - side, key=below)
    value = float(ranks.type7(probability))
    low = min(float(ranks.at(first)), value) if first >= 0 else None
    high = max(float(ranks.at(last)), value) if last < n else None
    return Interval(low, high, "order-statistics")


class Bootstrap(NamedTuple):
    """A statistic with its BCa interval, and what is needed to draw the very same samples again."""

    value: float | None
    interval: Interval
    replicates: int
    seed: int


def bootstrap_bca(
    values: "Floats",
    statistic: "Callable[[Floats], Floats]",
    confidence: float = 0.95,
    *,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> Bootstrap:
    """Bias-corrected and accelerated bootstrap (Efron 1987) of independent units.

    `values` has shape (units,) or (units, columns); `statistic` takes (..., units[, columns]) and reduces the
    axis of units, giving shape (...). DataError on values that are not finite.
    """
    import numpy as np

    data = np.asarray(values, dtype=np.float64)
    if not np.isfinite(data).all():
        raise DataError(Text("a bootstrap needs finite values only.", "un bootstrap n’accepte que des valeurs finies."))
    name = f"bca(B={replicates}, seed={seed})"
    if len(data) == 0:
        return Bootstrap(None, NO_INTERVAL, replicates, seed)
    value = float(statistic(data))
    if len(data) < 2:
        return Bootstrap(value, Interval(None, None, name), replicates, seed)
    drawn = _resample(data, statistic, replicates, seed)
    if drawn.min() == drawn.max():
        return Bootstrap(value, Interval(None, None, "bca-no-spread"), replicates, seed)
    low, high = _bca_bounds(drawn, value, _acceleration(data, statistic), tail(confidence))
    return Bootstrap(value, Interval(low, high, name), replicates, seed)


def _resample(data: Any, statistic: "Callable[[Floats], Floats]", replicates: int, seed: int) -> "Floats":
    import numpy as np

    generator = np.random.default_rng(seed)
    rows = max(1, BLOCK // data.size)
    sizes = [min(rows, replicates - start) for start in range(0, replicates, rows)]
    return np.concatenate([statistic(data[generator.integers(0, len(data), (size, len(data)))]) for size in sizes])


def _acceleration(data: Any, statistic: "Callable[[Floats], Floats]") -> float:
    import numpy as np

    groups = np.arange(len(data)) % min(len(data), GROUPS)
    left_out = np.array([float(statistic(data[groups != group])) for group in range(groups.max() + 1)])
    gap = left_out.mean() - left_out
    spread = float((gap**2).sum())
    return float((gap**3).sum()) / (6 * spread**1.5) if spread else 0.0


def _bca_bounds(drawn: "Floats", value: float, acceleration: float, side: float) -> tuple[float, float]:
    import numpy as np
    from scipy.special import ndtr, ndtri

    under = float((drawn < value).mean() + (drawn == value).mean() / 2)  # ties count half on each side
    edge = 0.5 / len(drawn)
    bias = float(ndtri(min(max(under, edge), 1 - edge)))
    low, high = (
        float(np.quantile(drawn, float(ndtr(bias + (bias + z) / (1 - acceleration * (bias + z))))))
        for z in (float(ndtri(side)), -float(ndtri(side)))
    )
    return min(low, value), max(high, value)
