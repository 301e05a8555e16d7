"""What the relationship sells, and what it costs: conversion, carts, basket, acquisition, cross-sell, value."""

from typing import Any

import narwhals as nw

from timonier.indicators.cells import CODES, columns_of, ordering
from timonier.indicators.definition import Frames, Indicator, Needs, Parameter, Query, Variant
from timonier.indicators.formulas import cost_per_unit, nothing, ratio, share
from timonier.indicators.money import active_orders, is_cancelled, minor_units
from timonier.text import Text

NOT_CONVERTED, CONVERTED, CONVERTED_LATE = 0, 1, 2


def prospects(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Prospects, one row each: converted within the window, later, or not."""
    created, converted = nw.col("created_at"), nw.col("converted_at")
    in_time = converted <= created.dt.offset_by(f"{int(query['window_days'])}d")
    cell = (
        nw.when(converted.is_null())
        .then(nw.lit(NOT_CONVERTED))
        .when(converted < created)
        .then(nw.lit(CODES["negative"]))
        .when(in_time)
        .then(nw.lit(CONVERTED))
        .otherwise(nw.lit(CONVERTED_LATE))
    )
    return frames["prospects"].with_columns(cell=cell)


CONVERSION = Indicator(
    name="conversion",
    label=Text("Conversion of prospects", "Conversion des prospects"),
    family="sales",
    needs=(Needs("prospects", ("created_at", "converted_at")),),
    dated_by=Text("day the prospect was created (cohort)", "jour de création du prospect (cohorte)"),
    units=prospects,
    variants={
        "default": Variant(
            Text("cohort, within the window", "cohorte, dans le délai"),
            Text(
                "prospects created in the period who buy within 30 days / prospects created in the period",
                "prospects créés dans la période qui achètent sous 30 jours / prospects créés dans la période",
            ),
            "share",
            "up",
            share(lambda _query: {CONVERTED}),
        ),
        "ever": Variant(
            Text("cohort, so far", "cohorte, à ce jour"),
            Text(
                "prospects who bought, whenever / prospects created",
                "prospects ayant acheté / prospects créés",
            ),
            "share",
            "up",
            share(lambda _query: {CONVERTED, CONVERTED_LATE}),
        ),
    },
    parameters=(Parameter("window_days", 30, Text("days to convert", "jours pour convertir")),),
    follow_up="window_days",
    source="cohort conversion; interval: Wilson 1927",
    notes=Text(
        "Purchases of the period over prospects of the period, which can exceed 100 %, is not offered.",
        "Le rapport achats de la période / prospects de la période, qui peut dépasser 100 %, n’est pas proposé.",
    ),
)

ORDERED, ABANDONED, RECOVERED, ORDERED_LATE = 0, 1, 2, 3


def carts(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Carts, one row each: ordered at once, abandoned, recovered, ordered too late to count as recovered.

    Two carts of one customer within the abandonment delay are one: the earlier is counted as a duplicate.
    """
    frame = frames["carts"]
    created, ordered = nw.col("created_at"), nw.col("ordered_at")
    delay = f"{int(query['abandoned_after_hours'])}h"
    cell = (
        nw.when(ordered.is_null())
        .then(nw.lit(ABANDONED))
        .when(ordered <= created.dt.offset_by(delay))
        .then(nw.lit(ORDERED))
        .when(ordered <= created.dt.offset_by(f"{int(query['recovered_within_days'])}d"))
        .then(nw.lit(RECOVERED))
        .otherwise(nw.lit(ORDERED_LATE))
    )
    frame = frame.with_columns(cell=cell)
    if "customer_id" not in columns_of(frame):
        return frame
    following = nw.col("created_at").shift(-1).over("customer_id", order_by=ordering(frame, "created_at"))
    soon = following <= created.dt.offset_by(delay)
    repeated = soon.fill_null(value=False) & ordered.is_null() & ~nw.col("customer_id").is_null()
    return frame.with_columns(cell=nw.when(repeated).then(nw.lit(CODES["duplicate"])).otherwise(nw.col("cell")))


def cart_values(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Abandoned carts, one row each: x the value left, y the part of it that was recovered."""
    abandoned = carts(frames, query).filter((nw.col("cell") > ORDERED) & ~nw.col("amount").is_null())
    value = minor_units("amount")
    recovered = nw.when(nw.col("cell") == RECOVERED).then(value).otherwise(nw.lit(0, dtype=nw.Int64))
    return abandoned.with_columns(y=recovered, x=value, cell=nw.lit(1))


CART_PARAMETERS = (
    Parameter("abandoned_after_hours", 24, Text("hours without order to be abandoned", "heures avant abandon")),
    Parameter("recovered_within_days", 7, Text("days in which an order recovers it", "jours pour récupérer")),
)
CART: dict[str, Any] = {
    "family": "sales",
    "needs": (Needs("carts", ("created_at", "ordered_at", "amount"), ("customer_id",)),),
    "dated_by": Text("day the cart was created", "jour de création du panier"),
    "units": carts,
    "parameters": CART_PARAMETERS,
    "follow_up": "recovered_within_days",
    "entity": "customer_id",
}
NOT_AT_ONCE = frozenset({ABANDONED, RECOVERED, ORDERED_LATE})

CART_ABANDONMENT = Indicator(
    name="cart_abandonment",
    label=Text("Cart abandonment", "Abandon de panier"),
    variants={
        "default": Variant(
            Text("of carts", "des paniers"),
            Text(
                "carts with no order within 24 hours / carts",
                "paniers sans commande sous 24 heures / paniers",
            ),
            "share",
            "down",
            share(lambda _query: NOT_AT_ONCE),
        )
    },
    source="24-hour threshold; interval: Wilson 1927",
    **CART,
)
CART_RECOVERY = Indicator(
    name="cart_recovery",
    label=Text("Recovery of abandoned carts", "Récupération des paniers abandonnés"),
    variants={
        "default": Variant(
            Text("of all abandoned carts", "de tous les paniers abandonnés"),
            Text(
                "abandoned carts ordered within 7 days / all abandoned carts",
                "paniers abandonnés commandés sous 7 jours / tous les paniers abandonnés",
            ),
            "share",
            "up",
            share(lambda _query: {RECOVERED}, lambda _query: NOT_AT_ONCE),
        ),
        "value": Variant(
            Text("of the value abandoned", "de la valeur abandonnée"),
            Text(
                "value of abandoned carts ordered within 7 days / value of abandoned carts",
                "valeur des paniers abandonnés commandés sous 7 jours / valeur des paniers abandonnés",
            ),
            "share",
            "up",
            ratio(1, cap=True),
            units=cart_values,
            form="moments",
            wide=True,
        ),
    },
    source="recovered over all abandoned, not over those contacted; interval: Wilson 1927",
    notes=Text(
        "What your messages add is the difference with a group left alone.",
        "Ce que vos relances apportent est l’écart avec un groupe non relancé.",
    ),
    **CART,
)


def order_amounts(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
    """Orders, one row each: y the net amount, x one order; cancelled and amountless ones apart."""
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
    owner = nw.col("customer_id") if "customer_id" in present else nw.lit(None, dtype=nw.String)
    alone = nw.col("order_id") if "order_id" in present else nw.lit(None, dtype=nw.String)
    return orders.with_columns(
        cell=cell,
        y=minor_units("amount"),
        x=nw.lit(1, dtype=nw.Int64),
        _who=nw.when(owner.is_null()).then(alone).otherwise(owner),
    )


CURRENCY = Parameter(
    "currency",
    "",
    Text("the only currency summed; others are left out and counted", "seule devise additionnée"),
)

AVERAGE_BASKET = Indicator(
    name="average_basket",
    label=Text("Average basket", "Panier moyen"),
    family="sales",
    needs=(Needs("orders", ("amount",), ("order_id", "customer_id", "status", "currency")),),
    dated_by=Text("day of the order", "jour de la commande"),
    units=order_amounts,
    form="moments",
    cluster="_who",
    variants={
        "default": Variant(
            Text("net amount per order", "montant net par commande"),
            Text("Σ net amounts / orders", "Σ montants nets / commandes"),
            "money",
            "up",
            ratio(),
        )
    },
    parameters=(CURRENCY,),
    source="Deng, Knoblich, Lu 2018 (arXiv:1803.06336): linearised, clustered by customer; Fieller 1954",
    notes=Text(
        "A cancelled order leaves both sums; a refund lowers the amount of its order.",
        "Une commande annulée quitte les deux sommes ; un remboursement réduit le montant de sa commande.",
    ),
)


def revenue_by_customer(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Buyers of the window, one row each: y their net revenue, x one customer."""
    window = query.window
    orders = active_orders(frames["orders"]).filter(~nw.col("customer_id").is_null() & ~nw.col("amount").is_null())
    if window is not None:
        day = nw.col("day")
        orders = orders.filter((day >= nw.lit(window.start, dtype=nw.Date)) & (day < nw.lit(window.end, dtype=nw.Date)))
    summed = orders.with_columns(_amount=minor_units("amount")).group_by("customer_id", *query.carry)
    people = summed.agg(nw.col("_amount").sum().alias("y"))
    return people.with_columns(nw.col("y").cast(nw.Int64), x=nw.lit(1, dtype=nw.Int64))


CUSTOMER_VALUE = Indicator(
    name="customer_value",
    label=Text("Observed customer value", "Valeur client observée"),
    family="sales",
    needs=(Needs("orders", ("customer_id", "amount"), ("status",)),),
    dated_by=Text("day of the order", "jour de la commande"),
    units=revenue_by_customer,
    form="moments",
    timing="window",
    variants={
        "default": Variant(
            Text("revenue per buyer in the period", "revenu par acheteur de la période"),
            Text("Σ net amounts / distinct buyers", "Σ montants nets / acheteurs distincts"),
            "money",
            "up",
            ratio(),
        )
    },
    source="observed, no model; interval: Student over customers",
)


def acquisition(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Costs of acquisition (y) and new customers (x), one row each, on their own day (costs moved by the lag)."""
    costs = frames["costs"]
    if "purpose" in columns_of(costs):
        costs = costs.filter(nw.col("purpose").is_in(list(query["purposes"])))
    day = nw.col("day")
    lag = int(query["lag_months"])
    moved = day.dt.offset_by(f"{lag}mo") if lag else day
    segments = ["channel"] if "channel" in query.carry else []
    zero, one = nw.lit(0, dtype=nw.Int64), nw.lit(1, dtype=nw.Int64)
    spent = costs.filter(~nw.col("amount").is_null()).select(
        *segments, day=moved.cast(nw.Date), y=minor_units("amount"), x=zero
    )
    people = frames["customers"].filter(~day.is_null())
    if segments:
        people = people.with_columns(channel=nw.col("acquisition_channel"))
    return nw.concat([spent, people.select(*segments, "day", y=zero, x=one)], how="vertical")


CAC = Indicator(
    name="cac",
    label=Text("Customer acquisition cost", "Coût d’acquisition client"),
    family="sales",
    needs=(
        Needs("costs", ("amount",), ("purpose", "channel")),
        Needs("customers", ("acquisition_channel",)),
    ),
    dated_by=Text("day of the cost, day of the acquisition", "jour du coût, jour de l’acquisition"),
    units=acquisition,
    form="moments",
    variants={
        "default": Variant(
            Text("blended, fully loaded", "tous canaux, coûts complets"),
            Text("Σ acquisition costs / new customers", "Σ coûts d’acquisition / nouveaux clients"),
            "money",
            "down",
            cost_per_unit,
        )
    },
    parameters=(
        Parameter("purposes", ("acquisition",), Text("purposes of cost that count", "objets de coût retenus")),
        Parameter("lag_months", 0, Text("months between spending and customers", "mois entre dépense et client")),
    ),
    source="accounting cost over a Poisson count; interval: Garwood 1936 on the count",
    notes=Text(
        "No new customer: not computable, and the spend is shown. Leads are not customers.",
        "Aucun nouveau client : non calculable, et la dépense est affichée. Un contact n’est pas un client.",
    ),
)


def lines_sold(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
    """Lines sold, one row each: additional or not; returns are left out."""
    lines = frames["order_lines"]
    if "quantity" in columns_of(lines):
        lines = lines.filter(nw.col("quantity").is_null() | (nw.col("quantity") > 0))
    flag = nw.col("additional")
    cell = nw.when(flag.is_null()).then(nw.lit(CODES["unknown"])).when(flag).then(nw.lit(1)).otherwise(nw.lit(0))
    return lines.with_columns(cell=cell)


def _by_owner(owner: str) -> Any:
    """Baskets or customers with at least one additional line, one row each, dated by their first line."""

    def units(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
        lines = lines_sold(frames, query).filter((nw.col("cell") >= 0) & ~nw.col(owner).is_null())
        grouped = lines.group_by(owner, *query.carry)
        return grouped.agg(nw.col("cell").max().alias("cell"), nw.col("day").min().alias("day"))

    return units


CROSS_SELL = Indicator(
    name="cross_sell",
    label=Text("Cross-sell rate", "Taux de vente croisée"),
    family="sales",
    needs=(Needs("order_lines", ("order_id", "customer_id", "additional"), ("quantity",)),),
    dated_by=Text("day of the sale", "jour de la vente"),
    units=lines_sold,
    variants={
        "default": Variant(
            Text("of lines sold", "des lignes vendues"),
            Text("additional lines / lines sold", "lignes additionnelles / lignes vendues"),
            "share",
            "up",
            share(lambda _query: {1}),
        ),
        "baskets": Variant(
            Text("of baskets", "des paniers"),
            Text("baskets with an additional line / baskets", "paniers avec une ligne additionnelle / paniers"),
            "share",
            "up",
            share(lambda _query: {1}),
            units=_by_owner("order_id"),
        ),
        "customers": Variant(
            Text("of customers (since their first purchase)", "des clients (depuis leur premier achat)"),
            Text(
                "customers with an additional line / customers, dated by their first line",
                "clients ayant une ligne additionnelle / clients, datés par leur première ligne",
            ),
            "share",
            "up",
            share(lambda _query: {1}),
            units=_by_owner("customer_id"),
        ),
    },
    source="additional sales over all sales; attach rate per basket; interval: Wilson 1927",
)


def no_units(_frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
    """ROI is computed from a treated and a control group, not from one table of facts."""
    raise NotImplementedError


ROI = Indicator(
    name="roi",
    label=Text("Return on a programme", "Retour sur investissement d’un programme"),
    family="sales",
    needs=(),
    dated_by=Text("the programme", "le programme"),
    units=no_units,
    variants={
        "default": Variant(
            Text("incremental, against a control group", "incrémental, contre un groupe témoin"),
            Text("(incremental margin − cost) / cost", "(marge incrémentale − coût) / coût"),
            "ratio",
            "up",
            nothing,
        )
    },
    rollup=False,
    source="ROI on the incremental gain; interval from that of the uplift (Newcombe 1998)",
    notes=Text(
        "Computed by `timonier.roi(...)` from a treated and a control group; without one it is not causal.",
        "Calculé par `timonier.roi(...)` à partir d’un groupe traité et d’un témoin ; sans lui, rien n’est causal.",
    ),
    on_request=True,
)

ALL = (CONVERSION, CART_ABANDONMENT, CART_RECOVERY, AVERAGE_BASKET, CUSTOMER_VALUE, CAC, CROSS_SELL, ROI)
