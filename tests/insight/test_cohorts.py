"""Activity patterns against plain sets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.errors import UnknownName, UsageError
from timonier.insight.cohorts import activity

MONTHS = ("jan", "feb", "mar", "apr")
PEOPLE = st.lists(st.lists(st.integers(0, 12), max_size=20), min_size=4, max_size=4)


@settings(derandomize=True, max_examples=200, deadline=None)
@given(people=PEOPLE, i=st.integers(0, 3), j=st.integers(0, 3))
def test_patterns_answer_as_sets_do(people: list[list[int]], i: int, j: int) -> None:
    found = activity(dict(zip(MONTHS, people, strict=True)))
    sets = [set(month) for month in people]
    before, after = MONTHS[i], MONTHS[j]
    assert found.distinct() == len(set().union(*sets))
    assert found.distinct(before, after) == len(sets[i] | sets[j])
    assert found.retained(before, after) == len(sets[i] & sets[j])
    assert found.lost(before, after) == len(sets[i] - sets[j])
    assert found.retained(*MONTHS) == len(set.intersection(*sets))
    rate = found.retention(before, after)
    assert (rate.n, rate.retained, rate.lost) == (len(sets[i]), len(sets[i] & sets[j]), len(sets[i] - sets[j]))
    assert rate.value == (len(sets[i] & sets[j]) / len(sets[i]) if sets[i] else None)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(people=PEOPLE, segments=st.integers(1, 5))
def test_segments_without_a_customer_in_common_add_up(people: list[list[int]], segments: int) -> None:
    whole = activity(dict(zip(MONTHS, people, strict=True)))
    parts = [
        activity({m: [p for p in month if p % segments == s] for m, month in zip(MONTHS, people, strict=True)})
        for s in range(segments)
    ]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    assert dict(total.patterns) == dict(whole.patterns)


def test_retention_comes_with_its_wilson_interval() -> None:
    found = activity({"a": range(100), "b": range(60, 200)}).retention("a", "b")
    assert (found.value, found.n, found.method) == (0.4, 100, "wilson")
    assert (found.low, found.high) == pytest.approx((0.309401, 0.497998), abs=1e-6)


def test_a_period_without_anybody_has_no_retention() -> None:
    found = activity({"a": [], "b": ["x"]}).retention("a", "b")
    assert (found.value, found.low, found.high, found.n) == (None, None, None, 0)


def test_unknown_periods_and_different_periods_are_refused() -> None:
    months = activity({"jan": ["a"], "feb": ["b"]})
    with pytest.raises(UnknownName, match="mars"):
        months.distinct("mars")
    with pytest.raises(UsageError, match="differ"):
        months + activity({"jan": ["c"]})
