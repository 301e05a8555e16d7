"""JSON: the same columns under their keys, numbers as numbers, what is missing as null, and what it is all about."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from timonier.scorecard.records import plain
from timonier.text import say
from timonier.web.exports.sheet import Cell, Quantity, Sheet


def as_json(sheet: Sheet, given: Sequence[Mapping[str, Any]] | None = None) -> bytes:
    """`{"title", "about", "columns", "records"}` in UTF-8, without NaN; texts as they are: nothing runs them.

    With `given`, these are the records, as the command line writes them, and no columns are told.
    """
    columns = [{"key": column.key, "label": say(column.label), "unit": column.unit} for column in sheet.columns]
    content = {
        "title": sheet.title,
        "about": plain(asdict(sheet.about)),
        **({"columns": columns} if given is None else {}),
        "records": records(sheet) if given is None else plain(given),
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False).encode(errors="replace")


def records(sheet: Sheet) -> list[dict[str, Any]]:
    """One object a row."""
    keys = [column.key for column in sheet.columns]
    return [{key: _value(cell) for key, cell in zip(keys, row, strict=True)} for row in sheet.rows]


def _value(cell: Cell) -> Any:
    return plain(cell.value if isinstance(cell, Quantity) else cell)
