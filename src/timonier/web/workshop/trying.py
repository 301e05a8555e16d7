"""Trying an indicator out on the real facts before it is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from timonier import formats
from timonier.errors import UnknownName, UsageError
from timonier.indicators.own import declare
from timonier.scorecard.request import Request
from timonier.scorecard.rows import RowsAsked, rows_behind
from timonier.scorecard.score import Line, score
from timonier.text import Text, say
from timonier.web.core.desks import lent_desk, workspace

EXAMPLES = 8
MOST_SHOWN = 8  # columns: a row is an example, not a dump


@dataclass(frozen=True)
class Example:
    """One row behind the figure."""

    cells: tuple[str, ...]


@dataclass(frozen=True)
class Tried:
    """The figure over twelve months, how many rows are behind it, some of them; `nothing`: why there is none."""

    line: Line | None
    rows: int = 0
    columns: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    nothing: Text | None = None


def kinds_by_table() -> dict[str, dict[str, Any]]:
    """The columns of each fact table and their kinds, as the grammar knows them."""
    return {
        name: {**{column.name: column.type for column in table.columns}, "day": "date"}
        for name, table in workspace().tables().items()
    }


def try_out(declared: Mapping[str, Any]) -> Tried:
    """Compiles and computes. Raises DefinitionError with the place of whatever is wrong."""
    indicator = declare(declared, kinds_by_table(), where="", zone=workspace().settings.zone)
    with lent_desk() as lent:
        desk = replace(lent, catalogue={**lent.catalogue, indicator.name: indicator}, rollups=None)
        try:
            card = score(desk, Request(indicators=(indicator.name,), compare="none", trend=False, rollups=False))
        except (UsageError, UnknownName) as refused:
            return Tried(None, nothing=Text(str(refused), str(refused)))
        if not card.lines:
            reason = card.skipped[0].reason if card.skipped else Text("nothing to compute on", "rien à calculer")
            return Tried(None, nothing=reason)
        found = rows_behind(desk, indicator, RowsAsked(window=card.window, limit=EXAMPLES))
    columns = tuple(found.records[0])[:MOST_SHOWN] if found.records else ()
    examples = tuple(Example(tuple(_cell(row.get(name)) for name in columns)) for row in found.records)
    return Tried(card.lines[0], found.total, columns, examples)


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return say(Text("yes", "oui") if value else Text("no", "non"))
    if hasattr(value, "year"):
        return formats.day(value.date() if hasattr(value, "hour") else value)
    if isinstance(value, int | float):
        return formats.number(value, 0 if float(value).is_integer() else 2)
    return str(value)
