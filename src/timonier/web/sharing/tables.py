"""A sheet as a table to read: the columns that people look at, numbers in words."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from timonier import formats
from timonier.text import say
from timonier.web.exports.sheet import Cell, Column, Quantity, Sheet
from timonier.web.figures.filtering import label_of
from timonier.web.sharing.sheets import sheet_of
from timonier.web.sharing.subject import Subject

READ: Final = (
    "family",
    "label",
    "variant",
    "period_label",
    "value",
    "low",
    "high",
    "n",
    "state",
    "reference_value",
    "difference_value",
    "difference_text",
    "score",
    "count",
    "share",
)


@dataclass(frozen=True)
class Shown:
    """A cell in words, under the name of its column; `number`: aligned with others."""

    label: str
    text: str
    number: bool


@dataclass(frozen=True)
class Table:
    """Names of columns and rows of cells; `head` is how many cells of a row name it."""

    titles: tuple[Shown, ...]
    rows: tuple[tuple[Shown, ...], ...]
    head: int


def table_of(subject: Subject) -> Table:
    """The sheet of a subject, for reading."""
    sheet = sheet_of(subject)
    places = [place for place, column in enumerate(sheet.columns) if _is_read(column, sheet)]
    columns = [sheet.columns[place] for place in places]
    titles = tuple(Shown("", _title(one), one.kind == "number") for one in columns)
    rows = tuple(
        tuple(
            Shown(title.text, written(row[place], column), title.number)
            for place, column, title in zip(places, columns, titles, strict=True)
        )
        for row in sheet.rows
    )
    head = next((place for place, one in enumerate(columns) if one.kind == "number"), 1)
    return Table(titles, rows, max(head, 1))


def _title(column: Column) -> str:
    if column.key.startswith("by_"):
        return label_of(column.key.removeprefix("by_"))
    text = say(column.label)
    return text if len(text) == 1 else text[:1].upper() + text[1:]


def _is_read(column: Column, sheet: Sheet) -> bool:
    """Columns with nothing in them, or the same as all others for one indicator, are left to the files."""
    if column.key not in READ and not column.key.startswith("by_"):
        return False
    place = sheet.columns.index(column)
    values = [row[place] for row in sheet.rows]
    alike = column.key in ("family", "label", "variant", "period_label") and len(set(map(str, values))) == 1
    return any(_is_there(value) for value in values) and not (alike and len(values) > 1)


def _is_there(value: Cell) -> bool:
    return (value.value if isinstance(value, Quantity) else value) not in (None, "")


def written(cell: Cell, column: Column) -> str:
    """A cell in words."""
    if isinstance(cell, Quantity):
        if cell.value is None:
            return ""
        write = formats.change if cell.moved else formats.quantity
        return write(cell.value, cell.unit, currency=cell.currency)
    if cell is None or isinstance(cell, bool | str):
        return str(cell or "")
    if isinstance(cell, date):
        return formats.day(cell)
    if column.unit == "share" and isinstance(cell, int | float | Decimal):
        return formats.share(float(cell))
    return formats.count(int(cell)) if float(cell).is_integer() else formats.number(float(cell), 2)
