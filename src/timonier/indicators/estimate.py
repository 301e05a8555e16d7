"""An estimate: a figure that never travels without its interval, its n, its state and its definition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

type Direction = Literal["up", "down", "none"]
type Unit = Literal["points", "share", "score", "money", "days", "count", "per_1000", "ratio"]


class State(StrEnum):
    """What may be said of the value. None, suppressed and 0 are three different things."""

    OK = "ok"
    NOT_COMPUTABLE = "not_computable"  # nothing to divide by, no valid answer: value is None
    SUPPRESSED = "suppressed"  # too few people to publish: value is None
    IMMATURE = "immature"  # the period still runs, or its follow-up window has not passed


class Interval(NamedTuple):
    """Two-sided bounds in the same unit as the value; None = no bound can be given on that side."""

    low: float | None
    high: float | None
    method: str


NO_INTERVAL = Interval(None, None, "none")


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open: from `start` (included) to `end` (excluded), in days of the business calendar."""

    start: date
    end: date
    label: str = ""

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Estimate:
    """One figure. `value`, `low`, `high` are in `unit`: NPS in points, shares 0–1, money in `currency`, days.

    `n` counts the units of the denominator (respondents, orders, issues…); `n_eff` is n after weights or clusters,
    None where it has no meaning. `excluded` counts what was left out, by reason (missing, invalid, duplicate,
    test…). `detail` holds what the family adds (promoters, distribution, mean…).
    """

    indicator: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    n_eff: float | None = None
    unit: Unit = "ratio"
    direction: Direction = "none"
    state: State = State.OK
    method: str = "none"
    confidence: float = 0.95
    variant: str = "default"
    by: tuple[tuple[str, str | None], ...] = ()
    period: Period | None = None
    excluded: Mapping[str, int] = field(default_factory=dict)
    version: int = 1
    currency: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)

    @property
    def segment(self) -> dict[str, str | None]:
        """The breakdown that this figure belongs to, as a dict; empty for the whole."""
        return dict(self.by)
