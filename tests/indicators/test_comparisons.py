from math import nan

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from timonier.errors import DataError
from timonier.indicators.compare import change, compare_estimates
from timonier.indicators.difference import Difference
from timonier.indicators.estimate import Direction, Estimate, State, Unit
from timonier.indicators.intervals import mean_t_from_counts, poisson_exact, wilson
from timonier.indicators.mix import Sums, split
from timonier.indicators.nps_intervals import nps_score
from timonier.indicators.significance import benjamini_hochberg, fisher, holm, pooled_z, two_rates, two_shares
from timonier.indicators.trend import Wave, trend
from timonier.indicators.two_samples import (
    NetCounts,
    Sampled,
    from_standard_errors,
    net_difference,
    net_versus_target,
    paired,
    rate_difference,
    share_difference,
    share_versus_target,
    welch,
)
from timonier.text import say

laws = settings(derandomize=True, max_examples=100, deadline=None)
SMALL = st.integers(0, 40)


def nps(up: int, passive: int, down: int, **changes: object) -> Estimate:
    n = up + passive + down
    low, high, method = nps_score(up, passive, down)
    estimate = Estimate(
        "nps",
        100 * (up - down) / n,
        100 * (low or 0),
        100 * (high or 0),
        n,
        unit="points",
        direction="up",
        method=method,
        detail={"promoters": up, "passives": passive, "detractors": down},
    )
    return Estimate(**{**fields(estimate), **changes})  # type: ignore[arg-type]


def fields(estimate: Estimate) -> dict[str, object]:
    return {name: getattr(estimate, name) for name in Estimate.__slots__}


def share(x: int, n: int, direction: Direction = "up") -> Estimate:
    low, high, method = wilson(x, n)
    return Estimate(
        "csat", x / n, low, high, n, unit="share", direction=direction, method=method, detail={"x": x, "n": n}
    )


def score(counts: dict[int, int]) -> Estimate:
    n = sum(counts.values())
    low, high, method = mean_t_from_counts(counts)
    value = sum(cell * count for cell, count in counts.items()) / n
    return Estimate("ces", value, low, high, n, unit="score", direction="down", method=method)


# -- samples ---------------------------------------------------------------------------------------------------


@laws
@given(x1=SMALL, r1=SMALL, x2=SMALL, r2=SMALL)
def test_shares_agree_with_scipy_and_swap_sign(x1: int, r1: int, x2: int, r2: int) -> None:
    n1, n2 = x1 + r1, x2 + r2
    assume(n1 and n2)
    exact = stats.fisher_exact([[x1, r1], [x2, r2]]).pvalue
    assert fisher(x1, n1, x2, n2).p_value == pytest.approx(float(exact), rel=1e-6)
    one, other = share_difference(x1, n1, x2, n2), share_difference(x2, n2, x1, n1)
    assert one.value == -(other.value or 0)
    assert (one.low, one.high) == pytest.approx((-(other.high or 0), -(other.low or 0)), abs=1e-12)
    assert -1 <= (one.low or 0) <= (one.value or 0) <= (one.high or 0) <= 1


def test_small_expected_cells_go_to_fisher() -> None:
    assert two_shares(9, 10, 3, 10) == fisher(9, 10, 3, 10)
    assert two_shares(310, 500, 350, 500) == pooled_z(310, 500, 350, 500)
    assert two_shares(0, 10, 0, 10).p_value == 1
    assert two_shares(0, 0, 3, 10) == (None, None)


@laws
@given(count1=SMALL, count2=SMALL)
def test_two_rates_agree_with_the_binomial(count1: int, count2: int) -> None:
    assume(count1 + count2)
    found = two_rates(count1, 300, count2, 700).p_value
    tails = [float(stats.binomtest(count1, count1 + count2, 0.3, side).pvalue) for side in ("less", "greater")]
    assert found == pytest.approx(min(1.0, 2 * min(tails)), rel=1e-9)


