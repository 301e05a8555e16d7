"""The form of an indicator of the company: from what is sent to a declaration, and errors back to their field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from timonier.errors import DefinitionError
from timonier.indicators.own import DIRECTIONS, UNITS
from timonier.scorecard.codes import table_name
from timonier.text import Text, say
from timonier.web.workshop import words

FIELDS = ("name", "label_fr", "label_en", "table", "where", "numerator", "denominator", "unit", "direction")
LONGEST = 2_000


@dataclass(frozen=True)
class Column:
    """A column that a formula may name."""

    name: str
    kind: str


@dataclass(frozen=True)
class TableOffered:
    """A fact table and its columns."""

    name: str
    label: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Choice:
    """One answer of a list."""

    value: str
    label: str


def sent_fields(sent: QueryDict) -> dict[str, str]:
    """What was written in each field."""
    return {name: sent.get(name, "").replace("\r\n", "\n").strip()[: LONGEST + 1] for name in FIELDS}


def fields_of(declared: Mapping[str, Any]) -> dict[str, str]:
    """A declaration as the form shows it."""
    label = declared.get("label", declared.get("name", ""))
    french, english = (label.get("fr", ""), label.get("en", "")) if isinstance(label, Mapping) else (label, label)
    shown = {name: str(declared.get(name, "")) for name in FIELDS}
    return {**shown, "label_fr": str(french), "label_en": str(english), "denominator": shown["denominator"] or "1"}


def declaration(fields: Mapping[str, str]) -> dict[str, Any]:
    """What `timonier.toml` would hold. Raises DefinitionError when a name or a label is missing or impossible."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,59}", fields["name"]):
        raise DefinitionError(
            Text("lower-case letters without accent, digits and _.", "minuscules sans accent, chiffres et _."),
            where="name",
        )
    for name in ("label_fr", "label_en", "numerator"):
        if not fields[name]:
            raise DefinitionError(Text("this is needed.", "il faut remplir cette case."), where=name)
        if re.search(r"[\x00-\x08\x0b-\x1f\x7f]", fields[name]):
            raise DefinitionError(
                Text("this holds a control character.", "un caractère invisible s’y est glissé."), where=name
            )
    declared: dict[str, Any] = {
        "name": fields["name"],
        "label": {"fr": fields["label_fr"][:120], "en": fields["label_en"][:120]},
        "table": fields["table"],
    }
    if fields["where"]:
        declared["where"] = fields["where"]
    return declared | {
        "numerator": fields["numerator"],
        "denominator": fields["denominator"] or "1",
        "unit": fields["unit"],
        "direction": fields["direction"],
    }


def field_of(error: DefinitionError) -> str:
    """The field that an error is about; "" for the whole."""
    told = f"{error.where}, {error.text.en if isinstance(error.text, Text) else ''}".replace("[[indicator]]", "")
    return next((name for name in (*FIELDS, "label") if re.search(rf"^[ ,“]*{name}\b", told)), "")


def offered(kinds: Mapping[str, Mapping[str, str]]) -> list[TableOffered]:
    """The tables that a formula may read."""
    return [
        TableOffered(
            name,
            table_name(name),
            tuple(Column(column, say(words.KINDS[kind])) for column, kind in columns.items()),
        )
        for name, columns in kinds.items()
    ]


def choices(names: tuple[str, ...], labels: Mapping[str, Text]) -> list[Choice]:
    """A list to choose from."""
    return [Choice(name, say(labels.get(name, Text(name, name)))) for name in names]


def lists(kinds: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Everything that the form offers."""
    return {
        "tables": offered(kinds),
        "units": choices(UNITS, words.UNITS),
        "directions": choices(DIRECTIONS, words.DIRECTIONS),
    }
