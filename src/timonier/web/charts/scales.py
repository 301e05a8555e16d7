"""Axes whose ticks and labels we choose ourselves, so that charts and tables write numbers alike."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from timonier import formats

if TYPE_CHECKING:
    from timonier.indicators.estimate import Unit

NARROWEST = 1e-5
"""Values nearer than this, in their unit, are one value: ticks between them would read the same."""

LIMITS: dict[str, tuple[float, float]] = {"share": (0.0, 1.0), "points": (-100.0, 100.0)}


@dataclass(frozen=True, slots=True)
class Axis:
    """Round ticks around the values of one unit: `start`, `step`, and one label a tick."""

    start: float
    step: float
    labels: tuple[str, ...]

    @property
    def values(self) -> list[float]:
        return [self.start + place * self.step for place in range(len(self.labels))]

    @property
    def domain(self) -> list[float]:
        return [self.start, self.values[-1]]

    def channel(self, field: str, *, grid: bool = True) -> dict[str, Any]:
        """The encoding channel of `field` on this axis; labels are found by their place, not by a float."""
        place = f"round((datum.value - ({self.start!r})) / {self.step!r})"
        return {
            "field": field,
            "type": "quantitative",
            "scale": {"domain": self.domain, "nice": False, "zero": False},
            "axis": {"values": self.values, "labelExpr": f"{json.dumps(self.labels)}[{place}]", "grid": grid},
        }


def axis_of(values: Sequence[float | None], unit: "Unit", currency: str = "", *, about: int = 5) -> Axis:
    """An axis of about `about` ticks that covers the values (at least one of them is known, else 0 to 1)."""
    known = [value for value in values if value is not None and math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if high - low < max(abs(low), abs(high)) * 1e-6 + NARROWEST:
        least = {"share": 0.1, "days": 0.0 if high else 1.0}.get(unit, 1.0)
        margin = max(abs(high) * 0.1, least)
        low, high = low - margin, high + margin
    bounds = LIMITS.get(unit)
    if bounds:  # a share has no tick beyond 100 %
        low, high = max(low, min(bounds[0], *known)), min(high, max(bounds[1], *known))
    clock = formats.clock_of(high) if unit == "days" else formats.DAYS
    round_step = _round_step((high - low) * clock.a_day / about)
    step = round_step / clock.a_day
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    grain = formats.Grain(max(0, -math.floor(math.log10(round_step) + 1e-9)), clock)
    labels = tuple(tick(round(place * step, 12), unit, currency, grain) for place in range(first, last + 1))
    return Axis(round(first * step, 12), step, labels)


def _round_step(raw: float) -> float:
    """The smallest of 1, 2, 5 × 10ⁿ that is not below `raw`."""
    power = 10.0 ** math.floor(math.log10(raw))
    return next(round(part * power, 12) for part in (1, 2, 5, 10) if part * power >= raw * (1 - 1e-9))


def tick(value: float, unit: str, currency: str, grain: formats.Grain) -> str:
    """One label; the grain is that of the step."""
    decimals = grain.decimals
    if unit == "share":
        return formats.share(value, decimals=max(0, decimals - 2))
    if unit == "points":
        return formats.points(value, decimals=decimals)
    if unit == "money":
        return formats.money(value, currency=currency, decimals=decimals)
    if unit == "days":
        return formats.days(value, decimals=decimals, clock=grain.clock)
    return formats.number(value, decimals)
