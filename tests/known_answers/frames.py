"""Small tables of facts for the known answers: rows as tuples, in the types of the fact tables."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import narwhals as nw
import pyarrow as pa

from timonier.facts.arrow import arrow_types
from timonier.facts.engines.frames import adopt
from timonier.facts.schema import TABLES


def instant(text: str | None) -> datetime | None:
    """An instant in UTC; a day alone is its midnight."""
    return None if text is None else datetime.fromisoformat(text).replace(tzinfo=UTC)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text[:10])


def money(amount: float | str | None) -> Decimal | None:
    return None if amount is None else Decimal(str(amount)).quantize(Decimal("0.0001"))


def clock(seconds: int) -> str:
    """A time of day from the seconds since midnight."""
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}:{seconds % 60:02d}"


def facts(table: str, rows: Sequence[dict[str, Any]]) -> nw.LazyFrame[Any]:
    """A frame of the fact table, with the columns that the rows name, `day` computed from its dated column."""
    types, definition = arrow_types(), TABLES[table]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns: dict[str, Any] = {}
    for name in names:
        kind = definition.by_name[name].type if name in definition.by_name else ("date" if name == "day" else "text")
        values = [row.get(name) for row in rows]
        if kind == "instant":
            values = [instant(value) for value in values]
        elif kind == "date":
            values = [day(value) for value in values]
        elif kind == "money":
            values = [money(value) for value in values]
        columns[name] = pa.array(values, types["int"] if name == "seq" else types[kind])
    if "day" not in columns and definition.dated_by in columns:
        columns["day"] = pa.array([day(row[definition.dated_by]) for row in rows], pa.date32())
    columns.setdefault("day", pa.array([date(2026, 1, 1)] * len(rows), pa.date32()))
    return adopt(pa.table(columns))
