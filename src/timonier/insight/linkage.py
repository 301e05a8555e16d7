"""Does opinion go with behaviour: what customers said, against what they did next.

Give the behaviour that FOLLOWS the score (score at t, outcome in (t, t + window]); the other way round, the
answer describes the past. Customers who did not answer are a class of their own, outside the trend.

- Trend over ordered classes: Cochran–Armitage, T = Σ s(x − n p̄), χ² = T² / (p̄ q̄ (Σ n s² − (Σ n s)² / N)),
  1 df.
- Odds ratio against the lowest class, Wald interval on the logarithm; ½ added to each cell when one is empty.
- Spearman: Pearson on mid-ranks, interval of Bonett & Wright (2000) on Fisher's z.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import atanh, erfc, exp, log, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri, stdtr

from timonier.errors import DataError, UsageError
from timonier.indicators.intervals import wilson
from timonier.insight.arrays import Floats, check_confidence, numbers, same_length
from timonier.text import Text

ASSOCIATION = Text("association, not a cause", "association, pas une cause")


@dataclass(frozen=True, slots=True)
class ClassRate:
    """Share of a class that did the thing (0–1); None for an empty class."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    method: str
    n: int
    events: int


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """Odds of a class over those of the reference; None when one of the two is empty."""

    name: str
    reference: str
    value: float | None
    low: float | None
    high: float | None
    method: str
    n: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Cochran–Armitage over ordered classes: `value` is χ² on 1 df, None when every rate is 0 or every rate is 1.

    `slope` is the change of the share per class (weighted least squares).
    """

    value: float | None
    p_value: float | None
    slope: float | None
    method: str
    n: int


@dataclass(frozen=True, slots=True)
class Linkage:
    """Rates in the order given, then those of the classes set apart."""

    rates: tuple[ClassRate, ...]
    trend: Trend
    odds_ratios: tuple[OddsRatio, ...]
    n: int
    label: Text = ASSOCIATION


@dataclass(frozen=True, slots=True)
class RankCorrelation:
    """Spearman's ρ; None when a column is constant, no interval under 4 pairs."""

    value: float | None
    low: float | None
    high: float | None
    p_value: float | None
    method: str
    n: int
    excluded: int


def link(
    classes: Mapping[str, tuple[int, int]],
    *,
    apart: Mapping[str, tuple[int, int]] | None = None,
    confidence: float = 0.95,
) -> Linkage:
    """Rates, trend and odds ratios of (events, n) by class, classes from the worst to the best.

    `apart`: classes without a rank (did not answer), compared by odds ratio only. Raises DataError for
    counts that cannot be, UsageError for fewer than two classes.
    """
    check_confidence(confidence)
    if len(classes) < 2:
        raise UsageError(Text("at least two classes are needed", "il faut au moins deux classes"))
    every = {**classes, **(apart or {})}
    for name, (events, n) in every.items():
        _check_counts(name, events, n)
    reference, *others = every
    return Linkage(
        rates=tuple(_rate(name, events, n, confidence) for name, (events, n) in every.items()),
        trend=cochran_armitage([x for x, _ in classes.values()], [n for _, n in classes.values()]),
        odds_ratios=tuple(_odds_ratio(name, reference, every, confidence) for name in others),
        n=sum(n for _, n in every.values()),
    )


def cochran_armitage(events: Sequence[int], totals: Sequence[int], scores: Sequence[float] | None = None) -> Trend:
    """Trend of a share over ordered classes; `scores` default to 0, 1, 2…"""
    x, n = numbers(events, "events", at_least=2), numbers(totals, "totals")
    s = numbers(range(len(x)) if scores is None else scores, "scores")
    same_length([x, n, s], ["events", "totals", "scores"])
    if (x < 0).any() or (x > n).any():
        raise DataError(Text("events must be between 0 and n", "les événements doivent être entre 0 et n"))
    total = float(n.sum())
    rate = float(x.sum()) / total if total else 0.0
    spread = float(n @ s**2) - float(n @ s) ** 2 / total if total else 0.0
    if spread <= 0 or rate in {0.0, 1.0}:
        return Trend(None, None, None, "cochran_armitage", int(total))
    score = float(s @ (x - n * rate))
    chi2 = score**2 / (rate * (1 - rate) * spread)
    return Trend(chi2, erfc(sqrt(chi2 / 2)), score / spread, "cochran_armitage", int(total))


