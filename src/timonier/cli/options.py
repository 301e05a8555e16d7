"""Options that several commands share, and what they become."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from timonier.errors import UsageError
from timonier.text import Text

if TYPE_CHECKING:
    from timonier.indicators.definition import Indicator

type Format = Literal["table", "json", "csv"]
EARLIEST, LATEST = 1000, 9000
"""Years of a day that somebody asks for: there is room for periods before and after."""
type Step = Literal["day", "week", "month", "quarter", "semester", "year"]

LangOption = Annotated[
    Literal["fr", "en"] | None,
    typer.Option("--lang", help="Language of the answer (default: TIMONIER_LANG, the locale, the workspace)."),
]
FormatOption = Annotated[
    Literal["table", "json", "csv"], typer.Option("--format", "-f", help="How to write the answer.")
]
WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace",
        "-w",
        metavar="DIR",
        envvar="TIMONIER_WORKSPACE",
        help="Folder of the workspace (it holds timonier.toml).",
    ),
]
FromOption = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First day of the period: 2026-01-01.")]
ToOption = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="Last day of the period, included: 2026-12-31.")
]
LastOption = Annotated[
    str | None,
    typer.Option(
        "--last", metavar="SPAN", help="The last complete days, weeks, months, quarters or years: 90d, 4w, 12m, 4q, 2y."
    ),
]
EveryOption = Annotated[
    Literal["day", "week", "month", "quarter", "semester", "year"] | None,
    typer.Option("--every", help="One figure a period of this kind."),
]
ByOption = Annotated[
    list[str] | None, typer.Option("--by", metavar="DIMENSION", help="One figure a value of it; may be repeated.")
]
WhereOption = Annotated[
    str | None,
    typer.Option("--where", metavar="CONDITION", help="Keep the facts that meet it: \"segment = 'pme'\"."),
]
ConfidenceOption = Annotated[
    float, typer.Option("--confidence", metavar="LEVEL", help="Confidence of the intervals, between 0 and 1.")
]
MethodOption = Annotated[
    str,
    typer.Option("--method", metavar="NAME", help="Interval method, where an indicator offers several (see explain)."),
]
MinNOption = Annotated[
    int | None, typer.Option("--min-n", metavar="K", min=0, help="Below this many units a figure is not shown.")
]


def day_of(text: str, option: str) -> date:
    """A day written 2026-12-31. Raises UsageError."""
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text.strip()):
            raise ValueError
        found = date.fromisoformat(text.strip())
        if not EARLIEST <= found.year <= LATEST:
            raise ValueError
        return found
    except ValueError:
        raise UsageError(
            Text(f"“{text}” is not a day.", f"« {text} » n’est pas un jour."),
            where=option,
            hint=Text("Write it as 2026-12-31.", "Écrivez-le ainsi : 2026-12-31."),
        ) from None


def day_after(last: date) -> date:
    """Periods are half-open for machines; people name their last day."""
    return last + timedelta(days=1)


def pairs(given: Iterable[str] | None, option: str) -> dict[str, str]:
    """NAME=VALUE texts as a dict. Raises UsageError."""
    found = {}
    for text in given or ():
        name, equals, value = text.partition("=")
        if not (name.strip() and equals and value.strip()):
            raise UsageError(
                Text(f"“{text}” is not NAME=VALUE.", f"« {text} » n’est pas de la forme NOM=VALEUR."), where=option
            )
        found[name.strip()] = value.strip()
    return found


def parameter_value(text: str, default: Any, where: str) -> Any:
    """What a person typed for a parameter, in the type of its default; lists are separated by commas or colons."""
    try:
        return _typed(text, default)
    except ValueError:
        raise UsageError(
            Text(f"“{text}” does not suit this parameter.", f"« {text} » ne convient pas à ce paramètre."),
            where=where,
            hint=Text(f"Its default is {written(default)}.", f"Sa valeur par défaut est {written(default)}."),
        ) from None


def written(default: Any) -> str:
    """A default as a person would type it."""
    return ":".join(map(str, default)) if isinstance(default, tuple | list) else str(default)


def _typed(text: str, default: Any) -> Any:
    if isinstance(default, bool):
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    if isinstance(default, int):
        return int(text)
    if isinstance(default, float):
        return float(text)
    if isinstance(default, tuple | list):
        parts = [part.strip() for part in re.split(r"[:,;]", text) if part.strip()]
        return tuple(type(default[0])(part) for part in parts) if default else tuple(parts)
    return int(text) if default is None and re.fullmatch(r"-?\d+", text) else text


def known_parameters(given: Mapping[str, str], known: "Indicator") -> dict[str, Any]:
    """Parameters of one indicator, typed. Raises UsageError for one that it lacks, or a word that is no choice."""
    defaults, indicator = known.defaults, known.name
    choices = {parameter.name: parameter.choices for parameter in known.parameters}
    for name, text in given.items():
        if name not in defaults:
            listing = ", ".join(defaults) or "—"
            raise UsageError(
                Text(f"{indicator} has no parameter “{name}”.", f"{indicator} n’a pas de paramètre « {name} »."),
                where="--param",
                hint=Text(f"It has: {listing}.", f"Il a : {listing}."),
            )
        if choices[name] and text not in choices[name]:
            listing = ", ".join(choices[name])
            raise UsageError(
                Text(f"“{text}” is none of the choices of {name}.", f"{name} n’admet pas « {text} »."),
                where=f"--param {name}",
                hint=Text(f"Choose among: {listing}.", f"Choisissez parmi : {listing}."),
            )
    return {name: parameter_value(text, defaults[name], f"--param {name}") for name, text in given.items()}
