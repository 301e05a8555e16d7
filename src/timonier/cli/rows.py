"""`timonier rows`: the rows behind a figure, each with what it counts for."""

from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from timonier.cli import records
from timonier.cli.desk import desk_of, open_workspace
from timonier.cli.messages import note
from timonier.cli.options import (
    ByOption,
    FormatOption,
    FromOption,
    LastOption,
    ToOption,
    WhereOption,
    WorkspaceOption,
    known_parameters,
    pairs,
)
from timonier.cli.words import agreed
from timonier.errors import UsageError
from timonier.text import Text, say

if TYPE_CHECKING:
    import narwhals as nw

    from timonier.cli.contribution import Contribution
    from timonier.indicators.definition import Indicator, Query
    from timonier.scorecard.score import Desk


def rows(  # noqa: PLR0913 -- one argument an option of the command
    name: Annotated[str, typer.Argument(metavar="NAME", help="The indicator.")],
    *,
    first: FromOption = None,
    to: ToOption = None,
    last: LastOption = None,
    by: ByOption = None,
    where: WhereOption = None,
    variant: Annotated[str | None, typer.Option("--variant", metavar="NAME", help="Another variant.")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", metavar="KEY=VALUE", help="A parameter.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many rows, the latest first.")] = 50,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="A,B,…", help="Only these columns, in this order.")
    ] = None,
    comments: Annotated[bool, typer.Option("--comments", help="Show what people wrote.")] = False,
    output: FormatOption = "table",
    workspace: WorkspaceOption = Path(),
) -> None:
    """Show the rows behind a figure, and what each counts for (promoter, left out as a duplicate…)."""
    from timonier.cli.score import window_of
    from timonier.indicators.catalogue import find
    from timonier.indicators.definition import Query
    from timonier.indicators.engine import pick_variant
    from timonier.scorecard.request import last_period
    from timonier.scorecard.score import condition, workspace_params

    opened = open_workspace(workspace)
    desk = desk_of(opened, rollups=False)
    indicator = find(name, dict(desk.catalogue))
    _check(desk, indicator)
    chosen = pick_variant(indicator, variant)
    params = {**indicator.defaults, **chosen.params, **workspace_params(desk, indicator, indicator.defaults)}
    params |= known_parameters(pairs(param, "--param"), indicator)
    window = window_of(desk, first, to, last, None) or last_period("12m", _anchor(desk))
    query = Query(
        window=window,
        carry=_carried(desk, indicator, by, where),
        where=condition(desk, indicator, where),
        params=params,
        as_of=desk.today,
    )
    units = _units(desk, indicator, variant, query)
    total = int(units.select(_n=_len()).collect().item(0, "_n"))
    found = _latest(units, limit)
    written = _records(found, indicator, variant, query, by=tuple(by or ()), comments=comments)
    _write(_picked(written, columns), output, opened.settings.tzinfo)
    if total > limit:
        shown = f"{limit} {agreed(limit, Text('rows', 'lignes'))}"
        note(Text(f"{shown} of {total}.", f"{shown} sur {total}."))


def _anchor(desk: "Desk") -> Any:
    from timonier.cli.score import last_known

    return last_known(desk, None)


def _len() -> Any:
    import narwhals as nw

    return nw.len()


def _check(desk: "Desk", indicator: "Indicator") -> None:
    from timonier.scorecard.sources import answerable

    if not answerable(indicator, desk.source):
        tables = ", ".join(need.table for need in indicator.needs) or "—"
        raise UsageError(
            Text(f"there are no facts behind {indicator.name}.", f"aucun fait derrière {indicator.name}."),
            hint=Text(f"It reads: {tables}.", f"Il lit : {tables}."),
        )


def _carried(desk: "Desk", indicator: "Indicator", by: list[str] | None, where: str | None) -> tuple[str, ...]:
    from timonier.indicators.grammar import names_in
    from timonier.scorecard.sources import can_carry, dimensions, require_dimension

    for name in by or ():
        require_dimension(desk.source, name)
        if not can_carry(indicator, desk.source, name):
            raise UsageError(
                Text(f"{indicator.name} cannot be split by {name}.", f"{indicator.name} ne se ventile pas par {name}."),
                where="--by",
            )
    filtered = names_in(where) & set(dimensions(desk.source)) if where else set()
    return tuple(dict.fromkeys((*(by or ()), *sorted(filtered))))


