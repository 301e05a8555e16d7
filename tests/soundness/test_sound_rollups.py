"""Rollups give what the facts give: after any sequence of loads, changes, erasures and compactions."""

import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
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
WINDOW = Period(date(2026, 1, 1), date(2026, 4, 1))
NAMES = ("nps", "fcr", "complaints", "cart_abandonment", "average_basket")


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "company", threads=1, memory="256MB", breakdowns=[["channel"]])


def when(random: Random) -> dict[str, Any]:
    at = START + timedelta(days=random.randrange(80), hours=random.randrange(11))
    return {"at": at, "day": at.date()}


def rows(random: Random, table: str, keys: list[int]) -> list[dict[str, Any]]:
    made = []
    for key in keys:
        moment = when(random)
        base = {"customer_id": f"c{random.randrange(6)}", "day": moment["day"], **provenance()}
        if random.random() < 0.7:
            base["channel"] = random.choice(["web", "shop"])
        if table == "answers":
            more = {
                "answer_id": f"a{key}",
                "answered_at": moment["at"],
                "score": float(random.randrange(-1, 12)),
                "wave": random.choice(["w", None]),
            }
            if random.random() < 0.9:
                more["instrument"] = random.choice(["nps", "csat"])
        elif table == "contacts":
            closed = moment["at"] + timedelta(days=random.randrange(3))
            more = {"contact_id": f"k{key}", "issue_id": random.choice(["i1", "i2", "i3", None])}
            more |= {"opened_at": moment["at"], "closed_at": closed, "complaint": random.random() < 0.5}
        elif table == "carts":
            base.pop("channel", None)
            more = {"cart_id": f"b{key}", "created_at": moment["at"], "ordered_at": None}
        else:
            more = {"order_id": f"o{key}", "ordered_at": moment["at"], "amount": Decimal(random.randrange(10**6))}
        made.append({**base, **more})
    return made


def figures(workspace: Workspace, *, rollups: bool, **asked: Any) -> list[tuple[str, Any]]:
    source = LakeSource(workspace)
    desk = Desk(source, CATALOGUE, date(2026, 6, 1), rollups=Rollups(workspace, source) if rollups else None)
    asked = {"window": WINDOW, "minimum_n": 0, "compare": "none", "trend": False, **asked}
    lines = score(desk, Request(indicators=NAMES, **asked)).lines
    if rollups and "window" in asked and not asked.get("by"):
        assert any(line.origin == "rollup" for line in lines)
    return [(line.indicator.name, line.estimate) for line in lines]


QUESTIONS: list[dict[str, Any]] = [
    {},
    {"every": "month"},
    {"every": "month", "by": ("channel",)},
    {"every": "week", "by": ("channel",)},
    {"window": Period(date(2026, 1, 10), date(2026, 2, 20)), "by": ("channel",)},
]


@pytest.mark.parametrize("seed", range(2))
def test_rollups_equal_facts_after_random_commits(workspace: Workspace, seed: int) -> None:
    random = Random(seed)
    last = dict.fromkeys(("answers", "contacts", "carts", "orders"), 0)
    for table in last:
        load(workspace, rows(random, table, list(range(12))), table)
        last[table] = 12
    for step in range(5):
        table = random.choice(list(last))
        what = random.choice(["append", "append", "upsert", "upsert", "erase", "compact"])
        if what == "append":
            load(workspace, rows(random, table, list(range(last[table], last[table] + 3))), table)
            last[table] += 3
        elif what == "upsert":
            load(workspace, rows(random, table, random.sample(range(last[table]), 3)), table)
        elif what == "erase":
            workspace.erase(f"c{random.randrange(6)}")
        else:
            workspace.lake.compact(table, force=True)
        asked = QUESTIONS[step % len(QUESTIONS)]
        assert figures(workspace, rollups=True, **asked) == figures(workspace, rollups=False, **asked), (step, what)


def test_a_figure_known_at_a_date_ignores_what_came_later(workspace: Workspace) -> None:
    random = Random(1)
    load(workspace, rows(random, "answers", list(range(12))), "answers")
    before = figures(workspace, rollups=True)
    known = datetime.now(UTC)
    load(workspace, rows(random, "answers", list(range(6, 40))), "answers")
    source = LakeSource(workspace, known)
    desk = Desk(source, CATALOGUE, date(2026, 6, 1))
    lines = score(desk, Request(indicators=NAMES, window=WINDOW, minimum_n=0, compare="none", trend=False)).lines
    assert [(line.indicator.name, line.estimate) for line in lines] == before
    assert figures(workspace, rollups=True) != before
