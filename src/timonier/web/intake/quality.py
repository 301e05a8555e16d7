"""What may be wrong with the facts, and what to do about it: age, holes, rejected rows, repeats, odd scales."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean

import narwhals as nw

from timonier.facts.intake.questions import Question
from timonier.facts.intake.sampling import Column, Sample
from timonier.facts.intake.scale_detectors import scales
from timonier.scorecard.rhythm import patience
from timonier.scorecard.score import Desk
from timonier.web.core.desks import facts_key, lent_desk, workspace
from timonier.web.core.memory import Memory
from timonier.web.intake.selectors import Load, loads

WINDOW = 365
MOST_DAYS = 0.8  # a table with rows on four days of five is one that has some every day
SURPRISING = 7.0  # rows that the missing days should have had: by chance, none comes one time in a thousand
SHOWN_GAPS = 8
SCORES = 50_000
SUSPICIOUS = frozenset({"scale_reversed", "scale_change"})


@dataclass(frozen=True, slots=True)
class Gap:
    """Days without a row, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class TableHealth:
    """One table that has rows: its last day and age in days, days in the future, holes where rows are usual."""

    name: str
    rows: int
    last: date | None
    age: int | None
    late: bool
    future: int
    daily: bool
    gaps: tuple[Gap, ...]
    missing_days: int

    @property
    def gaps_left(self) -> bool:
        """Whether older holes are not in `gaps`."""
        return self.missing_days > sum(gap.days for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A scale that looks wrong, in the answers of one kind of question."""

    instrument: str
    question: Question


@dataclass(frozen=True, slots=True)
class Health:
    """All that the page says of the facts."""

    tables: tuple[TableHealth, ...]
    doubts: tuple[Doubt, ...]
    scored: int


_known: Memory[Health] = Memory(2)


def health() -> Health:
    """The state of the facts, computed once for as long as they do not change."""
    return _known.get(("quality", facts_key()), _health)


def _health() -> Health:
    with lent_desk() as desk:
        tables = tuple(_table(desk, name) for name in workspace().tables() if desk.source.has(name))
        doubts, scored = _doubts(desk) if desk.source.has("answers") else ((), 0)
    return Health(tables, doubts, scored)


def _table(desk: Desk, name: str) -> TableHealth:
    counts = nw.to_native(
        desk.source.frame(name).select("day").group_by("day").agg(nw.len().alias("n")).collect(backend="pyarrow")
    ).to_pylist()
    by_day = {one["day"]: int(one["n"]) for one in counts}
    return health_of(name, by_day, desk.today)


def health_of(name: str, by_day: Mapping[date | None, int], today: date) -> TableHealth:
    """The health of a table from its rows by day (None: undated)."""
    past = sorted(day for day in by_day if day is not None and day <= today)
    last = past[-1] if past else None
    age = (today - last).days if last else None
    gaps = [gap for gap in holes(past) if _expected(gap, past, by_day) >= SURPRISING]
    daily = _is_daily(past)
    return TableHealth(
        name,
        sum(by_day.values()),
        last,
        age,
        late=age is not None and age > patience(_recent(past)),
        future=sum(n for day, n in by_day.items() if day is not None and day > today),
        daily=daily,
        gaps=tuple(gaps[-SHOWN_GAPS:][::-1]) if daily else (),
        missing_days=sum(gap.days for gap in gaps) if daily else 0,
    )


def _recent(days: Sequence[date]) -> list[date]:
    return [day for day in days if (days[-1] - day).days < WINDOW] if days else []


def _is_daily(days: Sequence[date]) -> bool:
    recent = _recent(days)
    return len(recent) >= 20 and len(recent) >= MOST_DAYS * ((recent[-1] - recent[0]).days + 1)


def holes(days: Sequence[date]) -> list[Gap]:
    """Runs of missing days between the first and the last of the last year, but for week days that never have rows."""
    recent = _recent(days)
    weekdays = {day.weekday() for day in recent}
    known = set(recent)
    gaps: list[Gap] = []
    day = recent[0] if recent else date.max
    while recent and day < recent[-1]:
        day += timedelta(days=1)
        if day in known or day.weekday() not in weekdays:
            continue
        if gaps and (day - gaps[-1].last).days == 1:
            gaps[-1] = Gap(gaps[-1].first, day)
        else:
            gaps.append(Gap(day, day))
    return gaps


def _expected(gap: Gap, days: Sequence[date], by_day: Mapping[date | None, int]) -> float:
    """The rows that the days of a gap should have had, each as much as its week day usually has."""
    usual: dict[int, list[int]] = {}
    for day in _recent(days):
        usual.setdefault(day.weekday(), []).append(by_day[day])
    inside = (gap.first + timedelta(days=step) for step in range(gap.days))
    return sum(mean(usual[day.weekday()]) for day in inside if day.weekday() in usual)


def _doubts(desk: Desk) -> tuple[tuple[Doubt, ...], int]:
    """The detectors of the import, on the latest answers of each kind of question."""
    frame = desk.source.frame("answers")
    names = [name for name in ("instrument", "score", "comment", "day") if name in frame.collect_schema().names()]
    if not {"instrument", "score", "day"} <= set(names):
        return (), 0
    latest = frame.select(*names).filter(~nw.col("score").is_null()).sort("day", descending=True).head(SCORES)
    rows = nw.to_native(latest.collect(backend="pyarrow")).to_pylist()
    by_instrument: dict[str, list[Mapping[str, object]]] = {}
    for row in rows:
        by_instrument.setdefault(str(row["instrument"] or ""), []).append(row)
    return tuple(doubt for name, told in by_instrument.items() for doubt in _odd(name, told)), len(rows)


def _odd(instrument: str, rows: Sequence[Mapping[str, object]]) -> Iterator[Doubt]:
    columns = {
        "score": [f"{row['score']:g}" for row in rows],
        "comment": [str(row.get("comment") or "") for row in rows],
        "day": [str(row["day"]) for row in rows],
    }
    sample = Sample({name: Column(name, texts) for name, texts in columns.items()}, [], len(rows), ())
    for one in scales(sample, "score", "comment" if any(columns["comment"]) else None, "day"):
        if one.kind in SUSPICIOUS or (instrument == "nps" and one.kind == "scale_from_one"):
            yield Doubt(instrument, one)


@dataclass(frozen=True, slots=True)
class LoadHealth:
    """What a load left aside. `share` of its rows were rejected."""

    load: Load
    share: float
    filtered: int


def left_aside(most: int = 20) -> tuple[LoadHealth, ...]:
    """The latest loads that rejected, merged or left out rows."""
    found = []
    for one in loads():
        receipt = one.commit.receipt
        filtered = int(receipt.notes.get("filtered", 0))
        if receipt.rows_rejected or receipt.rows_duplicate or filtered:
            share = receipt.rows_rejected / receipt.rows_read if receipt.rows_read else 0.0
            found.append(LoadHealth(one, share, filtered))
    return tuple(found[:most])
