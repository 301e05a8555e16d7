"""A scorecard: what is compared with what, what is skipped and why, what is immature or hidden."""

from datetime import date, timedelta
from typing import Any

import pytest
from frames import facts

import timonier
from timonier.errors import UsageError
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.estimate import Period, State
from timonier.scorecard.records import line_records
from timonier.scorecard.request import Request, last_period
from timonier.scorecard.score import Desk, Line, score
from timonier.scorecard.sources import FrameSource

TODAY = date(2026, 12, 31)


def answers(start: date, days: int, **more: Any) -> list[dict[str, Any]]:
    """One answer a day: 10 on even days of the month, 0 on odd ones."""
    each = [start + timedelta(days=step) for step in range(days)]
    return [{"answered_at": str(day), "score": 10.0 * (day.day % 2 == 0), **more} for day in each]


def card(rows: list[dict[str, Any]], **asked: Any) -> Any:
    source = FrameSource({"answers": facts("answers", rows)})
    asked = {"indicators": ("nps",), "minimum_n": 0, "trend": False, **asked}
    return score(Desk(source, CATALOGUE, TODAY), Request(**asked))


def lines(rows: list[dict[str, Any]], **asked: Any) -> tuple[Line, ...]:
    found: tuple[Line, ...] = card(rows, **asked).lines
    return found


TWO_YEARS = answers(date(2025, 1, 1), 730)


def spans(found: tuple[Line, ...]) -> list[tuple[Period, Period]]:
    return [(one.estimate.period, one.reference.period) for one in found if one.reference and one.estimate.period]  # type: ignore[misc]


@pytest.mark.parametrize("compare", ["previous", "last-year"])
@pytest.mark.parametrize("every", ["all", "week", "month", "quarter"])
def test_every_period_is_compared_with_one_as_long(every: Any, compare: Any) -> None:
    window = Period(date(2026, 3, 10), date(2026, 6, 20))
    found = lines(TWO_YEARS, window=window, every=every, compare=compare)
    pairs = spans(found)
    assert len(pairs) == len(found)
    for now, then in pairs:
        assert abs(now.days - then.days) <= (3 if now.start.day == 1 else 0), (now, then)
        assert then.end <= now.start
    for one in found:  # the references cover their whole span: one answer a day
        assert one.reference is not None
        assert one.reference.period is not None
        assert one.reference.n == one.reference.period.days


def test_days_of_a_leap_year_are_compared_with_the_year_before() -> None:
    rows = answers(date(2023, 1, 1), 800)
    window = Period(date(2024, 2, 27), date(2024, 3, 2))
    found = lines(rows, window=window, every="day", compare="last-year")
    assert [then.start.day for _, then in spans(found)] == [27, 28, 28, 1]


def test_no_comparison_when_none_is_asked() -> None:
    [found] = lines(TWO_YEARS, window=Period(date(2026, 1, 1), date(2026, 2, 1)), compare="none")
    assert found.reference is None
    assert found.difference is None


def test_breakdown_and_filter_agree() -> None:
    rows = [*answers(date(2026, 1, 1), 31, channel="web"), *answers(date(2026, 1, 1), 10, channel="shop")]
    window = Period(date(2026, 1, 1), date(2026, 2, 1))
    split = {one.estimate.segment["channel"]: one.estimate.value for one in lines(rows, window=window, by=("channel",))}
    for channel, value in split.items():
        [found] = lines(rows, window=window, where=f"channel = '{channel}'")
        assert found.estimate.value == value


def test_what_has_no_facts_is_skipped_with_its_reason() -> None:
    found = card(TWO_YEARS, indicators=())
    reasons = {one.indicator.name: one.reason.en for one in found.skipped}
    assert "orders" in reasons["average_basket"]
    assert {line.indicator.name for line in found.lines} >= {"nps"}
    assert all(line.indicator.name not in reasons for line in found.lines)


def test_an_unknown_dimension_is_an_error_that_names_those_that_exist() -> None:
    with pytest.raises(UsageError) as raised:
        card(TWO_YEARS, by=("colour",))
    assert "channel" in str(raised.value.hint)


def test_the_trend_is_the_months_of_the_window() -> None:
    window = Period(date(2026, 1, 1), date(2026, 7, 1))
    [found] = lines(TWO_YEARS, window=window, trend=True)
    assert [one.period.label for one in found.trend if one.period] == [f"2026-0{month}" for month in range(1, 7)]
    assert sum(one.n for one in found.trend) == found.estimate.n


def test_a_running_month_is_immature() -> None:
    found = lines(answers(date(2026, 1, 1), 45), window=Period(date(2026, 1, 1), date(2026, 3, 1)), every="month")
    assert [one.estimate.state for one in found] == [State.OK, State.IMMATURE]


