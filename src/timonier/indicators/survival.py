"""Durations of cases of which some are still open: Kaplan–Meier on integer durations, and the log-rank test.

S(t) is the share of cases not yet done at t; an open case counts as at risk up to its own duration, included.
A quantile p is the first t with S(t) ≤ 1 − p, decided in exact integers: in floating point a tie such as
S = 1/2 may be missed, and the median lost with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from timonier.errors import DataError
from timonier.indicators.critical import two_sided_normal, z_of
from timonier.indicators.estimate import NO_INTERVAL, Interval
from timonier.indicators.stats import merge_counts
from timonier.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NEAR = 1e-7  # far above the rounding of a product of millions of terms: nearer than this is settled exactly


class Durations(NamedTuple):
    """Cases by duration: {duration: count} of those done and of those still open."""

    events: Mapping[int, int]
    censored: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Survival:
    """One row an event time: `time`, cases `at_risk`, `events`, and S(t) with its Greenwood standard error.

    `se` is NaN where S is 0. `n` counts all cases.
    """

    n: int
    time: "NDArray[np.int64]"
    at_risk: "NDArray[np.int64]"
    events: "NDArray[np.int64]"
    survival: "NDArray[np.float64]"
    greenwood: "NDArray[np.float64]"

    @property
    def se(self) -> "NDArray[np.float64]":
        import numpy as np

        with np.errstate(invalid="ignore"):
            return self.survival * np.sqrt(self.greenwood)

    def at(self, duration: int) -> float:
        """S(duration): 1 before the first event."""
        import numpy as np

        row = int(np.searchsorted(self.time, duration, side="right")) - 1
        return float(self.survival[row]) if row >= 0 else 1.0


class Quantile(NamedTuple):
    """A duration, None when too many cases are open to reach it, and its interval."""

    value: float | None
    interval: Interval


class Band(NamedTuple):
    """Pointwise bounds of S(t), one a row of `Survival`; NaN where S is 0."""

    low: "NDArray[np.float64]"
    high: "NDArray[np.float64]"


def kaplan_meier(events: Mapping[int, int], censored: Mapping[int, int]) -> Survival:
    """Kaplan and Meier (1958) from {duration: count} of done and open cases; DataError on negative input."""
    import numpy as np

    done, open_ = _arrays(events), _arrays(censored)
    n = int(done[1].sum() + open_[1].sum())
    time, count = done
    gone_before = np.concatenate(([0], np.cumsum(count)[:-1])) if len(count) else count
    left_before = np.concatenate(([0], np.cumsum(open_[1])))[np.searchsorted(open_[0], time)]
    at_risk = n - gone_before - left_before
    with np.errstate(divide="ignore"):
        greenwood = np.cumsum(count / (at_risk * (at_risk - count).astype(np.float64)))
    return Survival(n, time, at_risk, count, np.cumprod((at_risk - count) / at_risk), greenwood)


def _arrays(counts: Mapping[int, int]) -> tuple[Any, Any]:
    import numpy as np

    kept = sorted((time, count) for time, count in counts.items() if count)
    if kept and (kept[0][0] < 0 or min(count for _, count in kept) < 0):
        raise DataError(
            Text(
                "durations and counts of cases cannot be negative.",
                "les durées et les nombres de cas ne peuvent pas être négatifs.",
            ),
            hint=Text(
                "Set aside the cases that end before they start.",
                "Écartez les cas qui finissent avant de commencer.",
            ),
        )
    table = np.array(kept, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def band(curve: Survival, confidence: float = 0.95) -> Band:
    """Log-log bounds of S(t) (Kalbfleisch and Prentice 1980): within 0–1, S^exp(±z·√Greenwood / log S)."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        shift = z_of(confidence) * np.sqrt(curve.greenwood) / np.log(curve.survival)
        return Band(curve.survival ** np.exp(-shift), curve.survival ** np.exp(shift))


