"""`timonier kpi`: one indicator, one file, no workspace."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

import typer

from timonier.cli import records
from timonier.cli.file_columns import holds_steps
from timonier.cli.file_frame import DAY, ROLE, WEIGHT, Asked, read_table
from timonier.cli.file_values import Values
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
from timonier.errors import UsageError
from timonier.text import Text

if TYPE_CHECKING:
    from datetime import date

    import pyarrow as pa

    from timonier.estimates import Estimates
    from timonier.indicators.definition import Indicator, Needs
    from timonier.indicators.periods import Every

ScoreOption = Annotated[str | None, typer.Option("--score", metavar="COL", help="Column of the scores.")]
ScaleOption = Annotated[str | None, typer.Option("--scale", metavar="MIN:MAX", help="Lowest and highest answer: 1:5.")]
DirectionOption = Annotated[
    Literal["up", "down"] | None, typer.Option("--direction", help="Whether a high answer is good (up) or bad.")
]
CustomerOption = Annotated[str | None, typer.Option("--customer", metavar="COL", help="Column of the customers.")]
AmountOption = Annotated[str | None, typer.Option("--amount", metavar="COL", help="Column of the amounts.")]
AtOption = Annotated[str | None, typer.Option("--at", metavar="COL", help="Column of the dates.")]
ColumnOption = Annotated[
    list[str] | None, typer.Option("--column", metavar="ROLE=COL", help="Any other column that it reads.")
]
ByColumnOption = Annotated[
    list[str] | None, typer.Option("--by", metavar="COL", help="One figure a value of it; may be repeated.")
]
WeightOption = Annotated[str | None, typer.Option("--weight", metavar="COL", help="Column of the weights.")]
VariantOption = Annotated[str | None, typer.Option("--variant", metavar="NAME", help="Another variant.")]
ParamOption = Annotated[list[str] | None, typer.Option("--param", metavar="KEY=VALUE", help="A parameter.")]
MinNOption = Annotated[int, typer.Option("--min-n", metavar="K", min=0, help="Below it, nothing is shown.")]
KnownOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Last day that the file tells of (else its last date).")
]
DateOrderOption = Annotated[
    Literal["dmy", "mdy", "iso"] | None, typer.Option("--date-order", help="How dates are written.")
]
DecimalOption = Annotated[Literal[".", ","] | None, typer.Option("--decimal", help="Decimal mark of the numbers.")]
SheetOption = Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook.")]


def kpi(  # noqa: PLR0913 -- one argument an option of the command
    name: Annotated[str, typer.Argument(metavar="NAME", help="The indicator (`timonier explain` lists them).")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, XLSX, ODS, Parquet, JSON Lines…")],
    *,
    score: ScoreOption = None,
    scale: ScaleOption = None,
    direction: DirectionOption = None,
    customer: CustomerOption = None,
    amount: AmountOption = None,
    at: AtOption = None,
    column: ColumnOption = None,
    by: ByColumnOption = None,
    every: EveryOption = None,
    first: FromOption = None,
    to: ToOption = None,
    as_of: KnownOption = None,
    weight: WeightOption = None,
    variant: VariantOption = None,
    param: ParamOption = None,
    method: MethodOption = "default",
    confidence: ConfidenceOption = 0.95,
    min_n: MinNOption = 0,
    date_order: DateOrderOption = None,
    decimal: DecimalOption = None,
    sheet: SheetOption = None,
    output: FormatOption = "table",
) -> None:
    """Compute one indicator on one file, without a workspace.

    Columns that are not named are found by their usual names, French or English, and told on stderr.
    """
    from timonier.api import measure_frame

    indicator = indicator_of_one_file(name, variant)
    given = named(column, score=score, customer_id=customer, amount=amount)
    params = parameters(indicator, scale, direction, pairs(param, "--param"))
    period, known = window_of(first, to), day_of(as_of, "--as-of") if as_of else None
    asked = question(indicator, variant, params, read_table(file, sheet), decimal, date_order)
    dated = every is not None or period is not None or asked.needs_date
    roles = asked.roles(given, at, dated=dated)
    segments = tuple(dict.fromkeys(by or ()))
    frame = asked.frame(roles, segments, weight, dated=dated, params=params)
    times = settled(asked, frame, every, period, known)
    found = measure_frame(
        name,
        frame,
        {role: ROLE + role for role in roles},
        by=segments,
        every=every or "all",
        at=DAY if dated else None,
        weight=WEIGHT if weight else None,
        window=times.window,
        variant=variant,
        method=method,
        confidence=confidence,
        as_of=times.as_of,
        minimum_n=min_n,
        params=params,
    )
    show(asked.priced(found, roles, params), indicator, every, output)


def named(column: Sequence[str] | None, **singles: str | None) -> dict[str, str]:
    """The columns that the person named, by role: with --column, or with an option of their own."""
    return pairs(column, "--column") | {role: said for role, said in singles.items() if said}


def question(
    indicator: "Indicator",
    variant: str | None,
    params: Mapping[str, Any],
    table: "pa.Table",
    decimal: Literal[".", ","] | None,
    order: Literal["dmy", "mdy", "iso"] | None,
) -> Asked:
    """What is asked of the file. Raises UsageError when an indicator that reads steps is not told which."""
    need = indicator.one_table(params)
    check_steps(indicator, need, table.column_names, params)
    values = Values(table, decimal=decimal, order=order, zone=_zone())
    return Asked(indicator, need, variant or indicator.default_variant, table, values)


class Times(NamedTuple):
    """The days asked for, and the last day known, if any."""

    window: "tuple[date, date] | None"
    as_of: "date | None"


def settled(
    asked: Asked, frame: "pa.Table", every: "Every | None", window: "tuple[date, date] | None", known: "date | None"
) -> Times:
    """What the person said of time, else what the rows say: those of a window are split from first to last."""
    today = datetime.now(tz=asked.values.zone).date()
    if window is None and every is not None and asked.indicator.timing == "window":
        return Times(asked.span(frame, every, today), known or today)
    return Times(window, known or asked.known_until(frame, today))


def indicator_of_one_file(name: str, variant: str | None) -> "Indicator":
    """The indicator of this name. Raises UnknownName; UsageError when one file cannot answer."""
    from timonier.indicators.catalogue import find
    from timonier.indicators.engine import pick_variant

    indicator = find(name)
    check_one_file(indicator.counting(pick_variant(indicator, variant)))
    return indicator


def check_one_file(indicator: "Indicator") -> None:
    """Raise UsageError for an indicator that one file cannot answer."""
    several = len(indicator.needs) > 1 and "start_step" not in indicator.defaults
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


def check_steps(indicator: "Indicator", need: "Needs", columns: Sequence[str], params: Mapping[str, Any]) -> None:
    """Raise UsageError when the indicator, or the file, has steps and nobody tells which."""
    stepped = "step" in need.columns or (len(indicator.needs) > 1 and holds_steps(columns))
    for name in ("start_step", "end_step") if stepped else ():
        if name in indicator.defaults and not params.get(name, indicator.defaults[name]):
            raise UsageError(
                Text(f"say which step: {name}.", f"dites quelle étape : {name}."),
                where="--param",
                hint=Text(f"For instance --param {name}=…", f"Par exemple --param {name}=…"),
            )


def parameters(
    indicator: "Indicator", scale: str | None, direction: str | None, given: Mapping[str, str]
) -> dict[str, Any]:
    """Parameters of the indicator, from their own options and --param. Raises UsageError."""
    texts = dict(given)
    for name, said in (("scale", scale), ("direction", direction)):
        if said is not None:
            texts[name] = said
    found = known_parameters(texts, indicator)
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
