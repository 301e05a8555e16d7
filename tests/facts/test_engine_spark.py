"""Spark reads the same tables as DuckDB: same rows, same columns, same types."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from lakes import answer, load, provenance

from timonier.facts.engines import duckdb
from timonier.facts.settings import Settings
from timonier.facts.workspace import Workspace


def _java() -> bool:
    return (
        bool(shutil.which("java"))
        and not subprocess.run(["java", "-version"], check=False, capture_output=True).returncode
    )


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    if not _java():
        pytest.skip("no Java")
    from timonier.facts.engines import spark

    session = spark.session(Settings(threads=1))
    yield session
    session.stop()


def both(workspace: Workspace, session: Any, table: str, **at: Any) -> list[list[dict[str, Any]]]:
    from timonier.facts.engines import spark

    connection = duckdb.connect(workspace.settings, [workspace.root])
    frames = [duckdb.frame(connection, workspace.lake, table, **at), spark.frame(session, workspace.lake, table, **at)]
    key = workspace.lake.tables[table].key
    assert frames[0].collect_schema().names() == frames[1].collect_schema().names()
    return [sorted(one.collect("pyarrow").to_native().to_pylist(), key=lambda row: row[key]) for one in frames]


def test_same_rows(workspace: Workspace, session: Any) -> None:
    orders = [
        {
            "order_id": f"o{n}",
            "ordered_at": datetime(2026, 3, 29, n, 30, 0, 1, tzinfo=UTC),
            "amount": Decimal("10.0001") * n,
            "status": None if n % 2 else "payée « été »",
            "day": date(2026, 3, 29),
            **provenance(),
        }
        for n in range(4)
    ]
    load(workspace, orders, "orders")
    load(workspace, [orders[1] | {"amount": Decimal("-5")}], "orders")
    by_duckdb, by_spark = both(workspace, session, "orders")
    assert by_duckdb == by_spark
    assert [row["amount"] for row in by_spark][1] == Decimal("-5")


def test_files_with_and_without_a_column(workspace: Workspace, session: Any) -> None:
    load(workspace, [answer("a", comment="mot")])
    load(workspace, [answer("b", test=True)])
    by_duckdb, by_spark = both(workspace, session, "answers")
    assert by_duckdb == by_spark
    first, second = both(workspace, session, "answers", version=1)
    assert first == second
    assert len(first) == 1


def test_an_empty_table(workspace: Workspace, session: Any) -> None:
    assert both(workspace, session, "costs") == [[], []]
