"""The same figures in Polars, lazy, as its documentation would have it written; only the columns used are read."""

from collections.abc import Sequence
from typing import Any

from bench.by_hand import SATISFACTION, SCALES, Rows
from bench.in_pandas import CANCELLED, KEYS


def run(indicator: str, files: Sequence[str]) -> Rows:
    """The rows that SQL written by hand gives, in any order."""
    import polars as pl

    facts = pl.scan_parquet(list(files))
    if indicator in SCALES:
        found = _satisfaction(facts, *SCALES[indicator])
    else:
        found = _basket(facts) if indicator == "average_basket" else _fcr(facts)
    rows: Rows = found.collect(engine="streaming").rows()
    return rows


def _in_year(frame: Any) -> Any:
    from datetime import date

    import polars as pl

    day = pl.col("day")
    frame = frame.filter((day >= date(2025, 1, 1)) & (day < date(2026, 1, 1)))
    return frame.with_columns(period=day.dt.year() * 12 + day.dt.month() - 1)


def _satisfaction(facts: Any, instrument: str, low: int, high: int, good: int, bad: int) -> Any:
    import polars as pl

    score = pl.col("score")
    reason = (
        pl.when(pl.col("test"))
        .then(pl.lit("test"))
        .when((pl.col("scale_min") != low) | (pl.col("scale_max") != high))
        .then(pl.lit("other_scale"))
        .when(score.is_null())
        .then(pl.lit("missing"))
        .when((score < low) | (score > high) | (score != score.floor()))
        .then(pl.lit("invalid"))
    )
    answers = facts.filter(pl.col("instrument") == instrument).with_columns(reason=reason)
    named = pl.all_horizontal(pl.col("wave", "customer_id", "answered_at").is_not_null())
    waves, others = answers.filter(named & pl.col("reason").is_null()), ~named | pl.col("reason").is_not_null()
    order = ["answered_at", "received_at", "seq"]
    who = ["survey", "wave", "customer_id"]
    last = waves.sort(order).group_by(who).agg(_last=pl.col("seq").last())
    repeated = pl.when(pl.col("seq") != pl.col("_last")).then(pl.lit("duplicate"))
    waves = waves.join(last, on=who).with_columns(reason=repeated)
    kept = ["day", "channel", "region", "score", "reason"]
    settled = _in_year(pl.concat([answers.filter(others).select(kept), waves.select(kept)]))
    counted = pl.col("reason").is_null()
    return settled.group_by(KEYS).agg(
        good=(counted & (score >= good)).sum(),
        bad=(counted & (score <= bad)).sum(),
        n=counted.sum(),
        **{name: (pl.col("reason") == name).sum() for name in SATISFACTION[3:]},
    )


def _basket(facts: Any) -> Any:
    import polars as pl

    reason = (
        pl.when(pl.col("currency") != "EUR")
        .then(pl.lit("other_currency"))
        .when(pl.col("status").str.to_lowercase().is_in(CANCELLED))
        .then(pl.lit("cancelled"))
        .when(pl.col("amount").is_null())
        .then(pl.lit("missing"))
    )
    orders = _in_year(facts).select(
        *KEYS,
        reason=reason,
        amount=(pl.col("amount").cast(pl.Float64) * 10_000).round().cast(pl.Int64),
        customer=pl.coalesce("customer_id", "order_id"),
    )
    people = orders.group_by(*KEYS, "reason", "customer").agg(y=pl.col("amount").sum(), x=pl.len().cast(pl.Int64))
    kept, x = pl.col("reason").is_null(), pl.col("x")
    y = pl.col("y").cast(pl.Int128)
    return people.group_by(KEYS).agg(
        customers=kept.sum(),
        x=x.filter(kept).sum(),
        y=pl.col("y").filter(kept).sum(),
        xx=(x * x).filter(kept).sum(),
        xy=(x * pl.col("y")).filter(kept).sum(),
        yy=(y * y).filter(kept).sum(),
        **{name: x.filter(pl.col("reason") == name).sum() for name in ("cancelled", "missing", "other_currency")},
    )


def _fcr(facts: Any) -> Any:
    import polars as pl

    contacts = facts.with_columns(
        issue=pl.coalesce("issue_id", pl.concat_str(pl.lit("contact "), pl.col("contact_id")))
    )
    ordered = contacts.sort(["opened_at", "received_at", "seq"])
    first = {name: pl.col(name).first() for name in ("day", "channel", "region", "opened_at", "closed_at", "resolved")}
    firsts = ordered.group_by("issue", maintain_order=True).agg(
        **first, next_at=pl.col("opened_at").slice(1, 1).first()
    )
    resolved = pl.coalesce("resolved", pl.col("closed_at").is_not_null())
    again = (pl.col("next_at") <= pl.coalesce("closed_at", "opened_at") + pl.duration(days=7)).fill_null(value=False)
    return _in_year(firsts).group_by(KEYS).agg(good=(resolved & ~again).sum(), n=pl.len())
