"""`timonier score`: the state of the relationship, on one screen."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from timonier.cli import records
from timonier.cli.desk import desk_of, open_workspace
from timonier.cli.messages import note, warning
from timonier.cli.options import (
    ByOption,
    ConfidenceOption,
    EveryOption,
    FormatOption,
    FromOption,
    LastOption,
    MethodOption,
    MinNOption,
    ToOption,
    WhereOption,
    WorkspaceOption,
    day_after,
    day_of,
    known_parameters,
    pairs,
)
from timonier.errors import UsageError
from timonier.text import Text, say

if TYPE_CHECKING:
    from datetime import date

    from timonier.indicators.estimate import Period
    from timonier.scorecard.score import Desk, Scorecard


IndicatorOption = Annotated[
    list[str] | None,
    typer.Option("--indicator", "-i", metavar="NAME", help="Compute this one only; may be repeated."),
]
CompareOption = Annotated[
    Literal["none", "previous", "last-year"], typer.Option("--compare", help="The period to compare with.")
]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Use only what was known at the end of that day.")
]
VariantOption = Annotated[
    list[str] | None,
    typer.Option("--variant", metavar="NAME=VARIANT", help="Another variant of an indicator (see explain)."),
]
ParamOption = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME.KEY=VALUE", help="A parameter of an indicator (see explain)."),
]
RollupsOption = Annotated[
    bool, typer.Option("--rollups/--no-rollups", help="Read the sums kept by day, or the facts themselves.")
]
WeightedOption = Annotated[
    bool | None,
    typer.Option(
        "--weighted/--unweighted",
        help="Count each answer for its weight, answers.weight (default: as in the settings).",
    ),
]


def score(  # noqa: PLR0913 -- one argument an option of the command
    *,
    indicator: IndicatorOption = None,
    first: FromOption = None,
    to: ToOption = None,
    last: LastOption = None,
    every: EveryOption = None,
    by: ByOption = None,
    where: WhereOption = None,
    compare: CompareOption = "previous",
    as_of: AsOfOption = None,
    variant: VariantOption = None,
    param: ParamOption = None,
    confidence: ConfidenceOption = 0.95,
    method: MethodOption = "default",
    min_n: MinNOption = None,
    rollups: RollupsOption = True,
    weighted: WeightedOption = None,
    output: FormatOption = "table",
    workspace: WorkspaceOption = Path(),
) -> None:
    """Compute the scorecard: each indicator with its interval, its n, its change and whether it is noise.

    Without a period: the last 12 complete months that the facts cover, compared with the 12 months before.
    """
    from timonier.scorecard.breaks import kept_breaks, parted
    from timonier.scorecard.request import Request
    from timonier.scorecard.score import score as compute

    opened = open_workspace(workspace)
    known = day_of(as_of, "--as-of") if as_of else None
    desk = desk_of(opened, known, rollups=rollups)
    request = Request(
        indicators=tuple(indicator or ()),
        window=window_of(desk, first, to, last, known),
        every=every or "all",
        by=tuple(by or ()),
        where=where,
        compare=compare,
        as_of=known,
        confidence=confidence,
        method=method,
        minimum_n=min_n,
        trend=output == "table",
        rollups=rollups,
        weighted=opened.settings.weighted if weighted is None else weighted,
        variants=pairs(variant, "--variant"),
        params=parameters_of(desk, param),
    )
    show(parted(compute(desk, request), kept_breaks(opened.root)), output)


def show(scorecard: "Scorecard", output: str) -> None:
    """Write the scorecard in the format asked for; what could not be computed is told beside the data."""
    if output == "table":
        from timonier.cli.score_table import print_scorecard

        print_scorecard(scorecard)
        _tell_empty(scorecard, scorecard.request.where)
        return
    written = records.line_records(scorecard.lines)
    (records.write_json if output == "json" else records.write_csv)(written)
    for one in scorecard.skipped:
        note(f"{one.indicator.name}{say(Text(':', ' :'))} {say(one.reason)}")
    _tell_empty(scorecard, scorecard.request.where)


def _tell_empty(scorecard: "Scorecard", where: str | None) -> None:
    if scorecard.lines:
        return
    unloaded = Text(
        "nothing could be computed: no facts had been loaded by then (`timonier load`).",
        "rien n’a pu être calculé : aucun fait n’était chargé à cette date (`timonier load`).",
    )
    unmet = Text(
        f"nothing could be computed: no fact of the period meets --where {where}",
        f"rien n’a pu être calculé : aucun fait de la période ne répond à --where {where}",
    )
    warning(unmet if where else unloaded)


def window_of(
    desk: "Desk", first: str | None, to: str | None, last: str | None, known: "date | None"
) -> "Period | None":
    """The period asked for; None leaves the choice to the scorecard. Raises UsageError."""
    from timonier.indicators.estimate import Period
    from timonier.scorecard.request import last_period

    if last and (first or to):
        raise UsageError(
            Text("--last goes without --from and --to.", "--last s’emploie sans --from ni --to."), where="--last"
        )
    if to and not first:
        raise UsageError(
            Text("--to needs --from.", "--to demande --from."),
            hint=Text("Give the first day too.", "Donnez aussi le premier jour."),
        )
    if last:
        return last_period(last, last_known(desk, known))
    if not first:
        return None
    end = day_of(to, "--to") if to else last_known(desk, known)
    return checked(Period(day_of(first, "--from"), day_after(end)))


def checked(period: "Period") -> "Period":
    """The period, if it holds a day; the message speaks of the days that a person typed."""
    if period.days > 0:
        return period
    raise UsageError(
        Text("--to is before --from.", "--to est avant --from."),
        where="--from --to",
        hint=Text("Swap the two days.", "Inversez les deux jours."),
    )


def last_known(desk: "Desk", known: "date | None") -> "date":
    """The last day that the facts cover, today at most."""
    from timonier.scorecard.sources import last_day

    return min(known or desk.today, last_day(desk.source) or desk.today)


def parameters_of(desk: "Desk", given: list[str] | None) -> dict[str, dict[str, Any]]:
    """NAME.KEY=VALUE texts by indicator. Raises UsageError, UnknownName."""
    from timonier.indicators.catalogue import find

    texts: dict[str, dict[str, str]] = {}
    for place, text in pairs(given, "--param").items():
        name, dot, key = place.partition(".")
        if not dot:
            raise UsageError(
                Text(f"“{place}” does not name an indicator.", f"« {place} » ne nomme pas d’indicateur."),
                where="--param",
                hint=Text("Write NAME.KEY=VALUE.", "Écrivez NOM.CLÉ=VALEUR."),
            )
        texts.setdefault(name, {})[key] = text
    catalogue = dict(desk.catalogue)
    return {name: known_parameters(keys, find(name, catalogue)) for name, keys in texts.items()}
