"""Other figures: opening a large lake, upsert, compaction, erasing a person."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from bench.dataset import Dataset, staged
from bench.report import Finding, Section, say
from timonier.facts.receipts import Receipt
from timonier.facts.workspace import Workspace

NOTES = """\
On a copy of the workspace of {rows:,} answers, as many orders and as many contacts. The upsert brings {few:,} orders,
half of them new, half changed, in one file of the table. Erasing rewrites every file that holds the person, then
searches the bytes of all the others."""
FEW = 100_000


def measure(data: Dataset, folder: Path) -> Section:
    """Each once: they change the facts."""
    root = folder / "cared-for"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(data.workspace.root, root)
    say("opening, upsert, compaction, erasure…")
    workspace, opening = _timed(lambda: Workspace.open(root))
    lake = workspace.lake
    files = _changed(workspace, data.rows)
    commit, upsert = _timed(lambda: lake.commit("orders", files, Receipt(batch="upsert", source="upsert")))
    if (commit.added, commit.updated) != (FEW // 2, FEW // 2):
        raise ArithmeticError(f"{commit.added} added, {commit.updated} updated")
    size = sum(path.stat().st_size for path in lake.files("orders"))
    _, compaction = _timed(lambda: lake.compact("orders", force=True))
    person = _somebody(workspace)
    erasure, erasing = _timed(lambda: workspace.erase(person))
    findings = (
        Finding("open the workspace, verified", f"{1000 * opening:.0f} ms"),
        Finding(f"upsert of {FEW:,} orders", f"{upsert:.1f} s"),
        Finding("compaction of the orders", f"{compaction:.1f} s ({size / 1e6:.0f} MB)"),
        Finding("erase a person", f"{erasing:.1f} s ({sum(erasure.rows.values())} rows)"),
    )
    shutil.rmtree(root)
    return Section("Care of a large store", NOTES.format(rows=data.rows, few=FEW), findings)


def _timed[T](work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    done = work()
    return done, time.perf_counter() - start


def _changed(workspace: Workspace, rows: int) -> list[Path]:
    """Half an upsert of new keys, half of known keys with another status."""
    (path,) = staged(workspace, "orders", rows - FEW // 2, rows + FEW // 2, rows)
    changed = path.with_name("bench-upsert.parquet")
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        query = f"SELECT * REPLACE ('returned' AS status) FROM '{path}'"  # noqa: S608 -- our own path
        connection.execute(f"COPY ({query}) TO '{changed}' (FORMAT parquet)")
    path.unlink()
    return [changed]


def _somebody(workspace: Workspace) -> str:
    files = [str(path) for path in workspace.lake.files("orders")]
    with duckdb.connect() as connection:
        found = connection.execute("SELECT min(customer_id) FROM read_parquet($1)", [files]).fetchone()
    return str(found[0]) if found else ""
