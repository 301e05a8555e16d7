"""`timonier kpi`: one indicator, one file, no workspace."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from timonier.cli import records
from timonier.cli.file_columns import require, roles_of
from timonier.cli.file_values import INVALID, Values
from timonier.cli.messages import note, warning
from timonier.cli.options import (
    ConfidenceOption,
    EveryOption,
    FormatOption,
    FromOption,
    MethodOption,
    ToOption,
    day_after,
    day_of,
    known_parameters,
    pairs,
)
from timonier.errors import DataError, UsageError
from timonier.text import Text

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from timonier.estimates import Estimates
    from timonier.indicators.definition import Indicator

ROLE, DAY = "role:", "role:day"


def kpi(  # noqa: PLR0913 -- one argument an option of the command
    name: Annotated[str, typer.Argument(metavar="NAME", help="The indicator (`timonier explain` lists them).")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX, ODS, Parquet, JSON Lines…")],
    *,
    score: Annotated[str | None, typer.Option("--score", metavar="COL", help="Column of the scores.")] = None,
    scale: Annotated[
        str | None, typer.Option("--scale", metavar="MIN:MAX", help="Lowest and highest answer: 1:5.")
    ] = None,
    direction: Annotated[
        Literal["up", "down"] | None, typer.Option("--direction", help="Whether a high answer is good (up) or bad.")
    ] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="COL", help="Column of the customers.")] = None,
    amount: Annotated[str | None, typer.Option("--amount", metavar="COL", help="Column of the amounts.")] = None,
    at: Annotated[str | None, typer.Option("--at", metavar="COL", help="Column of the dates.")] = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", metavar="ROLE=COL", help="Any other column that it reads.")
    ] = None,
    by: Annotated[list[str] | None, typer.Option("--by", metavar="COL", help="One figure a value of it.")] = None,
    every: EveryOption = None,
    first: FromOption = None,
    to: ToOption = None,
    weight: Annotated[str | None, typer.Option("--weight", metavar="COL", help="Column of the weights.")] = None,
    variant: Annotated[str | None, typer.Option("--variant", metavar="NAME", help="Another variant.")] = None,
    param: Annotated[list[str] | None, typer.Option("--param", metavar="KEY=VALUE", help="A parameter.")] = None,
    method: MethodOption = "default",
    confidence: ConfidenceOption = 0.95,
    min_n: Annotated[int, typer.Option("--min-n", metavar="K", min=0, help="Below it, nothing is shown.")] = 0,
    date_order: Annotated[
        Literal["dmy", "mdy", "iso"] | None, typer.Option("--date-order", help="How dates are written.")
    ] = None,
    decimal: Annotated[Literal[".", ","] | None, typer.Option("--decimal", help="Decimal mark of the numbers.")] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook.")] = None,
    output: FormatOption = "table",
) -> None:
    """Compute one indicator on one file, without a workspace.

    Columns that are not named are found by their usual names, French or English, and told on stderr.
    """
    from timonier.indicators.catalogue import find

    indicator = find(name)
    check_one_file(indicator)
    given = pairs(column, "--column") | {
        role: said for role, said in (("score", score), ("customer_id", customer), ("amount", amount)) if said
    }
    period = window_of(first, to)
    dated = every is not None or period is not None or indicator.timing == "window"
    table = read_table(file, sheet)
    asked = Asked(indicator, table, Values(table, decimal=decimal, order=date_order, zone=_zone()))
    roles = roles_of(indicator, table.column_names, asked.with_date(given, at), dated=dated)
    params = parameters(indicator, scale, direction, pairs(param, "--param"))
    segments = tuple(dict.fromkeys(by or ()))
    frame = asked.frame(roles, segments, weight, dated=dated)
    asked.check(frame, params)
    asked.check_pooled(roles, segments)

    from timonier.api import measure_frame

    found = measure_frame(
        name,
        frame,
        {role: ROLE + role for role in roles},
        by=segments,
        every=every or "all",
        at=DAY if dated else None,
        weight=ROLE + "weight" if weight else None,
        window=period,
        variant=variant,
        method=method,
        confidence=confidence,
        minimum_n=min_n,
        params=params,
    )
    show(asked.priced(found, roles, params), indicator, every, output)


@dataclass(frozen=True, slots=True)
class Asked:
    """An indicator and the file that it is computed on."""

    indicator: "Indicator"
    table: "pa.Table"
    values: Values

    @property
    def dated_by(self) -> str:
        """The role of the accounting date."""
        from timonier.facts.schema import TABLES

        return TABLES[self.indicator.needs[0].table].dated_by

    def with_date(self, given: Mapping[str, str], at: str | None) -> dict[str, str]:
        """The roles given, the date among them."""
        return {**given, **({self.dated_by: at} if at else {})}

    def frame(self, roles: Mapping[str, str], by: Sequence[str], weight: str | None, *, dated: bool) -> "pa.Table":
        """Typed columns, named by role; breakdowns keep their name. Rows without a date are told and left out."""
        import pyarrow as pa
        import pyarrow.compute as pc

        from timonier.facts.schema import TABLES

        known = TABLES[self.indicator.needs[0].table].by_name
        read = {ROLE + role: self.values.read(column, known[role].type) for role, column in roles.items()}
        for column in (*by, *([weight] if weight else [])):
            require(column, self.table.column_names)
        read.update({column: self.values.read(column, "text") for column in by})
        if weight:
            read[ROLE + "weight"] = self.values.weights(weight)
        if not dated:
            return pa.table(read)
        read[DAY] = self.values.read(roles[self.dated_by], "date")
        frame = pa.table(read)
        if undated := frame[DAY].null_count:
            warning(Text(f"{undated} rows without a date are left out.", f"{undated} lignes sans date sont écartées."))
        return frame.filter(pc.is_valid(frame[DAY]))

    def check(self, frame: "pa.Table", params: Mapping[str, Any]) -> None:
        """Tell what makes a figure doubtful: a scale that is not the one declared, several currencies."""
        if ROLE + "currency" in frame.column_names and not params.get("currency"):
            found = sorted(set(filter(None, frame[ROLE + "currency"].to_pylist())))
            if len(found) > 1:
                raise DataError(
                    Text(
                        f"amounts in several currencies do not add up: {', '.join(found)}.",
                        f"des montants en plusieurs devises ne s’additionnent pas : {', '.join(found)}.",
                    ),
                    hint=Text("Choose one: --param currency=EUR.", "Choisissez-en une : --param currency=EUR."),
                )
        if ROLE + "score" in frame.column_names and "scale" in self.indicator.defaults:
            _check_scale(frame, (params.get("scale") or self.indicator.defaults["scale"]), self.indicator.name)

    def check_pooled(self, roles: Mapping[str, str], by: Sequence[str]) -> None:
        """Tell when the figure mixes what should not be: two surveys."""
        column = roles.get(self.indicator.apart or "")
        if column is None or column in by:
            return
        found = sorted(self.values.counts(column))
        if len(found) > 1:
            shown = ", ".join(found[:5])
            warning(
                Text(
                    f"{len(found)} values of “{column}” are pooled ({shown}): --by would keep them apart.",
                    f"{len(found)} valeurs de « {column} » sont confondues ({shown}) : --by les séparerait.",
                )
            )

    def priced(self, found: "Estimates", roles: Mapping[str, str], params: Mapping[str, Any]) -> "Estimates":
        """Amounts with their currency, when the file or the person says it."""
        from timonier.estimates import Estimates

        currency = str(params.get("currency") or "")
        if not currency and "currency" in roles:
            currency = next(iter(self.values.counts(roles["currency"])), "")
        return Estimates([replace(one, currency=currency) if one.unit == "money" else one for one in found])


def _check_scale(frame: "pa.Table", scale: tuple[int, int], name: str) -> None:
    import pyarrow.compute as pc

    scores = frame[ROLE + "score"]
    scores = scores.filter(pc.not_equal(scores, INVALID))
    if len(scores) - scores.null_count < 10:
        return
    low, high = scale
    most = pc.max(scores).as_py()
    if name == "nps" and tuple(scale) != (0, 10):
        warning(Text("only a 0–10 question gives an NPS.", "seule une question de 0 à 10 donne un NPS."))
    elif low <= most <= low + (high - low) * 0.7:
        warning(
            Text(
                f"no score above {most:g} on a scale of {low} to {high}: is it the right scale (--scale)?",
                f"aucune note au-dessus de {most:g} sur une échelle de {low} à {high} : est-ce la bonne (--scale) ?",
            )
        )


def check_one_file(indicator: "Indicator") -> None:
    """Raise UsageError for an indicator that one file cannot answer."""
    several = len(indicator.needs) > 1 and indicator.defaults.get("start_step", ...) is not None
    if indicator.needs and not several:
        return
    tables = ", ".join(need.table for need in indicator.needs) or "—"
    raise UsageError(
        Text(
            f"{indicator.name} cannot be computed on one file (it reads: {tables}).",
            f"{indicator.name} ne se calcule pas sur un seul fichier (il lit : {tables}).",
        ),
        hint=Text("Load your files into a workspace.", "Chargez vos fichiers dans un espace de travail."),
    )


def parameters(
    indicator: "Indicator", scale: str | None, direction: str | None, given: Mapping[str, str]
) -> dict[str, Any]:
    """Parameters of the indicator, from their own options and --param. Raises UsageError."""
    texts = dict(given)
    for name, said in (("scale", scale), ("direction", direction)):
        if said is not None:
            texts[name] = said
    found = known_parameters(texts, indicator.defaults, indicator.name)
    if "scale" in found and len(found["scale"]) != 2:
        raise UsageError(
            Text(f"“{texts['scale']}” is not a scale.", f"« {texts['scale']} » n’est pas une échelle."),
            where="--scale",
            hint=Text("Write it as 1:5.", "Écrivez-la ainsi : 1:5."),
        )
    return found


def window_of(first: str | None, to: str | None) -> "tuple[date, date] | None":
    """Half-open days. Raises UsageError when one end is missing, or they are upside down."""
    if not (first or to):
        return None
    if not (first and to):
        raise UsageError(Text("--from and --to go together.", "--from et --to vont ensemble."))
    start, end = day_of(first, "--from"), day_after(day_of(to, "--to"))
    if start >= end:
        raise UsageError(
            Text("--to is before --from.", "--to est avant --from."),
            where="--from --to",
            hint=Text("Swap the two days.", "Inversez les deux jours."),
        )
    return start, end


def read_table(file: Path, sheet: str | None) -> "pa.Table":
    """The rows of the file as text. Raises SourceError, UsageError when it holds several tables."""
    import pyarrow as pa

    from timonier.facts.intake.source import LINE, ReadOptions, open_sources

    sources = open_sources(file, ReadOptions(sheet=sheet))
    if len({source.columns for source in sources}) > 1:
        names = ", ".join(source.name for source in sources)
        raise UsageError(
            Text(f"there are several tables here: {names}.", f"il y a plusieurs tableaux ici : {names}."),
            where=str(file),
            hint=Text("Give one file, or --sheet.", "Donnez un seul fichier, ou --sheet."),
        )
    batches = [batch for source in sources for batch in source.batches()]
    for source in sources:
        for text in source.detected.notes:
            note(text)
        if lost := len(source.malformed):
            line = source.malformed[0].line
            warning(
                Text(
                    f"{lost} rows cannot be split into columns and are left out; the first is line {line}.",
                    f"{lost} lignes illisibles sont écartées ; la première est la ligne {line}.",
                )
            )
    fields = [pa.field(name, pa.string()) for name in sources[0].columns]
    table = pa.Table.from_batches(batches) if batches else pa.table({one.name: [] for one in fields}, pa.schema(fields))
    return table.drop_columns([LINE]) if LINE in table.column_names else table


def _zone() -> str:
    from timonier.facts.settings import Settings

    return os.environ.get("TIMONIER_ZONE") or Settings().zone


def show(found: "Estimates", indicator: "Indicator", every: str | None, output: str) -> None:
    """Write the figures in the format asked for."""
    if output == "table":
        from timonier.cli.kpi_table import print_estimates

        print_estimates(found, indicator, every)
        return
    written = [records.record(one, indicator) for one in found]
    (records.write_json if output == "json" else records.write_csv)(written)
