"""Intervals of a net share, promoters minus detractors over n, in shares −1..1 (× 100 for points).

Counts may be fractional (rescaled to an effective size). No answer gives no interval.
"""

from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from timonier.errors import DataError
from timonier.indicators.bounds import Bounds, Floats, bounded, column
from timonier.indicators.critical import z_of
from timonier.indicators.estimate import NO_INTERVAL, Interval
from timonier.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# pseudo-answers of the adjusted Wald method «AW(3, triangular)» (Rocks 2016): promoters, passives, detractors
ADDED = (0.75, 1.5, 0.75)

TOLERANCE = 1e-14


def unit_variance[N: (float, Floats)](promoters: N, passives: N, detractors: N) -> N:
    """Variance of one answer's −1/0/+1: p + d − (p − d)², with divisor n; n must be positive."""
    n, net = promoters + passives + detractors, promoters - detractors
    return (n * (promoters + detractors) - net * net) / (n * n)


class _Ends[N: (float, Floats)](NamedTuple):
    low: N
    high: N


class _Counts[N: (float, Floats)](NamedTuple):
    promoters: N
    passives: N
    detractors: N


def nps_wald(promoters: float, passives: float, detractors: float, confidence: float = 0.95) -> Interval:
    """D ± z·SE, not cut: an audit reference only (it may leave −1..1, and has no width when all agree)."""
    if not _total(promoters, passives, detractors):
        return NO_INTERVAL
    return Interval(*_wald(promoters, passives, detractors, z_of(confidence)), "wald")


def _wald[N: (float, Floats)](promoters: N, passives: N, detractors: N, z: float) -> _Ends[N]:
    n = promoters + passives + detractors
    width = z * (unit_variance(promoters, passives, detractors) / n) ** 0.5
    net = (promoters - detractors) / n
    return _Ends(net - width, net + width)


def adjusted[N: (float, Floats)](promoters: N, passives: N, detractors: N) -> _Counts[N]:
    """The three counts with the pseudo-answers of the adjusted Wald method added."""
    return _Counts(promoters + ADDED[0], passives + ADDED[1], detractors + ADDED[2])


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


def nps_scores(promoters: Floats, passives: Floats, detractors: Floats, confidence: float = 0.95) -> Bounds:
    """Score intervals (Tango 1998, «iterative» in Rocks 2016): within −1..1, around D, never of zero width."""
    import numpy as np

    n = promoters + passives + detractors
    least = np.minimum(np.minimum(promoters, passives), detractors)
    if (least < 0).any():
        raise _negative()
    some = n > 0
    size, z = np.where(some, n, 1.0), z_of(confidence)
    low, high = _lower(promoters, detractors, size, z), -_lower(detractors, promoters, size, z)
    return bounded(low, high, "score", some)


def nps_score(promoters: float, passives: float, detractors: float, confidence: float = 0.95) -> Interval:
    """The score interval of one net share."""
    return nps_scores(column(promoters), column(passives), column(detractors), confidence).at(0)


def score_variance(promoters: Floats, detractors: Floats, n: Floats, delta: Floats) -> Floats:
    """Variance of one answer at the net share `delta`, the rest at maximum likelihood (Tango)."""
    import numpy as np

    middle = (2 * n - promoters + detractors) * delta - promoters - detractors
    last = detractors * delta * (1 - delta)
    root = np.sqrt(np.maximum(0.0, middle * middle + 8 * n * last))
    # two forms of the same root: take the one that does not subtract near-equal numbers
    below = middle <= 0
    share = np.where(below, (root - middle) / (4 * n), 2 * last / np.where(below, 1.0, root + middle))
    return np.maximum(0.0, 2 * share + delta * (1 - delta))


def score_z(promoters: float, passives: float, detractors: float, delta: float) -> float | None:
    """Score statistic of «the net share is `delta`»; None without answers or when `delta` is impossible."""
    n = _total(promoters, passives, detractors)
    if not n:
        return None
    variance = float(score_variance(column(promoters), column(detractors), column(n), column(delta))[0])
    return ((promoters - detractors) / n - delta) / sqrt(variance / n) if variance > 0 else None


class _Excess(NamedTuple):
    """What is inverted: the squared statistic less z², whose root below the net share is the bound."""

    up: Floats
    down: Floats
    n: Floats
    z: float

    @property
    def net(self) -> Floats:
        return (self.up - self.down) / self.n

    def at(self, delta: Floats) -> Floats:
        """Positive where `delta` is rejected."""
        gap = self.net - delta
        return gap * gap - self.z * self.z / self.n * score_variance(self.up, self.down, self.n, delta)

    def of(self, rows: "NDArray[np.intp]") -> "_Excess":
        """Some of the rows."""
        return _Excess(self.up[rows], self.down[rows], self.n[rows], self.z)


def _lower(up: Floats, down: Floats, n: Floats, z: float) -> Floats:
    """The smallest net shares not rejected (the upper one is the mirror).

    A few secant steps from the adjusted Wald bound find the root of the excess of the squared statistic over z²;
    where they leave the interval or meet the trivial root at the estimate, bisection does.
    """
    import numpy as np

    bound = np.full(len(n), -1.0)
    inside = np.flatnonzero(down < n)
    excess = _Excess(up, down, n, z).of(inside)
    found = _secant(excess)
    lost = np.flatnonzero(np.isnan(found))
    if len(lost):
        found[lost] = _bisection(excess.of(lost))
    bound[inside] = found
    return bound


def _secant(excess: _Excess) -> Floats:
    """The roots that twelve steps find; NaN for the others."""
    import numpy as np

    up, down, n, net = excess.up, excess.down, excess.n, excess.net
    wald = _wald(*adjusted(up, n - up - down, down), excess.z)[0]
    first = np.minimum(np.maximum(wald, -1.0), net - TOLERANCE)
    one, other = first, np.where(first > -1.0, (first + net) / 2, -0.999)
    at_one, at_other = excess.at(one), excess.at(other)
    found, looking = np.full(len(n), np.nan), np.full(len(n), fill_value=True)
    for _ in range(12):
        slope = at_other - at_one
        looking &= slope != 0
        following = other - at_other * (other - one) / np.where(slope == 0, 1.0, slope)
        looking &= (following > -1.0) & (following < net - 1e-9 * (1 + np.abs(net)))
        near = looking & (np.abs(following - other) < TOLERANCE)
        found[near] = following[near]
        looking &= ~near
        if not looking.any():
            break
        following = np.where(looking, following, other)
        one, at_one, other, at_other = other, at_other, following, excess.at(following)
    return found


def _bisection(excess: _Excess) -> Floats:
    import numpy as np

    low, high = np.full(len(excess.n), -1.0), excess.net
    for _ in range(200):
        middle = (low + high) / 2
        moving = (middle != low) & (middle != high)
        if not moving.any():
            break
        above = excess.at(middle) > 0
        low, high = np.where(moving & above, middle, low), np.where(moving & ~above, middle, high)
    return low


def _total(promoters: float, passives: float, detractors: float) -> float:
    if min(promoters, passives, detractors) < 0:
        raise _negative()
    return promoters + passives + detractors


def _negative() -> DataError:
    return DataError(
        Text(
            "promoters, passives and detractors are counts: none may be negative.",
            "promoteurs, passifs et détracteurs sont des effectifs : aucun ne peut être négatif.",
        )
    )
