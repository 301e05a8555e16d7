# ruff: noqa: S608 -- every statement is built from the constants of this file
"""Facts to measure on: answers, orders and contacts of one year, the same rows at each run.

Everything comes from `hash(64 × row number + choice)`, so no seed is stored and a sample of any size looks alike:
twelve months, five channels, ten regions, one customer for ten orders, and a little of all that indicators must
leave out (tests, missing and impossible scores, other scales, repeats within a wave, cancelled orders, other
currencies).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from timonier.facts.receipts import Receipt
from timonier.facts.workspace import Workspace
from timonier.indicators.estimate import Period

YEAR = Period(date(2025, 1, 1), date(2026, 1, 1))
BREAKDOWN = ("channel", "region")
TABLES = ("answers", "orders", "contacts")
PER_FILE = 1_000_000

_MICROSECONDS = 365 * 86_400_000_000
_CHANNEL = "['web', 'store', 'phone', 'mail', 'app'][1 + (hash(i * 64 + 1) % 5)::INT]"
_REGION = "'region ' || chr(65 + (hash(customer * 64 + 2) % 10)::INT)"
_SYSTEM = "moment::DATE AS day, 'bench' AS source, TIMESTAMPTZ '2026-01-15 00:00:00+00' AS received_at, i AS seq"

# A third of the answers to NPS belong to two waves a year, where a respondent may answer again. One survey for each
# instrument: two are never pooled.
_ANSWERS = f"""
SELECT 'A' || i AS answer_id, 'C' || customer AS customer_id,
  CASE WHEN instrument = 'nps' THEN 'relational' ELSE 'after contact' END AS survey,
  CASE WHEN instrument = 'nps' AND hash(i * 64 + 3) % 3 = 0 THEN 'H' || (1 + (month(moment) > 6)::INT) END AS wave,
  instrument,
  CASE WHEN r % 100 = 0 THEN NULL WHEN r % 100 = 1 THEN 42.0
    ELSE low + (greatest(r % (high - low + 1), r // 1000 % (high - low + 1)))::DOUBLE END AS score,
  (CASE WHEN r % 211 = 5 THEN 0 ELSE low END)::DOUBLE AS scale_min,
  (CASE WHEN r % 211 = 5 THEN 20 ELSE high END)::DOUBLE AS scale_max,
  moment AS answered_at, channel, r % 150 = 7 AS test, region, {_SYSTEM}
FROM (
  SELECT *, hash(i * 64 + 4) AS r,
    CASE instrument WHEN 'nps' THEN 0 ELSE 1 END AS low,
    CASE instrument WHEN 'nps' THEN 10 WHEN 'csat' THEN 5 ELSE 7 END AS high
  FROM (SELECT *, ['nps', 'nps', 'csat', 'ces_agreement'][1 + (hash(i * 64 + 5) % 4)::INT] AS instrument FROM base)
)"""

_ORDERS = f"""
SELECT 'O' || i AS order_id,
  CASE WHEN r % 50 = 0 THEN NULL ELSE 'C' || customer END AS customer_id, moment AS ordered_at,
  CASE WHEN r % 400 = 3 THEN NULL ELSE (500 + r // 400 % 20000 + hash(i * 64 + 6) % 9000)::DECIMAL(18, 4) / 100 END
    ::DECIMAL(18, 4) AS amount,
  CASE WHEN r % 90 = 1 THEN 'USD' ELSE 'EUR' END AS currency,
  CASE WHEN r % 30 = 2 THEN 'Cancelled' WHEN r % 31 = 2 THEN NULL ELSE 'delivered' END AS status,
  channel, region, {_SYSTEM}
FROM (SELECT *, hash(i * 64 + 7) AS r FROM base)"""

# Two issues for three contacts: every other issue is taken up again, up to twelve days later.
_CONTACTS = f"""
SELECT 'K' || i AS contact_id, CASE WHEN hash(i * 64 + 8) % 12 = 0 THEN NULL ELSE 'I' || issue END AS issue_id,
  'C' || customer AS customer_id, channel, moment AS opened_at,
  CASE WHEN r % 5 = 0 THEN NULL ELSE moment + to_microseconds((r // 5 % 172800000000)::BIGINT) END AS closed_at,
  CASE WHEN r % 7 = 0 THEN NULL ELSE r % 7 > 2 END AS resolved, region, {_SYSTEM}
FROM (
  SELECT * REPLACE (least(moment + CASE WHEN i % 3 = 1
      THEN to_microseconds((hash(i * 64 + 9) % 1036800000000)::BIGINT) ELSE INTERVAL 0 DAY END,
      TIMESTAMPTZ '2025-12-31 23:59:59+00') AS moment),
    CASE WHEN i % 3 = 1 THEN i - 1 ELSE i END AS issue, hash(i * 64 + 10) AS r
  FROM base
)"""

_ROWS = {"answers": _ANSWERS, "orders": _ORDERS, "contacts": _CONTACTS}


@dataclass(frozen=True, slots=True)
class Dataset:
    """A workspace that holds `rows` facts in each of the three tables."""

    workspace: Workspace
    rows: int

    def files(self, table: str) -> list[str]:
        """The Parquet files of the table, as every contender reads them."""
        return [str(path) for path in self.workspace.lake.files(table)]


def dataset(folder: Path, rows: int, *, threads: int | None = None) -> Dataset:
    """The data set of that size under `folder`, made when it is not there."""
    root = folder / f"{rows}-facts"
    if (root / "timonier.toml").exists():
        return Dataset(Workspace.open(root), rows)
    text = {name: {"region": "text"} for name in TABLES}
    workspace = Workspace.create(
        root, dimensions=text, breakdowns=[list(BREAKDOWN)], memory="4GB", **({"threads": threads} if threads else {})
    )
    for table in TABLES:
        workspace.lake.commit(table, staged(workspace, table, 0, rows, rows), Receipt(batch=table, source=table))
    return Dataset(workspace, rows)


def staged(workspace: Workspace, table: str, first: int, last: int, rows: int) -> list[Path]:
    """Staged files with the rows `first` to `last` (excluded) of a year that has `rows` of them."""
    files = []
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for start in range(first, last, PER_FILE):
            path = workspace.staging / f"bench-{table}-{start}.parquet"
            query = facts(table, start, min(start + PER_FILE, last), rows)
            connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
            files.append(path)
    return files


def facts(table: str, first: int, last: int, rows: int) -> str:
    """The SQL of these rows, in the columns of the fact table."""
    return f"WITH {_base(first, last, rows)} {_ROWS[table]}"


def _base(first: int, last: int, rows: int) -> str:
    """Row number, customer, region, channel, and an instant that follows the row number within two days or so."""
    place = f"{_MICROSECONDS} // {rows} * (i % {rows}) + (hash(i // 3 * 64 + 11) % 172800000000)::BIGINT"
    return f"""
    numbered AS (
      SELECT i, (hash(i // 3 * 64 + 12) % {max(rows // 10, 1)})::BIGINT AS customer,
        TIMESTAMPTZ '2025-01-01 00:00:00+00' + to_microseconds(least({place}, {_MICROSECONDS - 1})::BIGINT) AS moment
      FROM range({first}, {last}) AS numbers(i)
    ),
    base AS (SELECT *, {_CHANNEL} AS channel, {_REGION} AS region FROM numbered)"""