def quantile(curve: Survival, probability: float, confidence: float = 0.95) -> Quantile:
    """First duration by which a share `probability` of cases is done; interval by inverting the log-log band.

    A bound is None where the band never comes down to 1 − `probability`: the follow-up is too short to say.
    """
    import numpy as np

    left = 1 - Fraction(str(probability))
    row = _first_at_most(curve, left)
    value = None if row is None else float(curve.time[row])
    if not len(curve.time):
        return Quantile(None, NO_INTERVAL)
    bounds = band(curve, confidence)
    # at S = 0 the band has no width to compute: the lower bound is then 0, the upper one unknown
    low = _first(curve, np.nan_to_num(bounds.low, nan=0.0) <= float(left))
    high = _first(curve, np.nan_to_num(bounds.high, nan=1.0) <= float(left))
    return Quantile(value, Interval(low if value is None or low is None else min(low, value), high, "log-log"))


def median(curve: Survival, confidence: float = 0.95) -> Quantile:
    """The duration by which half of the cases are done."""
    return quantile(curve, 0.5, confidence)


def _first(curve: Survival, reached: Any) -> float | None:
    return float(curve.time[reached.argmax()]) if reached.any() else None


def _first_at_most(curve: Survival, left: Fraction) -> int | None:
    """First row with S ≤ left: rows near a tie are settled by integers, the others by their float."""
    import numpy as np

    reached = curve.survival <= float(left)
    for row in np.flatnonzero(np.abs(curve.survival - float(left)) < NEAR):
        reached[row] = _at_most(curve, int(row), left)
    return int(reached.argmax()) if reached.any() else None


def _at_most(curve: Survival, row: int, left: Fraction) -> bool:
    at_risk, done = curve.at_risk[: row + 1].tolist(), curve.events[: row + 1].tolist()
    kept = _product([risk - event for risk, event in zip(at_risk, done, strict=True)])
    return kept * left.denominator <= left.numerator * _product(at_risk)


def _product(factors: list[int]) -> int:
    """Product by halves: big integers of like size multiply much faster than a big one by small ones."""
    while len(factors) > 1:
        factors = [
            factors[place] * factors[place + 1] if place + 1 < len(factors) else factors[place]
            for place in range(0, len(factors), 2)
        ]
    return factors[0] if factors else 1


class LogRank(NamedTuple):
    """Chi-square with one degree of freedom and its p-value; None when no event can tell the groups apart."""

    chi2: float | None
    p_value: float | None


def log_rank(first: Durations, second: Durations) -> LogRank:
    """Mantel's log-rank test (1966): do two groups share one survival? Hypergeometric variance."""
    import numpy as np

    pooled = _merge(first, second)
    whole, one = kaplan_meier(*pooled), kaplan_meier(*first)
    in_first = _at_risk(first, whole.time)
    done = np.zeros(len(whole.time))
    done[np.searchsorted(whole.time, one.time)] = one.events
    share = in_first / whole.at_risk
    spread = whole.events * share * (1 - share)
    several = whole.at_risk > 1
    tied = (whole.at_risk - whole.events)[several] / (whole.at_risk[several] - 1)
    variance = float((spread[several] * tied).sum())
    if variance == 0:
        return LogRank(None, None)
    gap = float((done - whole.events * share).sum())
    return LogRank(gap * gap / variance, two_sided_normal(gap / variance**0.5))


def _merge(first: Durations, second: Durations) -> Durations:
    return Durations(merge_counts([first.events, second.events]), merge_counts([first.censored, second.censored]))


def _at_risk(group: Durations, times: Any) -> Any:
    import numpy as np

    total = np.zeros(len(times))
    for times_of, count in (_arrays(group.events), _arrays(group.censored)):
        still = np.concatenate(([0], np.cumsum(count)))
        total += still[-1] - still[np.searchsorted(times_of, times)]
    return total
