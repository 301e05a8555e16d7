"""What the relationship sells, and what it costs: conversion, carts, basket, acquisition, cross-sell, value."""

from typing import Any

import narwhals as nw

from timonier.indicators.definition import Frames, Indicator, Needs, Parameter, Query, Variant
from timonier.indicators.formulas import cost_per_unit, median_amount, nothing, ratio, share
from timonier.indicators.populations.orders import (
    by_owner,
    first_orders,
    holders,
    lines_sold,
    order_amounts,
    order_sizes,
    revenue_by_customer,
)
from timonier.indicators.populations.prospects import (
    CONVERTED,
    CONVERTED_LATE,
    NOT_AT_ONCE,
    RECOVERED,
    acquisition,
    cart_values,
    carts,
    contacted_carts,
    prospects,
)
from timonier.text import Text

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
    source=Text("cohort conversion; interval: Wilson 1927", "conversion par cohorte ; intervalle : Wilson 1927"),
    notes=Text(
        "Purchases of the period over prospects of the period, which can exceed 100 %, is not offered.",
        "Le rapport achats de la période / prospects de la période, qui peut dépasser 100 %, n’est pas proposé.",
    ),
)


CURRENCY = Parameter(
    "currency",
    "",
    Text("the only currency summed; others are left out and counted", "seule devise additionnée"),
)

CART_PARAMETERS = (
    Parameter("abandoned_after_hours", 24, Text("hours without order to be abandoned", "heures avant abandon")),
    Parameter("recovered_within_days", 7, Text("days in which an order recovers it", "jours pour récupérer")),
)
CART: dict[str, Any] = {
    "family": "sales",
    "needs": (Needs("carts", ("created_at", "ordered_at", "amount", "contacted"), ("customer_id",)),),
    "dated_by": Text("day the cart was created", "jour de création du panier"),
    "units": carts,
    "parameters": CART_PARAMETERS,
    "follow_up": "recovered_within_days",
    "entity": ("customer_id",),
}

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
    source=Text("24-hour threshold; interval: Wilson 1927", "seuil de 24 heures ; intervalle : Wilson 1927"),
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
        "contacted": Variant(
            Text("of abandoned carts that were contacted", "des paniers abandonnés relancés"),
            Text(
                "contacted abandoned carts ordered within 7 days / contacted abandoned carts",
                "paniers abandonnés relancés puis commandés sous 7 jours / paniers abandonnés relancés",
            ),
            "share",
            "up",
            share(lambda _query: {RECOVERED}, lambda _query: NOT_AT_ONCE),
            units=contacted_carts,
        ),
        "value": Variant(
            Text("of the value abandoned", "de la valeur abandonnée"),
            Text(
                "value of abandoned carts ordered within 7 days / value of abandoned carts",
                "valeur des paniers abandonnés commandés sous 7 jours / valeur des paniers abandonnés",
            ),
            "share",
            "up",
            ratio(1, cap=True, of_units=False),
            units=cart_values,
            form="moments",
            wide=True,
        ),
    },
    source=Text(
        "recovered over all abandoned, not over those contacted; interval: Wilson 1927",
        "récupérés sur tous les abandonnés, et non sur ceux relancés ; intervalle : Wilson 1927",
    ),
    notes=Text(
        "What your messages add is the difference with a group left alone.",
        "Ce que vos relances apportent est l’écart avec un groupe non relancé.",
    ),
    **CART,
)


AVERAGE_BASKET = Indicator(
    name="average_basket",
    label=Text("Average basket", "Panier moyen"),
    family="sales",
    needs=(Needs("orders", ("amount",), ("order_id", "customer_id", "ordered_at", "status", "currency")),),
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
        ),
        "first-purchase": Variant(
            Text("of first purchases", "des premiers achats"),
            Text("Σ amounts of first orders / first orders", "Σ montants des premières commandes / leur nombre"),
            "money",
            "up",
            ratio(),
            units=first_orders,
        ),
        "median": Variant(
            Text("median order", "commande médiane"),
            Text("the amount that half of the orders exceed", "le montant que la moitié des commandes dépasse"),
            "money",
            "up",
            median_amount,
            units=order_sizes,
            form="cells",
        ),
    },
    parameters=(CURRENCY,),
    source=Text(
        "Deng, Knoblich, Lu 2018 (arXiv:1803.06336): linearised, clustered by customer; Fieller 1954",
        "Deng, Knoblich, Lu 2018 (arXiv:1803.06336) : linéarisé, par grappes de client ; Fieller 1954",
    ),
    notes=Text(
        "A cancelled order leaves both sums; a refund lowers the amount of its order.",
        "Une commande annulée quitte les deux sommes ; un remboursement réduit le montant de sa commande.",
    ),
)


