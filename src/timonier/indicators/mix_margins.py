"""How sure the parts of a split are: how far they would vary from one pair of samples to another (delta method).

Each side is a sample of n units that fall into segments (their weights w vary together, as a multinomial does) and
that, within a segment, give its figure r with its own standard error. A part T(w, r) then has the variance

    Σ (∂T/∂r)² se²  +  (Σ w (∂T/∂w)² − (Σ w ∂T/∂w)²) / n

summed over the two sides, which are taken as independent.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    """One side of a change: the sums of each segment, the standard error of its figure y/x, n units in all.

    None where an error is not known: what depends on it has none either.
    """

    sums: Mapping[str, Sums]
    errors: Mapping[str, float | None]
    n: float


class PartErrors(NamedTuple):
    """Standard errors of what one segment brings, or of all of them, in the unit of y/x; None where not known."""

    within: float | None = None
    mix: float | None = None
    total: float | None = None


NOT_KNOWN = PartErrors()


def split_errors(before: Side, after: Side) -> tuple[PartErrors, Mapping[str, PartErrors]]:
    """The standard errors of `mix.split(before.sums, after.sums)`: of its two halves, and of each of its parts.

    A segment seen on one side only keeps its figure, as in the split: its own change is 0, without error.
    """
    names = [
        name
        for name in dict.fromkeys([*before.sums, *after.sums])
        if any(name in side.sums and side.sums[name].x for side in (before, after))
    ]
    pair = _Pair(_columns(names, before), _columns(names, after))
    parts = {name: _errors(pair, list(pair.slopes(place))) for place, name in enumerate(names)}
    return _errors(pair, list(pair.slopes_of_halves())), parts


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


def _columns(names: list[str], side: Side) -> _Columns:
    sums = [side.sums.get(name, Sums(0.0, 0.0)) for name in names]
    x = np.array([one.x for one in sums], dtype=float)
    figure = np.array([one.y / one.x if one.x else 0.0 for one in sums], dtype=float)
    error = np.array([np.nan if (se := side.errors.get(name)) is None else se for name in names], dtype=float)
    return _Columns(x / x.sum(), figure, np.where(x > 0, error, 0.0), side.n)


class _Slopes(NamedTuple):
    """On one side: how a part moves with each weight and each figure, its own half then that of the weights."""

    own: tuple[Column, Column]
    weights: tuple[Column, Column]


class _Pair:
    def __init__(self, before: _Columns, after: _Columns) -> None:
        self.sides = (before, after)
        seen = [side.weight > 0 for side in self.sides]
        self.both = (seen[0] & seen[1]).astype(float)
        self.weight = self.both * (before.weight + after.weight) / 2
        self.grown = after.weight - before.weight
        self.moved = self.both * (after.figure - before.figure)
        self.shares = [np.where(self.both > 0, 0.5, one.astype(float)) for one in seen]
        middle = self.shares[0] * before.figure + self.shares[1] * after.figure
        self.apart = middle - (before.total + after.total) / 2

    def slopes_of_halves(self) -> Iterator[_Slopes]:
        """Of the change by figures and of the change by weights, over all segments: changes of weight add up to 0."""
        for sign, share in zip((-1.0, 1.0), self.shares, strict=True):
            yield _Slopes((self.moved / 2, sign * self.weight), (sign * self.apart, self.grown * share))

    def slopes(self, place: int) -> Iterator[_Slopes]:
        """The same of one segment."""
        here = np.zeros(len(self.both))
        here[place] = 1.0
        for one, side in zip(self.slopes_of_halves(), self.sides, strict=True):
            grown = float(self.grown[place]) / 2
            against_total = (here * one.weights[0] - grown * side.figure, here * one.weights[1] - grown * side.weight)
            yield _Slopes((here * one.own[0], here * one.own[1]), against_total)


def _errors(pair: _Pair, slopes: Sequence[_Slopes]) -> PartErrors:
    """Standard errors of the two halves and of their sum."""
    both = [(one.own[0] + one.weights[0], one.own[1] + one.weights[1]) for one in slopes]
    return PartErrors(
        _error(pair, [one.own for one in slopes]), _error(pair, [one.weights for one in slopes]), _error(pair, both)
    )


def _error(pair: _Pair, slopes: Sequence[tuple[Column, Column]]) -> float | None:
    variance = sum(_variance(side, *one) for side, one in zip(pair.sides, slopes, strict=True))
    return None if isnan(variance) else sqrt(max(0.0, variance))


def _variance(side: _Columns, by_weight: Column, by_figure: Column) -> float:
    figures = np.where(by_figure == 0, 0.0, by_figure * side.error)
    mean = float(side.weight @ by_weight)
    return float(figures @ figures) + (float(side.weight @ by_weight**2) - mean**2) / side.n


def error_left(whole: float | None, parts: Iterable[float | None]) -> float | None:
    """The error of what is left of a sum of independent parts; None where one is missing or nothing is left."""
    known = list(parts)
    if whole is None or any(one is None for one in known):
        return None
    left = whole**2 - sum(one**2 for one in known if one is not None)
    return sqrt(left) if left > 0 else None


def error_of_the_rest(whole: float | None, side: Side, name: str) -> float | None:
    """The error of the figure of segment `name`, from those of the other segments and of the figure of the whole."""
    names = [one for one, sums in side.sums.items() if sums.x]
    if name not in names:
        return None
    columns = _columns(names, side)
    between = float(columns.weight @ columns.figure**2) - columns.total**2
    weights = dict(zip(names, map(float, columns.weight), strict=True))
    errors = [None if (se := side.errors[one]) is None else weights[one] * se for one in names if one != name]
    left = error_left(whole, [*errors, sqrt(max(0.0, between) / side.n)])
    return None if left is None else left / weights[name]


def around(value: float, error: float | None, confidence: float) -> Difference:
    """value ± z × error, as a difference; without interval where the error is not known."""
    if error is None:
        return Difference(value)
    half = z_of(confidence) * error
    return Difference(value, value - half, value + half, method="delta")
