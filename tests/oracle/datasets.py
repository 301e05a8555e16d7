"""Generated data sets: many small ones in one set of tables, told apart by the column `channel`.

Everything that goes wrong in real files is drawn on purpose: nulls, ties, same instants, repeated customers,
contracts that overlap or restart, negative amounts, cancelled orders, contacts without issue, other scales.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

import narwhals as nw
import pyarrow as pa

from timonier.facts.arrow import arrow_types
from timonier.facts.engines.frames import adopt
from timonier.facts.schema import SYSTEM_COLUMNS, TABLES

type Row = dict[str, Any]
type Tables = dict[str, list[Row]]

EPOCH = datetime(2026, 2, 27, 22, tzinfo=UTC)
EXTRA = {"channel": "text"}


def some[T](random: Random, values: list[T], nulls: float = 0.15) -> T | None:
    return None if random.random() < nulls else random.choice(values)


def instant(random: Random) -> datetime:
    """Often the same few instants, around a change of month."""
    hours = random.choice([0, 0, 1, 23, 24, 25, 48, 167, 168, 169, random.randrange(1500)])
    return EPOCH + timedelta(hours=hours, minutes=random.choice([0, 0, 0, 30]))


def later(random: Random, since: datetime, nulls: float = 0.3) -> datetime | None:
    """After `since`, often exactly at a limit; rarely before it."""
    limits = [timedelta(), timedelta(hours=24), timedelta(hours=24, microseconds=1), timedelta(days=7)]
    limits += [timedelta(days=30), timedelta(days=30, seconds=1), timedelta(days=3), timedelta(hours=-2)]
    step = some(random, limits, nulls)
    return None if step is None else since + step


def money(random: Random, nulls: float = 0.1) -> Decimal | None:
    values = [0, 1, 1, 1999, -500, random.randrange(-(10**6), 10**9), random.randrange(10**4)]
    found = some(random, values, nulls)
    return None if found is None else Decimal(found).scaleb(-2)


def answers(random: Random, case: str) -> list[Row]:
    rows = []
    for _ in range(random.randrange(0, 14)):
        instrument = random.choice(["nps", "nps", "csat", "ces_agreement", "ces_effort", "ces_ease"])
        low, high = {"nps": (0, 10), "csat": (1, 5)}.get(instrument, (1, 7))
        score = random.choice([random.randint(low, high)] * 5 + [9.5, 11.0, -1.0, 99.0, float("nan"), None, 0.0])
        scale = random.choice([(low, high)] * 6 + [(None, None), (1, 10), (0, 4)])
        rows.append(
            {
                "customer_id": some(random, [f"{case}c{n}" for n in range(4)]),
                "account_id": some(random, [f"{case}a{n}" for n in range(3)]),
                "survey": random.choice(["s", "s", None]),
                "wave": some(random, ["w1", "w2"], 0.4),
                "instrument": instrument if random.random() < 0.95 else None,
                "score": None if score is None else float(score),
                "scale_min": scale[0],
                "scale_max": scale[1],
                "answered_at": instant(random),
                "test": random.choice([None, False, False, False, True]),
                "weight": random.choice([0.5, 1.0, 1.0, 2.25, 0.1]),
            }
        )
    return rows


def invitations(random: Random, case: str) -> list[Row]:
    rows = []
    for _ in range(random.randrange(0, 9)):
        sent = instant(random)
        outcome = some(random, ["complete", "partial", "bounced", "opt-out"], 0.5)
        rows.append({"sent_at": sent, "answered_at": later(random, sent, 0.5), "outcome": outcome})
    return rows


def orders(random: Random, case: str) -> list[Row]:
    return [
        {
            "customer_id": some(random, [f"{case}c{n}" for n in range(4)]),
            "ordered_at": EPOCH + timedelta(hours=random.randrange(-700, 800)),
            "amount": money(random),
            "currency": random.choice(["EUR", "EUR", "EUR", None, "USD"]),
            "status": random.choice([None, "paid", "paid", "paid", "Cancelled", "ANNULÉE", "refunded"]),
        }
        for _ in range(random.randrange(0, 12))
    ]


def order_lines(random: Random, case: str) -> list[Row]:
    return [
        {
            "order_id": some(random, [f"{case}o{n}" for n in range(4)]),
            "customer_id": some(random, [f"{case}c{n}" for n in range(3)]),
            "sold_at": instant(random),
            "category": some(random, ["a", "b"]),
            "quantity": random.choice([None, 1.0, 2.0, 0.5, 0.0, -1.0]),
            "requested_rank": some(random, [1, 2, 3]),
            "sold_rank": some(random, [1, 2, 3]),
            "additional": some(random, [True, False]),
        }
        for _ in range(random.randrange(0, 12))
    ]


def contracts(random: Random, case: str) -> list[Row]:
    rows = []
    for _ in range(random.randrange(0, 9)):
        start = date(2026, 2, 1) + timedelta(days=random.choice([0, 10, 28, 29, 35, 45, 59, 60, random.randrange(80)]))
        length = some(random, [0, 1, 5, 18, 28, 31, 59, 60, random.randrange(90)], 0.3)
        rows.append(
            {
                "customer_id": some(random, [f"{case}c{n}" for n in range(4)], 0.1),
                "started_on": start,
                "ended_on": None if length is None else start + timedelta(days=length),
                "end_reason": some(random, ["price", "moved"]),
                "amount": money(random),
            }
        )
    return rows


def contacts(random: Random, case: str) -> list[Row]:
    rows = []
    for _ in range(random.randrange(0, 10)):
        opened = instant(random)
        rows.append(
            {
                "issue_id": some(random, [f"{case}i{n}" for n in range(3)]),
                "customer_id": some(random, [f"{case}c{n}" for n in range(3)]),
                "opened_at": opened,
                "closed_at": later(random, opened),
                "resolved": some(random, [True, True, False]),
                "complaint": some(random, [True, False, False]),
            }
        )
    return rows


def prospects(random: Random, case: str) -> list[Row]:
    rows = []
    for _ in range(random.randrange(0, 9)):
        created = instant(random)
        rows.append({"created_at": created, "converted_at": later(random, created)})
    return rows


def carts(random: Random, case: str) -> list[Row]:
    rows = []
    for _ in range(random.randrange(0, 10)):
        created = instant(random)
        who = some(random, [f"{case}c{n}" for n in range(3)])
        ordered = later(random, created, 0.5)
        rows.append({"customer_id": who, "created_at": created, "ordered_at": ordered, "amount": money(random)})
        rows[-1]["contacted"] = some(random, [True, False])
    return rows


def events(random: Random, case: str) -> list[Row]:
    return [
        {
            "case_id": some(random, [f"{case}k{n}" for n in range(4)], 0.05),
            "step": random.choice(["asked", "asked", "sent", "sent", "other", None]),
            "occurred_at": instant(random),
        }
        for _ in range(random.randrange(0, 14))
    ]


def costs(random: Random, case: str) -> list[Row]:
    return [
        {
            "spent_on": EPOCH.date() + timedelta(days=random.randrange(40)),
            "amount": money(random),
            "currency": random.choice(["EUR", None, "USD"]),
            "purpose": random.choice(["acquisition", "acquisition", "service", None]),
        }
        for _ in range(random.randrange(0, 5))
    ]


def customers(random: Random, case: str) -> list[Row]:
    rows = []
    for number in range(random.randrange(0, 5)):
        since = None if random.random() < 0.2 else instant(random)
        rows.append({"customer_id": f"{case}c{number}", "acquired_at": since})
    return rows


MAKERS = {
    maker.__name__: maker
    for maker in (
        answers,
        invitations,
        orders,
        order_lines,
        contracts,
        contacts,
        prospects,
        carts,
        events,
        costs,
        customers,
    )
}


@lru_cache(maxsize=64)
def generate(seed: int, cases: int, wanted: tuple[str, ...] | None = None) -> Tables:
    """`cases` data sets in each table; one in ten has no name (a null segment)."""
    random = Random(seed)
    tables: Tables = {}
    for table, make in MAKERS.items():
        if wanted is not None and table not in wanted:
            continue
        rows: list[Row] = []
        for number in range(cases):
            case = None if number % 97 == 0 else f"set{number:04d}"
            rows.extend({**row, "channel": case} for row in make(random, case or "none"))
        tables[table] = [_completed(table, number, row) for number, row in enumerate(rows)]
    return tables


def _completed(table: str, number: int, row: Row) -> Row:
    definition = TABLES[table]
    moment = row[definition.dated_by]
    day = moment.date() if isinstance(moment, datetime) else moment
    return {definition.key: f"{table}{number:06d}", **row, "day": day, "seq": number}


def arrow(table: str, rows: list[Row]) -> pa.Table:
    """The rows as an Arrow table in the types of the fact table."""
    types, definition = arrow_types(), TABLES[table]
    kinds: dict[str, Any] = {column.name: column.type for column in (*definition.columns, *SYSTEM_COLUMNS)}
    names = list(dict.fromkeys(name for row in rows for name in row))
    schema = pa.schema([pa.field(name, types[kinds.get(name, "text")]) for name in names])
    return pa.Table.from_pylist(rows, schema=schema)


def frames(tables: Tables) -> dict[str, nw.LazyFrame[Any]]:
    """The tables as lazy frames, read by DuckDB."""
    return {table: adopt(arrow(table, rows)) for table, rows in tables.items()}
