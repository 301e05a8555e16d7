"""Small lakes for tests: rows in, rows out, as plain dicts."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from timonier.facts.arrow import arrow_schema
from timonier.facts.engines.duckdb import connect, frame
from timonier.facts.lake import Lake
from timonier.facts.receipts import Commit, Receipt
from timonier.facts.schema import TABLES
from timonier.facts.workspace import Workspace

DAY = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def answer(key: str, score: float = 9.0, *, day: int = 0, **more: Any) -> dict[str, Any]:
    """A row of `answers`."""
    at = {"answered_at": NOON + timedelta(days=day), "day": DAY + timedelta(days=day)}
    return {"answer_id": key, "score": score, **at, **provenance(), **more}


def customer(key: str, **more: Any) -> dict[str, Any]:
    """A row of `customers`, without a date."""
    return {"customer_id": key, **provenance(), **more}


def provenance() -> dict[str, Any]:
    """The columns that intake writes."""
    return {"source": "file.csv", "received_at": NOON, "seq": 1}


def stage(folder: Path, lake: Lake, table: str, rows: Iterable[Mapping[str, Any]]) -> Path:
    """The rows as a staged Parquet file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(6)}.parquet"
    schema = arrow_schema(lake.tables[table])
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema), path)
    return path


def load(workspace: Workspace, rows: Iterable[Mapping[str, Any]], table: str = "answers", **receipt: Any) -> Commit:
    """Commits the rows as one load."""
    receipt.setdefault("batch", secrets.token_hex(6))
    staged = stage(workspace.staging, workspace.lake, table, rows)
    return workspace.lake.commit(table, [staged], Receipt(**receipt))


def rows_of(workspace: Workspace, table: str = "answers", **at: Any) -> dict[str, dict[str, Any]]:
    """What the table holds, by key, as DuckDB reads it; fails on a key that is there twice."""
    connection = connect(workspace.settings, [workspace.root])
    native = frame(connection, workspace.lake, table, **at).collect("pyarrow").to_native()
    found = native.to_pylist()
    connection.close()
    key = TABLES[table].key
    by_key = {row[key]: row for row in found}
    assert len(by_key) == len(found), "a key is there twice"
    return by_key


def scores(workspace: Workspace, **at: Any) -> dict[str, float]:
    """Score by answer."""
    return {key: row["score"] for key, row in rows_of(workspace, **at).items()}
