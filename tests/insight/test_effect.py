"""Effect of an action: designs against another program, verdicts, and what each design may not claim."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from timonier.errors import DataError, UsageError
from timonier.insight.effect import Verdict, before_after, difference_in_differences, holdout, verdict
from timonier.insight.interruption import interrupted_time_series

SEEDS = st.integers(0, 10_000)


def stores(seed: int, count: int, effect: float, *, visits: int = 6, levels: float = 5) -> dict[str, list]:
    """Stores with their own level and their own drift; the first half treated; several visits each side."""
    rng = np.random.default_rng(seed)
    rows: dict[str, list] = {"outcome": [], "treated": [], "after": [], "cluster": []}
    for store in range(count):
        level, drift = rng.normal(50, levels), rng.normal(1, 2)
        for after in (False, True):
            for _ in range(visits):
                treated = store < count // 2
                gain = (drift + effect * treated) * after
                rows["outcome"].append(level + gain + rng.normal())
                rows["treated"].append(treated)
                rows["after"].append(after)
                rows["cluster"].append(f"store {store}")
    return rows


@settings(derandomize=True, max_examples=15, deadline=None)
@given(seed=SEEDS, count=st.integers(30, 50))
def test_from_thirty_clusters_on_the_error_is_by_cluster(seed: int, count: int) -> None:
    rows = stores(seed, count, 2.0)
    treated, after = np.array(rows["treated"], float), np.array(rows["after"], float)
    design = sm.add_constant(np.column_stack([treated, after, treated * after]))
    codes = np.unique(rows["cluster"], return_inverse=True)[1]
    other = sm.OLS(rows["outcome"], design).fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    found = difference_in_differences(**rows)
    assert (found.method, found.clusters, found.df) == ("ols_cluster_se", count, count - 1)
    assert (found.value, found.se) == pytest.approx((other.params[3], other.bse[3]))
    assert (found.low, found.high) == pytest.approx(tuple(other.conf_int()[3]))


def test_under_thirty_clusters_their_changes_are_compared() -> None:
    rows = stores(1, 12, 2.0)
    y, after, names = (np.array(rows[key]) for key in ("outcome", "after", "cluster"))
    changes = [
        y[(names == f"store {i}") & after].mean() - y[(names == f"store {i}") & ~after].mean() for i in range(12)
    ]
    other = stats.ttest_ind(changes[:6], changes[6:])
    found = difference_in_differences(**rows)
    assert (found.method, found.clusters, found.df) == ("cluster_changes", 12, 10)
    assert found.p_value == pytest.approx(other.pvalue)
    assert (found.low, found.high) == pytest.approx(tuple(other.confidence_interval()))


def test_repeated_visits_of_a_store_prove_too_much_unless_they_are_clustered() -> None:
    """No effect at all, 300 worlds: a 5 % test must not cry much more often than 1 time in 20."""
    alone = clustered = 0
    for seed in range(300):
        rows = stores(seed, 12, 0.0, visits=10, levels=0)
        clustered += difference_in_differences(**rows).verdict is not Verdict.INCONCLUSIVE
        rows.pop("cluster")
        alone += difference_in_differences(**rows).verdict is not Verdict.INCONCLUSIVE
    assert clustered <= 27  # 300 × 5 % = 15, plus three deviations
    assert alone > 60  # the control: what the plain error does here


def test_a_planted_effect_is_found_within_its_interval() -> None:
    found = difference_in_differences(**stores(4, 40, 5.0))
    assert found.low < 5 < found.high
    assert found.verdict is Verdict.PROVEN
    assert found.causal
    assert found.text.fr == "effet démontré"


def test_what_both_groups_share_is_not_an_effect() -> None:
    found = difference_in_differences(
        [10, 11, 20, 21, 5, 6, 15, 16], [True] * 4 + [False] * 4, [False, False, True, True] * 2
    )
    assert found.value == pytest.approx(0)
    assert found.text.fr == "non concluant"


@pytest.mark.parametrize(
    ("bounds", "wanted", "said"),
    [
        ((1, 2), "up", Verdict.PROVEN),
        ((1, 2), "down", Verdict.CONTRARY),
        ((-2, -1), "down", Verdict.PROVEN),
        ((-2, -1), "up", Verdict.CONTRARY),
        ((-1, 2), "up", Verdict.INCONCLUSIVE),
        ((0, 2), "up", Verdict.INCONCLUSIVE),
        ((-2, 0), "down", Verdict.INCONCLUSIVE),
    ],
)
def test_the_verdict_follows_the_wanted_direction(bounds: tuple[float, float], wanted: str, said: Verdict) -> None:
    assert verdict(*bounds, wanted) is said  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("treated", "after", "missing"),
    [
        ([True] * 6, [True, False] * 3, "control, before"),
        ([True, False] * 3, [True] * 6, "treated, before"),
        ([True, True, False, False, False, False], [True, False, False, False, False, False], "control, after"),
    ],
)
def test_an_empty_cell_is_named(treated: list[bool], after: list[bool], missing: str) -> None:
    with pytest.raises(DataError, match=missing):
        difference_in_differences([1, 2, 3, 4, 5, 6], treated, after)


def test_four_observations_leave_no_noise_to_measure() -> None:
    with pytest.raises(DataError, match="too few observations"):
        difference_in_differences([1, 2, 3, 4], [True, True, False, False], [True, False, True, False])


def test_a_store_on_both_sides_is_refused() -> None:
    rows = stores(5, 8, 1.0)
    rows["treated"][0] = False
    with pytest.raises(DataError, match="wholly treated"):
        difference_in_differences(**rows)


@settings(derandomize=True, max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_holdout_and_before_after_are_welch_intervals(seed: int) -> None:
    rng = np.random.default_rng(seed)
    one, other = rng.normal(3, 2, 15), rng.normal(2, 1, 9)
    expected = stats.ttest_ind(one, other, equal_var=False)
    for found in (holdout(one, other), before_after(other, one)):
        assert found.p_value == pytest.approx(expected.pvalue)
        assert (found.low, found.high) == pytest.approx(tuple(expected.confidence_interval()))
        assert found.n == 24


def test_before_after_never_claims_a_cause() -> None:
    found = before_after([1, 2, 3, 2], [11, 12, 13, 12])
    assert found.verdict is Verdict.PROVEN
    assert not found.causal
    assert "sans preuve" in found.text.fr
    assert "démontré" not in found.text.fr
    assert found.warnings
    assert holdout([11, 12, 13, 12], [1, 2, 3, 2]).text.fr == "effet démontré"


def test_values_that_never_vary_are_an_error_not_a_certainty() -> None:
    with pytest.raises(DataError, match="no value varies"):
        before_after([1, 1, 1], [2, 2, 2])
    with pytest.raises(DataError, match="after"):
        before_after([1, 2], [3])
    with pytest.raises(DataError, match="no value varies"):
        difference_in_differences([1, 1, 5, 5, 2, 2, 3, 3], [True] * 4 + [False] * 4, [False, False, True, True] * 2)
    with pytest.raises(DataError, match="no value varies"):
        interrupted_time_series([*range(10), *range(20, 30)], break_after=10)


def test_very_few_treated_stores_are_said() -> None:
    rows = stores(6, 12, 2.0)
    assert not difference_in_differences(**rows).warnings
    rows["treated"] = [name in {"store 0", "store 1"} for name in rows["cluster"]]
    assert "2 groupes traités contre 10" in difference_in_differences(**rows).warnings[0].fr


@settings(derandomize=True, max_examples=20, deadline=None)
@given(seed=SEEDS, lag=st.integers(0, 5), season=st.sampled_from([None, 4, 12]))
def test_segmented_regression_is_that_of_another_program(seed: int, lag: int, season: int | None) -> None:
    rng = np.random.default_rng(seed)
    n, b = 30, 14
    y = rng.normal(size=n).cumsum()
    t = np.arange(1, n + 1)
    columns = [np.ones(n), t, t > b, np.maximum(0, t - b)]
    if season:
        columns += [np.sin(2 * np.pi * t / season), np.cos(2 * np.pi * t / season)]
    other = sm.OLS(y, np.column_stack(columns).astype(float)).fit(
        cov_type="HAC", cov_kwds={"maxlags": lag, "use_correction": False}, use_t=True
    )
    found = interrupted_time_series(y, break_after=b, lag=lag, season=season)
    for i, one in enumerate((found.intercept, found.slope, found.level_change, found.slope_change)):
        assert (one.value, one.se) == pytest.approx((other.params[i], other.bse[i]))
        assert (one.low, one.high) == pytest.approx(tuple(other.conf_int()[i]))
    gaps = np.asarray(other.fittedvalues)[b:] - np.array(found.counterfactual)
    assert found.effect.value == pytest.approx(gaps.mean())


def test_a_jump_is_proven_and_a_mere_trend_is_not() -> None:
    rng = np.random.default_rng(11)
    trend = 30 + 0.5 * np.arange(24) + rng.normal(0, 0.7, 24)
    jump = trend + np.where(np.arange(24) >= 12, 6, 0)
    assert interrupted_time_series(trend, break_after=12).effect.verdict is Verdict.INCONCLUSIVE
    found = interrupted_time_series(jump, break_after=12).effect
    assert found.verdict is Verdict.PROVEN
    assert found.low < 6 < found.high
    assert before_after(trend[:12], trend[12:]).verdict is Verdict.PROVEN  # what the design protects from
    assert interrupted_time_series(jump, break_after=12, wanted="down").effect.verdict is Verdict.CONTRARY


def test_short_series_are_refused_or_said() -> None:
    with pytest.raises(DataError, match="3 periods before"):
        interrupted_time_series(range(20), break_after=3)
    with pytest.raises(DataError, match="two whole seasons of 12"):
        interrupted_time_series(range(20), break_after=10, season=12)
    with pytest.raises(UsageError, match="lag"):
        interrupted_time_series(range(20), break_after=10, lag=20)
    rng = np.random.default_rng(12)
    assert interrupted_time_series(rng.normal(size=14), break_after=6).effect.warnings
    assert not interrupted_time_series(rng.normal(size=16), break_after=8).effect.warnings
