# ruff: noqa: S608 -- every statement is built from our own paths
"""Target 3: a large CSV through the ordinary intake, against DuckDB's own CSV to Parquet.

`python -m bench.loading load FOLDER CSV` and `python -m bench.loading copy FOLDER CSV` each do one, in a process of
their own, so that its memory is its own.
"""

import json
import shutil
import statistics
import sys
import time
from pathlib import Path

import duckdb

from bench.dataset import facts
from bench.report import Finding, Section, bounded, say
from bench.timing import ran
from timonier.facts.intake.load import load
from timonier.facts.intake.progress import Silent
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.workspace import Workspace

THREADS = 2
COLUMNS = "order_id customer_id ordered_at amount currency status channel region"
RECIPE = f"""
version = 1
[[table]]
into = "orders"
[table.columns]
{chr(10).join(f'{name} = "{name}"' for name in COLUMNS.split() if name != "ordered_at")}
ordered_at = {{ column = "ordered_at", zone = "UTC" }}
"""
NOTES = """\
A CSV of {rows:,} orders, 8 columns, {size:.0f} MB, UTF-8. *Timonier* decodes, checks and types every row, computes its
accounting day, compares keys, keeps a receipt, and answers once the disk has confirmed. *DuckDB* guesses the types and
copies to Parquet (`COPY (FROM read_csv(…)) TO … (FORMAT parquet)`), with as many threads ({threads}).
Ratios are over {pairs} pairs."""


class _Steps(Silent):
    """Counts how often a load told where it was."""

    told = 0

    def advance(self, done_bytes: int, rows: int) -> None:
        super().advance(done_bytes, rows)
        self.told += 1


def write_csv(path: Path, rows: int) -> None:
    """The orders of the data set as CSV, the same at each run."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        names = COLUMNS.replace(" ordered_at", "").split()
        instant = "strftime(ordered_at, '%Y-%m-%dT%H:%M:%SZ') AS ordered_at"
        query = f"SELECT {', '.join([*names, instant])} FROM ({facts('orders', 0, rows, rows)})"
        connection.execute(f"COPY ({query}) TO '{path}' (HEADER)")


def measure(folder: Path, rows: int, rounds: int) -> Section:
    """Both in alternation."""
    path = folder / f"orders-{rows}.csv"
    if not path.exists():
        say(f"writing a CSV of {rows:,} rows…")
        write_csv(path, rows)
    mine, theirs = [], []
    for turn in range(rounds):
        say(f"loading it, round {turn + 1} of {rounds}…")
        theirs.append(ran(["-m", "bench.loading", "copy", folder, path]))
        mine.append(ran(["-m", "bench.loading", "load", folder, path]))
        shutil.rmtree(folder / "loaded", ignore_errors=True)
        (folder / "copied.parquet").unlink(missing_ok=True)
    loads, copies = [one.answer for one in mine], [one.answer for one in theirs]
    if any(one["kept"] != rows for one in loads):
        raise ArithmeticError(f"{loads[0]['kept']} rows kept of {rows}")
    seconds = [one["seconds"] for one in loads]
    ratio = statistics.median(a / b["seconds"] for a, b in zip(seconds, copies, strict=True))
    ratio_cpu = statistics.median(a["cpu"] / b["cpu"] for a, b in zip(loads, copies, strict=True))
    stages = "; ".join(f"{name} {span:.1f} s" for name, span in loads[-1]["stages"])
    findings = (
        Finding("load", f"{statistics.median(seconds):.1f} s ({stages})"),
        Finding("DuckDB, CSV to Parquet", f"{statistics.median(one['seconds'] for one in copies):.1f} s"),
        bounded("load over DuckDB", ratio, 2),
        bounded("load over DuckDB (processor)", ratio_cpu, 2),
        bounded("memory at the peak", max(one.peak for one in mine) / 1e9, 1, "GB"),
        Finding("DuckDB’s", f"{max(one.peak for one in theirs) / 1e9:.2f} GB"),
        Finding("progress", f"told {loads[-1]['told']} times", "shown", loads[-1]["told"] > rows / 500_000),
    )
    notes = NOTES.format(rows=rows, size=path.stat().st_size / 1e6, threads=THREADS, pairs=rounds)
    return Section("Loading a CSV", notes, findings)


def _load(folder: Path, path: Path) -> dict[str, object]:
    workspace = Workspace.create(folder / "loaded", dimensions={"orders": {"region": "text"}}, threads=THREADS)
    recipe = parse_recipe(RECIPE, workspace.tables())
    steps = _Steps()
    (one,) = load(workspace, recipe, [path], progress=steps).loads
    return {"kept": one.counts.kept, "stages": one.seconds, "told": steps.told}


def _copy(folder: Path, path: Path) -> dict[str, object]:
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        connection.execute("SET memory_limit = '1GB'")
        connection.execute(f"SET temp_directory = '{folder}'")
        target = folder / "copied.parquet"
        connection.execute(f"COPY (FROM read_csv('{path}')) TO '{target}' (FORMAT parquet)")
    return {}


def _one(what: str, folder: Path, path: Path) -> None:
    wall, cpu = time.perf_counter(), time.process_time()
    told = _load(folder, path) if what == "load" else _copy(folder, path)
    told |= {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    _one(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