def test_no_events_on_either_side_tells_nothing_but_has_bounds() -> None:
    found = rate_difference(0, 100, 0, 100)
    assert found.value == 0
    assert found.p_value is None
    assert found.movement == "within"
    assert rate_difference(0, 0, 3, 100).value is None


@laws
@given(st.lists(st.integers(0, 9), min_size=2, max_size=30), st.lists(st.integers(0, 9), min_size=2, max_size=30))
def test_means_agree_with_welch_of_scipy(first: list[int], second: list[int]) -> None:
    assume(len(set(first)) > 1 and len(set(second)) > 1)
    one, other = ((len(v), float(np.mean(v)), float(np.var(v, ddof=1))) for v in (first, second))
    found = welch(one, other)
    expected = stats.ttest_ind(first, second, equal_var=False)
    assert found.p_value == pytest.approx(float(expected.pvalue), abs=1e-9)
    interval = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((float(interval.low), float(interval.high)), abs=1e-9)


def test_pairs_agree_with_scipy_and_are_sharper_than_two_samples() -> None:
    before = [-1, 0, 0, 1, 1, -1, 0, 1, -1, 0, 1, 1]
    after = [0, 0, 1, 1, 1, -1, 1, 1, 0, 0, 1, 1]
    changes = [b - a for a, b in zip(before, after, strict=True)]
    found = paired({step: changes.count(step) for step in set(changes)})
    assert found.p_value == pytest.approx(float(stats.ttest_rel(after, before).pvalue))
    counts = [NetCounts(v.count(1), v.count(0), v.count(-1)) for v in (after, before)]
    apart = net_difference(*counts)
    assert found.value == pytest.approx(apart.value)
    assert (found.high or 0) - (found.low or 0) < (apart.high or 0) - (apart.low or 0)


def test_unanimous_samples_give_no_bound_by_wald_and_one_by_default() -> None:
    all_up, all_down = NetCounts(8, 0, 0), NetCounts(0, 0, 8)
    assert net_difference(all_up, all_down, method="wald").low is None
    found = net_difference(all_up, all_down)
    assert found.value == 2
    assert found.high == 2
    assert found.movement == "up"
    assert net_difference(NetCounts(0, 0, 0), all_up) == Difference(None)


def test_a_target_is_beaten_when_the_interval_clears_it() -> None:
    assert net_versus_target(NetCounts(80, 80, 40), 0.05).movement == "up"
    assert net_versus_target(NetCounts(80, 80, 40), 0.10).movement == "within"
    found = share_versus_target(160, 200, 0.7)
    assert found.movement == "up"
    assert found.statistic == pytest.approx(0.1 / (0.21 / 200) ** 0.5)
    assert share_versus_target(0, 0, 0.7).value is None


def test_known_errors_use_the_normal_law() -> None:
    found = from_standard_errors(Sampled(10, 3), Sampled(4, 4))
    assert (found.low, found.high) == pytest.approx((6 - 1.959964 * 5, 6 + 1.959964 * 5), abs=1e-5)


# -- estimates -------------------------------------------------------------------------------------------------


def test_nps_is_compared_by_its_counts_in_points() -> None:
    found = compare_estimates(nps(15, 13, 8), nps(13, 7, 12))
    assert found.method == "adjusted-wald"
    assert (found.value, found.low, found.high) == pytest.approx((16.319444, -22.553569, 52.736719), abs=1e-5)
    assert say(found.verdict, "fr") == "évolution dans la marge d’erreur"


def test_a_weighted_nps_is_not_compared_by_its_raw_counts() -> None:
    weighted = nps(15, 13, 8, value=12.0, low=-20.0, high=44.0, method="linearised")
    found = compare_estimates(weighted, nps(13, 7, 12))
    assert found.method == "mover"
    assert found.value == pytest.approx(12.0 - 3.125)


