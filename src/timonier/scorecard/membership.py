"""Rows whose columns hold one of some values: scopes and the filters of pages, passed as values and never as text.

A person's scope may hold thousands of values (their customers, their stores): as a text it would be longer than what
people may type, and slow to read. A few values are comparisons; many are a table of one column, joined.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, NamedTuple

import narwhals as nw

from timonier import formats
from timonier.indicators.definition import Filter
from timonier.scorecard.sources import FactSource, LakeSource
from timonier.text import Text, say

FEW = 20
"""Up to this many values are compared one by one, and told one by one."""


class Within(NamedTuple):
    """The values that one column may hold; none lets nothing through."""

    name: str
    values: tuple[str, ...]

    def __repr__(self) -> str:
        """Short, whatever the number of values: requests are remembered under it."""
        if len(self.values) <= FEW:
            return f"Within({self.name!r}, {self.values!r})"
        return f"Within({self.name!r}, {hashlib.sha256(repr(self.values).encode()).hexdigest()})"


@dataclass(frozen=True)
class Condition:
    """What people typed, compiled, and memberships: both hold."""

    typed: Filter | None
    within: tuple[Within, ...]
    source: FactSource

    def keep(self, frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        """The rows for which all of it is true."""
        kept = kept_within(frame, self.within, self.source)
        return kept if self.typed is None else self.typed.keep(kept)


def kept_within(frame: nw.LazyFrame[Any], within: Sequence[Within], source: FactSource) -> nw.LazyFrame[Any]:
    """The rows of a frame of `source` whose columns hold the values; a missing value is none of them."""
    conditions: list[nw.Expr] = []
    for name, values in within:
        column = nw.col(name)
        if not values:
            conditions.append(column.is_null() & ~column.is_null())
        elif len(values) <= FEW:
            conditions.append(reduce(lambda one, other: one | other, (column == value for value in values)))
        elif isinstance(source, LakeSource):
            members = source.members(values)
            frame = frame.join(members, how="semi", left_on=name, right_on=members.columns[0])
        else:
            conditions.append(column.is_in(values))
    # one step for all of them: the engine plans a frame again at each
    return frame.filter(reduce(lambda one, other: one & other, conditions)) if conditions else frame


def told(name: str, values: Sequence[str]) -> str:
    """A membership in the filter language, quotes doubled; many values are counted, not listed."""
    if len(values) > FEW:
        count = formats.count(len(values))
        return f"{name} in ({say(Text(f'{count} values', f'{count} valeurs'))})"
    quoted = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
    return f"{name} in ({quoted})" if values else f"{name} = '' and {name} <> ''"
