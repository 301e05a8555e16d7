from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from timonier.errors import DataError
from timonier.indicators.survival import Durations, band, kaplan_meier, log_rank, median, quantile

laws = settings(derandomize=True, max_examples=100, deadline=None)
CASES = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)

type Pairs = list[tuple[int, bool]]


def durations(pairs: Pairs) -> Durations:
    return Durations(Counter(t for t, done in pairs if done), Counter(t for t, done in pairs if not done))


def naive_survival(pairs: Pairs) -> dict[int, Fraction]:
    """Case by case, in fractions."""
    left, curve = Fraction(1), {}
    for time in sorted({t for t, done in pairs if done}):
        at_risk = sum(t >= time for t, _ in pairs)
        left *= 1 - Fraction(sum(t == time and done for t, done in pairs), at_risk)
        curve[time] = left
    return curve


@laws
@given(pairs=CASES, percent=st.sampled_from([10, 25, 50, 75, 90]))
def test_the_curve_and_its_quantiles_agree_with_fractions(pairs: Pairs, percent: int) -> None:
    curve, expected = kaplan_meier(*durations(pairs)), naive_survival(pairs)
    assert curve.time.tolist() == list(expected)
    assert curve.survival.tolist() == pytest.approx([float(left) for left in expected.values()], abs=1e-12)
    reached = [time for time, left in expected.items() if left <= 1 - Fraction(percent, 100)]
    assert quantile(curve, percent / 100).value == (reached[0] if reached else None)


@laws
@given(pairs=CASES)
def test_the_band_holds_the_curve_and_the_interval_its_quantile(pairs: Pairs) -> None:
    curve = kaplan_meier(*durations(pairs))
    low, high = band(curve)
    inside = curve.survival > 0
    assert (low[inside] <= curve.survival[inside]).all()
    assert (curve.survival[inside] <= high[inside]).all()
    value, interval = median(curve)
    if value is not None:
        assert interval.low is not None
        assert interval.low <= value
        assert interval.high is None or value <= interval.high


def test_a_tie_that_floating_point_misses() -> None:
    """Half of n cases done one by one leave exactly 1/2 in fractions; the product of floats may overshoot."""
    missed = 0
    for n in range(4, 200, 2):
        pairs = [(time, True) for time in range(1, n // 2 + 1)] + [(n, False)] * (n // 2)
        curve = kaplan_meier(*durations(pairs))
        missed += curve.survival[-1] > 0.5
        assert median(curve).value == n // 2
    assert missed > 0  # the control: comparing floats would have lost these medians


def test_many_durations_at_a_tie_stay_fast() -> None:
    n = 60_000
    events = dict.fromkeys(range(1, n + 1, 2), 1)
    curve = kaplan_meier(events, {n + 1: len(events)})
    assert median(curve).value == n - 1


def test_open_cases_push_the_median_up() -> None:
    closed = kaplan_meier({2: 1, 3: 1, 5: 1}, {})
    with_open = kaplan_meier({2: 1, 3: 1, 5: 1}, {6: 4})
    assert median(closed).value == 3
    assert median(with_open).value is None
    assert median(with_open).interval.high is None


@pytest.mark.parametrize("groups", [({}, {}), ({}, {3: 5})])
def test_no_event_no_quantile(groups: tuple[dict[int, int], dict[int, int]]) -> None:
    curve = kaplan_meier(*groups)
    assert median(curve) == (None, (None, None, "none"))
    assert curve.at(10) == 1


def test_negative_durations_are_refused() -> None:
    with pytest.raises(DataError, match="negative"):
        kaplan_meier({-1: 2}, {})
    with pytest.raises(DataError, match="negative"):
        kaplan_meier({1: -2}, {})


def naive_log_rank(first: Pairs, second: Pairs) -> Fraction | None:
    gap, variance = Fraction(0), Fraction(0)
    for time in sorted({t for t, done in first + second if done}):
        n1, n2 = sum(t >= time for t, _ in first), sum(t >= time for t, _ in second)
        d1, d2 = sum(c == (time, True) for c in first), sum(c == (time, True) for c in second)
        n, d = n1 + n2, d1 + d2
        gap += d1 - Fraction(d * n1, n)
        if n > 1:
            variance += Fraction(d * n1 * n2 * (n - d), n * n * (n - 1))
    return gap * gap / variance if variance else None


@laws
@given(first=CASES, second=CASES)
def test_log_rank_agrees_with_fractions_and_has_no_favourite(first: Pairs, second: Pairs) -> None:
    expected = naive_log_rank(first, second)
    found = log_rank(durations(first), durations(second))
    if expected is None:
        assert found == (None, None)
        return
    assert found.chi2 == pytest.approx(float(expected), rel=1e-9, abs=1e-12)
    assert log_rank(durations(second), durations(first)).chi2 == pytest.approx(found.chi2, rel=1e-9, abs=1e-12)


@laws
@given(pairs=CASES, cut=st.integers(0, 40))
def test_counts_by_duration_merge(pairs: Pairs, cut: int) -> None:
    assume(pairs)
    one, other = durations(pairs[:cut]), durations(pairs[cut:])
    merged = kaplan_meier(Counter(one.events) + Counter(other.events), Counter(one.censored) + Counter(other.censored))
    whole = kaplan_meier(*durations(pairs))
    assert np.array_equal(merged.survival, whole.survival)
