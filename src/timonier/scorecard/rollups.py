"""Rollups: the sums of each indicator by day and segment, kept beside the facts, so that a dashboard reads little.

They are exact, not approximate: what is kept is the integers that the engine would have counted. A fact loaded later
changes the days it touches, and only those are counted again. What does not add up over days (sums clustered by
customer) is kept by calendar month, for the breakdowns declared in the settings, and used for those only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from timonier.facts.workspace import Workspace
from timonier.indicators.definition import Indicator, Query, Variant
from timonier.indicators.estimate import Period
from timonier.indicators.periods import Every, index_of, period_at
from timonier.indicators.reading import Columns, Words, read_sums
from timonier.indicators.sums import Stats
from timonier.scorecard.kept import Kept, Memory
from timonier.scorecard.membership import Within
from timonier.scorecard.sources import LakeSource, answerable, can_carry
from timonier.scorecard.touched import Change, Touched

ANSWERS_KEPT = 128  # a dashboard of some thirty cards asks few different questions
_FROM_MONTHS = ("month", "quarter", "semester", "year", "all")


@dataclass(frozen=True)
class Rollups:
    """The rollups of a workspace; `source` must read its latest facts. Sums by month stay in memory once read.

    Several threads and processes may share them.
    """

    workspace: Workspace
    source: LakeSource
    _by_month: Memory = field(default_factory=dict, repr=False, compare=False)
    _found: dict[Change, set[date] | None] = field(default_factory=dict, repr=False, compare=False)
    _up_to_date: set[Path] = field(default_factory=set, repr=False, compare=False)
    _answers: dict[object, tuple[Columns, Stats]] = field(default_factory=dict, repr=False, compare=False)

    def over(self, source: LakeSource) -> "Rollups":
        """The same for one scorecard, whose `source` is pinned: each is brought up to date once, and read as it is."""
        return replace(self, source=source, _up_to_date=set())

    def stats(
        self, indicator: Indicator, variant: Variant, query: Query, within: Sequence[Within] = ()
    ) -> Stats | None:
        """The parts that answer `query`, brought up to date first; None when only the facts can answer.

        `within` is all that the query is filtered by: rows of these segments are kept, the others are not read.
        """
        breakdown = self._answering(indicator, variant, query, within)
        if breakdown is None:
            return None
        by_month = _by_months(query)
        kept = self._current(indicator, query, breakdown)
        columns = kept.columns("month" if by_month else "day")
        filtered = tuple(map(repr, within))
        question = (kept.folder, query.every, query.window, query.by, query.fiscal_year_start, filtered)
        known = self._answers.get(question)
        if known is None or known[0] is not columns:
            if len(self._answers) >= ANSWERS_KEPT:
                self._answers.clear()
            found = _answer(indicator, _rows_within(columns, within), query, by_month=by_month)
            known = self._answers[question] = columns, found
        return known[1]

    def could_answer(self, indicator: Indicator, variant: Variant, query: Query, within: Sequence[Within] = ()) -> bool:
        """Whether `stats` would answer, once brought up to date."""
        return self._answering(indicator, variant, query, within) is not None

    def _answering(
        self, indicator: Indicator, variant: Variant, query: Query, within: Sequence[Within]
    ) -> tuple[str, ...] | None:
        """The declared breakdown that answers; None when only the facts can.

        Clustered sums do not add up over segments: theirs is exactly the breakdown, and one value is kept of each.
        """
        if not eligible(indicator, variant, query, filtered=bool(within)):
            return None
        if indicator.cluster is not None:
            by_month = query.every == "month" and _by_months(query)
            if not by_month or any(len(one.values) != 1 for one in within):
                return None
        return self._breakdown(indicator, {*query.by, *(one.name for one in within)})

    def refresh(self, indicators: Iterable[Indicator]) -> int:
        """Bring the rollups of these indicators up to date, for every declared breakdown; how many there are."""
        done = 0
        for indicator in indicators:
            query = Query(params=dict(indicator.defaults))
            variant = indicator.variants[indicator.default_variant]
            if not eligible(indicator, variant, query) or not answerable(indicator, self.source):
                continue
            for breakdown in self._declared(indicator):
                if all(can_carry(indicator, self.source, name) for name in breakdown):
                    self._kept(indicator, query, breakdown).refresh()
                    done += 1
        return done

    def values(
        self, indicator: Indicator, variant: Variant, query: Query, name: str, within: Sequence[Within] = ()
    ) -> set[str | None] | None:
        """The values of a column among the units that count, whatever their day; None when none is kept by it."""
        asked = {name, *(one.name for one in within)}
        breakdown = self._breakdown(indicator, asked, exact=False)
        if breakdown is None or not eligible(indicator, variant, query, filtered=bool(within)):
            return None
        kept = self._current(indicator, query, breakdown)
        columns = _rows_within(kept.columns("month"), within)
        words, counted = columns[name], columns["cell"] >= 0
        return {words.values[code] for code in set(words.codes[counted].tolist())}

    def _kept(self, indicator: Indicator, query: Query, breakdown: tuple[str, ...]) -> Kept:
        touched = Touched(self.workspace, self._found)
        return Kept(self.workspace, self.source, touched, self._by_month, indicator, query, breakdown)

    def _current(self, indicator: Indicator, query: Query, breakdown: tuple[str, ...]) -> Kept:
        kept = self._kept(indicator, query, breakdown)
        if self.source.is_pinned and kept.folder in self._up_to_date:
            return kept
        kept.refresh()
        self._up_to_date.add(kept.folder)
        return kept

    def _declared(self, indicator: Indicator) -> list[tuple[str, ...]]:
        """The breakdowns of the settings; what an indicator never pools is kept apart in each."""
        declared = [(), *(tuple(names) for names in self.workspace.settings.breakdowns)]
        apart = indicator.apart
        if apart is None or not can_carry(indicator, self.source, apart):
            return declared
        return [names if apart in names else (apart, *names) for names in declared]

    def _breakdown(self, indicator: Indicator, asked: set[str], *, exact: bool = True) -> tuple[str, ...] | None:
        """The smallest declared breakdown that holds the columns asked for; clustered sums need exactly theirs."""
        fits = [names for names in self._declared(indicator) if asked <= set(names)]
        if exact and indicator.cluster is not None:
            fits = [names for names in fits if set(names) == asked]
        fits = [names for names in fits if all(can_carry(indicator, self.source, name) for name in names)]
        return min(fits, key=len, default=None)


def eligible(indicator: Indicator, variant: Variant, query: Query, *, filtered: bool = False) -> bool:
    """Whether sums of this indicator are kept at all: one day a unit, no weight, no filter but `filtered` segments."""
    plain = variant.units is None and (filtered or query.where is None) and not query.weighted
    moved = bool(query.params.get("lag_months"))  # units of other days than those of their facts
    return indicator.rollup and indicator.timing == "dated" and plain and not moved


def _by_months(query: Query) -> bool:
    """Whether sums by calendar month are enough."""
    return query.every in _FROM_MONTHS and _on_months(query.window)


def _on_months(window: Period | None) -> bool:
    return window is None or (window.start.day == 1 and window.end.day == 1)


def _rows_within(columns: Columns, within: Sequence[Within]) -> Columns:
    """The kept rows of the segments that hold these values."""
    import numpy as np

    for name, values in within:
        words, wanted = columns[name], set(values)
        codes = [code for code, value in enumerate(words.values) if value in wanted]
        rows = np.flatnonzero(np.isin(words.codes, codes))
        columns = {one: part.where(rows) if isinstance(part, Words) else part[rows] for one, part in columns.items()}
    return columns


def _answer(indicator: Indicator, columns: Columns, query: Query, *, by_month: bool) -> Stats:
    """Kept rows, those of the window, numbered by the periods asked for."""
    import numpy as np

    grain: Every = "month" if by_month else "day"
    indices, place = np.unique(columns["period"], return_inverse=True)
    starts = [period_at(index, grain).start for index in indices.tolist()]
    window = query.window
    inside = np.array([window is None or window.start <= start < window.end for start in starts], dtype=np.bool_)
    numbers = np.array([_number(start, query) for start in starts], dtype=np.int64)
    if not inside.all():
        rows = np.flatnonzero(inside[place])
        columns = {name: one.where(rows) if isinstance(one, Words) else one[rows] for name, one in columns.items()}
        place = place[rows]
    return read_sums(indicator, {**columns, "period": numbers[place]}, query)


def _number(start: date, query: Query) -> int:
    return index_of(start, query.every, query.fiscal_year_start)
