"""What an indicator is made of: units to count, a formula on their sums, and the words that define both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, Literal, NamedTuple, Protocol

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.estimate import NO_INTERVAL, Direction, Interval, Period, Unit
from timonier.indicators.periods import Every
from timonier.indicators.stats import Moments
from timonier.text import Text

NO_TEXT = Text("", "")

type Frames = Mapping[str, nw.LazyFrame[Any]]
type Family = Literal["satisfaction", "loyalty", "sales", "service", "journey", "own"]


def check_confidence(level: float) -> None:
    """Raise UsageError unless it is one that an interval may have: from 0.5 to 1, 1 left out."""
    if not 0.5 <= level < 1:
        raise UsageError(
            Text(
                f"a confidence of {level} is not between 0.5 and 1.",
                f"une confiance de {level} n’est pas entre 0,5 et 1.",
            ),
            hint=Text("0.95 is the usual one.", "0,95 est l’usage."),
        )


class Filter(Protocol):
    """A condition on facts, such as one compiled by `grammar.compile_condition`."""

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """The rows for which it is true."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of an indicator.

    `window` bounds the accounting day of the units; None takes all of them. `carry` names the columns that each
    unit must keep (breakdowns and filters). `as_of` is the last day known: what needs more time is immature.
    `zone` is whose clock tells the day and the hour.
    """

    window: Period | None = None
    every: Every = "all"
    by: tuple[str, ...] = ()
    carry: tuple[str, ...] = ()
    where: Filter | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    as_of: date | None = None
    confidence: float = 0.95
    method: str = "default"
    weighted: bool = False
    fiscal_year_start: int = 1
    zone: str = "UTC"

    def __getitem__(self, name: str) -> Any:
        return self.params[name]

    def __post_init__(self) -> None:
        check_confidence(self.confidence)

    @property
    def keys(self) -> tuple[str, ...]:
        """What units made of several facts are split by: the breakdowns, and the weight."""
        return (*self.by, *(["w"] if self.weighted else []))

    def kept(self, facts: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """The facts that the filter keeps."""
        return facts if self.where is None else self.where.keep(facts)


class WeightedCell(NamedTuple):
    """`units` units that share the cell `cell` and the weight `weight`."""

    cell: int
    weight: float
    units: int


@dataclass(slots=True)
class Stat:
    """The additive parts of one period and segment: everything that a formula may read."""

    counts: dict[int, int] = field(default_factory=dict)
    weighted: list[WeightedCell] = field(default_factory=list)
    moments: Moments = field(default_factory=Moments)
    excluded: dict[str, int] = field(default_factory=dict)
    last_day: date | None = None

    @property
    def n(self) -> int:
        return sum(self.counts.values())


class Figure(NamedTuple):
    """What a formula returns: a value in the variant's unit, its interval, and the counts behind it."""

    value: float | None
    interval: Interval = NO_INTERVAL
    n: int = 0
    n_eff: float | None = None
    detail: Mapping[str, object] = {}


type Units = Callable[[Frames, Query], nw.LazyFrame[Any]]


@dataclass(frozen=True, slots=True)
class Population:
    """Units made of several facts each (the orders of a customer…), which `make` filters itself, by `query.kept`.

    The filter chooses facts before they are put together: filtering afterwards would need one unit for each value
    of the filter's columns, and count twice a customer who has two of them.
    """

    make: Units

    def __call__(self, frames: Frames, query: Query) -> nw.LazyFrame[Any]:
        return self.make(frames, query)


type Form = Literal["cells", "moments"]
type Timing = Literal["dated", "window"]
type Finish = Callable[[Stat, Query], Figure]