def test_few_people_are_hidden_unless_asked_otherwise() -> None:
    rows = answers(date(2026, 1, 1), 4)
    window = Period(date(2026, 1, 1), date(2026, 1, 5))
    assert lines(rows, window=window, minimum_n=5)[0].estimate.state is State.SUPPRESSED
    assert lines(rows, window=window, minimum_n=4)[0].estimate.state is State.OK


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("12m", date(2025, 3, 1), date(2026, 3, 1)),
        ("1m", date(2026, 2, 1), date(2026, 3, 1)),
        ("1w", date(2026, 3, 2), date(2026, 3, 9)),
        ("7d", date(2026, 3, 9), date(2026, 3, 16)),
        ("7j", date(2026, 3, 9), date(2026, 3, 16)),
    ],
)
def test_last_periods_are_complete(text: str, start: date, end: date) -> None:
    found = last_period(text, date(2026, 3, 15) if text != "1w" else date(2026, 3, 14))
    assert (found.start, found.end) == (start, end)


def test_the_last_day_of_a_month_makes_it_complete() -> None:
    assert last_period("1m", date(2026, 3, 31)) == Period(date(2026, 3, 1), date(2026, 4, 1))


@pytest.mark.parametrize("text", ["", "0m", "m", "12", "-3m", "12 months", "1e3d", "99999d"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        last_period(text, TODAY)


@pytest.mark.parametrize("confidence", [0.0, 0.49, 1.0, 95.0])
def test_a_confidence_out_of_bounds_is_refused(confidence: float) -> None:
    with pytest.raises(UsageError):
        Request(confidence=confidence)


def test_a_period_upside_down_is_refused() -> None:
    with pytest.raises(UsageError):
        Request(window=Period(date(2026, 2, 1), date(2026, 1, 1)))


def test_a_day_to_come_is_not_known() -> None:
    with pytest.raises(UsageError, match="not yet known"):
        card(TWO_YEARS, as_of=TODAY + timedelta(days=1))


def weighed() -> list[dict[str, Any]]:
    """Three answers of the same day: 10 weighs 1, 0 weighs 3, and 10 has no weight."""
    at = {"answered_at": "2026-03-05"}
    return [{**at, "score": 10.0, "weight": 1.0}, {**at, "score": 0.0, "weight": 3.0}, {**at, "score": 10.0}]


MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))


def test_answers_count_for_their_weight_when_asked_and_say_so() -> None:
    """(1 − 3)/4 = −50, where one answer each gives +33; the answer without weight is told."""
    [plain] = lines(weighed(), window=MARCH, compare="none")
    assert (plain.estimate.value, plain.estimate.n) == (pytest.approx(100 / 3), 3)
    assert "weighted" not in plain.estimate.detail
    [found] = lines(weighed(), window=MARCH, compare="none", weighted=True)
    one = found.estimate
    assert (one.value, one.n, one.n_eff, one.method) == (-50.0, 2, 1.6, "linearised")
    assert (dict(one.excluded), one.detail["weighted"]) == ({"no_weight": 1}, True)
    assert "its weight" in line_records([found])[0]["definition"]
    assert "its weight" not in line_records([plain])[0]["definition"]


def test_weighted_figures_are_those_of_the_dataframe() -> None:
    rows = [{**row, "weight": 1.0 + place % 4} for place, row in enumerate(answers(date(2026, 3, 1), 31))]
    [found] = lines(rows, window=MARCH, compare="none", weighted=True)
    given = {"s": [row["score"] for row in rows], "w": [row["weight"] for row in rows]}
    [expected] = timonier.nps(given, "s", weight="w")
    same = ("value", "low", "high", "n", "n_eff", "method")
    assert [getattr(found.estimate, name) for name in same] == [getattr(expected, name) for name in same]


def test_weights_are_asked_of_answers_that_have_none() -> None:
    with pytest.raises(UsageError, match="no answer has a weight"):
        lines(answers(date(2026, 3, 1), 3), window=MARCH, weighted=True)


def test_a_day_later_than_the_facts_makes_nothing_final() -> None:
    """A shared page is of the day that it was made: that day knows no more than its latest fact."""
    rows = answers(date(2026, 1, 1), 40)
    window = Period(date(2026, 2, 1), date(2026, 3, 1))
    for as_of in (None, date(2026, 2, 9), date(2026, 12, 30)):
        found = card(rows, window=window, as_of=as_of)
        assert found.as_of == date(2026, 2, 9)
        assert [one.estimate.state for one in found.lines] == [State.IMMATURE]
