"""Figures of a whole column: what a formula gives when it is asked for many periods and segments at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from timonier.errors import UsageError
from timonier.indicators.bounds import Bounds, Floats, known
from timonier.indicators.definition import Figure, Query, Stat
from timonier.indicators.estimate import Interval
from timonier.indicators.sums import Sums
from timonier.text import Text

type Detail = Mapping[str, object]

NO_DETAIL: Detail = {}


@dataclass(frozen=True, slots=True)
class Figures:
    """Columns of values, bounds, methods and counts, in the order of the sums; each as in `Figure`."""

    values: Sequence[float | None]
    lows: Sequence[float | None]
    highs: Sequence[float | None]
    methods: Sequence[str]
    n: Sequence[int]
    n_eff: Sequence[float | None]
    details: Sequence[Detail]

    @classmethod
    def over(cls, n: Sequence[int], values: Floats, bounds: Bounds, details: Sequence[Detail]) -> "Figures":
        """Figures about `n` independent units; where there is none, no figure."""
        kept = [detail if size else NO_DETAIL for size, detail in zip(n, details, strict=True)]
        effective = [float(size) if size else None for size in n]
        return cls(known(values), known(bounds.low), known(bounds.high), bounds.methods, n, effective, kept)

    @classmethod
    def each(cls, figures: Sequence[Figure]) -> "Figures":
        """Figures computed one by one, as columns."""
        return cls(
            [one.value for one in figures],
            [one.interval.low for one in figures],
            [one.interval.high for one in figures],
            [one.interval.method for one in figures],
            [one.n for one in figures],
            [one.n_eff for one in figures],
            [one.detail for one in figures],
        )

    def at(self, row: int) -> Figure:
        """One of them."""
        interval = Interval(self.lows[row], self.highs[row], self.methods[row])
        return Figure(self.values[row], interval, self.n[row], self.n_eff[row], self.details[row])


@dataclass(frozen=True, slots=True)
class ByColumn:
    """A formula on columns, also callable on the parts of one figure: it is written once.

    `weighted` is the formula for weighted units, which are few and answered one by one; without it, weights are
    refused.
    """

    columns: Callable[[Sums, Query], Figures]
    weighted: Callable[[Stat, Query], Figure] | None = None

    def __call__(self, stat: Stat, query: Query) -> Figure:
        if query.weighted and self.weighted is not None:
            return self.weighted(stat, query)
        refuse_weights(query)
        return self.columns(Sums.of([stat]), query).at(0)


def refuse_weights(query: Query) -> None:
    """A weight that a formula cannot use is an error: ignored, it would give the unweighted figure in silence."""
    if query.weighted:
        raise UsageError(
            Text("this indicator cannot be weighted.", "cet indicateur ne se pondère pas."),
            hint=Text("Leave the weight out.", "Retirez le poids."),
        )
