"""Who stays: churn and retention by contract, by purchase, revenue kept, and sales in a higher range.

Contractual populations are cohorts: customers present on the first day of the period. Who arrived since is not in
it, so the usual (end − new) / start, which mixes both, is never computed.
"""

from timonier.indicators.definition import Indicator, Needs, Parameter, Variant
from timonier.indicators.formulas import ratio, share
from timonier.indicators.populations.contracts import (
    LOST,
    STAYED,
    at_both_ends,
    cohort,
    days_of_presence,
    exposed,
    lost_over_start,
    over_average_base,
    rate_per_30_days,
    revenue_base,
)
from timonier.indicators.populations.orders import DOWN, SAME, UP, reference_buyers, sales_with_request
from timonier.text import Text

CONTRACT_COLUMNS = ("contract_id", "customer_id", "started_on", "ended_on", "end_reason")


GRACE = Parameter(
    "grace_days",
    30,
    Text(
        "days in which a customer who comes back was never lost",
        "jours dans lesquels un client revenu n’est pas perdu",
    ),
)
REASON = Parameter("reason", None, Text("only ends with this reason", "seulement les fins ayant ce motif"))
THERE = Text(
    "A contract is there on a day when it began on it or before and had not ended before it: ended on the first day, it"
    " is there at the start and lost in the period; ended on the day after the last, it is lost in the next period.",
    "Un contrat est présent un jour donné s’il a commencé ce jour-là ou avant et n’était pas fini la veille : fini le"
    " premier jour, il est présent au départ et perdu dans la période ; fini le lendemain du dernier jour, il est perdu"
    " dans la période suivante.",
)
CONTRACTUAL = {
    "family": "loyalty",
    "needs": (Needs("contracts", CONTRACT_COLUMNS),),
    "dated_by": Text("the period: present on its first day", "la période : présents au premier jour"),
    "units": cohort,
    "timing": "window",
    "follow_up": "grace_days",
    "parameters": (GRACE, REASON),
    "notes": Text(
        f"Customers who arrived during the period are not in the cohort. {THERE.en}",
        f"Les clients arrivés pendant la période ne sont pas dans la cohorte. {THERE.fr}",
    ),
}

CHURN = Indicator(
    name="churn",
    label=Text("Churn (contracts)", "Attrition (contrats)"),
    variants={
        "default": Variant(
            Text("cohort churn", "attrition de la cohorte"),
            Text(
                "customers present on the first day and lost in the period / customers present on the first day",
                "clients présents au premier jour et perdus dans la période / clients présents au premier jour",
            ),
            "share",
            "down",
            share(lambda _query: {LOST}),
        ),
        "lost-over-start": Variant(
            Text("all customers lost over those of the start", "tous les perdus sur les présents au départ"),
            Text(
                "customers lost in the period, newcomers included / customers present on the first day",
                "clients perdus dans la période, nouveaux compris / clients présents au premier jour",
            ),
            "ratio",
            "down",
            ratio(1),
            units=lost_over_start,
            form="moments",
        ),
        "average-base": Variant(
            Text("all customers lost over the average base", "tous les perdus sur la base moyenne"),
            Text(
                "customers lost in the period, newcomers included / half of (customers of the start + customers of the"
                " end)",
                "clients perdus dans la période, nouveaux compris / moitié de (clients du début + clients de la fin)",
            ),
            "ratio",
            "down",
            over_average_base,
            units=at_both_ends,
            form="moments",
        ),
        "exposed": Variant(
            Text("lost over all who were customers in the period", "perdus sur tous les clients de la période"),
            Text(
                "customers lost in the period / customers present at some time in it",
                "clients perdus dans la période / clients présents à un moment de la période",
            ),
            "share",
            "down",
            share(lambda _query: {LOST}),
            units=exposed,
        ),
        "exposure": Variant(
            Text("per 30 days of presence", "pour 30 jours de présence"),
            Text(
                "30 × contracts ended in the period / days of presence in it",
                "30 × contrats finis dans la période / jours de présence dans la période",
            ),
            "ratio",
            "down",
            rate_per_30_days,
            units=days_of_presence,
            form="moments",
        ),
    },
    source=Text(
        "cohort definition; Noble 2011 on denominators; interval: Wilson 1927",
        "définition par cohorte ; Noble 2011 sur les dénominateurs ; intervalle : Wilson 1927",
    ),
    **CONTRACTUAL,  # type: ignore[arg-type]
)

RETENTION = Indicator(
    name="retention",
    label=Text("Retention (contracts)", "Rétention (contrats)"),
    variants={
        "default": Variant(
            Text("cohort retention", "rétention de la cohorte"),
            Text(
                "customers present on the first day and not lost / customers present on the first day",
                "clients présents au premier jour et non perdus / clients présents au premier jour",
            ),
            "share",
            "up",
            share(lambda _query: {STAYED}),
        ),
    },
    source=Text(
        "1 − churn on the same cohort; interval: Wilson 1927",
        "1 − attrition de la même cohorte ; intervalle : Wilson 1927",
    ),
    **CONTRACTUAL,  # type: ignore[arg-type]
)


