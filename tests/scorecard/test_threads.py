"""A program that serves several people at once: threads share a desk while facts are loaded."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "facts"))

from lakes import load, provenance

from timonier.facts.workspace import Workspace
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.estimate import Period
from timonier.scorecard.request import Request
from timonier.scorecard.rollups import Rollups
from timonier.scorecard.score import Desk, score
from timonier.scorecard.sources import LakeSource

START = datetime(2026, 1, 1, 12, tzinfo=UTC)
WINDOW = Period(date(2026, 1, 1), date(2026, 3, 1))
BATCH, BATCHES = 20, 8
ASKED = Request(indicators=("nps",), window=WINDOW, minimum_n=0, compare="none", trend=False)


def answers(batch: int) -> list[dict[str, Any]]:
    """Twenty answers of a promoter, on twenty days."""
    found = []
    for key in range(batch * BATCH, (batch + 1) * BATCH):
        at = START + timedelta(days=key % 50)
        base = {"customer_id": f"c{key}", "day": at.date(), "channel": "web", **provenance()}
        found.append({"answer_id": f"a{key}", "answered_at": at, "score": 9.0, "instrument": "nps", **base})
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "company", threads=1, memory="256MB")
    load(made, answers(0), "answers")
    return made


def desk_over(workspace: Workspace, *, rollups: bool) -> Desk:
    source = LakeSource(workspace)
    return Desk(source, CATALOGUE, date(2026, 6, 1), rollups=Rollups(workspace, source) if rollups else None)


def counted(desk: Desk) -> int:
    [line] = score(desk, ASKED).lines
    assert line.estimate.value == 100
    return line.estimate.n


@pytest.mark.parametrize("rollups", [True, False], ids=["rollups", "facts"])
def test_threads_that_share_a_desk_see_whole_loads_and_never_go_back(workspace: Workspace, *, rollups: bool) -> None:
    desk, done = desk_over(workspace, rollups=rollups), threading.Event()

    def watch() -> list[int]:
        seen = [counted(desk)]
        while not done.is_set():
            seen.append(counted(desk))
        return [*seen, counted(desk)]

    with ThreadPoolExecutor(2) as pool:
        watchers = [pool.submit(watch) for _ in range(2)]
        try:
            for batch in range(1, BATCHES):
                load(workspace, answers(batch), "answers")
        finally:
            done.set()
        for seen in (watcher.result(timeout=60) for watcher in watchers):
            assert seen == sorted(seen)
            assert {n % BATCH for n in seen} == {0}
            assert seen[-1] == BATCH * BATCHES


def test_two_openings_of_a_workspace_count_the_same_sums_at_once(workspace: Workspace) -> None:
    desks = [desk_over(Workspace.open(workspace.root), rollups=True) for _ in range(4)]
    for batch in range(1, 4):
        load(workspace, answers(batch), "answers")
        with ThreadPoolExecutor(4) as pool:
            assert set(pool.map(counted, desks)) == {BATCH * (batch + 1)}
    left = [path for path in workspace.rollups.rglob(".*") if path.is_file()]
    assert left == []


def test_a_pinned_source_keeps_to_its_moment_and_its_root_follows(workspace: Workspace) -> None:
    source = LakeSource(workspace)
    pinned = source.pinned()
    assert pinned.version("answers") == source.version("answers")
    load(workspace, answers(1), "answers")
    assert pinned.version("answers") < source.version("answers")
    assert len(pinned.frame("answers").collect()) == BATCH
    assert len(source.frame("answers").collect()) == 2 * BATCH


def test_every_thread_reads_instants_in_utc(workspace: Workspace) -> None:
    source = LakeSource(workspace)

    def zone() -> Any:
        return source.connection.execute("SELECT current_setting('TimeZone')").fetchall()

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(zone).result() == zone() == [("UTC",)]


def test_sums_that_an_erasure_removed_are_counted_again(workspace: Workspace) -> None:
    desk = desk_over(workspace, rollups=True)
    assert counted(desk) == BATCH
    for path in workspace.rollups.rglob("month.parquet"):
        path.unlink()
    assert counted(desk) == BATCH
