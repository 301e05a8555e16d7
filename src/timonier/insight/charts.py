"""Control charts: has something changed, or is it noise?

- p chart: p̄ ± 3 √(p̄ q̄ / n_i); u chart: ū ± 3 √(ū / exposure_i); index chart: centre ± 3 SE_i (NPS and the
  like).
- Laney (2002): with large n the plain limits are too tight, because the true rate itself moves from day to
  day. They are multiplied by σ_z = mean |z_i − z_{i−1}| / 1.128, z_i the standardised points. Not the
  deviation of z.
- Tabular CUSUM and EWMA (Montgomery, Introduction to Statistical Quality Control, ch. 9): small lasting
  shifts.

Limits come from a named baseline, so that a drift does not widen them. Points without volume carry no value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from timonier.errors import DataError, UsageError
from timonier.insight.arrays import Floats, numbers, same_length, too_few
from timonier.text import Text

type ChartKind = Literal["p", "laney_p", "u", "laney_u", "index", "laney_index"]

MOVING_RANGE = 1.128  # mean range of two standard normal values, as printed in the tables of the trade


@dataclass(frozen=True, slots=True)
class ChartPoint:
    """One period: value and limits in the unit of the chart; all None when it has no volume."""

    value: float | None
    low: float | None
    high: float | None
    signal: bool


@dataclass(frozen=True, slots=True)
class ControlChart:
    """`value` is the centre line; `signals` the positions (from 0) beyond the limits; `n` the baseline's volume.

    `sigma_z` is Laney's factor, 1 on a plain chart.
    """

    value: float
    points: tuple[ChartPoint, ...]
    signals: tuple[int, ...]
    sigma_z: float
    method: ChartKind
    n: float


@dataclass(frozen=True, slots=True)
class CusumChart:
    """Sums in units of the data; a signal beyond `limit`, positions from 0."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]
    limit: float
    signals: tuple[int, ...]
    method: str
    n: int


@dataclass(frozen=True, slots=True)
class EwmaChart:
    """Smoothed points with their limits, exact from the first one on."""

    value: float
    points: tuple[ChartPoint, ...]
    signals: tuple[int, ...]
    method: str
    n: int


def p_chart(
    events: ArrayLike,
    totals: ArrayLike,
    *,
    laney: bool = False,
    width: float = 3.0,
    baseline: slice | None = None,
) -> ControlChart:
    """Chart of a share: `events` out of `totals`, per period. Limits stay in 0–1.

    Raises DataError when the baseline has no volume, or only events, or none.
    """
    x, n = _counts(events, totals)
    if (x > n).any():
        raise DataError(Text("there are more events than cases", "il y a plus d’événements que de cas"))
    within = baseline or slice(None)
    centre = _pooled(x[within], n[within])
    if centre >= 1:
        raise DataError(
            Text(
                "every case is an event: no limit can be drawn",
                "tous les cas sont des événements : aucune limite possible",
            )
        )
    return _chart(
        x, n, centre, lambda size: np.sqrt(centre * (1 - centre) / size),
        kind="laney_p" if laney else "p", width=width, within=within, ceiling=1.0,
    )  # fmt: skip


def u_chart(
    events: ArrayLike,
    exposure: ArrayLike,
    *,
    laney: bool = False,
    width: float = 3.0,
    baseline: slice | None = None,
) -> ControlChart:
    """Chart of events per unit of exposure (complaints per contact, say). The lower limit stays at 0 or above."""
    x, n = _counts(events, exposure)
    within = baseline or slice(None)
    centre = _pooled(x[within], n[within])
    return _chart(
        x, n, centre, lambda size: np.sqrt(centre / size),
        kind="laney_u" if laney else "u", width=width, within=within, ceiling=None,
    )  # fmt: skip


def index_chart(
    values: ArrayLike,
    standard_errors: ArrayLike,
    *,
    laney: bool = True,
    width: float = 3.0,
    baseline: slice | None = None,
) -> ControlChart:
    """Chart of an index with its own standard error per period (NPS in points). Periods must not overlap.

    The centre is the mean weighted by 1 / SE². A period without an answer: None in both columns.
    """
    y, se = numbers(values, "values", missing=True), numbers(standard_errors, "standard_errors", missing=True)
    same_length([y, se], ["values", "standard_errors"])
    if (se <= 0).any():
        raise DataError(
            Text(
                "a standard error of 0 gives no limit: use an adjusted one",
                "une erreur type nulle ne donne pas de limite : utilisez une erreur ajustée",
            )
        )
    within = baseline or slice(None)
    weights = np.where(np.isnan(y) | np.isnan(se), 0.0, 1 / se**2)
    total = float(weights[within].sum())
    if total == 0:
        raise _no_volume()
    centre = float(np.nansum((weights * y)[within]) / total)
    points = np.where(weights > 0, y, np.nan)
    return _assemble(
        points, se, centre, kind="laney_index" if laney else "index", width=width, within=within,
        bounds=(None, None), n=float((weights[within] > 0).sum()),
    )  # fmt: skip


