"""Target 2: the same question from rollups, whatever the volume of facts."""

import shutil
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import cast

from bench import ours
from bench.dataset import BREAKDOWN, Dataset, dataset, staged
from bench.report import Finding, Section, bounded, say
from bench.timing import alternate
from timonier.facts.receipts import Receipt
from timonier.scorecard.memory import Memory
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
    new = {
        "few": partial(_new_question, desks["few"], few),
        "many": partial(_new_question, desks["many"], many),
    }
    clocks = alternate(new, 4 * rounds)
    again = alternate({"again": partial(ours.scorecard, desks["many"])}, 4 * rounds)["again"]
    findings = (
        bounded(f"a new question at {large:,} facts", 1000 * clocks["many"].seconds, 50, "ms"),
        Finding("the same, processor", f"{1000 * clocks['many'].cpu_seconds:.0f} ms"),
        Finding("the same, fastest of the rounds", f"{1000 * min(clocks['many'].wall):.0f} ms"),
        bounded(f"{large:,} facts over {small:,}", clocks["many"].over(clocks["few"]), 1.5),
        Finding("the same question again", f"{1000 * again.seconds:.1f} ms"),
        Finding("first build of the five", f"{build:.1f} s"),
        *_refresh(many),
    )
    notes = NOTES.format(by=" × ".join(BREAKDOWN), small=small, large=large)
    return Section("Scoring from rollups", notes, findings)


def _new_question(desk: Desk, data: Dataset) -> None:
    """Sums read from the disk, intervals computed: the engine alone is started."""
    ours.scorecard(replace(desk, memory=Memory(len), rollups=Rollups(data.workspace, cast("LakeSource", desk.source))))


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
