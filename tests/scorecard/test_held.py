"""Facts read once for a dozen periods give what facts read for each of them give."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from timonier.indicators.estimate import Period
from timonier.scorecard import sources
from timonier.scorecard.membership import Within
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, score

WINDOW = Period(date(2026, 4, 1), date(2026, 6, 1))


def told(desk: Desk, asked: Request) -> list[Any]:
    lines = score(desk, asked).lines
    return [(line.indicator.name, line.estimate, line.reference, line.trend) for line in lines]


@pytest.mark.parametrize(
    ("indicators", "by", "within", "variants"),
    [
        (("churn", "repeat_purchase", "nrr"), (), (Within("role", ("acheteur",)),), {}),
        (("churn", "retention", "customer_value"), ("segment",), (), {"churn": "exposure"}),
    ],
)
def test_the_same_figures_whether_held_or_not(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    indicators: tuple[str, ...],
    by: tuple[str, ...],
    within: tuple[Within, ...],
    variants: dict[str, str],
) -> None:
    asked = Request(indicators, WINDOW, by=by, within=within, variants=variants, rollups=False)
    held = told(desk, asked)
    monkeypatch.setattr(sources, "HELD_ROWS", 0)
    assert told(desk, asked) == held
    assert len(held) >= len(indicators)
    assert all(trend for *_, trend in held)


def test_a_table_is_read_once_for_all_the_periods_of_an_indicator(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[sources.LakeSource] = []
    pinned = sources.LakeSource.pinned

    def watched(self: sources.LakeSource) -> sources.LakeSource:
        found.append(pinned(self))
        return found[-1]

    monkeypatch.setattr(sources.LakeSource, "pinned", watched)
    score(desk, replace(Request(("retention",)), within=(Within("role", ("acheteur",)),), rollups=False))
    assert [[table for table, _ in one._held] for one in found] == [["contracts"]]
    monkeypatch.setattr(sources, "HELD_ROWS", 10)
    score(desk, replace(Request(("retention",)), within=(Within("role", ("acheteur",)),), rollups=False))
    assert not found[-1]._held, "a large table stays in its files"