REPEAT_PURCHASE = Indicator(
    name="repeat_purchase",
    label=Text("Retention by purchase", "Rétention par achat"),
    family="loyalty",
    needs=(Needs("orders", ("customer_id",), ("status",)),),
    dated_by=Text("the period in which customers buy again", "la période où les clients rachètent"),
    units=reference_buyers,
    timing="window",
    variants={
        "default": Variant(
            Text("buyers who buy again", "acheteurs qui rachètent"),
            Text(
                "distinct buyers of the reference who buy in the period / distinct buyers of the reference",
                "acheteurs de la référence qui achètent dans la période / acheteurs de la référence",
            ),
            "share",
            "up",
            share(lambda _query: {1}),
        ),
    },
    parameters=(
        Parameter(
            "reference",
            "previous",
            Text("“previous” period or “last-year”", "période de référence : « previous » ou « last-year »"),
            ("previous", "last-year"),
        ),
    ),
    source=Text(
        "repeat purchase on distinct customers; interval: Wilson 1927",
        "réachat, en clients distincts ; intervalle : Wilson 1927",
    ),
    notes=Text(
        "New buyers of the period do not count. Orders without customer, in either period, are counted as missing.",
        "Les nouveaux acheteurs de la période ne comptent pas. Les commandes sans client des deux périodes sont"
        " comptées comme manquantes.",
    ),
)


def _revenue_retention(name: str, label: Text, formula: Text, *, capped: bool) -> Indicator:
    return Indicator(
        name=name,
        label=label,
        family="loyalty",
        needs=(Needs("contracts", (*CONTRACT_COLUMNS, "amount")),),
        dated_by=Text("the period: in force on its first day", "la période : en vigueur au premier jour"),
        units=revenue_base(capped=capped),
        form="moments",
        timing="window",
        wide=True,
        variants={
            "default": Variant(
                Text("of recurring revenue", "du revenu récurrent"),
                formula,
                "share",
                "up",
                ratio(1, cap=capped, of_units=False),
            )
        },
        source=Text(
            "subscription usage: new customers excluded; interval: linearised, by customer",
            "usage des abonnements : nouveaux clients exclus ; intervalle : linéarisé, par client",
        ),
        notes=Text(
            f"{THERE.en} A contract replaced on the day it ends, by the same customer, counts once: the new one.",
            f"{THERE.fr} Un contrat remplacé par le même client le jour où il finit compte une fois : le nouveau.",
        ),
        version=2,
    )


GRR = _revenue_retention(
    "grr",
    Text("Gross revenue retention", "Rétention brute du revenu"),
    Text(
        "Σ min(revenue at the end, at the start) / Σ revenue at the start, over customers of the start",
        "Σ min(revenu à la fin, au début) / Σ revenu au début, sur les clients du début",
    ),
    capped=True,
)
NRR = _revenue_retention(
    "nrr",
    Text("Net revenue retention", "Rétention nette du revenu"),
    Text(
        "Σ revenue at the end / Σ revenue at the start, over customers of the start",
        "Σ revenu à la fin / Σ revenu au début, sur les clients du début",
    ),
    capped=False,
)


UPSELL = Indicator(
    name="upsell",
    label=Text("Up-sell rate", "Taux de montée en gamme"),
    family="loyalty",
    needs=(Needs("order_lines", ("requested_rank", "sold_rank"), ("quantity",)),),
    dated_by=Text("day of the sale", "jour de la vente"),
    units=sales_with_request,
    variants={
        "default": Variant(
            Text("of sales with a known request", "des ventes dont la demande est connue"),
            Text(
                "sales in a higher range than first asked for / sales whose request is known",
                "ventes dans une gamme supérieure à la demande / ventes dont la demande est connue",
            ),
            "share",
            "up",
            share(lambda _query: {UP}),
        ),
        "eligible": Variant(
            Text("of sales that could go up", "des ventes qui pouvaient monter"),
            Text(
                "sales in a higher range / sales whose request was below the top (parameter top_rank)",
                "ventes en gamme supérieure / ventes dont la demande était sous le haut de gamme (top_rank)",
            ),
            "share",
            "up",
            share(lambda _query: {UP}, lambda _query: {UP, SAME, DOWN}),
        ),
        "downsell": Variant(
            Text("down-sell rate", "taux de descente en gamme"),
            Text(
                "sales in a lower range than first asked for / sales whose request is known",
                "ventes dans une gamme inférieure à la demande / ventes dont la demande est connue",
            ),
            "share",
            "down",
            share(lambda _query: {DOWN}),
        ),
    },
    parameters=(Parameter("top_rank", None, Text("rank of the highest range", "rang du haut de gamme")),),
    source=Text(
        "sales in a higher range than first asked for; interval: Wilson 1927",
        "ventes dans une gamme au-dessus de la demande initiale ; intervalle : Wilson 1927",
    ),
)

ALL = (CHURN, RETENTION, REPEAT_PURCHASE, GRR, NRR, UPSELL)
