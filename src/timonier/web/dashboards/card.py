"""The definition card of an indicator: what the figure means, who counts, what is left out."""

from dataclasses import dataclass

from timonier import formats
from timonier.indicators.definition import Indicator, Parameter, Variant
from timonier.scorecard import words
from timonier.scorecard.codes import CHOICES, PARAMETERS, method_name, table_name
from timonier.scorecard.score import Line
from timonier.text import Text, say
from timonier.web.figures.facts import column_label
from timonier.web.figures.indicator import Asked


@dataclass(frozen=True)
class Field:
    """One line of the card."""

    name: str
    text: str


@dataclass(frozen=True)
class Card:
    """The card: what is asked first, then the other variants and the parameters."""

    fields: tuple[Field, ...]
    variants: tuple[Field, ...]
    parameters: tuple[Field, ...]


def card_of(asked: Asked, line: Line | None) -> Card:
    """The card of what a page shows; with the units that its figure leaves out, by reason."""
    indicator, chosen = asked.indicator, asked.chosen
    fields = [
        Field(
            say(Text("Family and identifier", "Famille et identifiant")),
            f"{say(words.FAMILIES[indicator.family])} · {indicator.name}",
        ),
        Field(say(Text("Formula", "Formule")), say(chosen.formula)),
        Field(say(Text("Unit", "Unité")), say(words.UNITS[chosen.unit])),
        Field(say(Text("Direction", "Sens")), say(words.DIRECTIONS[chosen.direction])),
        *_interval(line),
        Field(say(Text("Dated by", "Daté par")), say(indicator.dated_by)),
        Field(say(Text("Tables read", "Tables lues")), _reads(indicator, chosen)),
        *_left_out(line),
        Field(say(Text("Source", "Source")), say(indicator.source)),
        Field(say(Text("Version", "Version")), str(indicator.version)),
    ]
    if say(indicator.notes):
        fields.append(Field(say(Text("Note", "À noter")), say(indicator.notes)))
    variants = [
        Field(say(one.label), say(one.formula)) for name, one in indicator.variants.items() if name != asked.variant
    ]
    parameters = [Field(say(PARAMETERS.get(one.name, one.text)), _shown(one)) for one in indicator.parameters]
    return Card(tuple(field for field in fields if field.text), tuple(variants), tuple(parameters))


def _interval(line: Line | None) -> list[Field]:
    if line is None:
        return []
    text = method_name(line.estimate.method)
    if line.estimate.low is not None or line.estimate.high is not None:
        text += f", {formats.share(line.estimate.confidence, decimals=0)}"
    return [Field(say(Text("Interval", "Intervalle")), text)]


def _reads(indicator: Indicator, chosen: Variant) -> str:
    colon = say(Text(": ", " : "))
    needs = chosen.needs or indicator.needs
    return say(Text("; ", " ; ")).join(
        f"{table_name(need.table)}{colon}{', '.join(map(column_label, need.columns)) or '—'}" for need in needs
    )


def _left_out(line: Line | None) -> list[Field]:
    if line is None or not line.estimate.excluded:
        return []
    return [Field(say(Text("Left out", "Écartés")), words.left_out(line.estimate.excluded))]


def _shown(parameter: Parameter) -> str:
    """Its default in words: what is not a number nor a code is explained; none is a dash."""
    default = parameter.default
    if isinstance(default, bool):
        return say(Text("yes", "oui") if default else Text("no", "non"))
    if parameter.choices:
        return say(CHOICES.get(default, Text(default, default)))
    if isinstance(default, tuple | list):
        numbers = all(isinstance(one, int | float) for one in default)
        to, comma = say(Text(" to ", " à ")), ", "
        return (to if numbers else comma).join(str(one) for one in default)
    value = "—" if default is None or default == "" else str(default)
    return f"{value} ({say(parameter.text)})"
