"""`timonier rows`: the rows behind a figure, each with what it counts for."""

from datetime import datetime, tzinfo
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from timonier import formats
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
from timonier.errors import UsageError
from timonier.scorecard.words import agreed
from timonier.text import Text, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import JustifyMethod


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
    from timonier.cli.score import last_known, window_of
    from timonier.indicators.catalogue import find
    from timonier.scorecard.request import last_period
    from timonier.scorecard.rows import RowsAsked, rows_behind

    opened = open_workspace(workspace)
    desk = desk_of(opened, rollups=False)
    indicator = find(name, dict(desk.catalogue))
    asked = RowsAsked(
        window_of(desk, first, to, last, None) or last_period("12m", last_known(desk, None)),
        variant,
        known_parameters(pairs(param, "--param"), indicator),
        tuple(by or ()),
        where,
        limit,
        comments=comments,
    )
    found = rows_behind(desk, indicator, asked)
    _write(_picked(list(found.records), columns), output, opened.settings.tzinfo, asked=columns is not None)
    if found.total > limit:
        shown = f"{limit} {agreed(limit, Text('rows', 'lignes'))}"
        note(Text(f"{shown} of {found.total}.", f"{shown} sur {found.total}."))


def _picked(written: "list[Mapping[str, Any]]", columns: str | None) -> "list[Mapping[str, Any]]":
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


def _write(written: "list[Mapping[str, Any]]", output: str, zone: tzinfo, *, asked: bool) -> None:
    if output == "json":
        records.write_json(written)
    elif output == "csv":
        records.write_csv(written)
    elif not written:
        note(Text("no row.", "aucune ligne."))
    else:
        _print(written, zone, asked=asked)


def _print(written: "list[Mapping[str, Any]]", zone: tzinfo, *, asked: bool) -> None:
    """A table for people: instants on the clock of the business, what all rows share said once above."""
    from timonier.cli.screen import screen, seen, sheet

    titles = {"counts": say(Text("counts as", "compte pour")), "value": say(Text("value", "valeur"))}
    names = [name for name in written[0] if any(row[name] is not None for row in written)]
    shared = [] if asked else _shared(written, names)
    table = sheet()
    for name in names:
        if name not in shared:
            words = any(isinstance(row[name], str) for row in written)
            digits = any(
                isinstance(row[name], int | float | Decimal) and not isinstance(row[name], bool) for row in written
            )
            justify: JustifyMethod = "right" if digits else "left"
            table.add_column(titles.get(name, name), overflow="fold", no_wrap=not words, justify=justify)
    for row in written:
        cells = (row[name] for name in names if name not in shared)
        table.add_row(*("" if value is None else seen(_shown(value, zone)) for value in cells))
    if shared:
        said = " · ".join(f"{titles.get(name, name)} = {_shown(written[0][name], zone)}" for name in shared)
        every = say(Text("Every row: ", "Toutes les lignes : "))
        screen().print(every + seen(said), highlight=False, style="dim")
    screen().print(table)


def _shared(written: "list[Mapping[str, Any]]", names: list[str]) -> list[str]:
    """Columns with one value in all rows; what each counts for keeps its column."""
    if len(written) == 1:
        return []
    return [name for name in names if name != "counts" and all(row[name] == written[0][name] for row in written)]


def _shown(value: Any, zone: tzinfo) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return say(Text("yes", "oui")) if value else say(Text("no", "non"))
    if isinstance(value, float | Decimal) and isfinite(value):
        exponent = Decimal(str(value)).normalize().as_tuple().exponent
        return formats.number(value, max(0, -int(exponent)))
    return str(value)
