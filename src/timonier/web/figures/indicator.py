"""What the page of an indicator shows: its figure, its course, how answers spread. The same figures as elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import narwhals as nw
from django.http import QueryDict

from timonier.errors import UsageError
from timonier.indicators.catalogue import find
from timonier.indicators.definition import STEP_PARAMETERS, Indicator, Variant
from timonier.indicators.estimate import Estimate, Period
from timonier.indicators.periods import Every, split
from timonier.scorecard.request import Request
from timonier.scorecard.score import Line, Scorecard
from timonier.scorecard.sources import ALIASES, FactSource, can_carry, dimensions
from timonier.text import Text
from timonier.web.accounts.access import Scope
from timonier.web.core.desks import facts_key, lent_desk, workspace
from timonier.web.core.memory import Memory
from timonier.web.figures import steps
from timonier.web.figures.freshness import freshness, late_by
from timonier.web.figures.selectors import counted, request_of, scorecard, state_of
from timonier.web.figures.state import ViewState, closed_notice

STEPS: Final[Mapping[str, Every]] = {"jour": "day", "semaine": "week", "mois": "month", "trimestre": "quarter"}
STEP_NAMES: Final[Mapping[str, Text]] = {
    "jour": Text("Day", "Jour"),
    "semaine": Text("Week", "Semaine"),
    "mois": Text("Month", "Mois"),
    "trimestre": Text("Quarter", "Trimestre"),
}
OWN: Final = ("variante", "par", "pas", *steps.KEYS)
"""What an indicator's address says besides the state: variant, dimension, step of the chart, steps of the journey."""
NOTHING: Final = Text("nothing to compute", "rien à calculer")
TRIED: Final = 4
"""Dimensions tried, in order, for one by which the figure does split."""
MOST_PERIODS: Final = 120
"""A course of more points than this is neither read nor drawn."""


