"""Why a figure moved, by one dimension: the segments' own change, and the weight that each has in the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Literal

from timonier.indicators.compare import NET_METHODS, SHARE_METHODS
from timonier.indicators.estimate import Estimate, State
from timonier.indicators.heterogeneity import heterogeneity
from timonier.indicators.mix import Part, Split, Sums, split
from timonier.scorecard.score import Line

OTHERS = "\x00others"
"""The segments that may not be shown, together: what is left of the whole once the others are taken away."""
COUNTED = NET_METHODS | SHARE_METHODS | {"t", "poisson-exact"}
MOSTLY = 0.4
"""Weights that bring this part of a change are said to make most of it."""
LEADING = 0.25
"""A segment that brings this part of a change, and half as much again as its place among equals, leads it."""

type Reason = Literal["segment", "weights", "alike", "unclear"]


@dataclass(frozen=True, slots=True)
class Why:
    """A change split by a dimension, in the unit of the figure. `p_value`: segments moving alike would show as much.

    `reason` needs a p-value: call `judged` with the one corrected for the number of dimensions looked at.
    """

    dimension: str
    split: Split
    p_value: float | None

    @property
    def leader(self) -> str:
        """The segment that brings most of the change, in its direction."""
        sign = 1 if self.split.delta >= 0 else -1
        return max(self.split.parts, key=lambda name: (sign * _brought(self.split.parts[name]), name))

    def judged(self, p_adjusted: float | None, level: float = 0.05) -> Reason:
        """What the change is mostly due to."""
        delta = abs(self.split.delta)
        if not delta:
            return "unclear"
        if p_adjusted is not None and p_adjusted < level:
            sign = 1 if self.split.delta > 0 else -1
            enough = max(LEADING, 1.5 / len(self.split.parts)) * delta
            led = self.leader != OTHERS and sign * _brought(self.split.parts[self.leader]) >= enough
            return "segment" if led else "unclear"
        if abs(self.split.mix) >= MOSTLY * delta and self.split.mix * self.split.delta > 0:
            return "weights"
        return "alike"


def _brought(part: Part) -> float:
    return part.within + part.mix


def why(dimension: str, whole: Line, parts: Sequence[Line]) -> Why | None:
    """The change of `whole` split by its `parts`, a breakdown by `dimension` over the same two periods.

    None when a side has no figure, or the figure is no ratio of sums (a median, a survival): parts would not add up.
    """
    now, before = whole.estimate, whole.reference
    if before is None or len(parts) < 2:
        return None
    pairs = {_name(line): (line.reference, line.estimate) for line in parts}
    found = _of_volumes(before, now, pairs) if now.unit == "count" else _of_ratios(before, now, pairs)
    if found is None:
        return None
    test = heterogeneity([line.difference for line in parts if line.difference is not None], now.confidence)
    return Why(dimension, found, test.p_value)


def _name(line: Line) -> str:
    return line.estimate.by[-1][1] or ""


type Pairs = Mapping[str, tuple[Estimate | None, Estimate]]


def _of_ratios(before: Estimate, now: Estimate, pairs: Pairs) -> Split | None:
    sides = [_sums(before), _sums(now)]
    if sides[0] is None or sides[1] is None:
        return None
    old: dict[str, Sums] = {}
    new: dict[str, Sums] = {}
    for name, (then, today) in pairs.items():
        one, other = _sums(then), _sums(today)
        if one is not None and other is not None:
            old[name], new[name] = one, other
    shown = [old, new]
    left = [_left(whole, list(side.values())) for whole, side in zip(sides, shown, strict=True) if whole is not None]
    if any(one is None for one in left):
        return None
    if len(old) < len(pairs):
        for side, rest in zip(shown, left, strict=True):
            if rest is not None:
                side[OTHERS] = rest
    elif any(rest is not None and rest.x for rest in left):
        return None
    return split(old, new)


def _sums(estimate: Estimate | None) -> Sums | None:
    """Σy and Σx behind a figure, in its unit; zeros where nobody counts; None when hidden or not a ratio of sums."""
    if estimate is None:
        return Sums(0.0, 0.0)
    if estimate.state == State.SUPPRESSED:
        return None
    if estimate.value is None:
        return Sums(0.0, 0.0) if not estimate.n else None
    total = estimate.detail.get("sum")
    if isinstance(total, int | float) and not isclose(total, estimate.value * estimate.n, rel_tol=1e-9, abs_tol=1e-9):
        return Sums(float(total), total / estimate.value) if estimate.value else None
    additive = estimate.method in COUNTED or isinstance(total, int | float)
    return Sums(estimate.value * estimate.n, float(estimate.n)) if additive else None


def _left(whole: Sums, shown: Sequence[Sums]) -> Sums | None:
    """What the segments shown leave of the whole; None when they hold more than it does: they overlap."""
    x, y = whole.x - sum(one.x for one in shown), whole.y - sum(one.y for one in shown)
    if x < -1e-9 * max(1.0, whole.x):
        return None
    if x <= 1e-9 * max(1.0, whole.x):
        return Sums(0.0, 0.0) if abs(y) <= 1e-6 * max(1.0, abs(whole.y)) else None
    return Sums(y, x)


def _of_volumes(before: Estimate, now: Estimate, pairs: Pairs) -> Split | None:
    """A volume is the sum of its segments': each brings its own change, and weights bring nothing."""
    if before.value is None or now.value is None:
        return None
    parts = {
        name: Part((today.value or 0.0) - ((then.value if then else 0.0) or 0.0), 0.0)
        for name, (then, today) in pairs.items()
    }
    delta = now.value - before.value
    rest = delta - sum(part.within for part in parts.values())
    if abs(rest) > 1e-9:
        parts[OTHERS] = Part(rest, 0.0)
    return Split(delta, delta, 0.0, parts)