CUSTOMER_VALUE = Indicator(
    name="customer_value",
    label=Text("Observed customer value", "Valeur client observée"),
    family="sales",
    needs=(Needs("orders", ("customer_id", "amount"), ("status", "currency")),),
    parameters=(CURRENCY,),
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
    source=Text(
        "observed, no model; interval: Student over customers",
        "observé, sans modèle ; intervalle : Student, entre clients",
    ),
    notes=Text(
        "Orders without customer or amount are counted as missing.",
        "Les commandes sans client ou sans montant sont comptées comme manquantes.",
    ),
)


CAC = Indicator(
    name="cac",
    label=Text("Customer acquisition cost", "Coût d’acquisition client"),
    family="sales",
    needs=(
        Needs("costs", ("amount",), ("purpose", "channel", "currency")),
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
        CURRENCY,
        Parameter("purposes", ("acquisition",), Text("purposes of cost that count", "objets de coût retenus")),
        Parameter("lag_months", 0, Text("months between spending and customers", "mois entre dépense et client")),
    ),
    source=Text(
        "accounting cost over a Poisson count; interval: Garwood 1936 on the count",
        "coût comptable sur un décompte de Poisson ; intervalle : Garwood 1936, sur le décompte",
    ),
    notes=Text(
        "No new customer: not computable, and the spend is shown. Leads are not customers.",
        "Aucun nouveau client : non calculable, et la dépense est affichée. Un contact n’est pas un client.",
    ),
)


CROSS_SELL = Indicator(
    name="cross_sell",
    label=Text("Cross-sell rate", "Taux de vente croisée"),
    family="sales",
    needs=(Needs("order_lines", ("order_id", "customer_id", "category", "additional"), ("quantity",)),),
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
            units=by_owner("order_id"),
        ),
        "customers": Variant(
            Text("of customers, soon after their first purchase", "des clients, peu après leur premier achat"),
            Text(
                "customers with an additional line within 90 days of the first / customers, dated by their first line",
                "clients ayant une ligne additionnelle sous 90 jours / clients, datés par leur première ligne",
            ),
            "share",
            "up",
            share(lambda _query: {1}),
            units=by_owner("customer_id"),
            follow_up="first_days",
        ),
        "categories": Variant(
            Text("of customers in two categories or more", "des clients présents dans deux catégories ou plus"),
            Text(
                "customers who bought in two categories or more within 90 days of their first purchase / customers, "
                "dated by their first line",
                "clients ayant acheté dans deux catégories ou plus sous 90 jours / clients, datés par leur première "
                "ligne",
            ),
            "share",
            "up",
            share(lambda _query: {1}),
            units=holders,
            follow_up="first_days",
        ),
    },
    parameters=(
        Parameter(
            "first_days",
            90,
            Text("days of a customer, from the first purchase", "jours comptés depuis le premier achat d’un client"),
        ),
    ),
    version=2,
    source=Text(
        "additional sales over all sales; attach rate per basket; interval: Wilson 1927",
        "ventes additionnelles sur toutes les ventes ; par panier : taux d’attachement ; intervalle : Wilson 1927",
    ),
    notes=Text(
        "Each customer has the same time to buy; otherwise older ones would stand out by their age alone.",
        "Chaque client a le même temps pour acheter ; sinon, les plus anciens se distingueraient par leur seul âge.",
    ),
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
    source=Text(
        "ROI on the incremental gain; interval from that of the uplift (Newcombe 1998)",
        "retour sur le gain supplémentaire ; intervalle tiré de celui du gain (Newcombe 1998)",
    ),
    notes=Text(
        "Computed in Python, by timonier.roi(...), from a treated and a control group; without one it is not causal.",
        "Calculé en Python, par timonier.roi(...), d’un groupe traité et d’un témoin ; sans lui, rien n’est causal.",
    ),
    on_request=True,
)

ALL = (CONVERSION, CART_ABANDONMENT, CART_RECOVERY, AVERAGE_BASKET, CUSTOMER_VALUE, CAC, CROSS_SELL, ROI)
