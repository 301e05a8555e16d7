"""Until when each table is known, and whether it is late, by its own rhythm.

A table is late when it is behind the freshest one by more than a week, or than three times its usual gap: the median
number of days between two days that have facts, over its last half-year. One that is fed every working day is late
after a week, one fed each week after three, one fed each month after three months: silence is news only where facts
are usual. The quality page uses the same patience against today's date; so does the bridge for all tables together,
which says when the facts as a whole have stopped.

Days after today are left out: a day and a month in the wrong order would make every other table late. What is read from
the facts (the days of half a year, one column) is kept until they change, in memory and on the disk: a page reads
nothing, nor does a server that starts again.
"""

import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

import narwhals as nw

from timonier.indicators.periods import as_date
from timonier.scorecard.score import Desk
from timonier.web.core.desks import counter, facts_key, lent_desk
from timonier.web.core.memory import Memory

WEEK: Final = 7
TIMES: Final = 3
NO_RHYTHM: Final = 45
"""Patience with a table that has facts on one day only."""
LOOKED_AT: Final = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class Fresh:
    """The last day of a table, by how many days it is late (0 when it is not), and after how many it would be."""

    last: date
    late: int = 0
    patience: int = WEEK


_known: Memory[Mapping[str, Fresh]] = Memory(4)


def freshness() -> Mapping[str, Fresh]:
    """Each table that has facts."""

    def look() -> Mapping[str, Fresh]:
        with lent_desk() as desk:
            return fresh_of({name: kept_days(desk, name) for name in desk.source.tables if desk.source.has(name)})

    return _known.get(facts_key(), look)


def late_by(tables: Iterable[str], known: Mapping[str, Fresh]) -> int:
    """How many days the latest of `tables` is late."""
    return max((known[name].late for name in tables if name in known), default=0)


@dataclass(frozen=True, slots=True)
class Silence:
    """The last day of all facts, and how many days ago it was."""

    last: date
    days: int


def silence() -> Silence | None:
    """How long all facts have been silent, today; None while some table is on time."""
    return silence_of(freshness(), counter().today)


def silence_of(known: Mapping[str, Fresh], today: date) -> Silence | None:
    """The same of tables known, on a day: each has been silent for longer than its rhythm."""
    if not known or any((today - one.last).days <= one.patience for one in known.values()):
        return None
    last = max(one.last for one in known.values())
    return Silence(last, (today - last).days)


def fresh_of(days: Mapping[str, Sequence[date]]) -> Mapping[str, Fresh]:
    """The freshness of each table from its days that have facts, in order."""
    last = {name: known[-1] for name, known in days.items() if known}
    freshest = max(last.values(), default=date.min)
    behind = {name: (freshest - day).days for name, day in last.items()}
    rhythm = {name: patience(days[name]) for name in last}
    late = {name: behind[name] if behind[name] > rhythm[name] else 0 for name in last}
    return {name: Fresh(day, late[name], rhythm[name]) for name, day in last.items()}


def patience(days: Sequence[date]) -> int:
    """After how many days without a fact a table is late: a week, or three times its usual gap. `days`: in order."""
    gaps = [(after - before).days for before, after in pairwise(days)]
    return max(WEEK, round(TIMES * median(gaps))) if gaps else NO_RHYTHM


def kept_days(desk: Desk, table: str) -> list[date]:
    """`days_of`, read from the disk while the table has the version that it had then."""
    last = desk.source.last_day(table)
    if desk.rollups is None or last is None or last > desk.today:
        return days_of(desk, table)
    path, version = desk.rollups.workspace.rollups / "days" / f"{table}.json", desk.rollups.source.version(table)
    try:
        known = json.loads(path.read_text("utf-8"))
        if known["version"] == version:
            return [date.fromisoformat(day) for day in known["days"]]
    except (OSError, ValueError, KeyError):  # none yet
        pass
    found = days_of(desk, table)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    temporary.write_text(json.dumps({"version": version, "days": [f"{day}" for day in found]}), encoding="utf-8")
    temporary.replace(path)
    return found


def days_of(desk: Desk, table: str) -> list[date]:
    """The days that have facts over the half-year that ends with the last of them, in order."""
    last = desk.source.last_day(table)
    frame = desk.source.frame(table).select("day")
    if last is not None and last > desk.today:
        past = frame.filter(nw.col("day") <= desk.today)
        last = as_date(past.select(nw.col("day").max()).collect().item(0, "day"))
    if last is None:
        return []
    recent = frame.filter(nw.col("day") <= last, nw.col("day") > last - LOOKED_AT)
    found = (as_date(day) for day in recent.unique().collect(backend="pyarrow")["day"].to_list())
    return sorted(day for day in found if day is not None)
