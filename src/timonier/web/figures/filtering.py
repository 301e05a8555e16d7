"""What one can filter by: dimensions and their values, within a person's scope."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import narwhals as nw

from timonier import formats
from timonier.scorecard.codes import dimension_name
from timonier.scorecard.sources import ALIASES, dimensions
from timonier.text import Text, folded, say
from timonier.web.accounts.access import Scope
from timonier.web.core.desks import facts_key, lent_desk
from timonier.web.core.memory import Memory
from timonier.web.figures.reach import visible

MOST_VALUES = 40
LISTED = 12
FIRST = ("delegation", "region", "segment", "channel", "store", "step", "team")
TECHNICAL = frozenset({"direction", "instrument", "currency"})


@dataclass(frozen=True)
class Choice:
    """A dimension and its values; `more` when there are too many to list."""

    name: str
    label: str
    values: tuple[str, ...]
    more: bool


_heard: Memory[bool] = Memory(2_000)
_choices: Memory[tuple[tuple[str, tuple[str, ...], bool], ...]] = Memory(50)


def label_of(name: str) -> str:
    """A dimension in words; one that the company declared keeps its own name."""
    return say(dimension_name(name))


def few(values: Sequence[str]) -> str:
    """Values to read: all of them, or the first three and how many others."""
    if len(values) <= LISTED:
        return ", ".join(values)
    first, left = ", ".join(values[:3]), formats.count(len(values) - 3)
    return say(Text(f"{first} and {left} others", f"{first} et {left} autres"))


def choices(scope: Scope) -> list[Choice]:
    """What a person may filter by: the values of the rows within their scope, no other."""

    def look() -> tuple[tuple[str, tuple[str, ...], bool], ...]:
        with lent_desk() as desk:
            within = [frame for table in desk.source.tables if (frame := visible(desk, table, scope)) is not None]
            names = [name for name in dimensions(desk.source) if name not in TECHNICAL]
            return tuple(found for name in names if (found := _values(within, name))[1])

    allowed = dict(scope.values)
    listed = []
    for name, values, more in _choices.get((facts_key(), scope.key), look):
        mine = tuple(value for value in values if value in allowed[name]) if name in allowed else values
        if len(mine) > 1 and not scope.closes(name):
            listed.append(Choice(name, label_of(name), mine, more))
    return sorted(
        listed, key=lambda choice: (FIRST.index(choice.name) if choice.name in FIRST else 99, folded(choice.label))
    )


def unheard_of(scope: Scope, filters: Sequence[tuple[str, tuple[str, ...]]]) -> list[Text]:
    """A notice for each value asked for that no row within the scope holds: mistyped, or gone from the facts.

    The filter stays: without it, a bookmark would show more than it asked for.
    """
    found = []
    for name, values in filters:
        for value in values[:LISTED]:
            if not _heard.get((facts_key(), scope.key, name, value), partial(_holds, scope, name, value)):
                label, shown = dimension_name(name), value[:40]
                found.append(
                    Text(
                        f"No facts for “{shown}” ({label.en}): check this filter.",
                        f"Aucune donnée pour « {shown} » ({label.fr}) : vérifiez ce filtre.",
                    )
                )
    return found


def _holds(scope: Scope, name: str, value: str) -> bool:
    with lent_desk() as desk:
        for table in desk.source.tables:
            frame = visible(desk, table, scope)
            columns = () if frame is None else frame.columns
            column = name if name in columns else ALIASES.get(table, {}).get(name, "")
            if frame is None or column not in columns:
                continue
            if len(frame.select(column).filter(nw.col(column) == value).head(1).collect()):
                return True
        return False


def _values(frames: Iterable[nw.LazyFrame[Any]], name: str) -> tuple[str, tuple[str, ...], bool]:
    """The values of a dimension over all tables that have it."""
    found: set[str] = set()
    for frame in frames:
        if name not in frame.columns:
            continue
        column = frame.select(name).filter(~nw.col(name).is_null()).unique()
        found.update(column.head(MOST_VALUES + 1).collect()[name].to_list())
    return name, tuple(sorted(found, key=folded)[:MOST_VALUES]), len(found) > MOST_VALUES
