"""The rows behind a figure: exactly the units that it counts, each with what it counts for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.definition import Indicator, Population, Query
from timonier.indicators.engine import pick_variant
from timonier.indicators.estimate import Period
from timonier.indicators.grammar import names_in
from timonier.indicators.periods import within
from timonier.scorecard.conditions import condition
from timonier.scorecard.contribution import Contributions
from timonier.scorecard.membership import Within
from timonier.scorecard.rhythm import known_until
from timonier.scorecard.score import Desk, workspace_params
from timonier.scorecard.sources import answerable, can_carry, dimensions, frames_for, last_day, require_dimension
from timonier.text import Text

HIDDEN = ("source", "received_at", "seq", "x", "y", "cell")


@dataclass(frozen=True, slots=True)
class RowsAsked:
    """Which rows: those of one figure, the latest first, `limit` of them after `skip`.

    `by` names columns to show beside those that the indicator reads; `comments` shows what people wrote.
    """

    window: Period
    variant: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    where: str | None = None
    limit: int = 50
    skip: int = 0
    comments: bool = False
    within: tuple[Within, ...] = ()


@dataclass(frozen=True, slots=True)
class RowsFound:
    """A page of rows as plain records (`day`, identifiers, columns read, `counts` in words, `value`), and how many
    there are in all."""

    total: int
    records: Sequence[Mapping[str, Any]]


def rows_behind(desk: Desk, indicator: Indicator, asked: RowsAsked) -> RowsFound:
    """The rows of a figure. Raises UsageError when there are no facts, or a column cannot be carried."""
    chosen = pick_variant(indicator, asked.variant)
    indicator = indicator.counting(chosen)
    _check(desk, indicator)
    settled = workspace_params(desk, indicator, indicator.defaults)
    query = Query(
        window=asked.window,
        carry=tuple(dict.fromkeys((*_carried(desk, indicator, asked), *chosen.carry))),
        where=condition(desk.source, indicator, asked.where, asked.within, zone=desk.zone),
        params={**indicator.defaults, **chosen.params, **settled, **asked.params},
        as_of=known_until(desk.source, desk.rollups, indicator, min(desk.today, last_day(desk.source) or desk.today)),
        zone=desk.zone,
    )
    units = _units(desk, indicator, query)
    total = int(units.select(_n=nw.len()).collect().item(0, "_n"))
    return RowsFound(total, _records(_page(units, asked), indicator, query, asked))


def _check(desk: Desk, indicator: Indicator) -> None:
    if not answerable(indicator, desk.source):
        tables = ", ".join(need.table for need in indicator.needs) or "—"
        raise UsageError(
            Text(f"there are no facts behind {indicator.name}.", f"aucun fait derrière {indicator.name}."),
            hint=Text(f"It reads: {tables}.", f"Il lit : {tables}."),
        )


def _carried(desk: Desk, indicator: Indicator, asked: RowsAsked) -> tuple[str, ...]:
    for name in asked.by:
        require_dimension(desk.source, name)
        if not can_carry(indicator, desk.source, name):
            raise UsageError(
                Text(f"{indicator.name} cannot be split by {name}.", f"{indicator.name} ne se ventile pas par {name}."),
                where="--by",
            )
    filtered = names_in(asked.where) & set(dimensions(desk.source)) if asked.where else set()
    return tuple(dict.fromkeys((*asked.by, *sorted(filtered | {one.name for one in asked.within}))))


def _units(desk: Desk, indicator: Indicator, query: Query) -> nw.LazyFrame[Any]:
    """The units of the window, filtered: exactly those that the figure counts."""
    units = indicator.units(frames_for(indicator, desk.source, query.carry), query)
    if indicator.timing == "dated" and query.window is not None:
        units = units.filter(within(query.window, nw.col("day")))
    return units if isinstance(indicator.units, Population) else query.kept(units)  # it has filtered its facts itself


def _page(units: nw.LazyFrame[Any], asked: RowsAsked) -> list[dict[str, Any]]:
    """The latest rows, in an order that does not depend on the engine: by day, then by instant where there is one."""
    names = units.collect_schema().names()
    keys = [name for name in names if name.endswith("_id")]
    stamps = [name for name in names if name.endswith("_at") and name not in HIDDEN]
    dated = [*(["day"] if "day" in names else []), *stamps[:1]]
    if dated or keys:
        falling = [*[True] * len(dated), *[False] * len(keys)]
        units = units.sort(*dated, *keys, descending=falling, nulls_last=True)
    found = units.head(asked.skip + asked.limit).collect()
    return list(found[asked.skip :].iter_rows(named=True))


def _records(
    found: Sequence[Mapping[str, Any]], indicator: Indicator, query: Query, asked: RowsAsked
) -> list[dict[str, Any]]:
    """Day, identifiers, the columns asked for, those that the indicator reads, then what the row counts for."""
    meaning = Contributions(indicator, asked.variant, query)
    read = {name for need in indicator.needs for name in (*need.columns, *need.optional)}
    shown = read | set(query.carry) | {"day"} | ({"comment"} if asked.comments else set())
    written = []
    for row in found:
        counted = meaning.of(row)
        kept = {
            name: value
            for name, value in row.items()
            if not name.startswith("_")
            and name not in HIDDEN
            and (name in shown or name.endswith("_id"))
            and (asked.comments or name != "comment")
        }
        written.append({"day": kept.pop("day", None), **kept, "counts": counted.words, "value": counted.value})
    return written
