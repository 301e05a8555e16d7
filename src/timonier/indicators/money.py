"""Money as integers, and which orders count.

Amounts enter sums as ten thousandths of the currency (`MONEY_SCALE`), so that totals are exact on every engine.
"""

from functools import reduce
from operator import or_
from typing import Any

import narwhals as nw

from timonier.indicators.cells import columns_of
from timonier.indicators.stats import MONEY_SCALE

CANCELLED = ("cancelled", "canceled", "annulée", "annulee", "annulé", "annule")


def minor_units(amount: str | nw.Expr) -> nw.Expr:
    """Amounts (a column or an expression) in ten thousandths, as 64-bit integers; null stays null."""
    value = nw.col(amount) if isinstance(amount, str) else amount
    return (value * MONEY_SCALE).round(0).cast(nw.Int64)


def active_orders(orders: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Orders that were not cancelled: a cancelled order leaves the numerator and the denominator."""
    if "status" not in columns_of(orders):
        return orders
    return orders.filter(~is_cancelled())


def in_currency(rows: nw.LazyFrame[Any], currency: str) -> nw.LazyFrame[Any]:
    """Rows in the currency asked for (or that name none): two currencies are never added."""
    if not currency or "currency" not in columns_of(rows):
        return rows
    return rows.filter((nw.col("currency") == currency).fill_null(value=True))


def is_cancelled() -> nw.Expr:
    """True where the status of an order says that it was cancelled.

    Equalities rather than `is_in`, and nulls filled last: engines then compare the few distinct values of the column
    instead of each row.
    """
    status = nw.col("status").str.to_lowercase()
    return reduce(or_, (status == word for word in CANCELLED)).fill_null(value=False)
