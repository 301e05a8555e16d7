"""The additive parts that every figure is made of, and that rollups keep.

All are integers, so adding them in any order, over any partition, gives the same bits. Money enters in ten
thousandths of the currency (`MONEY_SCALE`), scores and shares as they are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

MONEY_SCALE = 10_000


@dataclass(frozen=True, slots=True)
class Moments:
    """n, Σx, Σy, Σx², Σxy, Σy² over units; every counted unit carries a numerator y and a denominator x."""

    n: int = 0
    x: int = 0
    y: int = 0
    xx: int = 0
    xy: int = 0
    yy: int = 0

    def __add__(self, other: "Moments") -> "Moments":
        return Moments(
            self.n + other.n,
            self.x + other.x,
            self.y + other.y,
            self.xx + other.xx,
            self.xy + other.xy,
            self.yy + other.yy,
        )

    @property
    def ratio(self) -> float | None:
        """Σy / Σx, exactly rounded; None when there is nothing to divide by."""
        return float(Fraction(self.y, self.x)) if self.x else None

    @classmethod
    def of(cls, units: Iterable[tuple[int, int]]) -> "Moments":
        """Moments of (y, x) pairs, one a unit."""
        n = x = y = xx = xy = yy = 0
        for unit_y, unit_x in units:
            n, x, y = n + 1, x + unit_x, y + unit_y
            xx, xy, yy = xx + unit_x * unit_x, xy + unit_x * unit_y, yy + unit_y * unit_y
        return cls(n, x, y, xx, xy, yy)


def merge_counts(parts: Iterable[Mapping[int, int]]) -> dict[int, int]:
    """Cell-wise sum of histograms, sorted by cell."""
    total: dict[int, int] = {}
    for part in parts:
        for cell, count in part.items():
            total[cell] = total.get(cell, 0) + count
    return dict(sorted(total.items()))
