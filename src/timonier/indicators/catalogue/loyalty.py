"""Who stays: churn and retention by contract, by purchase, revenue kept, and sales in a higher range.

Contractual populations are cohorts: customers present on the first day of the period. Who arrived since is not in
it, so the usual (end − new) / start, which mixes both, is never computed.
"""

from datetime import timedelta
from typing import Any

import narwhals as nw

from timonier.indicators.cells import CODES, columns_of
from timonier.indicators.definition import Figure, Frames, Indicator, Needs, Parameter, Query, Stat, Variant
from timonier.indicators.estimate import Interval, Period
from timonier.indicators.formulas import ratio, share
from timonier.indicators.intervals import poisson_exact
from timonier.indicators.money import active_orders, minor_units
from timonier.indicators.periods import epoch_day, previous, year_before
from timonier.text import Text

STAYED, LOST = 0, 1
CONTRACT_COLUMNS = ("contract_id", "customer_id", "started_on", "ended_on", "end_reason")


def required_window(query: Query) -> Period:
    """The window of a population; the engine always gives one."""
    assert query.window is not None  # noqa: S101 - the engine splits windows before calling
    return query.window


def _day(value: Any) -> nw.Expr:
    return nw.lit(value, dtype=nw.Date)


def cohort(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers under contract on the first day, one row each (and segment): stayed, or lost in the period.

    Lost: a contract of theirs ended in [start, end) and none covered or began within the grace days after.
    """
    window = required_window(query)
    grace = timedelta(days=int(query["grace_days"]))
    contracts = frames["contracts"]
    start, end = _day(window.start), _day(window.end)
    open_ended = nw.col("ended_on").is_null()
    present = contracts.filter((nw.col("started_on") <= start) & (open_ended | (nw.col("ended_on") >= start)))
    ends = present.filter(~open_ended & (nw.col("ended_on") < end))
    if query["reason"] is not None:
        ends = ends.filter(nw.col("end_reason") == query["reason"])
    ends = ends.select("contract_id", "customer_id", _ended="ended_on")
    others = contracts.select("customer_id", _from="started_on", _to="ended_on", _other="contract_id")
    bridging = (
        (nw.col("_other") != nw.col("contract_id"))
        & (nw.col("_from") <= nw.col("_ended").dt.offset_by(f"{grace.days}d"))
        & (nw.col("_to").is_null() | (nw.col("_to") > nw.col("_ended")))
    )
    bridged = ends.join(others, on="customer_id", how="inner").filter(bridging).select("contract_id").unique()
    lost = ends.join(bridged, on="contract_id", how="anti").select("customer_id").unique()
    people = present.select("customer_id", *query.carry).unique()
    return people.join(lost.with_columns(_lost=nw.lit(LOST)), on="customer_id", how="left").with_columns(
        cell=nw.col("_lost").fill_null(STAYED)
    )


def everyone(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Contracts in force at some time in the period, one row a contract: lost if it ended in the period."""
    window = required_window(query)
    start, end, ended = _day(window.start), _day(window.end), nw.col("ended_on")
    live = frames["contracts"].filter((nw.col("started_on") < end) & (ended.is_null() | (ended >= start)))
    over = (ended < end).fill_null(value=False)
    present = (nw.col("started_on") <= start).cast(nw.Int64)
    return live.with_columns(cell=over.cast(nw.Int64), y=over.cast(nw.Int64), x=present)


def exposed(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers of the period, one row each: lost when their last contract ended in it."""
    grouped = everyone(frames, query).group_by("customer_id", *query.carry)
    return grouped.agg(nw.col("cell").min().alias("cell"))


def lost_over_start(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers of the period, one row each: y lost, x present on the first day."""
    grouped = everyone(frames, query).group_by("customer_id", *query.carry)
    return grouped.agg(nw.col("y").min().alias("y"), nw.col("x").max().alias("x"))


def days_of_presence(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Contracts of the period, one row each: y ended in it, x days in force within it."""
    window = required_window(query)
    low, high = nw.lit(window.start.toordinal() - 719_163), nw.lit(window.end.toordinal() - 719_163)
    since = nw.max_horizontal(epoch_day(nw.col("started_on")), low)
    until = nw.min_horizontal(epoch_day(nw.col("ended_on")).fill_null(window.end.toordinal() - 719_163), high)
    return everyone(frames, query).with_columns(x=until - since, cell=nw.lit(1))


def rate_per_30_days(stat: Stat, query: Query) -> Figure:
    """Events per 30 days of presence, with the exact Poisson interval."""
    events, days = stat.moments.y, stat.moments.x
    if days == 0:
        return Figure(None)
    low, high, name = poisson_exact(events, days / 30, query.confidence)
    detail = {"x": events, "exposure_days": days}
    return Figure(30 * events / days, Interval(low, high, name), stat.moments.n, None, detail)


GRACE = Parameter(
    "grace_days",
    30,
    Text(
        "days in which a customer who comes back was never lost",
        "jours dans lesquels un client revenu n’est pas perdu",
    ),
)
REASON = Parameter("reason", None, Text("only ends with this reason", "seulement les fins ayant ce motif"))
CONTRACTUAL = {
    "family": "loyalty",
    "needs": (Needs("contracts", CONTRACT_COLUMNS),),
    "dated_by": Text("the period: present on its first day", "la période : présents au premier jour"),
    "units": cohort,
    "timing": "window",
    "follow_up": "grace_days",
    "parameters": (GRACE, REASON),
    "notes": Text(
        "Customers who arrived during the period are not in the cohort.",
        "Les clients arrivés pendant la période ne sont pas dans la cohorte.",
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
    source="cohort definition; Noble 2011 on denominators; interval: Wilson 1927",
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
    source="1 − churn on the same cohort; interval: Wilson 1927",
    **CONTRACTUAL,  # type: ignore[arg-type]
)


def reference_buyers(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Customers who bought in the reference period, one row each: bought again in the period, or not."""
    window = required_window(query)
    reference = year_before(window) if query["reference"] == "last-year" else previous(window)
    orders = active_orders(frames["orders"]).filter(nw.col("customer_id").is_null() == nw.lit(value=False))
    day = nw.col("day")
    before = orders.filter((day >= _day(reference.start)) & (day < _day(reference.end)))
    again = orders.filter((day >= _day(window.start)) & (day < _day(window.end)))
    back = again.select("customer_id").unique().with_columns(cell=nw.lit(1))
    people = before.select("customer_id", *query.carry).unique()
    return people.join(back, on="customer_id", how="left").with_columns(cell=nw.col("cell").fill_null(0))


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
        ),
    ),
    source="repeat purchase on distinct customers; interval: Wilson 1927",
    notes=Text("New buyers of the period do not count.", "Les nouveaux acheteurs de la période ne comptent pas."),
)


