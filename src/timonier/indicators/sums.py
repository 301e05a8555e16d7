"""The additive parts of many figures, by column: one row a figure (a period and a segment).

A mapping from key to `Stat`, for what reads one figure at a time; formulas that work by column read the arrays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from timonier.indicators.bounds import Flags, Ints
from timonier.indicators.definition import Stat, WeightedCell
from timonier.indicators.stats import Moments

if TYPE_CHECKING:
    from numpy.typing import NDArray

type Key = tuple[int, tuple[str | None, ...]]
type Stats = Mapping[Key, Stat]

_SAFE = 1 << 62


@dataclass(frozen=True, eq=False)
class Sums(Mapping[Key, Stat]):
    """`row`, `cell` and `units`: how many units of each figure are in each cell, sorted, each pair once.

    `excluded` counts what was left out, by reason then figure. `moments` is empty when no figure has any, `last_day`
    when nothing waits for it.
    """

    keys_of: tuple[Key, ...]
    row: Ints
    cell: Ints
    units: Ints
    excluded: Mapping[str, Ints] = field(default_factory=dict)
    moments: Sequence[Moments] = ()
    last_day: Sequence[date | None] = ()
    weighted: Mapping[int, list[WeightedCell]] = field(default_factory=dict)

    @classmethod
    def of(cls, stats: Sequence[Stat]) -> "Sums":
        """Parts held one by one, as columns, numbered in their order."""
        import numpy as np

        cells = [(row, *pair) for row, stat in enumerate(stats) for pair in sorted(stat.counts.items())]
        table = np.array(cells, dtype=np.int64).reshape(-1, 3)
        reasons = dict.fromkeys(reason for stat in stats for reason in stat.excluded)
        return cls(
            tuple((row, ()) for row in range(len(stats))),
            table[:, 0],
            table[:, 1],
            table[:, 2],
            {reason: np.array([stat.excluded.get(reason, 0) for stat in stats]) for reason in reasons},
            [stat.moments for stat in stats],
            [stat.last_day for stat in stats],
            {row: stat.weighted for row, stat in enumerate(stats)},
        )

    def __getitem__(self, key: Key) -> Stat:
        return self.stat(self.places[key])

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys_of)

    def __len__(self) -> int:
        return len(self.keys_of)

    @cached_property
    def places(self) -> Mapping[Key, int]:
        """The row of each key."""
        return {key: row for row, key in enumerate(self.keys_of)}

    @cached_property
    def histograms(self) -> list[dict[int, int]]:
        """The counts of each figure by cell, in the order of the cells."""
        import numpy as np

        ends = np.searchsorted(self.row, np.arange(len(self) + 1)).tolist()
        cells, units = self.cell.tolist(), self.units.tolist()
        return [dict(zip(cells[start:end], units[start:end], strict=True)) for start, end in pairwise(ends)]

    @cached_property
    def left_out(self) -> list[dict[str, int]]:
        """What was left out of each figure, by reason in alphabetical order."""
        found: list[dict[str, int]] = [{} for _ in range(len(self))]
        for reason, counts in sorted(self.excluded.items()):
            for out, count in zip(found, counts.tolist(), strict=True):
                if count:
                    out[reason] = count
        return found

    def moments_of(self, row: int) -> Moments:
        return self.moments[row] if self.moments else Moments()

    def stat(self, row: int) -> Stat:
        """The parts of one figure."""
        return Stat(
            dict(self.histograms[row]),
            self.weighted.get(row, []),
            self.moments_of(row),
            dict(self.left_out[row]),
            self.last_day[row] if self.last_day else None,
        )

    def total(self, chosen: "Flags | None" = None, value: "Ints | None" = None) -> Ints:
        """The units of each figure in the `chosen` cells (all by default), each worth `value` (1 by default)."""
        each = self.units if value is None else self.units * value
        return add_up(self.row, each if chosen is None else each * chosen, len(self))

    def over(self, keys: Sequence[Key]) -> "Sums":
        """The same with one row for each of `keys`, which hold all those that there are; absent ones are empty."""
        import numpy as np

        if self.keys_of == tuple(keys):
            return self
        places = {key: row for row, key in enumerate(keys)}
        moved = np.array([places[key] for key in self.keys_of], dtype=np.int64)
        row = moved[self.row]
        order = np.argsort(row, kind="stable")  # within a row, cells stay sorted

        def spread[T](values: Sequence[T], empty: T) -> list[T]:
            found = [empty] * len(keys)
            for place, value in zip(moved.tolist(), values, strict=True):
                found[place] = value
            return found

        excluded = {reason: add_up(moved, counts, len(keys)) for reason, counts in self.excluded.items()}
        return Sums(
            tuple(keys),
            row[order],
            self.cell[order],
            self.units[order],
            excluded,
            spread(self.moments, Moments()) if self.moments else (),
            spread(self.last_day, None) if self.last_day else (),
            {int(moved[place]): weighted for place, weighted in self.weighted.items()},
        )


def together(parts: Sequence[Sums]) -> Sums:
    """The figures of several, which share no key."""
    import numpy as np

    starts = [0, *accumulate(len(part) for part in parts)]
    none = np.zeros(0, dtype=np.int64)
    reasons = dict.fromkeys(reason for part in parts for reason in part.excluded)
    return Sums(
        tuple(key for part in parts for key in part.keys_of),
        np.concatenate([none, *(part.row + start for part, start in zip(parts, starts, strict=False))]),
        np.concatenate([none, *(part.cell for part in parts)]),
        np.concatenate([none, *(part.units for part in parts)]),
        {
            why: np.concatenate([part.excluded.get(why, np.zeros(len(part), dtype=np.int64)) for part in parts])
            for why in reasons
        },
        [part.moments_of(row) for part in parts for row in range(len(part))],
        [part.last_day[row] if part.last_day else None for part in parts for row in range(len(part))],
        {
            start + row: cells
            for part, start in zip(parts, starts, strict=False)
            for row, cells in part.weighted.items()
        },
    )


def add_up(row: Ints, values: "NDArray[Any]", size: int) -> "NDArray[Any]":
    """Exact sums of integers by row: in 64 bits where they fit, else as Python integers."""
    import numpy as np

    if values.dtype != object and len(values) and int(np.abs(values).max()) * len(values) >= _SAFE:
        values = values.astype(object)
    total = np.zeros(size, dtype=object if values.dtype == object else np.int64)
    np.add.at(total, row, values)
    return total
