"""Cohort triangle: of the customers who first bought in a month, which share bought again k months later.

Activity, not survival: a customer may skip a month and come back, so a row of the triangle can go up.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

import narwhals as nw

from timonier.indicators.estimate import Estimate, State
from timonier.indicators.intervals import wilson
from timonier.indicators.periods import index_of, period_at


def triangle(activity: nw.LazyFrame[Any], *, as_of: date, confidence: float = 0.95) -> list[Estimate]:
    """Estimates by cohort (month of the first purchase) and age (months since), ages 1 and up.

    `activity` has `customer_id` and `day`, one row a purchase. The month of `as_of` still runs: it is immature.
    """
    kept = activity.filter(~nw.col("customer_id").is_null() & ~nw.col("day").is_null())
    month = nw.col("day").dt.year() * 12 + nw.col("day").dt.month() - 1
    active = kept.select("customer_id", month=month).unique()
    first = active.group_by("customer_id").agg(nw.col("month").min().alias("first"))
    joined = active.join(first, on="customer_id", how="inner")
    rows = joined.group_by("first", "month").agg(nw.len().alias("people")).collect().iter_rows(named=True)
    return _cells(rows, index_of(as_of, "month"), as_of, confidence)


def _cells(rows: Iterable[dict[str, Any]], last: int, as_of: date, confidence: float) -> list[Estimate]:
    sizes: Counter[int] = Counter()
    active: dict[int, Counter[int]] = defaultdict(Counter)
    for row in rows:
        cohort, age = int(row["first"]), int(row["month"]) - int(row["first"])
        if age == 0:
            sizes[cohort] = int(row["people"])
        else:
            active[cohort][age] = int(row["people"])
    found = []
    for cohort in sorted(sizes):
        for age in range(1, last - cohort + 1):
            month = period_at(cohort + age, "month")
            n, back = sizes[cohort], active[cohort][age]
            low, high, method = wilson(back, n, confidence)
            state = State.IMMATURE if month.end.toordinal() - 1 > as_of.toordinal() else State.OK
            segment = (("cohort", period_at(cohort, "month").label), ("age", str(age)))
            found.append(
                Estimate(
                    "cohort_activity",
                    back / n,
                    low,
                    high,
                    n,
                    float(n),
                    unit="share",
                    direction="up",
                    state=state,
                    method=method,
                    confidence=confidence,
                    by=segment,
                    period=month,
                    detail={"x": back, "n": n},
                )
            )
    return found
