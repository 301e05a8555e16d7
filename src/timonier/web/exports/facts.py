"""Sheets of rows: the facts behind a figure, each with what it counts for."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from timonier.scorecard.rows import RowsFound
from timonier.text import Text
from timonier.web.exports.sheet import About, Cell, Column, Kind, Sheet

NAMES: Mapping[str, Text] = {
    "day": Text("day", "jour"),
    "counts": Text("counts as", "compte comme"),
    "value": Text("value used", "valeur retenue"),
}


def of_rows(found: RowsFound, *, title: str, about: About, zone: str, names: Mapping[str, Text] | None = None) -> Sheet:
    """A row a fact, in the order given; `names` gives words for columns of facts, which else keep their own name."""
    words = {**NAMES, **(names or {})}
    keys = list(dict.fromkeys(key for record in found.records for key in record))
    columns = tuple(
        Column(key, words.get(key, Text(key, key)), _kind([record.get(key) for record in found.records]))
        for key in keys
    )
    rows = [[_cell(record.get(key)) for key in keys] for record in found.records]
    return Sheet(title, columns, rows, about, zone)


def _kind(values: Sequence[object]) -> Kind:
    known = next((value for value in values if value is not None), None)
    if isinstance(known, datetime):
        return "instant"
    if isinstance(known, date):
        return "date"
    return "number" if isinstance(known, int | float | Decimal) and not isinstance(known, bool) else "text"


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float | Decimal | date):
        return value
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    return str(value)