def cusum(values: ArrayLike, *, target: float, sigma: float, k: float = 0.5, h: float = 5.0) -> CusumChart:
    """Tabular CUSUM: C⁺ = max(0, x − target − kσ + C⁺), C⁻ likewise below; signal beyond hσ. Never reset."""
    x = numbers(values, "values")
    _positive(sigma=sigma, h=h)
    upper, lower = np.zeros(len(x) + 1), np.zeros(len(x) + 1)
    for i, deviation in enumerate(x - target):
        upper[i + 1] = max(0.0, upper[i] + deviation - k * sigma)
        lower[i + 1] = max(0.0, lower[i] - deviation - k * sigma)
    beyond = (upper[1:] > h * sigma) | (lower[1:] > h * sigma)
    return CusumChart(
        tuple(upper[1:].tolist()), tuple(lower[1:].tolist()), h * sigma, _positions(beyond), "cusum", len(x)
    )


def ewma(values: ArrayLike, *, target: float, sigma: float, weight: float = 0.2, width: float = 2.962) -> EwmaChart:
    """EWMA z_i = λ x_i + (1 − λ) z_{i−1} from the target; limits width · σ √(λ / (2 − λ) (1 − (1 − λ)^{2i}))."""
    x = numbers(values, "values")
    _positive(sigma=sigma, width=width, weight=weight)
    if weight > 1:
        raise UsageError(Text("the weight must be at most 1", "le poids doit être au plus 1"))
    points, level = [], target
    for i, value in enumerate(x.tolist(), start=1):
        level = weight * value + (1 - weight) * level
        half = width * sigma * sqrt(weight / (2 - weight) * (1 - (1 - weight) ** (2 * i)))
        points.append(ChartPoint(level, target - half, target + half, abs(level - target) > half))
    signals = tuple(i for i, point in enumerate(points) if point.signal)
    return EwmaChart(target, tuple(points), signals, "ewma", len(x))


def _chart(
    x: Floats, n: Floats, centre: float, sigma: Callable[[Floats], Floats], *,
    kind: ChartKind, width: float, within: slice, ceiling: float | None,
) -> ControlChart:  # fmt: skip
    size = np.where(n > 0, n, np.nan)
    return _assemble(
        x / size, sigma(size), centre, kind=kind, width=width, within=within, bounds=(0.0, ceiling),
        n=float(n[within].sum()),
    )  # fmt: skip


def _assemble(
    values: Floats, sigmas: Floats, centre: float, *,
    kind: ChartKind, width: float, within: slice, bounds: tuple[float | None, float | None], n: float,
) -> ControlChart:  # fmt: skip
    _positive(width=width)
    factor = _laney_factor(((values - centre) / sigmas)[within]) if kind.startswith("laney") else 1.0
    half = width * factor * sigmas
    beyond = np.abs(values - centre) > half
    lows, highs = np.clip(centre - half, bounds[0], None), np.clip(centre + half, None, bounds[1])
    points = tuple(
        ChartPoint(None, None, None, signal=False)
        if np.isnan(value)
        else ChartPoint(float(value), float(low), float(high), bool(signal))
        for value, low, high, signal in zip(values, lows, highs, beyond, strict=True)
    )
    return ControlChart(centre, points, _positions(beyond), factor, kind, n)


def _laney_factor(z: Floats) -> float:
    z = z[~np.isnan(z)]
    if z.size < 3:
        raise too_few("baseline", int(z.size), 3)
    return float(np.abs(np.diff(z)).mean() / MOVING_RANGE)


def _counts(events: ArrayLike, totals: ArrayLike) -> tuple[Floats, Floats]:
    x, n = numbers(events, "events"), numbers(totals, "totals")
    same_length([x, n], ["events", "totals"])
    if (x < 0).any() or (n < 0).any() or (x[n == 0] > 0).any():
        raise DataError(
            Text(
                "counts are negative, or events have no volume",
                "effectifs négatifs, ou événements sans volume",
            )
        )
    return x, n


def _pooled(x: Floats, n: Floats) -> float:
    if n.sum() == 0:
        raise _no_volume()
    if x.sum() == 0:
        raise DataError(
            Text(
                "the baseline has no event: no limit can be drawn, take a longer one",
                "la période de référence n’a aucun événement : aucune limite possible, prenez-la plus longue",
            )
        )
    return float(x.sum() / n.sum())


def _no_volume() -> DataError:
    return DataError(Text("the baseline has no volume", "la période de référence n’a aucun volume"))


def _positions(flags: NDArray[np.bool_]) -> tuple[int, ...]:
    return tuple(int(i) for i in np.flatnonzero(flags))


def _positive(**settings: float) -> None:
    for name, value in settings.items():
        if not value > 0:
            raise UsageError(
                Text(f"{name} must be above 0, not {value}", f"{name} doit être supérieur à 0 et non {value}")
            )
