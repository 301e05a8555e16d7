"""Lifetime value and renewals: planted parameters, invariances, sums by hand, artefacts that are said."""

from math import exp, log

import numpy as np
import pytest
from cases import method_data
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import hyp2f1

from timonier.errors import DataError, UsageError
from timonier.insight.lifetime_value import (
    BgNbd,
    alive_probability,
    expected_new_customer_purchases,
    expected_purchases,
    fit_bgnbd,
)
from timonier.insight.renewal import fit_renewals
from timonier.insight.sketches import hll_standard_error
from timonier.insight.spend import GammaGamma, expected_spend, fit_gamma_gamma, lifetime_value

CDNOW = BgNbd(0.243, 4.414, 0.793, 2.426)


def shoppers(seed: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Customers who follow the model with r = 0.8, α = 6, a = 0.9, b = 2.5, observed 30 to 50 weeks."""
    rng = np.random.default_rng(seed)
    rates, leaving = rng.gamma(0.8, 1 / 6, count), rng.beta(0.9, 2.5, count)
    x, t_x, end = np.zeros(count), np.zeros(count), rng.uniform(30, 50, count)
    for i in range(count):
        now = 0.0
        while True:
            now += rng.exponential(1 / rates[i])
            if now > end[i]:
                break
            x[i], t_x[i] = x[i] + 1, now
            if rng.random() < leaving[i]:
                break
    return x, t_x, end


def cdnow() -> dict[str, np.ndarray]:
    rows = np.genfromtxt(method_data("cdnow_cbs.csv"), delimiter=",", skip_header=1)
    return dict(zip(("x", "t_x", "observed", "x_star", "m"), rows.T, strict=True))


def test_planted_parameters_are_found_within_their_intervals() -> None:
    found = fit_bgnbd(*shoppers(1, 6000))
    assert found.covariance is not None
    errors = np.log(found.parameters) - np.log([0.8, 6, 0.9, 2.5])
    assert (np.abs(errors) < 3 * np.sqrt(np.diag(found.covariance))).all()
    assert abs(log(found.r / 0.8)) < 0.15


def test_the_unit_of_time_and_the_order_of_customers_change_nothing() -> None:
    x, t_x, end = shoppers(2, 800)
    weeks, days = fit_bgnbd(x, t_x, end), fit_bgnbd(x[::-1], 7 * t_x[::-1], 7 * end[::-1])
    assert (days.r, days.alpha, days.a, days.b) == pytest.approx((weeks.r, 7 * weeks.alpha, weeks.a, weeks.b), rel=1e-4)
    one = expected_purchases(weeks, x, t_x, end, horizon=10)
    assert expected_purchases(days, x, 7 * t_x, 7 * end, horizon=70) == pytest.approx(one, rel=1e-3)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(x=st.integers(0, 12), share=st.floats(0.05, 1), end=st.floats(1, 60), horizon=st.floats(0.1, 60))
def test_expectations_are_those_of_the_published_form(x: int, share: float, end: float, horizon: float) -> None:
    last = share * end if x else 0.0
    r, alpha, a, b = CDNOW.parameters
    series = hyp2f1(r + x, b + x, a + b + x - 1, horizon / (alpha + end + horizon))
    top = (a + b + x - 1) / (a - 1) * (1 - ((alpha + end) / (alpha + end + horizon)) ** (r + x) * series)
    left = a / (b + x - 1) * ((alpha + end) / (alpha + last)) ** (r + x) if x else 0
    found = expected_purchases(CDNOW, [x], [last], [end], horizon=horizon)[0]
    assert found == pytest.approx(top / (1 + left), rel=1e-6)


def test_the_model_tracks_the_weeks_it_has_not_seen() -> None:
    data = cdnow()
    model = fit_bgnbd(data["x"], data["t_x"], data["observed"])
    expected = expected_purchases(model, data["x"], data["t_x"], data["observed"], horizon=39).sum()
    seen, unseen = data["x"].sum(), data["x_star"].sum()
    assert seen + expected == pytest.approx(seen + unseen, rel=0.06)  # a known slight undershoot


def test_a_long_silence_tells_and_a_heavy_buyer_stays_finite() -> None:
    heavy = alive_probability(CDNOW, [3000, 3000, 2], [51.9, 5, 40], [52, 52, 52])
    assert heavy[0] > 0.9
    assert heavy[1] == 0
    expected = expected_purchases(CDNOW, [3000, 3000], [51.9, 5], [52, 52], horizon=52)
    assert np.isfinite(expected).all()
    assert expected[0] > 1000
    assert 0 <= expected[1] < 1


def test_nothing_special_happens_at_a_equal_to_one() -> None:
    around = [expected_new_customer_purchases(BgNbd(0.5, 4, a, 2), horizon=20) for a in (0.99, 1, 1.01)]
    assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-3)
    assert expected_new_customer_purchases(CDNOW, horizon=0) == 0


@pytest.mark.parametrize("row", [(1, 5, 4), (0, 1, 4), (-1, 0, 4), (1.5, 1, 4), (1, -1, 4), (1, 1, float("nan"))])
def test_impossible_customers_are_refused(row: tuple[float, float, float]) -> None:
    with pytest.raises(DataError):
        alive_probability(CDNOW, *([value] for value in row))


def test_too_few_or_identical_customers_are_no_model() -> None:
    with pytest.raises(DataError, match="at least 10"):
        fit_bgnbd([1, 0], [2, 0], [5, 5])
    with pytest.raises(DataError, match="at least 10"):
        fit_bgnbd([0] * 50, [0] * 50, [5] * 50)
    with pytest.raises(DataError, match="no stable estimate"):
        fit_bgnbd([2] * 50, [4] * 50, [5] * 50)
    with pytest.raises(UsageError, match="horizon"):
        expected_purchases(CDNOW, [1], [2], [5], horizon=-1)


def test_spend_scales_with_the_currency_and_leaves_out_those_who_never_repeated() -> None:
    data = cdnow()
    dollars, cents = fit_gamma_gamma(data["x"], data["m"]), fit_gamma_gamma(data["x"], 100 * data["m"])
    assert (cents.p, cents.q, cents.gamma) == pytest.approx((dollars.p, dollars.q, 100 * dollars.gamma), rel=1e-4)
    assert dollars.n + dollars.excluded == len(data["x"])
    assert not dollars.warnings
    assert expected_spend(dollars, [0], [0])[0] == pytest.approx(dollars.mean)


def test_the_more_purchases_the_more_a_customer_is_believed() -> None:
    model = GammaGamma(6.25, 3.74, 15.44)
    few, many, countless = expected_spend(model, [1, 10, 10_000], [80, 80, 80])
    assert model.mean is not None
    assert model.mean < few < many < countless < 80
    assert countless == pytest.approx(80, rel=1e-3)


def test_spending_that_goes_with_frequency_is_said() -> None:
    rng = np.random.default_rng(5)
    x = rng.integers(1, 20, 400)
    found = fit_gamma_gamma(x, x * rng.gamma(8, 1, 400))
    assert found.frequency_correlation is not None
    assert found.frequency_correlation > 0.5
    assert "fréquence" in found.warnings[0].fr


def test_an_infinite_mean_spend_says_nothing_of_new_customers() -> None:
    model = GammaGamma(6, 0.9, 15)
    assert model.mean is None
    with pytest.raises(DataError, match="infinite"):
        expected_spend(model, [0], [0])


def test_lifetime_value_is_purchases_times_spend_when_nothing_is_discounted() -> None:
    data = cdnow()
    columns = (data["x"], data["t_x"], data["observed"], data["m"])
    purchases, spend = fit_bgnbd(*columns[:3]), fit_gamma_gamma(columns[0], columns[3])
    expected = expected_purchases(purchases, *columns[:3], horizon=52) * expected_spend(spend, columns[0], columns[3])
    whole = lifetime_value(purchases, spend, columns, periods=4, period=13)
    assert np.array(whole.each) == pytest.approx(expected * 1.0, rel=1e-9)
    assert whole.value == pytest.approx(expected.mean())
    assert whole.low is not None
    assert whole.high is not None
    assert whole.low < whole.value < whole.high
    discounted = lifetime_value(purchases, spend, columns, periods=4, period=13, discount=0.05, margin=0.4)
    assert 0.4 * whole.value / 1.05**4 < discounted.value < 0.4 * whole.value / 1.05
    assert "1411" in discounted.warnings[0].en


def test_the_interval_of_lifetime_value_is_that_of_a_bootstrap() -> None:
    data = cdnow()
    columns = np.column_stack([data["x"], data["t_x"], data["observed"], data["m"]])

    def value(rows: np.ndarray) -> float:
        x, t_x, end, m = rows.T
        count, last, observed, mean = columns.T
        bought = expected_purchases(fit_bgnbd(x, t_x, end), count, last, observed, horizon=39)
        return float((bought * expected_spend(fit_gamma_gamma(x, m), count, mean)).mean())

    rng = np.random.default_rng(6)
    draws = np.log([value(columns[rng.integers(0, len(columns), len(columns))]) for _ in range(50)])
    x, t_x, end, m = columns.T
    found = lifetime_value(fit_bgnbd(x, t_x, end), fit_gamma_gamma(x, m), (x, t_x, end, m), periods=1, period=39)
    assert found.low is not None
    assert found.high is not None
    half = (log(found.high) - log(found.low)) / 2
    assert half == pytest.approx(1.96 * draws.std(ddof=1), rel=0.35)


def test_published_parameters_carry_no_interval() -> None:
    found = lifetime_value(CDNOW, GammaGamma(6.25, 3.74, 15.44), ([2], [30], [39], [40]), periods=1, period=39)
    assert found.value > 0
    assert (found.low, found.high) == (None, None)
    with pytest.raises(UsageError, match="horizon"):
        lifetime_value(CDNOW, GammaGamma(6.25, 3.74, 15.44), ([2], [30], [39], [40]), periods=0)


def beta_geometric(alpha: float, beta: float, renewals: int) -> list[float]:
    """Survivors by the published recursion."""
    left = [1.0]
    for t in range(1, renewals + 1):
        left.append(left[-1] * (beta + t - 1) / (alpha + beta + t - 1))
    return left


@settings(derandomize=True, max_examples=40, deadline=None)
@given(alpha=st.floats(0.3, 5), beta=st.floats(0.5, 8), renewals=st.integers(3, 12))
def test_exact_survivors_give_back_their_parameters(alpha: float, beta: float, renewals: int) -> None:
    survivors = beta_geometric(alpha, beta, renewals)
    found = fit_renewals(survivors)
    assert (found.alpha, found.beta) == pytest.approx((alpha, beta), rel=0.02)
    assert [found.survival(t) for t in range(renewals + 1)] == pytest.approx(survivors, abs=1e-4)
    rates = [found.retention(t) for t in range(1, 20)]
    assert rates == sorted(rates)


def test_counts_and_shares_give_the_same_model_and_only_counts_an_interval() -> None:
    counts = [1000, 631, 468, 382, 326, 289, 262, 241]
    by_count, by_share = fit_renewals(counts), fit_renewals([count / 1000 for count in counts])
    assert (by_count.alpha, by_count.beta) == pytest.approx((by_share.alpha, by_share.beta), rel=1e-6)
    projected = by_count.project(12)
    assert projected.low is not None
    assert projected.high is not None
    assert 0 < projected.low < projected.value < projected.high < 1
    assert (by_share.project(12).low, by_share.project(12).n) == (None, None)
    assert by_count.project(0).value == 1


def test_the_interval_of_a_projection_holds_the_truth_about_nineteen_times_in_twenty() -> None:
    rng = np.random.default_rng(7)
    truth, held = beta_geometric(0.7, 1.2, 12)[12], 0
    for _ in range(200):
        propensity = rng.beta(0.7, 1.2, 500)
        leaves = rng.geometric(propensity)
        model = fit_renewals([int((leaves > t).sum()) for t in range(8)])
        found = model.project(12)
        held += found.low <= truth <= found.high  # type: ignore[operator]
    assert 180 <= held <= 199


def test_renewals_to_come_are_the_discounted_sum_of_survival() -> None:
    model = fit_renewals([1000, 869, 743, 653, 593, 551, 517, 491])
    for renewed in (0, 3):
        base = model.survival(renewed)
        by_hand = sum(model.survival(renewed + i) / base / 1.1 ** (i - 1) for i in range(1, 400))
        assert model.expected_renewals(renewed, discount=0.1) == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("survivors", "said"),
    [
        ([100, 100, 100], "nobody left"),
        ([100, 80, 90], "never rise"),
        ([0, 0, 0], "above 0"),
        ([100, 80], "at least 3"),
        ([1000 * 0.8**t for t in range(8)], "no stable estimate"),  # a constant rate: customers all alike
    ],
)
def test_cohorts_without_a_model_are_errors(survivors: list[float], said: str) -> None:
    with pytest.raises(DataError, match=said):
        fit_renewals(survivors)


def test_impossible_questions_are_refused() -> None:
    model = fit_renewals([1000, 869, 743, 653])
    for call in (
        lambda: model.survival(-1),
        lambda: model.retention(0),
        lambda: model.expected_renewals(0, discount=0),
        lambda: hll_standard_error(40),
    ):
        with pytest.raises(UsageError):
            call()


def test_parameters_are_stored_with_the_uncertainty_of_their_logarithms() -> None:
    """Four times as many customers, half the standard error."""
    small, large = (fit_bgnbd(*shoppers(8, count)) for count in (1500, 6000))
    assert small.covariance is not None
    assert large.covariance is not None
    ratio = exp(0.5 * log(small.covariance[0, 0] / large.covariance[0, 0]))
    assert ratio == pytest.approx(2, rel=0.25)
