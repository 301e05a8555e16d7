# ruff: noqa: S608 -- paths are ours
"""The same figures in SQL written by hand for this very question, as a person who knows DuckDB well would write it.

One query an indicator, no generality: month, channel and region are fixed, and so are the scale, the currency and the
seven days. Each gives the sums behind the figure and the counts of what was left out, in the columns of `COLUMNS`.
"""

from collections.abc import Sequence

import duckdb

type Rows = list[tuple[object, ...]]

SATISFACTION = ("good", "bad", "n", "missing", "invalid", "test", "duplicate", "other_scale")
COLUMNS: dict[str, tuple[str, ...]] = {
    "nps": SATISFACTION,
    "csat": SATISFACTION,
    "ces": SATISFACTION,
    "average_basket": ("customers", "x", "y", "xx", "xy", "yy", "cancelled", "missing", "other_currency"),
    "fcr": ("good", "n"),
}
TABLE = {"nps": "answers", "csat": "answers", "ces": "answers", "average_basket": "orders", "fcr": "contacts"}
SCALES = {"nps": ("nps", 0, 10, 9, 6), "csat": ("csat", 1, 5, 4, 2), "ces": ("ces_agreement", 1, 7, 5, 4)}
"""Instrument, lowest and highest answer, lowest good one, highest bad one."""


def query(indicator: str, files: Sequence[str]) -> str:
    """The SQL of one indicator over Parquet files: period, channel, region, then its columns."""
    source = f"read_parquet([{', '.join(repr(file) for file in files)}])"
    if indicator in SCALES:
        return _satisfaction(source, *SCALES[indicator])
    return {"average_basket": _BASKET, "fcr": _FCR}[indicator].replace("FACTS", source)


def run(connection: duckdb.DuckDBPyConnection, indicator: str, files: Sequence[str]) -> Rows:
    """The rows of one indicator."""
    return connection.execute(query(indicator, files)).fetchall()


_DAYS = "day >= DATE '2025-01-01' AND day < DATE '2026-01-01'"
_PERIOD = "year(day) * 12 + month(day) - 1"


def _satisfaction(source: str, instrument: str, low: int, high: int, good: int, bad: int) -> str:
    """Tests, other scales, missing and impossible scores apart; within a wave a customer’s last valid one counts."""
    return f"""
WITH answers AS (
  SELECT *, CASE
      WHEN test THEN 'test'
      WHEN scale_min <> {low} OR scale_max <> {high} THEN 'other_scale'
      WHEN score IS NULL THEN 'missing'
      WHEN score < {low} OR score > {high} OR score <> floor(score) THEN 'invalid'
    END AS reason
  FROM {source} WHERE instrument = '{instrument}'
),
settled AS (
  SELECT day, channel, region, score, reason FROM answers
  WHERE reason IS NOT NULL OR wave IS NULL OR customer_id IS NULL OR answered_at IS NULL
  UNION ALL
  SELECT day, channel, region, score, CASE WHEN row_number() OVER (
      PARTITION BY survey, wave, customer_id ORDER BY answered_at DESC, received_at DESC, seq DESC) > 1
      THEN 'duplicate' END
  FROM answers WHERE reason IS NULL AND wave IS NOT NULL AND customer_id IS NOT NULL AND answered_at IS NOT NULL
)
SELECT {_PERIOD} AS period, channel, region,
  count(*) FILTER (reason IS NULL AND score >= {good}) AS good,
  count(*) FILTER (reason IS NULL AND score <= {bad}) AS bad,
  count(*) FILTER (reason IS NULL) AS n,
  count(*) FILTER (reason = 'missing') AS missing,
  count(*) FILTER (reason = 'invalid') AS invalid,
  count(*) FILTER (reason = 'test') AS test,
  count(*) FILTER (reason = 'duplicate') AS duplicate,
  count(*) FILTER (reason = 'other_scale') AS other_scale
FROM settled WHERE {_DAYS} GROUP BY ALL"""


# Orders without a customer stand alone. Sums are exact: ten thousandths of a euro in integers of 128 bits.
_BASKET = f"""
WITH orders AS (
  SELECT day, channel, region, coalesce(customer_id, order_id) AS customer, (amount * 10000)::BIGINT AS amount, CASE
      WHEN currency <> 'EUR' THEN 'other_currency'
      WHEN lower(status) IN ('cancelled', 'canceled', 'annulée', 'annulee', 'annulé', 'annule') THEN 'cancelled'
      WHEN amount IS NULL THEN 'missing'
    END AS reason
  FROM FACTS WHERE {_DAYS}
),
customers AS (
  SELECT {_PERIOD} AS period, channel, region, reason, customer, sum(amount)::BIGINT AS y, count(*) AS x
  FROM orders GROUP BY ALL
)
SELECT period, channel, region,
  count(*) FILTER (reason IS NULL) AS customers,
  sum(x) FILTER (reason IS NULL) AS x,
  sum(y) FILTER (reason IS NULL) AS y,
  sum(x * x) FILTER (reason IS NULL) AS xx,
  sum(x * y) FILTER (reason IS NULL) AS xy,
  sum(y::HUGEINT * y) FILTER (reason IS NULL) AS yy,
  sum(x) FILTER (reason = 'cancelled') AS cancelled,
  sum(x) FILTER (reason = 'missing') AS missing,
  sum(x) FILTER (reason = 'other_currency') AS other_currency
FROM customers GROUP BY ALL"""


# The first contact of each issue, and the next one: not resolved at first when it comes within seven days.
_FCR = f"""
WITH contacts AS (
  SELECT *, coalesce(issue_id, 'contact ' || contact_id) AS issue FROM FACTS
),
firsts AS (
  SELECT day, channel, region, opened_at, closed_at, resolved,
    row_number() OVER of_issue AS place, lead(opened_at) OVER of_issue AS next_at
  FROM contacts
  WINDOW of_issue AS (PARTITION BY issue ORDER BY opened_at, received_at, seq)
  QUALIFY place = 1
)
SELECT {_PERIOD} AS period, channel, region,
  count(*) FILTER (
    coalesce(resolved, closed_at IS NOT NULL)
    AND (next_at IS NULL OR next_at > coalesce(closed_at, opened_at) + INTERVAL 7 DAY)) AS good,
  count(*) AS n
FROM firsts WHERE {_DAYS} GROUP BY ALL"""