@dataclass(frozen=True)
class Asked:
    """What a page of an indicator is about. `state` holds the one value of what is never pooled (the survey).

    `between`: the steps of the journey, for an indicator that counts from one to the other.
    """

    indicator: Indicator
    variant: str
    state: ViewState
    scope: Scope
    step: str
    by: str
    apart: tuple[str, ...] = ()
    notices: tuple[Text, ...] = ()
    between: tuple[str, str] = ("", "")

    @property
    def chosen(self) -> Variant:
        return self.indicator.variants[self.variant]

    def request(self, **changes: object) -> Request:
        """What is asked of the scorecard: this indicator alone."""
        changes = {"trend": False, **changes}
        return self.state.request(self.scope, **self._own(), **changes)

    def scorecard(self, **changes: object) -> Scorecard:
        """The answer to that, remembered until the facts change."""
        changes = {"trend": False, **changes}
        return scorecard(self.state, self.scope, {**self._own(), **changes})

    def counted(self, **changes: object) -> Scorecard:
        """The same with nothing hidden between answers: to choose by, never to be shown."""
        return counted(request_of(self.state, self.scope, {"trend": False, **self._own(), **changes}))

    def query(self, **extra: str) -> str:
        """The query of the address that shows the same, with `extra` in place of its own; "" takes one out."""
        return self.state.query(**{**self.own, **extra})

    @property
    def own(self) -> dict[str, str]:
        """What the address says besides the state, by name (`OWN`)."""
        usual = self.variant == self.indicator.default_variant
        told = ("" if usual else self.variant, self.by, self.step, *self.between)
        return {name: value for name, value in zip(OWN, told, strict=True) if value}

    def at(self, state: ViewState, **extra: str) -> str:
        """The query of another state of the same page."""
        return replace(self, state=state).query(**extra)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters that the address gives."""
        return dict(zip(STEP_PARAMETERS, self.between, strict=True)) if all(self.between) else {}

    @property
    def may_aim(self) -> bool:
        """Whether targets and benchmarks are of what is counted: what goes between any two steps has none."""
        return not self.indicator.lacks_steps

    def _own(self) -> dict[str, object]:
        name = self.indicator.name
        return {"indicators": (name,), "variants": {name: self.variant}, "params": {name: self.params}}


def asked_of(name: str, query: QueryDict, scope: Scope) -> Asked:
    """What an address asks of an indicator; what is wrong in it is replaced by the nearest and told in `notices`.

    Raises UnknownName, which proposes near names.
    """
    with lent_desk() as desk:
        indicator = find(name, dict(desk.catalogue))
    state = state_of(query, scope)
    notices: list[Text] = []
    variant = query.get("variante") or indicator.default_variant
    if variant not in indicator.variants:
        notices.append(
            Text("Unknown variant: the usual one is shown.", "Variante inconnue : voici la variante usuelle.")
        )
        variant = indicator.default_variant
    between = steps.chosen(query, scope, notices) if indicator.lacks_steps else ("", "")
    asked = Asked(indicator, variant, state, scope, "", "", between=between)
    asked = _one_kind(asked, notices)
    step = _filled(asked, query.get("pas", ""), _step(query.get("pas", ""), state.window, notices))
    by = _dimension(asked, query.get("par", ""), notices)
    return replace(asked, step=step, by=by, notices=tuple(notices))


def _one_kind(asked: Asked, notices: list[Text]) -> Asked:
    """The page of one survey: the one asked for, else the one with the most answers. Surveys are never pooled."""
    name = asked.indicator.apart
    if name is None:
        return asked
    others = tuple((one, values) for one, values in asked.state.filters if one != name)
    with lent_desk() as desk:
        if not can_carry(asked.indicator, desk.source, name):
            return asked
    everything = replace(asked, state=replace(asked.state, filters=others, comparison="none"))
    lines = everything.counted(by=(name,)).lines
    sizes = {line.estimate.segment[name]: line.estimate.n for line in lines if name in line.estimate.segment}
    named = {value: n for value, n in sizes.items() if value is not None}
    if len(sizes) < 2 or not named:
        return asked
    chosen = dict(asked.state.filters).get(name, ())
    offered = [value for value in named if not chosen or value in chosen]
    if len(chosen) != 1 and offered:
        most = max(offered, key=lambda value: (named[value], value))
        asked = replace(asked, state=replace(asked.state, filters=others).with_filter(name, most))
        if chosen:
            notices.append(Text(f"One at a time: “{most}”.", f"Un à la fois : « {most} »."))
    return replace(asked, apart=tuple(sorted(named)))


def _step(wanted: str, window: Period, notices: list[Text]) -> str:
    """The step of the course: the one asked for when it gives a readable number of points."""
    usual = "jour" if window.days <= 31 else "semaine" if window.days <= 120 else "mois"
    if wanted and wanted not in STEPS:
        notices.append(Text("Unknown time step: the usual one is shown.", "Pas de temps inconnu : voici le pas usuel."))
    step = wanted if wanted in STEPS else usual
    coarser = list(STEPS)[list(STEPS).index(step) :]
    fits = next((one for one in coarser if len(split(window, STEPS[one])) <= MOST_PERIODS), "trimestre")
    if fits != step and wanted:
        notices.append(
            Text(
                "Too many points to be read: a longer time step is shown.",
                "Trop de points pour être lus : voici un pas plus long.",
            )
        )
    return fits


def _filled(asked: Asked, wanted: str, step: str) -> str:
    """Unless a step was asked for: a longer one where most periods have no figure (a survey of every quarter)."""
    while wanted not in STEPS and step != "trimestre":
        try:
            lines = asked.counted(every=STEPS[step], compare="none").lines
        except UsageError:
            return step
        if 2 * sum(line.estimate.value is not None for line in lines) >= len(lines):
            return step
        step = list(STEPS)[list(STEPS).index(step) + 1]
    return step


type Only = tuple[str, tuple[str, ...]]
"""What is never pooled (the survey, "" where there is none), and the values of it that a page is about."""

_splittable: Memory[tuple[str, ...]] = Memory(200)


def splittable(asked: Asked) -> tuple[str, ...]:
    """The dimensions by which the person may split the indicator, those of the company's settings first."""
    apart = asked.indicator.apart or ""
    only = (apart, dict(asked.state.filters).get(apart, ()))
    key = (facts_key(), asked.indicator.name, asked.variant, only)
    every = _splittable.get(key, lambda: _splits(asked.indicator, asked.chosen, only))
    return tuple(name for name in every if not asked.scope.closes(name))