STEP_PARAMETERS: Final = ("start_step", "end_step")
"""The steps of the journey that a case goes from and to."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One choice of an indicator: its default and what it changes; `choices`: the words that it may be, if few."""

    name: str
    default: Any
    text: Text
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to express an indicator.

    `units` (and `form`, `wide`, `timing`) override the indicator's own when they count something else, `needs` when
    they read other tables, `follow_up` when they wait. `carry` names what each unit must bring besides, from its fact
    or its customer; `not_by`, the columns that mean two things in its two tables, by which it is not split.
    """

    label: Text
    formula: Text
    unit: Unit
    direction: Direction
    finish: Finish
    units: Units | None = None
    form: Form | None = None
    wide: bool = False
    params: Mapping[str, Any] = field(default_factory=dict)
    timing: "Timing | None" = None
    needs: "tuple[Needs, ...]" = ()
    carry: tuple[str, ...] = ()
    not_by: tuple[str, ...] = ()
    follow_up: str | None = None


@dataclass(frozen=True, slots=True)
class Needs:
    """A fact table and what an indicator reads in it.

    `columns` are always given to it, null where the data have none; `optional` ones are used when they are there.
    """

    table: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """A card and the code that it describes; the first variant is the default.

    - `form`: "cells" when each unit falls in a small integer cell (counts of cells are kept), "moments" when it
      carries money (the six moments are kept).
    - `timing`: "dated" when a unit has one accounting day, "window" when the population depends on the period.
    - `cluster`: the column of correlated units (moments only).
    - `follow_up`: the parameter, in days, that must have passed before a figure is mature.
    - `wide`: x is money too (else a count below 32,768 a cluster).
    - `on_request`: only in a scorecard when asked for, or set up under another name.
    - `apart`: the column whose values are never pooled by default (survey: what people say of the brand and what they
      say of one moment are two scores).
    - `entity`: the columns whose rows bear on each other (contacts of an issue…), so that a rollup knows which days a
      new fact touches; `rollup`: its sums by day may be kept.
    """

    name: str
    label: Text
    family: Family
    needs: tuple[Needs, ...]
    dated_by: Text
    units: Units
    variants: Mapping[str, Variant]
    source: Text
    form: Form = "cells"
    timing: Timing = "dated"
    cluster: str | None = None
    follow_up: str | None = None
    wide: bool = False
    parameters: tuple[Parameter, ...] = ()
    notes: Text = NO_TEXT
    version: int = 1
    on_request: bool = False
    apart: str | None = None
    entity: tuple[str, ...] = ()
    rollup: bool = True
    not_by: tuple[str, ...] = ()

    @property
    def default_variant(self) -> str:
        return next(iter(self.variants))

    @property
    def defaults(self) -> dict[str, Any]:
        return {parameter.name: parameter.default for parameter in self.parameters}

    def depends_on_length(self, variant: Variant) -> bool:
        """Whether a longer period gives another figure (more leave, fewer stay): two lengths do not compare."""
        return (variant.timing or self.timing) == "window" or variant.unit == "count"

    @property
    def lacks_steps(self) -> bool:
        """Whether two steps of the journey must be told before it can be counted."""
        stepped = bool(self.needs) and all("step" in need.columns for need in self.needs)
        return stepped and any(self.defaults.get(name, ...) is None for name in STEP_PARAMETERS)

    def waits(self, variant: Variant) -> str | None:
        """The parameter, in days, that must have passed before a figure of the variant is mature."""
        return variant.follow_up or self.follow_up

    def counting(self, variant: Variant) -> "Indicator":
        """Itself, reading the tables and counting the units of one of its variants."""
        return replace(
            self,
            needs=variant.needs or self.needs,
            units=variant.units or self.units,
            form=variant.form or self.form,
            wide=variant.wide or self.wide,
            timing=variant.timing or self.timing,
            not_by=variant.not_by or self.not_by,
            follow_up=self.waits(variant),
        )

    def one_table(self, params: Mapping[str, Any]) -> Needs:
        """What one frame holds: where steps may be told and are not, the table that needs none."""
        stepless = [need for need in self.needs if "step" not in need.columns]
        told = params.get("start_step") or self.defaults.get("start_step", ...) is not None
        return self.needs[0] if told or not stepless else stepless[0]
