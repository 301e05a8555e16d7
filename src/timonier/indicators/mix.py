"""Why a total moved: the figure of each segment, or the weight of the segments (Kitagawa 1955, symmetric form)."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple


class Sums(NamedTuple):
    """Σy and Σx of a segment: its figure is y/x, its weight x over the total of x."""

    y: float
    x: float


class Part(NamedTuple):
    """What one segment brings to the change of the total, by its own figure and by its weight."""

    within: float
    mix: float


class Split(NamedTuple):
    """delta = within + mix, in the unit of y/x; `parts` add up to both."""

    delta: float
    within: float
    mix: float
    parts: Mapping[str, Part]


def split(before: Mapping[str, Sums], after: Mapping[str, Sums]) -> Split | None:
    """Split of total(after) − total(before) by segment.

    None when a side has nothing to divide by, or a segment a numerator without denominator: its figure does not
    exist, so the parts would not add up to the change.

    within = Σ mean weight × change of figure; mix = Σ change of weight × (mean figure − mean total). A segment
    seen on one side only keeps its figure: it brings mix and nothing else.
    """
    total_before, total_after = _total(before), _total(after)
    orphan = any(part.y and not part.x for side in (before, after) for part in side.values())
    if orphan or total_before.x == 0 or total_after.x == 0:
        return None
    rate_before, rate_after = Fraction(total_before.y) / total_before.x, Fraction(total_after.y) / total_after.x
    middle = (rate_before + rate_after) / 2
    within: dict[str, Fraction] = {}
    mix: dict[str, Fraction] = {}
    for name in [*before, *(name for name in after if name not in before)]:
        old, new = _exact(before.get(name)), _exact(after.get(name))
        old_weight, new_weight = old.x / total_before.x, new.x / total_after.x
        figures = [part.y / part.x for part in (old, new) if part.x]
        if not figures:
            continue
        within[name] = (old_weight + new_weight) / 2 * (figures[-1] - figures[0])
        mix[name] = (new_weight - old_weight) * ((figures[0] + figures[-1]) / 2 - middle)
    parts = {name: Part(float(within[name]), float(mix[name])) for name in within}
    return Split(float(rate_after - rate_before), float(sum(within.values())), float(sum(mix.values())), parts)


class _Exact(NamedTuple):
    y: Fraction
    x: Fraction


def _exact(sums: Sums | None) -> _Exact:
    return _Exact(Fraction(sums.y), Fraction(sums.x)) if sums else _Exact(Fraction(), Fraction())


def _total(sums: Mapping[str, Sums]) -> _Exact:
    return _Exact(
        sum((Fraction(part.y) for part in sums.values()), Fraction()),
        sum((Fraction(part.x) for part in sums.values()), Fraction()),
    )
