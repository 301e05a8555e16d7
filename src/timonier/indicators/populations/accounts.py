"""Accounts as units: in business to business, one vote an account, however many of its people answered.

An account's vote is the mean of its answers (+1 promoter, 0 passive, −1 detractor). It is kept as two integers, the
number n of its answers and their sum s, packed in one cell, n² + n + s: |s| ≤ n, so no two pairs share a cell.
"""

from fractions import Fraction
from math import isqrt
from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators import weighted
from timonier.indicators.cells import columns_of, instead
from timonier.indicators.definition import Figure, Frames, Population, Query, Stat, WeightedCell
from timonier.indicators.estimate import Interval
from timonier.indicators.formulas import pick_method
from timonier.indicators.periods import bucket, within
from timonier.indicators.populations.answers import scored_answers
from timonier.indicators.populations.stacking import stacked
from timonier.text import Text

ACCOUNT = "account_id"


@Population
def accounts(frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """Accounts, one row each and period, in the cell of their vote; answers without account are left out as unknown.

    With weights, that of an account is the highest of its answers: its revenue, say, given on each of them.
    """
    answers = query.kept(scored_answers("nps")(frames, query))
    if ACCOUNT not in columns_of(answers):
        raise UsageError(
            Text("nothing says which account a customer belongs to.", "rien ne dit de quel compte relève un client."),
            hint=Text(
                "Load account_id with the customers, or name its column.",
                "Chargez account_id avec les clients, ou nommez sa colonne.",
            ),
        )
    if query.window is not None:
        answers = answers.filter(within(query.window, nw.col("day")))
    answers = instead(answers, nw.col(ACCOUNT).is_null() & (nw.col("cell") >= 0), "unknown")
    answers = answers.with_columns(_period=bucket(nw.col("day"), query.every, query.fiscal_year_start))
    counted, score = nw.col("cell") >= 0, nw.col("cell")
    point = nw.when(score >= 9).then(nw.lit(1)).when(score <= 6).then(nw.lit(-1)).otherwise(nw.lit(0))
    weight = [nw.col("w").max().alias("w")] if query.weighted else []
    votes = (
        answers.filter(counted)
        .with_columns(_point=point.cast(nw.Int64))
        .group_by(ACCOUNT, "_period", *query.by)
        .agg(nw.len().alias("_n"), nw.col("_point").sum().alias("_s"), nw.col("day").min().alias("day"), *weight)
    )
    n = nw.col("_n").cast(nw.Int64)
    votes = votes.with_columns(cell=n * n + n + nw.col("_s").cast(nw.Int64))
    names = [ACCOUNT, *query.by, "day", "cell", *(["w"] if weight else [])]
    return stacked(names, votes, answers.filter(~counted))


def vote(cell: int) -> Fraction:
    """The vote of an account, −1 to 1: the sum of its answers over their number."""
    n = isqrt(cell)
    return Fraction(cell - n * n - n, n)


def net_score_of_accounts(stat: Stat, query: Query) -> Figure:
    """100 × the mean of the accounts' votes, in points, with Student's interval over accounts (cut to −100..100)."""
    pick_method({"default": None, "t": None}, query)
    plain = [WeightedCell(cell, 1.0, units) for cell, units in stat.counts.items()]
    cells = [one for one in (stat.weighted if query.weighted else plain) if one.cell > 0 and one.weight != 0]
    if not cells:
        return Figure(None)
    votes, units = [vote(one.cell) for one in cells], [one.units for one in cells]
    found = weighted.mean([float(one) for one in votes], [one.weight for one in cells], units, query.confidence)
    detail: dict[str, object] = {"answers": sum(isqrt(one.cell) * one.units for one in cells)}
    if query.weighted:
        return Figure(
            100 * found.value, _points(found.interval), sum(units), found.n_eff, {**detail, "deff": found.deff}
        )
    value = 100 * sum((one * count for one, count in zip(votes, units, strict=True)), Fraction(0)) / sum(units)
    student = found.interval._replace(method=found.interval.method.replace("linearised", "t"))
    return Figure(float(value), _points(student), sum(units), found.n_eff, detail)


def _points(interval: Interval) -> Interval:
    """From −1..1 to points, cut to what a score can be."""
    low, high, method = interval
    return Interval(
        None if low is None else max(100 * low, -100.0), None if high is None else min(100 * high, 100.0), method
    )