def _splits(indicator: Indicator, chosen: Variant, only: Only) -> tuple[str, ...]:
    with lent_desk() as desk:
        source, counted = desk.source, indicator.counting(chosen)
        valid = set(dimensions(source)) - {indicator.apart}
        present = {name for table in source.tables if source.has(table) for name in source.frame(table).columns}
        columns = [column.name for table in source.tables.values() for column in table.columns]
        read = sorted({"customers", *(need.table for need in counted.needs)})
        return tuple(
            name
            for name in dict.fromkeys([*_declared(), *columns])
            if name in valid
            and (name in present or name == "channel")
            and can_carry(counted, source, name)
            and any(holds_some(source, table, name, only) for table in read)
        )


def holds_some(source: FactSource, table: str, name: str, only: Only = ("", ())) -> bool:
    """Whether some row of the table (`only` of one survey) has a value there: by what nobody has, nothing splits."""
    if not source.has(table):
        return False
    frame = source.frame(table)
    column = name if name in frame.columns else ALIASES.get(table, {}).get(name, "")
    if column not in frame.columns:
        return False
    kept = ~nw.col(column).is_null()
    if len(only[1]) == 1 and only[0] in frame.columns:
        kept &= nw.col(only[0]) == only[1][0]
    return len(frame.filter(kept).select(column).head(1).collect()) > 0


def _declared() -> list[str]:
    return [name for names in workspace().settings.breakdowns for name in names]


def _dimension(asked: Asked, wanted: str, notices: list[Text]) -> str:
    possible = splittable(asked)
    if wanted in possible:
        return wanted
    if asked.scope.closes(wanted):
        notices.append(closed_notice(wanted))
    elif wanted:
        shown = wanted[:40]
        notices.append(
            Text(f"This indicator cannot be split by “{shown}”.", f"Cet indicateur ne se ventile pas par « {shown} ».")
        )
    filtered = dict(asked.state.filters)
    free = [name for name in possible if len(filtered.get(name, ())) != 1]
    return next((name for name in free[:TRIED] if _several(asked, name)), next(iter(free or possible), ""))


def _several(asked: Asked, name: str) -> bool:
    """Whether a breakdown shows more than one value; what has none at all is settled elsewhere."""
    try:
        lines = asked.counted(by=(name,)).lines
    except UsageError:
        return False
    return sum(line.estimate.n > 0 for line in lines) > 1


@dataclass(frozen=True)
class Headline:
    """The figure of the page; `line` is None when it cannot be computed, for the `reason` given."""

    line: Line | None
    reason: Text | None
    known_until: date | None
    late: int = 0


def headline(asked: Asked) -> Headline:
    """The figure over the period, what it is compared with, and until when its facts are known."""
    answer = _answer(asked)
    card = answer.card
    if card is None:
        return Headline(None, answer.reason, None)
    with lent_desk(asked.state.as_of) as desk:
        tables = [need.table for need in asked.indicator.counting(asked.chosen).needs]
        days = [desk.source.last_day(table) for table in tables if desk.source.has(table)]
    late = 0 if asked.state.as_of else late_by(tables, freshness())
    known = max((day for day in days if day is not None), default=None)
    if card.lines:
        return Headline(card.lines[0], None, known, late)
    return Headline(None, card.skipped[0].reason if card.skipped else NOTHING, known, late)


@dataclass(frozen=True)
class _Answer:
    reason: Text | None
    card: Scorecard | None


def _answer(asked: Asked) -> _Answer:
    """The scorecard, or why there is none: a parameter without default (which step?) is given by its own indicator."""
    try:
        return _Answer(None, asked.scorecard())
    except UsageError as error:
        text = error.text if isinstance(error.text, Text) else Text(error.text, error.text)
        return _Answer(text, None)


@dataclass(frozen=True)
class Course:
    """Estimates by period, oldest first, and those that each is compared with, where all are known."""

    estimates: tuple[Estimate, ...]
    reference: tuple[Estimate, ...]


def course(asked: Asked) -> Course:
    """The course of the indicator over the period, by step; beside it the same periods a year before, if compared."""
    compare = "last-year" if asked.state.comparison == "last-year" else "none"
    lines = asked.scorecard(every=STEPS[asked.step], compare=compare).lines
    reference = [line.reference for line in lines]
    known = tuple(one for one in reference if one is not None)
    return Course(tuple(line.estimate for line in lines), known if len(known) == len(reference) else ())