def test_shares_rates_and_means() -> None:
    assert compare_estimates(share(56, 70), share(48, 80)).low == pytest.approx(0.0524314724023649)
    rates = []
    for count in (30, 10):
        low, high, method = poisson_exact(count, 2)
        detail = {"x": count, "n": 2000}
        rates.append(Estimate("complaints", count / 2, low, high, 2000, unit="per_1000", method=method, detail=detail))
    found = compare_estimates(*rates)
    assert found.value == pytest.approx(10)
    assert found.p_value == pytest.approx(2 * stats.binom.sf(29, 40, 0.5))
    means = score({1: 5, 2: 30, 3: 5}), score({1: 5, 2: 10, 3: 25})
    gap = compare_estimates(*means)
    assert gap.method == "mover"
    assert say(gap.verdict, "fr") == "amélioration au-delà de la marge d’erreur"  # less effort is better


def test_mover_agrees_with_its_own_test() -> None:
    gap = compare_estimates(score({1: 5, 2: 30, 3: 5}), score({1: 6, 2: 20, 3: 14}))
    assert gap.p_value is not None
    assert (gap.p_value < 0.05) == (gap.movement != "within")


@pytest.mark.parametrize(
    "other",
    [{"indicator": "csat"}, {"variant": "mean"}, {"version": 2}, {"unit": "share"}, {"confidence": 0.9}],
    ids=lambda change: next(iter(change)),
)
def test_different_things_are_not_compared(other: dict[str, object]) -> None:
    with pytest.raises(DataError, match=next(iter(other))):
        compare_estimates(nps(15, 13, 8), nps(13, 7, 12, **other))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.SUPPRESSED, "non comparable\u00a0: trop peu de personnes pour publier un chiffre"),
        (State.NOT_COMPUTABLE, "non comparable\u00a0: un chiffre n’est pas calculable"),
    ],
)
def test_a_missing_side_is_not_a_zero(state: State, words: str) -> None:
    missing = nps(13, 7, 12, state=state, value=None, low=None, high=None)
    for pair in ((missing, nps(15, 13, 8)), (nps(15, 13, 8), missing)):
        found = compare_estimates(*pair)
        assert found.value is None
        assert say(found.verdict, "fr") == words


def test_an_immature_side_makes_the_verdict_provisional() -> None:
    found = compare_estimates(nps(150, 20, 10, state=State.IMMATURE), nps(60, 60, 60))
    assert say(found.verdict, "en") == "improvement beyond the margin of error (provisional)"


def test_a_side_without_interval_leaves_the_margin_unknown() -> None:
    known = score({1: 5, 2: 30})
    found = compare_estimates(known, Estimate("ces", 2.0, n=1, unit="score", direction="down"))
    assert found.value is not None
    assert say(found.verdict, "fr") == "évolution sans marge d’erreur connue"


@pytest.mark.parametrize(
    ("direction", "rise", "fall"),
    [
        ("up", "progression au-delà de la marge d’erreur", "dégradation au-delà de la marge d’erreur"),
        ("down", "dégradation au-delà de la marge d’erreur", "amélioration au-delà de la marge d’erreur"),
        ("none", "hausse au-delà de la marge d’erreur", "baisse au-delà de la marge d’erreur"),
    ],
)
def test_better_and_worse_come_from_the_indicator(direction: Direction, rise: str, fall: str) -> None:
    high, low = share(90, 100, direction), share(50, 100, direction)
    assert say(compare_estimates(high, low).verdict, "fr") == rise
    assert say(compare_estimates(low, high).verdict, "fr") == fall


@pytest.mark.parametrize(
    ("unit", "now", "before", "per_cent"),
    [
        ("money", 110.0, 100.0, 10.0),
        ("money", 110.0, 0.0, None),
        ("points", 40.0, 20.0, None),
        ("share", 0.4, 0.2, None),
        ("score", 4.0, 2.0, None),
    ],
)
def test_per_cent_only_where_it_means_something(unit: Unit, now: float, before: float, per_cent: float | None) -> None:
    found = change(now, before, unit)
    assert found.absolute == now - before
    assert found.per_cent == (per_cent if per_cent is None else pytest.approx(per_cent))


