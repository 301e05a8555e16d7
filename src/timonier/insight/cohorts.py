"""Who was active when: distinct, retained and lost customers, exactly.

Distinct customers do not add up over months; patterns of activity do. Each customer is one bit mask, a bit a
period; the histogram of masks answers every question about who came back, and the histograms of two segments
that share nobody add up to that of both.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_

from timonier.errors import UnknownName, UsageError
from timonier.indicators.intervals import wilson
from timonier.text import Text


@dataclass(frozen=True, slots=True)
class Retention:
    """Share of the active of one period that are active in a later one; None when nobody was there."""

    value: float | None
    low: float | None
    high: float | None
    method: str
    n: int
    retained: int
    lost: int


@dataclass(frozen=True, slots=True)
class Activity:
    """Customers by pattern of activity: bit i of a pattern = active in `periods[i]`."""

    periods: tuple[str, ...]
    patterns: Mapping[int, int]

    def __add__(self, other: "Activity") -> "Activity":
        """Two segments without a customer in common, over the same periods."""
        if self.periods != other.periods:
            raise UsageError(
                Text(
                    f"periods differ: {', '.join(self.periods)} and {', '.join(other.periods)}",
                    f"les périodes diffèrent : {', '.join(self.periods)} et {', '.join(other.periods)}",
                )
            )
        return Activity(self.periods, Counter(self.patterns) + Counter(other.patterns))

    def distinct(self, *periods: str) -> int:
        """Customers active in at least one of these periods; of all periods when none is named."""
        mask = self._mask(periods or self.periods)
        return sum(count for pattern, count in self.patterns.items() if pattern & mask)

    def retained(self, *periods: str) -> int:
        """Customers active in every one of these periods."""
        mask = self._mask(periods)
        return sum(count for pattern, count in self.patterns.items() if pattern & mask == mask)

    def lost(self, before: str, after: str) -> int:
        """Customers active in `before` and not in `after`."""
        return self.distinct(before) - self.retained(before, after)

    def retention(self, before: str, after: str, *, confidence: float = 0.95) -> Retention:
        """Retained / distinct of `before`, with its Wilson interval."""
        n, kept = self.distinct(before), self.retained(before, after)
        if n == 0:
            return Retention(None, None, None, "none", 0, 0, 0)
        bounds = wilson(kept, n, confidence=confidence)
        return Retention(kept / n, bounds.low, bounds.high, bounds.method, n, kept, n - kept)

    def _mask(self, periods: tuple[str, ...]) -> int:
        for name in periods:
            if name not in self.periods:
                known = ", ".join(self.periods)
                raise UnknownName(
                    Text(
                        f"unknown period {name!r}: one of {known}",
                        f"période inconnue {name!r} : l’une de {known}",
                    )
                )
        return reduce(or_, (1 << self.periods.index(name) for name in periods), 0)


def activity(active: Mapping[str, Iterable[Hashable]]) -> Activity:
    """Patterns of activity from the customers active in each period, in order of time; duplicates count once."""
    masks: dict[Hashable, int] = {}
    for bit, customers in enumerate(active.values()):
        for customer in customers:
            masks[customer] = masks.get(customer, 0) | 1 << bit
    return Activity(tuple(active), Counter(masks.values()))
