"""Orders, their lines and their buyers as units."""

from typing import Any

import narwhals as nw

from timonier.indicators.cells import CODES, columns_of, first_rows, instead, ordering
from timonier.indicators.definition import Frames, Population, Query
from timonier.indicators.money import active_orders, is_cancelled, minor_units
from timonier.indicators.periods import previous, within, year_before
from timonier.indicators.populations.contracts import required_window
from timonier.indicators.populations.stacking import stacked


@Population
def reference_buyers(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers who bought in the reference period, one row each: bought again in the period, or not."""
    window = required_window(query)
    reference = year_before(window) if query["reference"] == "last-year" else previous(window)
    orders = identified(frames["orders"])
    before, again = orders.filter(within(reference, nw.col("day"))), orders.filter(within(window, nw.col("day")))
    bought = nw.col("cell") > 0
    back = again.filter(bought).select("customer_id").unique().with_columns(_back=nw.lit(1))
    people = query.kept(before.filter(bought)).select("customer_id", *query.keys).unique()
    people = people.join(back, on="customer_id", how="left").with_columns(cell=nw.col("_back").fill_null(0))
    names = ["customer_id", *query.keys, "cell"]
    return stacked(names, people, *(query.kept(one.filter(~bought)) for one in (before, again)))


def identified(orders: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Orders, one row each; cancelled ones and those without customer apart."""
    gone = is_cancelled() if "status" in columns_of(orders) else nw.lit(value=False)
    unnamed = nw.when(nw.col("customer_id").is_null()).then(nw.lit(CODES["missing"])).otherwise(nw.lit(1))
    return orders.with_columns(cell=nw.when(gone).then(nw.lit(CODES["cancelled"])).otherwise(unnamed))


DOWN, SAME, UP, TOP_ALREADY = 0, 1, 2, 3


def sales_with_request(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Lines sold, one row each, by the range sold against the range first asked for."""
    lines = frames["order_lines"]
    asked, sold = nw.col("requested_rank"), nw.col("sold_rank")
    top = query["top_rank"]
    already = nw.lit(value=False) if top is None else (asked >= int(top)) & (sold == asked)
    cell = (
        nw.when(asked.is_null() | sold.is_null())
        .then(nw.lit(CODES["unknown"]))
        .when(sold > asked)
        .then(nw.lit(UP))
        .when(sold < asked)
        .then(nw.lit(DOWN))
        .when(already)
        .then(nw.lit(TOP_ALREADY))
        .otherwise(nw.lit(SAME))
    )
    if "quantity" in columns_of(lines):
        lines = lines.filter(nw.col("quantity").is_null() | (nw.col("quantity") > 0))
    return lines.with_columns(cell=cell)


def order_amounts(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
    """Orders, one row each, y the net amount (x is one order); cancelled and amountless ones apart."""
    orders = frames["orders"]
    present = columns_of(orders)
    gone = is_cancelled() if "status" in present else nw.lit(value=False)
    cell = (
        nw.when(gone)
        .then(nw.lit(CODES["cancelled"]))
        .when(nw.col("amount").is_null())
        .then(nw.lit(CODES["missing"]))
        .otherwise(nw.lit(1))
    )
    if "currency" in present and _query["currency"]:
        other = (nw.col("currency") != _query["currency"]).fill_null(value=False)
        cell = nw.when(other).then(nw.lit(CODES["other_currency"])).otherwise(cell)
    orders = orders.with_columns(cell=cell, y=minor_units("amount"))
    who = buyer(present)
    return orders if who is None else orders.with_columns(_who=who)


def buyer(present: set[str]) -> nw.Expr | None:
    """Whose orders vary together: the customer's; an order without customer stands alone. None: every order does."""
    if "customer_id" not in present:
        return None
    known = nw.col("customer_id")
    return nw.when(known.is_null()).then(nw.col("order_id")).otherwise(known) if "order_id" in present else known


def first_orders(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """The first order of each customer, one row each: y its amount, x one order; orders without customer apart."""
    orders = active_orders(frames["orders"])
    instant = "ordered_at" if "ordered_at" in columns_of(orders) else "day"
    unplaced = nw.col("customer_id").is_null() | nw.col(instant).is_null()
    firsts = first_rows(orders.filter(~unplaced), "customer_id", ordering(orders, instant)).drop("_next")
    amounts = order_amounts({"orders": firsts}, query)
    apart = instead(order_amounts({"orders": orders.filter(unplaced)}, query), nw.col("cell") > 0, "missing")
    return stacked(amounts.columns, amounts, apart)


def order_sizes(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Orders, one row each, the amount itself as the cell (ten thousandths); negative ones apart."""
    orders = order_amounts(frames, query)
    below = (nw.col("y") < 0).fill_null(value=False) & (nw.col("cell") > 0)
    size = nw.when(nw.col("cell") > 0).then(nw.col("y")).otherwise(nw.col("cell"))
    return orders.with_columns(cell=nw.when(below).then(nw.lit(CODES["negative"])).otherwise(size))


@Population
def revenue_by_customer(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Buyers of the window, one row each: y their net revenue in the currency, x one customer."""
    orders = query.kept(order_amounts(frames, query))
    orders = instead(orders, nw.col("customer_id").is_null() & (nw.col("cell") > 0), "missing")
    if query.window is not None:
        orders = orders.filter(within(query.window, nw.col("day")))
    counted = nw.col("cell") > 0
    people = orders.filter(counted).group_by("customer_id", *query.keys).agg(nw.col("y").sum().alias("y"))
    people = people.with_columns(cell=nw.lit(1))
    names = ["customer_id", *query.keys, "y", "cell"]
    apart = orders.filter(~counted).with_columns(y=nw.lit(0, dtype=nw.Int64))
    return stacked(names, people, apart).with_columns(x=nw.lit(1, dtype=nw.Int64))


def lines_sold(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
    """Lines sold, one row each: additional or not; returns are left out."""
    lines = frames["order_lines"]
    if "quantity" in columns_of(lines):
        lines = lines.filter(nw.col("quantity").is_null() | (nw.col("quantity") > 0))
    flag = nw.col("additional")
    cell = nw.when(flag.is_null()).then(nw.lit(CODES["unknown"])).when(flag).then(nw.lit(1)).otherwise(nw.lit(0))
    return lines.with_columns(cell=cell)


def by_owner(owner: str) -> Population:
    """Baskets, or customers in their first days, with an additional line or not, dated by the first: one row each."""

    def units(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
        lines = query.kept(lines_sold(frames, query))
        lines = instead(lines, nw.col(owner).is_null() & (nw.col("cell") >= 0), "missing")
        lines = _early(lines, query) if owner == "customer_id" else lines
        return _one_row_each(lines, owner, query, nw.col("cell").max().alias("cell"))

    return Population(units)


@Population
def holders(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers, one row each: 1 when their first days have two categories or more, dated by their first line."""
    lines = query.kept(lines_sold(frames, query)).with_columns(cell=nw.lit(1))
    lines = instead(lines, nw.col("customer_id").is_null() | nw.col("category").is_null(), "missing")
    people = _one_row_each(_early(lines, query), "customer_id", query, nw.col("category").n_unique().alias("cell"))
    several = nw.when(nw.col("cell") > 0).then((nw.col("cell") >= 2).cast(nw.Int64)).otherwise(nw.col("cell"))
    return people.with_columns(cell=several)


def _early(lines: nw.LazyFrame[Any], query: Query) -> nw.LazyFrame[Any]:
    """Without the lines that a customer bought later than `first_days` after the first: all have the same time to buy.

    Lines left out stay, as do those without day.
    """
    first = nw.when(nw.col("cell") >= 0).then(nw.col("day")).min().over("customer_id", *query.keys)
    late = (nw.col("day") > first.dt.offset_by(f"{int(query['first_days'])}d")).fill_null(value=False)
    return lines.with_columns(_late=late).filter(~nw.col("_late") | (nw.col("cell") < 0)).drop("_late")


def _one_row_each(lines: nw.LazyFrame[Any], owner: str, query: Query, cell: nw.Expr) -> nw.LazyFrame[Any]:
    """Owners of lines with their cell, dated by their first line; lines left out stay, one row each."""
    grouped = lines.filter(nw.col("cell") >= 0).group_by(owner, *query.keys)
    owners = grouped.agg(cell, nw.col("day").min().alias("day"))
    return stacked([owner, *query.keys, "cell", "day"], owners, lines.filter(nw.col("cell") < 0))
