"""Until when each table is known, and whether it is late beside the freshest one (`scorecard.rhythm`).

The quality page uses the same patience against today's date; so does the bridge for all tables together, which says
when the facts as a whole have stopped. Days after today are left out: a day and a month in the wrong order would make
every other table late. What is read from the facts is kept until they change: a page reads nothing, nor does a server
that starts again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from timonier.scorecard.rhythm import WEEK, kept_days, patience
from timonier.web.core.desks import counter, facts_key, lent_desk
from timonier.web.core.memory import Memory


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
            source, found = desk.source, [name for name in desk.source.tables if desk.source.has(name)]
            return fresh_of({name: kept_days(source, desk.rollups, name, desk.today) for name in found})

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
