"""How sure the parts of a split are: how far they would vary from one pair of samples to another (delta method).

Each side is a sample whose units fall into segments (their weights w vary together, as a multinomial of size n does)
and, within a segment, give its figure r with its own standard error. A part T(w, r) then has the variance

    Σ (∂T/∂r)² se²  +  (Σ w (∂T/∂w)² − (Σ w ∂T/∂w)²) / n

summed over the two sides, which are taken as independent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from timonier.indicators.critical import z_of
from timonier.indicators.difference import Difference
from timonier.indicators.mix import Sums

type Column = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a change: the sums of each segment, the standard error of its figure y/x, the size n of the sample.

    n is (Σx)²/Σx² over the units (Kish 1965), their number where each has x = 1; None where it is not known. What
    depends on an error or a size that is not known has no error.
    """

    sums: Mapping[str, Sums]
    errors: Mapping[str, float | None]
    n: float | None


class PartErrors(NamedTuple):
    """Standard errors of what one segment brings, or of all of them, in the unit of y/x; None where not known."""

    within: float | None
    mix: float | None
    total: float | None


def split_errors(before: Side, after: Side) -> tuple[PartErrors, Mapping[str, PartErrors]]:
    """The standard errors of `mix.split(before.sums, after.sums)`: of its two halves, and of each of its parts.

    A segment seen on one side only keeps its figure, as in the split: its own change is 0, without error.
    """
    names = [
        name
        for name in dict.fromkeys([*before.sums, *after.sums])
        if any(name in side.sums and side.sums[name].x for side in (before, after))
    ]
    slopes = _slopes(_columns(names, before), _columns(names, after))
    halves = [_error(sum(one.whole(kind) for one in slopes)) for kind in KINDS]
    by_segment = [sum((one.each(kind) for one in slopes), np.zeros(len(names))) for kind in KINDS]
    parts = {name: PartErrors(*(_error(float(kind[place])) for kind in by_segment)) for place, name in enumerate(names)}
    return PartErrors(*halves), parts


KINDS = ("within", "mix", "total")


@dataclass(frozen=True, slots=True)
class _Columns:
    """By segment: its weight, its figure (0 where it was not seen), the error of the figure (NaN when not known)."""

    weight: Column
    figure: Column
    error: Column
    n: float

    @property
    def total(self) -> float:
        return float(self.weight @ self.figure)


def _columns(names: Sequence[str], side: Side) -> _Columns:
    sums = [side.sums.get(name, Sums(0.0, 0.0)) for name in names]
    x = np.array([one.x for one in sums], dtype=float)
    figure = np.array([one.y / one.x if one.x else 0.0 for one in sums], dtype=float)
    error = np.array([np.nan if (se := side.errors.get(name)) is None else se for name in names], dtype=float)
    return _Columns(x / x.sum(), figure, np.where(x > 0, error, 0.0), side.n or np.nan)


@dataclass(frozen=True, slots=True)
class _Slopes:
    """On one side, how what each segment brings moves: with its own weight and figure, by its own change (`own`) and by
    its weight (`mix`); and against the figure of the whole, by `grown` × weight or figure of each segment.
    """

    side: _Columns
    own: tuple[Column, Column]
    mix: tuple[Column, Column]
    grown: Column

    def _here(self, kind: str) -> tuple[Column, Column]:
        if kind == "total":
            return self.own[0] + self.mix[0], self.own[1] + self.mix[1]
        return self.own if kind == "within" else self.mix

    def whole(self, kind: str) -> float:
        """The variance of the sum of all segments: changes of weight add up to 0, and the whole moves nothing."""
        by_weight, by_figure = self._here(kind)
        weight = self.side.weight
        figures = _times(by_figure, self.side.error)
        spread = float(weight @ by_weight**2) - float(weight @ by_weight) ** 2
        return float(figures @ figures) + _over(spread, self.side.n)

    def each(self, kind: str) -> Column:
        """The variance of each segment's part."""
        side, (by_weight, by_figure) = self.side, self._here(kind)
        grown = np.zeros(len(self.grown)) if kind == "within" else self.grown
        w, r, e = side.weight, side.figure, side.error
        known = np.where(np.isnan(e), 0.0, w * e)
        others = float(known @ known) if not np.isnan(w * e).any() else np.nan
        figures: Column = _times(by_figure, e) ** 2 - 2 * _times(by_figure * grown * w, e**2) + _times(grown**2, others)
        mean = w * by_weight - grown * side.total
        square = w * by_weight**2 - 2 * w * by_weight * grown * r + grown**2 * float(w @ r**2)
        spread = square - mean**2
        found: Column = figures + np.array([_over(float(one), side.n) for one in spread])
        return found


def _times(slope: Column, error: Column | float) -> Column:
    """What does not depend on an error needs not know it."""
    found: Column = np.where(slope == 0, 0.0, slope * error)
    return found


def _over(spread: float, n: float) -> float:
    return 0.0 if abs(spread) < 1e-15 else spread / n


def _slopes(before: _Columns, after: _Columns) -> tuple[_Slopes, _Slopes]:
    seen = [side.weight > 0 for side in (before, after)]
    both = (seen[0] & seen[1]).astype(float)
    weight = both * (before.weight + after.weight) / 2
    grown = after.weight - before.weight
    moved = both * (after.figure - before.figure)
    shares = [np.where(both > 0, 0.5, one.astype(float)) for one in seen]
    apart = shares[0] * before.figure + shares[1] * after.figure - (before.total + after.total) / 2
    first, second = (
        _Slopes(side, (moved / 2, sign * weight), (sign * apart, grown * share), grown / 2)
        for side, sign, share in ((before, -1.0, shares[0]), (after, 1.0, shares[1]))
    )
    return first, second


def _error(variance: float) -> float | None:
    return None if isnan(variance) else sqrt(max(0.0, variance))


def around(value: float, error: float | None, confidence: float) -> Difference:
    """value ± z × error, as a difference; without interval where the error is not known."""
    if error is None:
        return Difference(value)
    half = z_of(confidence) * error
    return Difference(value, value - half, value + half, method="delta")
