"""What is remembered, in memory or on the disk, is what would be computed; and it is forgotten when facts change."""

import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "facts"))

from lakes import load, provenance

from timonier.facts.workspace import Workspace
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Stat
from timonier.indicators.estimate import Period
from timonier.indicators.stats import Moments
from timonier.indicators.sums import Sums, together
from timonier.scorecard.gathered import KEPT, Gathered
from timonier.scorecard.memory import Memory
from timonier.scorecard.request import Request
from timonier.scorecard.rollups import Rollups
from timonier.scorecard.score import Desk, score
from timonier.scorecard.sources import LakeSource

START = datetime(2025, 1, 1, 12, tzinfo=UTC)
ASKED = Request(
    indicators=("repeat_purchase", "customer_value", "average_basket"),
    window=Period(date(2025, 7, 1), date(2026, 1, 1)),
    minimum_n=0,
)


def orders(first: int, count: int) -> list[dict[str, Any]]:
    found = []
    for key in range(first, first + count):
        at = START + timedelta(days=key * 7 % 360)
        base = {"customer_id": f"c{key % 9}", "day": at.date(), "channel": "web", **provenance()}
        found.append({"order_id": f"o{key}", "ordered_at": at, "amount": Decimal(10 + key % 50), **base})
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "company", threads=1, memory="256MB")
    load(made, orders(0, 60), "orders")
    return made


def desk_over(workspace: Workspace, *, rollups: bool = True) -> Desk:
    source = LakeSource(workspace)
    return Desk(source, CATALOGUE, date(2026, 6, 1), rollups=Rollups(workspace, source) if rollups else None)


def figures(desk: Desk, request: Request = ASKED) -> list[Any]:
    return [(line.estimate, line.reference, line.difference, line.trend) for line in score(desk, request).lines]


def test_figures_remembered_are_those_computed(workspace: Workspace) -> None:
    desk = desk_over(workspace)
    computed = figures(desk_over(workspace, rollups=False))
    assert len(computed) == len(ASKED.indicators)
    assert figures(desk) == figures(desk) == computed
    assert figures(desk_over(workspace)) == computed  # another program, from the disk
    assert list((workspace.rollups / "answers").glob("*.json"))
    load(workspace, orders(60, 30), "orders")
    assert figures(desk) == figures(desk_over(workspace, rollups=False)) != computed


def test_another_question_is_not_answered_by_the_former(workspace: Workspace) -> None:
    desk = desk_over(workspace)
    plain = replace(ASKED, trend=False, compare="none")
    asked = [
        plain,
        replace(plain, where="channel = 'shop'"),
        replace(plain, confidence=0.9),
        replace(plain, minimum_n=100),
        replace(plain, params={"average_basket": {"currency": "USD"}}),
        replace(plain, window=Period(date(2025, 8, 1), date(2026, 1, 1))),
    ]
    for request in asked * 2:
        assert figures(desk, request) == figures(desk_over(workspace, rollups=False), request)


def test_sums_come_back_from_the_disk_as_they_were(tmp_path: Path) -> None:
    big = 10**30
    stats = [
        Stat({0: 3, 5: 1}, [], Moments(2, 3, -4, 5, -6, big), {"missing": 2}, date(2026, 1, 2)),
        Stat(),
        Stat({7: 1}, [], Moments(), {"test": 1}, None),
    ]
    sums = together([Sums.of(stats[:2]), Sums.of(stats[2:])])
    sums = replace(sums, keys_of=((1, ("web", None)), (1, (None, "x")), (2, ("é", "y"))))
    kept = Gathered(tmp_path)

    def fail() -> Sums:
        raise AssertionError

    assert kept.sums("q", "nps", {"answers": 1}, lambda: sums) is sums
    again = kept.sums("q", "nps", {"answers": 1}, fail)
    assert dict(again) == dict(sums) == dict(zip(sums.keys_of, stats, strict=True))
    with pytest.raises(AssertionError):
        kept.sums("q", "nps", {"answers": 2}, fail)


def test_old_answers_leave_the_disk(tmp_path: Path) -> None:
    kept, empty = Gathered(tmp_path), Sums.of([Stat()])
    for number in range(KEPT + 3):
        kept.sums(str(number), "nps", {}, lambda: empty)
    assert len(list(tmp_path.glob("*.json"))) == KEPT


def test_the_oldest_answers_leave_memory() -> None:
    memory: Memory[list[int]] = Memory(len, largest=5)
    about = object()
    for number in range(4):
        assert memory.answer(number, about, lambda number=number: [number, number]) == [number, number]
    assert memory.answer(3, about, list) == [3, 3]
    assert memory.answer(0, about, lambda: [9]) == [9]
    assert memory.answer(3, object(), lambda: [7]) == [7]


def test_a_file_removed_by_another_meanwhile_is_no_error(tmp_path: Path) -> None:
    """A link to nothing is what a listing shows of a file that goes before it is looked at."""
    (tmp_path / "nps-gone.json").symlink_to(tmp_path / "nowhere")
    empty = Sums.of([Stat()])
    assert Gathered(tmp_path).sums("asked", "nps", {"answers": 1}, lambda: empty) is empty
