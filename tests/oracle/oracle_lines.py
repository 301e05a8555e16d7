"""Cross-sell again, naively: lines, baskets, customers in their first days."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import Any

from oracle import Row, Tables, Unit, grouped, sold, yes


def cross_sell(tables: Tables) -> Iterator[Unit]:
    for row in sold(tables):
        yield yes(row, bool(row["additional"]), "unknown" if row["additional"] is None else "")


def within_days(rows: list[Row], days: int) -> list[Row]:
    first = min(row["day"] for row in rows)
    return [row for row in rows if row["day"] <= first + timedelta(days=days)]


def cross_sell_by(owner: str, days: int = 10_000) -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        known = []
        for row, unit in zip(sold(tables), cross_sell(tables), strict=True):
            if unit.excluded or not row[owner]:
                yield replace(unit, excluded=unit.excluded or "missing")
            else:
                known.append(row)
        for (_, segment), rows in grouped(known, lambda r: (r[owner], r["channel"])).items():
            early = within_days(rows, days)
            yield Unit(min(row["day"] for row in rows), segment, Fraction(any(row["additional"] for row in early)))

    return units


def two_categories(days: int) -> Any:
    def units(tables: Tables) -> Iterator[Unit]:
        lines = sold(tables)
        known = [row for row in lines if row["customer_id"] and row["category"]]
        yield from (yes(row, False, "missing") for row in lines if not (row["customer_id"] and row["category"]))
        for (_, segment), rows in grouped(known, lambda r: (r["customer_id"], r["channel"])).items():
            several = len({row["category"] for row in within_days(rows, days)}) > 1
            yield Unit(min(row["day"] for row in rows), segment, Fraction(several))

    return units
