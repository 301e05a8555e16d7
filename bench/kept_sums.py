"""Target 2: the same question from rollups, whatever the volume of facts."""

import shutil
import statistics
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

from bench import ours
from bench.dataset import BREAKDOWN, Dataset, dataset, staged
from bench.report import Finding, Section, bounded, say
from bench.timing import alternate
from timonier.facts.receipts import Receipt
from timonier.scorecard.rollups import Rollups
from timonier.scorecard.score import Desk
from timonier.scorecard.sources import LakeSource

NOTES = """\
The same five indicators by month × {by} (3,000 figures, with intervals and suppression), on a desk that a program
keeps open. The two workspaces hold {small:,} and {large:,} facts in all, a third in each table; the question is asked
of one and the other in turn. A new question reads its sums from the disk and computes its intervals; asked again, an
open desk remembers both."""


def measure(folder: Path, small: int, large: int, rounds: int) -> Section:
    """Reading at two sizes, and what keeping the sums costs at the larger one."""
    say(f"rollups: {small:,} facts, then {large:,}…")
    few, many = dataset(folder, small // 3), dataset(folder, large // 3)
    desks = {"few": ours.desk_over(few, rollups=True), "many": ours.desk_over(many, rollups=True)}
    shutil.rmtree(many.workspace.rollups)
    many.workspace.rollups.mkdir()
    start = time.perf_counter()
    ours.scorecard(desks["many"])
    build = time.perf_counter() - start
    ours.scorecard(desks["few"])
    clocks = alternate({name: partial(ours.scorecard, desk) for name, desk in desks.items()}, 4 * rounds)
    findings = (
        bounded(f"a new question at {large:,} facts", _first_time(desks["many"], many, 4 * rounds), 50, "ms"),
        Finding("the same question again", f"{1000 * clocks['many'].seconds:.0f} ms"),
        Finding("asked again, processor", f"{1000 * clocks['many'].cpu_seconds:.0f} ms"),
        Finding("asked again, fastest of the rounds", f"{1000 * min(clocks['many'].wall):.0f} ms"),
        bounded(f"{large:,} facts over {small:,}", clocks["many"].over(clocks["few"]), 1.5),
        Finding("first build of the five", f"{build:.1f} s"),
        *_refresh(many),
    )
    notes = NOTES.format(by=" × ".join(BREAKDOWN), small=small, large=large)
    return Section("Scoring from rollups", notes, findings)


def _first_time(desk: Desk, data: Dataset, rounds: int) -> float:
    """Median milliseconds of a question whose sums are read from the disk and whose intervals are computed."""
    clocks = []
    for _ in range(rounds):
        fresh = replace(desk, rollups=Rollups(data.workspace, LakeSource(data.workspace)))
        start = time.perf_counter()
        ours.scorecard(fresh)
        clocks.append(1000 * (time.perf_counter() - start))
    return statistics.median(clocks)


def _refresh(data: Dataset) -> list[Finding]:
    """10,000 facts more, of the first days, then the first question after it."""
    findings = []
    for table in ("answers", "orders", "contacts"):
        first = data.workspace.lake.row_count(table)
        files = staged(data.workspace, table, first, first + 10_000, data.rows)
        receipt = Receipt(batch=f"later-{time.time_ns()}", source="later")
        start = time.perf_counter()
        data.workspace.lake.commit(table, files, receipt)
        commit = time.perf_counter() - start
        start = time.perf_counter()
        ours.scorecard(ours.desk_over(data, rollups=True))
        seconds = time.perf_counter() - start
        text = f"{seconds:.1f} s (commit: {commit:.1f} s)"
        findings.append(Finding(f"first answer after 10,000 more {table}", text))
    return findings
