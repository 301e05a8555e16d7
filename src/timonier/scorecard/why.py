"""Why a figure moved, by one dimension: the segments' own change, and the weight that each has in the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isclose
from typing import Literal, NamedTuple

from timonier.indicators.compare import NET_METHODS, SHARE_METHODS
from timonier.indicators.difference import Difference
from timonier.indicators.estimate import Estimate, State
from timonier.indicators.heterogeneity import heterogeneity
from timonier.indicators.mix import Part, Sums, split
from timonier.indicators.mix_margins import PartErrors, Side, around, split_errors
from timonier.indicators.standard_error import count_change_error, spread_like, standard_error
from timonier.scorecard.score import Line

OTHERS = "\x00others"
"""The segments that may not be shown, together: what is left of the whole once the others are taken away."""
COUNTED = NET_METHODS | SHARE_METHODS | {"t", "t-no-spread", "poisson-exact"}
MOSTLY = 0.4
"""Weights that bring this part of a change are said to make most of it."""
LEADING = 0.25
"""A segment that brings this part of a change, and half as much again as its place among equals, leads it."""

type Reason = Literal["segment", "weights", "alike", "unclear"]


class Moves(NamedTuple):
    """By its own figure, by its weight, in all: each with its interval, where one is known."""

    within: Difference
    mix: Difference
    total: Difference


@dataclass(frozen=True, slots=True)
class Why:
    """A change split by a dimension, in the unit of the figure. `p_value`: segments moving alike would show as much.

    `halves` are those of the change, `moves` what each segment brings: they add up to them.
    `reason` needs a p-value: call `judged` with the one corrected for the number of dimensions looked at.
    """

    dimension: str
    p_value: float | None
    halves: Moves
    moves: Mapping[str, Moves]

    @property
    def delta(self) -> float:
        """The change itself."""
        return self.halves.total.value or 0.0

    def brought(self, name: str) -> float:
        """What a segment brings to it."""
        return self.moves[name].total.value or 0.0

    @property
    def leader(self) -> str:
        """The segment that brings most of the change, in its direction."""
        sign = 1 if self.delta >= 0 else -1
        return max(self.moves, key=lambda name: (sign * self.brought(name), name))

    def judged(self, p_adjusted: float | None, level: float = 0.05) -> Reason:
        """What the change is mostly due to."""
        delta = abs(self.delta)
        if not delta:
            return "unclear"
        if p_adjusted is not None and p_adjusted < level:
            sign = 1 if self.delta > 0 else -1
            enough = max(LEADING, 1.5 / len(self.moves)) * delta
            leader = self.leader
            led = leader != OTHERS and sign * self.brought(leader) >= enough
            return "segment" if led and _sure(self.moves[leader].total) else "unclear"
        mix = self.halves.mix.value or 0.0
        if abs(mix) >= MOSTLY * delta and mix * self.delta > 0 and _sure(self.halves.mix):
            return "weights"
        return "alike"


def _sure(moved: Difference) -> bool:
    """Whether its interval leaves 0 out."""
    return moved.movement in ("up", "down")


def why(dimension: str, whole: Line, parts: Sequence[Line]) -> Why | None:
    """The change of `whole` split by its `parts`, a breakdown by `dimension` over the same two periods.

    None when a side has no figure, or the figure is no ratio of sums (a median, a survival): parts would not add up.
    """
    now, before = whole.estimate, whole.reference
    if before is None or len(parts) < 2:
        return None
    if now.unit == "count":
        found = _of_volumes(whole, parts)
    else:
        found = _of_ratios(before, now, {_name(line): (line.reference, line.estimate) for line in parts})
    if found is None:
        return None
    test = heterogeneity([line.difference for line in parts if line.difference is not None], now.confidence)
    halves = found.halves._replace(total=whole.difference or found.halves.total)  # the one shown beside the figure
    return Why(dimension, test.p_value, halves, found.moves)


def _name(line: Line) -> str:
    return line.estimate.by[-1][1] or ""


type Pairs = Mapping[str, tuple[Estimate | None, Estimate]]


class _Found(NamedTuple):
    halves: Moves
    moves: Mapping[str, Moves]


def _of_ratios(before: Estimate, now: Estimate, pairs: Pairs) -> _Found | None:
    sides = _both_sides(before, now, pairs)
    found = None if sides is None else split(*sides)
    if sides is None or found is None:
        return None
    first = _side(before, sides[0], {name: pair[0] for name, pair in pairs.items()})
    second = _side(now, sides[1], {name: pair[1] for name, pair in pairs.items()})
    halves, parts = split_errors(first, second)

    def moves(part: Part, errors: PartErrors) -> Moves:
        values = (part.within, part.mix, part.within + part.mix)
        return Moves(*(around(value, error, now.confidence) for value, error in zip(values, errors, strict=True)))

    brought = {name: moves(part, parts[name]) for name, part in found.parts.items()}
    return _Found(moves(Part(found.within, found.mix), halves), brought)


def _both_sides(before: Estimate, now: Estimate, pairs: Pairs) -> tuple[dict[str, Sums], dict[str, Sums]] | None:
    """The sums of the segments on each side, the hidden ones as one; None when they are not those of the whole."""
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
    return old, new


def _side(whole: Estimate, sums: Mapping[str, Sums], shown: Mapping[str, Estimate | None]) -> Side:
    """With the error of each figure; that of hidden segments, or of one without an error of its own, is as if its
    units varied as those of the whole do.
    """
    spread, total = standard_error(whole), sum(one.x for one in sums.values())
    known = {name: standard_error(one) for name in sums if (one := shown.get(name)) is not None}
    errors = {
        name: spread_like(spread, total, one.x) if (error := known.get(name)) is None else error
        for name, one in sums.items()
    }
    size = whole.detail.get("x_size", whole.n)
    return Side(sums, errors, float(size) if isinstance(size, int | float) else None)


def _sums(estimate: Estimate | None) -> Sums | None:
    """Σy and Σx behind a figure, in its unit; zeros where nobody counts; None when hidden or not a ratio of sums."""
    if estimate is None:
        return Sums(0.0, 0.0)
    if _hidden(estimate):
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


def _of_volumes(whole: Line, lines: Sequence[Line]) -> _Found | None:
    """A volume is the sum of its segments': each brings its own change, and weights bring nothing.

    Segments hidden on one side go together, as in a ratio.
    """
    before, now = whole.reference, whole.estimate
    if before is None or before.value is None or now.value is None:
        return None
    delta = now.value - before.value
    shown = [line for line in lines if not any(map(_hidden, (line.estimate, line.reference)))]
    own = {_name(line): line.difference or Difference(None) for line in shown}
    moved = {_name(line): _value(line.estimate) - _value(line.reference) for line in shown}
    rest = delta - sum(moved.values())
    total = replace(whole.difference or Difference(None), value=delta)
    if abs(rest) > 1e-9:
        after, earlier = (
            _value(side) - sum(map(_value, sides))
            for side, sides in ((now, [one.estimate for one in shown]), (before, [one.reference for one in shown]))
        )
        moved[OTHERS] = rest
        own[OTHERS] = around(rest, count_change_error(after, earlier), now.confidence)
    moves = {name: _own_only(replace(one, value=moved[name])) for name, one in own.items()}
    return _Found(_own_only(total), moves)


def _hidden(one: Estimate | None) -> bool:
    return one is not None and one.state == State.SUPPRESSED


def _value(one: Estimate | None) -> float:
    return (one.value if one else None) or 0.0


def _own_only(own: Difference) -> Moves:
    return Moves(own, Difference(0.0), own)
