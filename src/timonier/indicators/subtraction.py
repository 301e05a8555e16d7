"""What several answers give away together: counts of few people found by subtracting one figure from another.

Someone is shown figures one after the other, each about a set: facts that pass some filters, from a day to another.
Of one set of filters, days are nodes and each figure an edge whose n is known: between two days of one connected
part, n is a difference of prefix counts. A new figure is refused when it would make known a count of 1 to `minimum` −
1 people: between two neighbouring days of a part; between a set and another inside it (shorter, or more filtered); or
between a set and the disjoint parts of it by one dimension that were shown.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

LATEST: Final = 10**7
"""The day of facts as they are now, later than any other."""
MOST_NODES: Final = 4_000
"""Days by filters that are remembered of one population; beyond, what is new is refused rather than forgotten."""
MOST_FAMILIES: Final = 64

type Values = frozenset[str | None]
NONE: Final[Values] = frozenset()


@dataclass(frozen=True, slots=True)
class Cut:
    """Which facts count: values by dimension (sorted; absent: all), as known on a day; `alone`: the only period that
    the cut is about, for populations of a period (their counts do not add up over time).
    """

    filters: tuple[tuple[str, Values], ...] = ()
    known: int = LATEST
    alone: tuple[int, int] | None = None

    @classmethod
    def of(cls, filters: Mapping[str, Iterable[str | None]], known: int = LATEST) -> "Cut":
        """The cut of filters in any order."""
        return cls(tuple(sorted((name, frozenset(values)) for name, values in filters.items())), known)

    @property
    def names(self) -> tuple[str, ...]:
        """The dimensions that it filters by."""
        return tuple(name for name, _ in self.filters)

    @property
    def one_each(self) -> bool:
        """Whether it is one value of each."""
        return all(len(values) == 1 for _, values in self.filters)

    def holds(self, other: "Cut") -> bool:
        """Whether every fact of `other` is one of these."""
        if other.known > self.known or other.alone != self.alone or len(self.filters) > len(other.filters):
            return False
        if len(self.filters) == len(other.filters):
            pairs = zip(self.filters, other.filters, strict=True)
            return all(mine[0] == theirs[0] and theirs[1] <= mine[1] for mine, theirs in pairs)
        theirs = dict(other.filters)
        return all(name in theirs and theirs[name] <= values for name, values in self.filters)

    def values(self, dimension: str) -> Values | None:
        """The values of a dimension; None: all of them."""
        return next((values for name, values in self.filters if name == dimension), None)

    def without(self, dimension: str) -> "Cut":
        """The same whatever the dimension."""
        return Cut(tuple(pair for pair in self.filters if pair[0] != dimension), self.known, self.alone)

    def among(self, dimension: str, values: Values) -> "Cut":
        """The same, with these values of the dimension."""
        return Cut(tuple(sorted((*self.without(dimension).filters, (dimension, values)))), self.known, self.alone)


class Shown(NamedTuple):
    """A figure: its cut, its first day and the day after its last, and how many it is about."""

    cut: Cut
    start: int
    end: int
    n: int


@dataclass(slots=True)
class _Part:
    """Days connected by figures, sorted, and the count before each."""

    days: list[int]
    before: list[int]

    def moved(self, shift: int) -> Iterator[tuple[int, int]]:
        return ((day, count + shift) for day, count in zip(self.days, self.before, strict=True))

    def at(self, day: int) -> int | None:
        place = bisect_left(self.days, day)
        return self.before[place] if place < len(self.days) and self.days[place] == day else None

    def between(self, start: int, end: int) -> int | None:
        one, other = self.at(start), self.at(end)
        return None if one is None or other is None else other - one


@dataclass
class Ledger:
    """What one person was shown of one population; `minimum`: counts below it may not be found."""

    minimum: int
    _parts: dict[Cut, list[_Part]] = field(default_factory=dict)
    _families: dict[tuple[Cut, str], dict[Cut, None]] = field(default_factory=dict)
    _nodes: int = 0
    grown: bool = field(default=False, compare=False)

    def admit(self, shown: Shown) -> bool:
        """Whether the figure may be shown beside all that was; it is remembered then."""
        parts = self._parts.get(shown.cut, [])
        known = next((n for part in parts if (n := part.between(shown.start, shown.end)) is not None), None)
        if known is not None:
            return not self._few(known - shown.n)
        joined = [part for part in parts if part.at(shown.start) is not None or part.at(shown.end) is not None]
        merged = _merged(joined, shown)
        others = [part for part in parts if part not in joined]
        grown = len(merged.days) - sum(len(part.days) for part in joined)
        if self._nodes + grown > MOST_NODES or self._unsafe(shown, merged, others):
            return False
        self._keep(shown.cut, [*others, merged])
        self.grown = True
        return True

    def _keep(self, cut: Cut, parts: list[_Part]) -> None:
        self._nodes += sum(len(part.days) for part in parts) - sum(len(one.days) for one in self._parts.get(cut, ()))
        self._parts[cut] = parts
        for name, _ in cut.filters:
            self._families.setdefault((cut.without(name), name), {})[cut] = None

    def _few(self, count: int) -> bool:
        return 0 < abs(count) < self.minimum

    def _unsafe(self, shown: Shown, merged: _Part, others: Sequence[_Part]) -> bool:
        """Whether the part would make a small count known."""
        steps = zip(merged.before, merged.before[1:], strict=False)
        if any(self._few(later - sooner) for sooner, later in steps):
            return True
        if any(self._nested(merged, part) or self._nested(part, merged) for part in others):
            return True
        for cut, parts in self._comparable(shown.cut):
            if cut.holds(shown.cut) and any(self._nested(part, merged) for part in parts):
                return True
            if shown.cut.holds(cut) and any(self._nested(merged, part) for part in parts):
                return True
        return self._completed(shown)

    def _comparable(self, mine: Cut) -> Iterator[tuple[Cut, list[_Part]]]:
        """Other cuts that may hold this one or be held; two values of one dimension cannot, which most pairs are."""
        names, one_each = mine.names, mine.one_each
        for cut, parts in self._parts.items():
            if cut.filters == mine.filters:
                comparable = cut != mine
            else:
                comparable = cut.names != names or not (one_each and cut.one_each)
            if comparable:
                yield cut, parts

    def _nested(self, outer: _Part, inner: _Part) -> bool:
        """Whether a stretch of `inner`, taken from the shortest of `outer` around it, leaves few people.

        Longer stretches of `outer` add steps of it, which are of nobody or of enough people.
        """
        starts: list[int] = []
        if outer.days[0] > inner.days[-1] or outer.days[-1] < inner.days[0]:
            return False
        for day, before in zip(inner.days, inner.before, strict=True):
            after = bisect_left(outer.days, day)
            if after < len(outer.days):
                end = outer.before[after] - before
                place = bisect_left(starts, end - self.minimum + 1)
                while place < len(starts) and starts[place] < end + self.minimum:
                    if starts[place] != end:
                        return True
                    place = bisect_right(starts, end)
            sooner = bisect_right(outer.days, day) - 1
            if sooner >= 0:
                insort(starts, outer.before[sooner] - before)
        return False

    def _completed(self, shown: Shown) -> bool:
        """Whether disjoint parts by one dimension, taken from a whole over the same period, leave few people."""
        for rest, name in self._families_of(shown.cut):
            mine = shown.cut.values(name) is not None and shown.cut.without(name) == rest
            family = [cut for cut in self._families.get((rest, name), ()) if cut != shown.cut]
            sizes = {cut.values(name) or NONE: n for cut in family if (n := self._n(cut, shown)) is not None}
            taken = {shown.cut.values(name) or NONE: shown.n} if mine else {}
            for values, total in disjoint(sizes, taken):
                union = rest.among(name, values)
                for cut in self._parts if mine else [shown.cut]:
                    n = self._n(cut, shown) if cut.holds(union) else None
                    if n is not None and self._few(n - total):
                        return True
        return False

    def _families_of(self, cut: Cut) -> set[tuple[Cut, str]]:
        """The families that the cut belongs to, and those of which it may be a whole."""
        own = {(cut.without(name), name) for name, _ in cut.filters}
        return own | {(rest, name) for rest, name in self._families if cut.without(name).holds(rest)}

    def _n(self, cut: Cut, shown: Shown) -> int | None:
        """How many a cut is about over the period of the new figure, when it is known."""
        if cut == shown.cut:
            return shown.n
        found = (part.between(shown.start, shown.end) for part in self._parts.get(cut, ()))
        return next((n for n in found if n is not None), None)

    def written(self) -> list[Any]:
        """As plain lists, for a database."""
        return [
            [
                [[name, sorted(values, key=lambda one: (one is not None, one or ""))] for name, values in cut.filters],
                cut.known,
                cut.alone and list(cut.alone),
                [[part.days, part.before] for part in parts],
            ]
            for cut, parts in self._parts.items()
        ]

    @classmethod
    def read(cls, minimum: int, written: Sequence[Any]) -> "Ledger":
        """What `written` gave."""
        made = cls(minimum)
        for filters, known, alone, parts in written:
            cut = Cut(tuple((name, frozenset(values)) for name, values in filters), known, alone and tuple(alone))
            made._keep(cut, [_Part(list(days), list(before)) for days, before in parts])
        return made


def disjoint(sizes: Mapping[Values, int], taken: Mapping[Values, int]) -> list[tuple[Values, int]]:
    """Every largest family of disjoint sets that holds those `taken`: their union, and how many they are about.

    At most `MOST_FAMILIES` of them: people who choose that many overlapping sets are not reading figures.
    """
    every = frozenset[str | None]().union(*sizes, *taken)
    if len(every) == sum(map(len, sizes)) + sum(map(len, taken)):  # they are all disjoint, as breakdowns are
        return [(every, sum(sizes.values()) + sum(taken.values()))] if every else []
    found: list[tuple[Values, int]] = []
    start = (frozenset().union(*taken), sum(taken.values()))
    waiting = [(*start, [pair for pair in sizes.items() if not pair[0] & start[0]])]
    while waiting and len(found) < MOST_FAMILIES:
        values, total, left = waiting.pop()
        if not left:
            found.append((values, total))
            continue
        (one, n), *others = left
        apart = [pair for pair in others if not pair[0] & one]
        waiting.append((values | one, total + n, apart))
        if len(apart) < len(others):  # without it: it overlaps others, one of which takes its place
            waiting.append((values, total, others))
    return [pair for pair in found if pair[0]]


def _merged(joined: Sequence[_Part], shown: Shown) -> _Part:
    """The parts that the figure connects, as one: counts from its first day on."""
    counts = {shown.start: 0, shown.end: shown.n}
    for part in joined:
        at_start = part.at(shown.start)
        end = part.at(shown.end)
        shift = -at_start if at_start is not None else shown.n - (end or 0)
        counts.update(part.moved(shift))
    days = sorted(counts)
    return _Part(days, [counts[day] for day in days])