def test_a_change_from_nothing_is_nothing() -> None:
    assert change(None, 3.0, "money") == (None, None)


# -- mix, trend, multiplicity ----------------------------------------------------------------------------------

SEGMENTS = st.dictionaries(st.sampled_from("abcde"), st.tuples(st.integers(-900, 900), st.integers(1, 90)), min_size=1)


@laws
@given(before=SEGMENTS, after=SEGMENTS)
def test_within_and_mix_add_up_to_the_change(
    before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]
) -> None:
    sides = [{name: Sums(*sums) for name, sums in side.items()} for side in (before, after)]
    found = split(*sides)
    assert found is not None
    totals = [sum(s.y for s in side.values()) / sum(s.x for s in side.values()) for side in sides]
    assert found.delta == pytest.approx(totals[1] - totals[0], abs=1e-9)
    assert found.within + found.mix == pytest.approx(found.delta, abs=1e-9)
    assert sum(part.within for part in found.parts.values()) == pytest.approx(found.within, abs=1e-9)
    assert sum(part.mix for part in found.parts.values()) == pytest.approx(found.mix, abs=1e-9)
    for name in before.keys() ^ after.keys():
        assert found.parts[name].within == 0


def test_same_mix_is_all_within_and_same_figures_all_mix() -> None:
    before = {"web": Sums(50, 100), "shop": Sums(10, 100)}
    better = split(before, {"web": Sums(70, 100), "shop": Sums(30, 100)})
    moved = split(before, {"web": Sums(75, 150), "shop": Sums(5, 50)})
    assert better is not None
    assert moved is not None
    assert (better.mix, better.within) == (0, pytest.approx(0.2))
    assert (moved.within, moved.mix) == (0, pytest.approx(0.1))


def test_no_split_without_denominators() -> None:
    assert split({}, {"web": Sums(1, 2)}) is None
    assert split({"web": Sums(1, 2), "lost": Sums(5, 0)}, {"web": Sums(1, 2)}) is None


def test_trend_agrees_with_weighted_least_squares() -> None:
    waves = [Wave(0, 10.0, 5.0), Wave(1, 14.0, 3.0), Wave(2, 13.0, 4.0), Wave(4, 25.0, 2.0)]
    found = trend(waves)
    assert found is not None
    weights = [1 / wave.se for wave in waves]
    fit, covariance = np.polyfit([w.at for w in waves], [w.value for w in waves], 1, w=weights, cov="unscaled")
    assert (found.slope, found.intercept, found.se) == pytest.approx((*fit, covariance[0, 0] ** 0.5))
    assert found.low < found.slope < found.high


def test_trend_needs_two_moments_and_errors() -> None:
    assert trend([Wave(1, 3.0, 1.0), Wave(1, 4.0, 1.0)]) is None
    with pytest.raises(DataError, match="standard error"):
        trend([Wave(1, 3.0, 1.0), Wave(2, 4.0, 0.0)])


@laws
@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_corrected_p_values_keep_their_order_and_agree_with_scipy(p_values: list[float]) -> None:
    expected = stats.false_discovery_control(p_values)
    assert benjamini_hochberg(p_values) == pytest.approx(expected.tolist(), abs=1e-12)
    adjusted = holm(p_values)
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [adjusted[place] for place in order] == sorted(adjusted)
    for raw, fdr, family in zip(p_values, benjamini_hochberg(p_values), adjusted, strict=True):
        assert raw <= fdr + 1e-12
        assert fdr <= family + 1e-12 <= 1 + 1e-9


def test_a_p_value_that_is_not_one_is_refused() -> None:
    assert holm([]) == benjamini_hochberg([]) == []
    for wrong in (nan, 1.2, -0.1):
        with pytest.raises(DataError, match="p-value"):
            holm([0.5, wrong])