def odds_ratio(events: int, n: int, reference_events: int, reference_n: int, *, confidence: float = 0.95) -> OddsRatio:
    """Odds ratio of two classes, as `link` gives it."""
    _check_counts("class", events, n)
    _check_counts("reference", reference_events, reference_n)
    counts = {"reference": (reference_events, reference_n), "class": (events, n)}
    return _odds_ratio("class", "reference", counts, check_confidence(confidence))


def spearman(x: ArrayLike, y: ArrayLike, *, confidence: float = 0.95) -> RankCorrelation:
    """Rank correlation of two columns; pairs with a missing value are left out and counted."""
    check_confidence(confidence)
    left, right = numbers(x, "x", missing=True), numbers(y, "y", missing=True)
    same_length([left, right], ["x", "y"])
    whole = ~(np.isnan(left) | np.isnan(right))
    n, excluded = int(whole.sum()), int((~whole).sum())
    rho = _pearson(mid_ranks(left[whole]), mid_ranks(right[whole])) if n >= 2 else None
    if rho is None:
        return RankCorrelation(None, None, None, None, "spearman", n, excluded)
    low, high = _bonett_wright(rho, n, confidence)
    return RankCorrelation(rho, low, high, _rank_p_value(rho, n), "spearman_bonett_wright", n, excluded)


def mid_ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of their ranks."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last: NDArray[np.int64] = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[place], dtype=np.float64)


def _rate(name: str, events: int, n: int, confidence: float) -> ClassRate:
    if n == 0:
        return ClassRate(name, None, None, None, "none", 0, 0)
    bounds = wilson(events, n, confidence=confidence)
    return ClassRate(name, events / n, bounds.low, bounds.high, bounds.method, n, events)


def _odds_ratio(name: str, reference: str, counts: Mapping[str, tuple[int, int]], confidence: float) -> OddsRatio:
    (events, n), (base_events, base_n) = counts[name], counts[reference]
    if n == 0 or base_n == 0:
        return OddsRatio(name, reference, None, None, None, "none", n + base_n)
    cells = [events, n - events, base_events, base_n - base_events]
    empty = 0 in cells
    a, b, c, d = (cell + 0.5 if empty else float(cell) for cell in cells)
    centre = log(a * d / (b * c))
    half = float(ndtri((1 + confidence) / 2)) * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    method = "wald_log_haldane" if empty else "wald_log"
    return OddsRatio(name, reference, exp(centre), exp(centre - half), exp(centre + half), method, n + base_n)


def _pearson(x: Floats, y: Floats) -> float | None:
    dx, dy = x - x.mean(), y - y.mean()
    scale = float(dx @ dx) * float(dy @ dy)
    return max(-1.0, min(1.0, float(dx @ dy) / sqrt(scale))) if scale > 0 else None


def _bonett_wright(rho: float, n: int, confidence: float) -> tuple[float | None, float | None]:
    if n < 4:
        return None, None
    if abs(rho) == 1:
        return rho, rho
    half = float(ndtri((1 + confidence) / 2)) * sqrt((1 + rho**2 / 2) / (n - 3))
    return tanh(atanh(rho) - half), tanh(atanh(rho) + half)


def _rank_p_value(rho: float, n: int) -> float | None:
    """Two-sided, by Student's t on n − 2 degrees of freedom."""
    if n < 3:
        return None
    if abs(rho) == 1:
        return 0.0
    return float(2 * stdtr(n - 2, -abs(rho) * sqrt((n - 2) / (1 - rho**2))))


def _check_counts(name: str, events: int, n: int) -> None:
    if not 0 <= events <= n:
        raise DataError(
            Text(f"{events} events out of {n} cannot be", f"{events} événements sur {n} sont impossibles"),
            where=name,
        )
