"""Chance that does not depend on the order in which it is asked.

Each thing that exists (a customer, an order, a month of a customer) has a 64-bit key, and each question about it a
name. The answer is a hash of both (splitmix64, Steele, Lea, Flood 2014, OOPSLA), so that drawing by chunks of any
size, or drawing one table without the others, gives the same company.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Bools = NDArray[np.bool_]
type Keys = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST, _SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
_TO_UNIT = 2.0**-53


@cache
def _salt(name: str) -> np.uint64:
    return np.uint64(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "little"))


def _mixed(keys: Keys) -> Keys:
    """splitmix64's finaliser; sums wrap around 2⁶⁴ on purpose."""
    mixed = keys + _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return mixed ^ (mixed >> np.uint64(31))


@dataclass(frozen=True, slots=True)
class Chance:
    """One key a row; every draw is named, and the same name always gives the same numbers."""

    keys: Keys

    @classmethod
    def of(cls, seed: int, name: str, numbers: NDArray[Any]) -> Self:
        """The keys of things numbered in one family, under a seed."""
        base = _mixed(np.array([seed % 2**64], dtype=np.uint64) ^ _salt(name))
        return cls(_mixed(base ^ _mixed(numbers.astype(np.uint64))))

    def __len__(self) -> int:
        return len(self.keys)

    def __getitem__(self, rows: NDArray[Any]) -> "Chance":
        return Chance(self.keys[rows])

    def child(self, name: str, numbers: NDArray[Any] | int = 0) -> "Chance":
        """The keys of what belongs to each row: its order number k, its month m. Broadcasts, then flattens."""
        tags = _mixed(np.atleast_1d(np.asarray(numbers)).astype(np.uint64) ^ _salt(name))
        return Chance(_mixed(self.keys ^ tags))

    def uniform(self, name: str) -> Floats:
        """Uniform in ]0, 1[."""
        bits = _mixed(self.keys ^ _salt(name)) >> np.uint64(11)
        return (bits.astype(np.float64) + 0.5) * _TO_UNIT

    def normal(self, name: str) -> Floats:
        """Standard normal."""
        from scipy.special import ndtri

        return np.asarray(ndtri(self.uniform(name)), dtype=np.float64)

    def true(self, name: str, probability: Floats | float) -> Bools:
        """True with that probability."""
        return self.uniform(name) < probability

    def between(self, name: str, low: Ints | int, high: Ints | int) -> Ints:
        """A whole number in [low, high]."""
        span = np.asarray(high) - low + 1
        return np.asarray(low + np.floor(self.uniform(name) * span), dtype=np.int64)

    def pick(self, name: str, weights: Floats) -> Ints:
        """The index of one of the weights (a vector for all rows, or one line a row), by its share."""
        steps = np.cumsum(weights, axis=-1)
        drawn = self.uniform(name) * steps[..., -1]
        if steps.ndim == 1:
            found = np.searchsorted(steps, drawn, side="right")
        else:
            found = (drawn[:, None] >= steps).sum(axis=1)
        return np.asarray(np.minimum(found, steps.shape[-1] - 1), dtype=np.int64)

    def monthly(self, name: str, probability: Floats) -> "Occurrences":
        """At most one occurrence a row and month, month m with `probability[m]`; in order of row then month."""
        months = np.arange(len(probability))
        cells = Chance(
            np.ascontiguousarray(_mixed(self.keys[:, None] ^ _mixed(months.astype(np.uint64) ^ _salt(name))))
        )
        rows, found = np.nonzero(cells.uniform("occurs") < probability)
        return Occurrences(rows, found, Chance(cells.keys[rows, found]))


@dataclass(frozen=True, slots=True)
class Occurrences:
    """What happened: the row it happened to, the month, and a key of its own."""

    row: Ints
    month: Ints
    chance: Chance
