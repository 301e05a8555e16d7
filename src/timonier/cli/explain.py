"""`timonier explain`: the card of an indicator, or the list of them all."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from timonier.cli import records
from timonier.cli.desk import catalogue_of, open_workspace
from timonier.cli.options import WorkspaceOption
from timonier.scorecard import words
from timonier.text import Text, say

if TYPE_CHECKING:
    from timonier.indicators.definition import Indicator, Needs, Variant

SETTINGS_FILE = "timonier.toml"


def explain(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="An indicator; none: list them all.")] = None,
    output: Annotated[Literal["table", "json"], typer.Option("--format", "-f", help="How to write it.")] = "table",
    workspace: WorkspaceOption = Path(),
) -> None:
    """Say what an indicator means: its formula in words, what it reads, its choices, its source.

    The indicators declared in the workspace, where there is one, are listed too.
    """
    from timonier.indicators.catalogue import find

    catalogue = known_catalogue(workspace)
    cards = [find(name, dict(catalogue))] if name else list(catalogue.values())
    if output == "json":
        records.write_json([as_record(one) for one in cards])
    elif name:
        for line in card(cards[0]):
            typer.echo(line)
    else:
        for line in listing(catalogue):
            typer.echo(line)


def known_catalogue(workspace: Path) -> "Mapping[str, Indicator]":
    """The catalogue of the workspace; ours alone in a folder that is none."""
    from timonier.indicators.catalogue import CATALOGUE

    if workspace == Path() and not (workspace / SETTINGS_FILE).exists():
        return CATALOGUE
    return catalogue_of(open_workspace(workspace, verify=False))


def listing(catalogue: "Mapping[str, Indicator]") -> Iterator[str]:
    """Every indicator by family, one line each."""
    wide = max(len(name) for name in catalogue)
    for family, title in words.FAMILIES.items():
        mine = [indicator for indicator in catalogue.values() if indicator.family == family]
        if mine:
            yield say(title)
            yield from (f"  {one.name:<{wide}}  {say(one.label)}" for one in mine)
            yield ""
    yield say(Text("`timonier explain NAME` prints a card.", "`timonier explain NOM` affiche une fiche."))


def card(indicator: "Indicator") -> Iterator[str]:
    """The whole card, as lines."""
    label = indicator.label
    yield label.fr if label.fr == label.en else f"{say(label)} ({label.en if say(label) == label.fr else label.fr})"
    yield from _field(Text("name", "nom"), f"{indicator.name} · {say(words.FAMILIES[indicator.family])}")
    first = indicator.variants[indicator.default_variant]
    yield from _variant(indicator, first)
    yield from _tables(indicator.needs)
    yield from _field(Text("dated by", "daté par"), say(indicator.dated_by))
    for name, variant in list(indicator.variants.items())[1:]:
        yield ""
        yield say(Text(f"Variant {name}: ", f"Variante {name} : ")) + say(variant.label)
        yield from _variant(indicator, variant)
        yield from _tables(variant.needs)
        if variant.carry:
            yield from _field(Text("reads besides", "lit aussi"), ", ".join(variant.carry))
    if indicator.parameters:
        yield ""
        yield say(Text("Parameters", "Paramètres"))
        for one in indicator.parameters:
            yield f"  {one.name} = {shown(one.default)}{_colon()} {say(one.text)}"
    yield ""
    yield from _field(Text("source", "source"), say(indicator.source))
    yield from _field(Text("version", "version"), str(indicator.version))
    if say(indicator.notes):
        yield from _field(Text("note", "à noter"), say(indicator.notes))


def _tables(needs: "Iterable[Needs]") -> Iterator[str]:
    for need in needs:
        yield from _field(Text("reads", "lit"), f"{need.table}{_colon()} {', '.join(need.columns) or '—'}")
        if need.optional:
            yield from _field(Text("and if present", "et si présent"), ", ".join(need.optional))


def _variant(indicator: "Indicator", variant: "Variant") -> Iterator[str]:
    yield from _field(Text("formula", "formule"), say(variant.formula))
    yield from _field(
        Text("unit", "unité"), f"{say(words.UNITS[variant.unit])} ; {say(words.DIRECTIONS[variant.direction])}"
    )
    yield from _field(Text("interval", "intervalle"), say(_interval(indicator, variant)))


OTHERS = ("adjusted-wald", "wald", "clopper-pearson", "agresti-coull", "jeffreys", "fieller")
INTERVALS: Mapping[str, Text] = {
    "score": Text("score", "score"),
    "wilson": Text("Wilson", "Wilson"),
    "t": Text("Student’s t", "t de Student"),
    "linearised": Text(
        "linearised, clustered where units go together", "linéarisé, par grappe quand les unités vont ensemble"
    ),
    "order-statistics": Text("order statistics", "statistiques d’ordre"),
    "log-log": Text(
        "Kaplan–Meier, log-log; order statistics when every case is closed",
        "Kaplan–Meier, log-log ; statistiques d’ordre quand tous les cas sont clos",
    ),
    "poisson-exact": Text("exact Poisson", "Poisson exact"),
    "none": Text("none by itself", "aucun à lui seul"),
}


def method_of(indicator: "Indicator", variant: "Variant") -> str:
    """The usual interval method of a variant."""
    return _tried(indicator, variant, "default")


def _tried(indicator: "Indicator", variant: "Variant", method: str) -> str:
    """The interval method that the formula of a variant gives on a small example."""
    from timonier.indicators.definition import Query, Stat
    from timonier.indicators.stats import Moments

    scale = 10_000
    sums = Moments(n=10, x=10, y=40 * scale, xx=12, xy=45 * scale, yy=300 * scale**2)
    example = Stat(counts={0: 3, 1: 5, 2: 4, 3: 6}, moments=sums)
    asked = Query(params={**indicator.defaults, **variant.params}, method=method)
    return variant.finish(example, asked).interval.method


def other_methods(indicator: "Indicator", variant: "Variant") -> list[str]:
    """What `--method` may be for a variant, beside its usual one: those that its formula knows."""
    from timonier.errors import UsageError

    found = []
    for method in OTHERS:
        with suppress(UsageError):
            if _tried(indicator, variant, method).startswith(method):
                found.append(method)
    return found


def _interval(indicator: "Indicator", variant: "Variant") -> Text:
    method = method_of(indicator, variant)
    text, others = INTERVALS.get(method, Text(method, method)), other_methods(indicator, variant)
    if not others:
        return text
    return Text(f"{text.en} (--method: {', '.join(others)})", f"{text.fr} (--method : {', '.join(others)})")


def shown(default: Any) -> str:
    """A default as it is typed: 0:10, none as a dash."""
    if isinstance(default, tuple | list):
        return ":".join(str(one) for one in default)
    return "—" if default is None or default == "" else str(default)


def _colon() -> str:
    return say(Text(":", " :"))


def _field(name: Text, text: str) -> Iterator[str]:
    import textwrap

    lead = f"  {say(name):<14} "
    yield textwrap.fill(text, 100, initial_indent=lead, subsequent_indent=" " * len(lead), break_on_hyphens=False)


def _facts(needs: "Iterable[Needs]") -> list[dict[str, Any]]:
    return [{"table": one.table, "columns": list(one.columns), "optional": list(one.optional)} for one in needs]


def as_record(indicator: "Indicator") -> dict[str, Any]:
    """The card as an object, both languages."""
    return {
        "name": indicator.name,
        "label": indicator.label._asdict(),
        "family": indicator.family,
        "dated_by": indicator.dated_by._asdict(),
        "facts": _facts(indicator.needs),
        "variants": [
            {
                "name": name,
                "label": one.label._asdict(),
                "formula": one.formula._asdict(),
                "unit": one.unit,
                "direction": one.direction,
                "interval": _interval(indicator, one).en,
                "facts": _facts(one.needs or indicator.needs),
                "besides": list(one.carry),
            }
            for name, one in indicator.variants.items()
        ],
        "parameters": [
            {"name": one.name, "default": one.default, "text": one.text._asdict()} for one in indicator.parameters
        ],
        "source": indicator.source._asdict(),
        "version": indicator.version,
        "notes": indicator.notes._asdict(),
    }
