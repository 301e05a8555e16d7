"""The rows of a table that a person may reach."""

from typing import Any

import narwhals as nw

from timonier.scorecard.membership import kept_within
from timonier.scorecard.score import Desk
from timonier.scorecard.sources import ALIASES, carried, dimensions
from timonier.web.accounts.access import Scope


def visible(desk: Desk, table: str, scope: Scope) -> nw.LazyFrame[Any] | None:
    """The rows of a table within a scope, its dimensions carried; None when the scope cannot be applied to it."""
    if not desk.source.has(table):
        return None
    frame = desk.source.frame(table)
    if scope.whole:
        return frame
    names = tuple(name for name, _ in scope.values)
    known = desk.source.tables
    own, people = known[table].by_name, known["customers"].by_name
    for name in names:
        reached = name in own or name in ALIASES.get(table, {}) or ("customer_id" in own and name in people)
        if not reached or name not in dimensions(desk.source):
            return None
    kept = carried(frame, table, desk.source, names)
    return kept_within(kept, scope.within, desk.source)