def _units(desk: "Desk", indicator: "Indicator", variant: str | None, query: "Query") -> "nw.LazyFrame[Any]":
    """The units of the window, filtered: exactly those that the figure counts."""
    import narwhals as nw

    from timonier.indicators.engine import pick_variant
    from timonier.indicators.periods import within
    from timonier.scorecard.sources import frames_for

    units = (pick_variant(indicator, variant).units or indicator.units)(
        frames_for(indicator, desk.source, query.carry), query
    )
    if indicator.timing == "dated" and query.window is not None:
        units = units.filter(within(query.window, nw.col("day")))
    return query.kept(units)


def _latest(units: "nw.LazyFrame[Any]", limit: int) -> "list[dict[str, Any]]":
    """The latest rows, in an order that does not depend on the engine."""
    names = units.collect_schema().names()
    keys = [name for name in names if name.endswith("_id")]
    dated = ["day"] if "day" in names else []
    if dated or keys:
        units = units.sort(*dated, *keys, descending=[bool(dated), *[False] * (len(dated + keys) - 1)], nulls_last=True)
    return list(units.head(limit).collect().iter_rows(named=True))


HIDDEN = ("source", "received_at", "seq", "x", "y", "cell")


def _records(
    found: "list[dict[str, Any]]",
    indicator: "Indicator",
    variant: str | None,
    query: "Query",
    *,
    by: tuple[str, ...],
    comments: bool,
) -> list[dict[str, Any]]:
    """Day, identifiers, the columns asked for, those that the indicator reads, then what the row counts for."""
    from timonier.cli.contribution import Contributions

    meaning = Contributions(indicator, variant, query)
    read = {name for need in indicator.needs for name in (*need.columns, *need.optional)}
    written = []
    for row in found:
        counted: Contribution = meaning.of(row)
        kept = {
            name: value
            for name, value in row.items()
            if not name.startswith("_")
            and name not in HIDDEN
            and (name in read or name in by or name in query.carry or name == "day" or name.endswith("_id"))
        }
        if comments and "comment" in row:
            kept["comment"] = row["comment"]
        written.append({"day": kept.pop("day", None), **kept, "counts": counted.words, "value": counted.value})
    return written


def _picked(written: list[dict[str, Any]], columns: str | None) -> list[dict[str, Any]]:
    if columns is None or not written:
        return written
    wanted = [name.strip() for name in columns.split(",") if name.strip()]
    for name in wanted:
        if name not in written[0]:
            listing = ", ".join(written[0])
            raise UsageError(
                Text(f"there is no column “{name}” here.", f"il n’y a pas de colonne « {name} » ici."),
                where="--columns",
                hint=Text(f"There are: {listing}.", f"Il y a : {listing}."),
            )
    return [{name: row[name] for name in wanted} for row in written]


def _write(written: list[dict[str, Any]], output: str, zone: tzinfo) -> None:
    if output == "json":
        records.write_json(written)
    elif output == "csv":
        records.write_csv(written)
    elif not written:
        note(Text("no row.", "aucune ligne."))
    else:
        _print(written, zone)


def _print(written: list[dict[str, Any]], zone: tzinfo) -> None:
    """A table for people: instants on the clock of the business."""

    from timonier.cli.screen import screen, seen, sheet

    names = [name for name in written[0] if any(row[name] is not None for row in written)]
    table = sheet()
    titles = {"counts": say(Text("counts as", "compte pour")), "value": say(Text("value", "valeur"))}
    for name in names:
        table.add_column(titles.get(name, name), overflow="fold")
    for row in written:
        table.add_row(*("" if row[name] is None else seen(_shown(row[name], zone)) for name in names))
    screen().print(table)


def _shown(value: Any, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    return f"{value:g}" if isinstance(value, float) else str(value)
