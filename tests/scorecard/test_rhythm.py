"""What reads a table that stopped knows nothing after its last day, however far the other tables go."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import narwhals as nw
import pyarrow as pa
import pytest

from timonier.facts.engines.frames import adopt
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.estimate import Period, State
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, score
from timonier.scorecard.sources import FrameSource

STOPPED = date(2026, 6, 30)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def frame(rows: Sequence[Mapping[str, Any]]) -> nw.LazyFrame[Any]:
    return adopt(pa.Table.from_pylist([dict(one) for one in rows]))


def contacts(gap: int = 1) -> nw.LazyFrame[Any]:
    """A contact every `gap` days until the last day, each of its own customer, resolved at once."""
    days = [STOPPED - timedelta(days=gap * rank) for rank in range(40)]
    return frame(
        [
            {"contact_id": f"{n}", "issue_id": f"{n}", "customer_id": f"c{n}", "day": day, "opened_at": at(day),
             "closed_at": at(day), "resolved": True, "complaint": False}
            for n, day in enumerate(days)
        ]
    )  # fmt: skip


def answers(until: date) -> nw.LazyFrame[Any]:
    days = [until - timedelta(days=rank) for rank in range(40)]
    return frame(
        [
            {"answer_id": f"{n}", "customer_id": f"c{n}", "day": day, "answered_at": at(day), "instrument": "nps",
             "score": 9.0}
            for n, day in enumerate(days)
        ]
    )  # fmt: skip


def desk(until: date, gap: int = 1, **more: nw.LazyFrame[Any]) -> Desk:
    source = FrameSource({"contacts": contacts(gap), "answers": answers(until), **more})
    return Desk(source, CATALOGUE, until, minimum_n=0)


@pytest.mark.parametrize(
    ("until", "gap", "expected"),
    [
        (STOPPED, 1, State.IMMATURE),
        (STOPPED + timedelta(days=7), 1, State.OK),  # a week of silence is not yet news
        (STOPPED + timedelta(days=20), 1, State.IMMATURE),
        (STOPPED + timedelta(days=20), 7, State.OK),  # one a week: three weeks of silence are not yet news
        (STOPPED + timedelta(days=22), 7, State.IMMATURE),
    ],
)
def test_a_figure_that_waits_is_not_mature_because_another_table_goes_on(
    until: date, gap: int, expected: State
) -> None:
    june = Period(date(2026, 6, 1), date(2026, 7, 1))
    line = score(desk(until, gap), Request(("fcr",), june, compare="none", trend=False)).lines[0]
    assert line.estimate.state is expected


def test_the_days_after_a_table_stopped_are_not_days_without_a_fact() -> None:
    july = Period(date(2026, 7, 1), date(2026, 7, 21))
    found = score(desk(july.end), Request(("contacts", "nps"), july, compare="none", trend=False)).lines
    states = {one.indicator.name: one.estimate.state for one in found}
    assert states == {"nps": State.OK, "contacts": State.IMMATURE}


def test_open_cases_are_followed_until_their_own_table_stopped() -> None:
    """All last twenty days; those begun since the tenth are still open at the end, not for ever."""
    rows = [
        {"event_id": f"{n}{step}", "case_id": f"{n}", "step": step, "day": day, "occurred_at": at(day)}
        for n in range(400)
        for start in [STOPPED - timedelta(days=n % 100)]
        for step, day in (("asked", start), ("sent", start + timedelta(days=20)))
        if day <= STOPPED
    ]
    steps = {"step_time": {"start_step": "asked", "end_step": "sent"}}
    june = Period(date(2026, 6, 1), date(2026, 7, 1))
    asked = Request(("step_time",), june, compare="none", trend=False, params=steps)
    for until in (STOPPED, STOPPED + timedelta(days=300)):
        assert score(desk(until, events=frame(rows)), asked).lines[0].estimate.value == pytest.approx(20)