def revenue_base(*, capped: bool) -> Any:
    """Recurring revenue of each customer under contract at the start (x) and what is left of it at the end (y)."""

    def units(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
        window = required_window(query)
        contracts = frames["contracts"].with_columns(_amount=minor_units("amount"))
        before = _revenue(contracts, window.start, query.carry).with_columns(x="_sum").drop("_sum")
        after = _revenue(contracts, window.end, ()).with_columns(_left="_sum").drop("_sum")
        joined = before.join(after, on="customer_id", how="left").with_columns(y=nw.col("_left").fill_null(0))
        if capped:
            joined = joined.with_columns(y=nw.min_horizontal(nw.col("y"), nw.col("x")))
        return joined.filter(nw.col("x") > 0)

    return units


def _revenue(contracts: nw.LazyFrame[Any], moment: Any, carry: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """Sum of the amounts of contracts in force at a moment, by customer; [started, ended) is half-open."""
    at = _day(moment)
    live = contracts.filter(
        (nw.col("started_on") <= at) & (nw.col("ended_on").is_null() | (nw.col("ended_on") > at))
    ).filter(~nw.col("_amount").is_null())
    summed = live.group_by("customer_id", *carry).agg(nw.col("_amount").sum().alias("_sum"))
    return summed.with_columns(nw.col("_sum").cast(nw.Int64))


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
                "share" if capped else "ratio",
                "up",
                ratio(1, cap=capped),
            )
        },
        source="subscription usage: new customers excluded; interval: linearised, by customer",
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
    source="sales in a higher range than first asked for; interval: Wilson 1927",
)

ALL = (CHURN, RETENTION, REPEAT_PURCHASE, GRR, NRR, UPSELL)
