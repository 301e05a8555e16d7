"""Intervals of many figures at once, by column. One figure is a column of one: a formula is written once."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from timonier.indicators.estimate import NO_INTERVAL, Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# aliases are lazy: numpy is imported by what computes, never by what only names these
type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Flags = NDArray[np.bool_]


class Bounds(NamedTuple):
    """Low and high bounds, NaN where there is none, and the method of each; in the unit of the value."""

    low: Floats
    high: Floats
    methods: list[str]

    def at(self, row: int) -> Interval:
        """The interval of one row."""
        return Interval(known(self.low[row : row + 1])[0], known(self.high[row : row + 1])[0], self.methods[row])

    def scaled(self, change: "Callable[[Floats], Floats]") -> "Bounds":
        """The same intervals in another unit."""
        return Bounds(change(self.low), change(self.high), self.methods)


def bounded(low: Floats, high: Floats, method: str, given: Flags, otherwise: str = NO_INTERVAL.method) -> Bounds:
    """The bounds by `method` where `given`; elsewhere none, for the reason `otherwise`."""
    import numpy as np

    methods = [method if one else otherwise for one in given.tolist()]
    return Bounds(np.where(given, low, np.nan), np.where(given, high, np.nan), methods)


def gathered(intervals: Iterable[Interval]) -> Bounds:
    """Intervals computed one by one, as columns."""
    import numpy as np

    rows = list(intervals)
    low, high = (np.array([one[side] for one in rows], dtype=np.float64) for side in (0, 1))
    return Bounds(low, high, [one.method for one in rows])


def column(value: Any) -> Floats:
    """A number as a column of one; a column as it is, in floats."""
    import numpy as np

    return np.atleast_1d(np.asarray(value, dtype=np.float64))


def known(values: Floats) -> list[float | None]:
    """A column as Python numbers, None where it is NaN."""
    import numpy as np

    found: list[float | None] = values.tolist()
    for row in np.flatnonzero(np.isnan(values)).tolist():
        found[row] = None
    return found
