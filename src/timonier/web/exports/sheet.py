"""What is exported, whatever the file: columns, rows, and the words that say what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, NamedTuple

from timonier.indicators.estimate import Unit
from timonier.text import Text

NOTHING = Text("", "")

type Kind = Literal["text", "number", "date", "instant"]
type Cell = "str | int | float | Decimal | date | datetime | bool | Quantity | None"


class Quantity(NamedTuple):
    """A number of a column whose rows have several units; `moved` says that it is a difference."""

    value: float | None
    unit: Unit
    currency: str = ""
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its key in JSON, its name in both languages, what it holds, its unit when all rows share one, and what
    its name leaves unsaid.
    """

    key: str
    label: Text
    kind: Kind = "text"
    unit: Unit | None = None
    currency: str = ""
    help: Text = NOTHING


@dataclass(frozen=True, slots=True)
class About:
    """What makes the file readable a year later; texts in the language of the person. `n`: units behind it all."""

    generated_at: datetime
    definition: str = ""
    formula: str = ""
    source: str = ""
    period: str = ""
    filters: str = ""
    n: int | None = None
    as_of: date | None = None
    permalink: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table. Each row has one cell a column; None is an empty cell, and a column of states says why.

    Instants are written in `zone`; JSON keeps them as they are.
    """

    title: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    about: About
    zone: str = "UTC"
