"""What a person settled about a file, as it is kept in its row."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from timonier.facts.intake.contract import ReadOptions

type FillKind = Literal["column", "constant", "hash", "product", "none"]
type Order = Literal["", "iso", "dmy", "mdy", "ymd"]

ORDERS: tuple[Order, ...] = ("", "dmy", "mdy", "iso", "ymd")
FILLS: tuple[FillKind, ...] = ("column", "constant", "hash", "product", "none")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the file is read; an empty text (0 for the line of the names) leaves it to be detected."""

    encoding: str = ""
    delimiter: str = ""
    decimal: str = ""
    sheet: str = ""
    header_row: int = 0
    order: Order = ""

    @property
    def options(self) -> ReadOptions:
        """The same for those who read files."""
        return ReadOptions(
            encoding=self.encoding or None,
            delimiter=self.delimiter or None,
            decimal=self.decimal or None,
            sheet=self.sheet or None,
            header_row=self.header_row or None,
        )

    @property
    def key(self) -> str:
        """Changes with what changes the text that is read; dates and decimals are read later."""
        return repr((self.encoding, self.delimiter, self.sheet, self.header_row))


@dataclass(frozen=True, slots=True)
class Fill:
    """What fills one column of the fact table: a column of the file, one text for all rows, an identifier made from
    the row, the product that was proposed, or nothing."""

    kind: FillKind
    value: str = ""
    order: Order = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The choice made on a question, by its rank; `low`, `high`, `reverse` and `values` where a choice needs more."""

    choice: int
    low: str = ""
    high: str = ""
    reverse: bool = False
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Choices:
    """All of it. `table` is "" until a person confirms what a row is; `columns` is what they mapped, if they did.

    `recipe` and `recipe_name`: a recipe that was kept before, used as it stands in place of the rest.
    """

    reading: Reading = field(default_factory=Reading)
    table: str = ""
    columns: Mapping[str, Fill] | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    recipe: str = ""
    recipe_name: str = ""

    def with_reading(self, reading: Reading) -> "Choices":
        """Another way of reading; what was mapped stands as long as the columns are the same."""
        if reading.key == self.reading.key:
            return replace(self, reading=reading)
        return replace(self, reading=reading, table="", columns=None, answers={})

    def as_json(self) -> dict[str, Any]:
        """Values that JSON takes."""
        return asdict(self)


def choices_of(stored: Mapping[str, Any]) -> Choices:
    """The reverse of `Choices.as_json`."""
    columns = stored.get("columns")
    return Choices(
        reading=Reading(**stored.get("reading", {})),
        table=stored.get("table", ""),
        columns=None if columns is None else {name: Fill(**one) for name, one in columns.items()},
        answers={key: Answer(**one) for key, one in stored.get("answers", {}).items()},
        recipe=stored.get("recipe", ""),
        recipe_name=stored.get("recipe_name", ""),
    )


def order_of(text: str) -> Order:
    """A word of a form as an order of dates; anything else is none."""
    return text if text in ORDERS else ""
