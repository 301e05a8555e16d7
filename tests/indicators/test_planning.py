import pytest

from timonier.errors import DataError, UsageError
from timonier.indicators import acsi, clv_formulas, planning, response_rates
from timonier.indicators.nps_intervals import unit_variance
from timonier.indicators.programme import Arm, incremental, roi


def test_published_sizes() -> None:
    assert planning.size_for_margin(0.05, planning.WORST_SHARE) == 385
    assert planning.size_for_margin(0.05, planning.WORST_SHARE, population=1000) == 278
    assert planning.size_for_shares(0.62, 0.70) == 550  # as power.prop.test of R
    assert planning.size_for_change(0.05, 0.56, 0.56) == 3517


def test_a_size_gives_back_its_margin_and_its_change() -> None:
    n = planning.size_for_margin(0.03, 0.56)
    assert planning.margin_of(n, 0.56) <= 0.03 < planning.margin_of(n - 1, 0.56)
    n = planning.size_for_change(0.05, 0.56, 0.4)
    assert planning.detectable_change((n, 0.56), (n, 0.4)) <= 0.05
    assert planning.detectable_change((n - 1, 0.56), (n - 1, 0.4)) > 0.05


def test_five_points_on_two_hundred_answers_are_noise() -> None:
    variance = unit_variance(80, 80, 40)
    assert planning.detectable_change((200, variance), (200, variance)) > 0.2


def test_invitations_pay_for_weights_and_silence() -> None:
    assert planning.invitations(385, response_rate=0.2) == 1925
    assert planning.invitations(385, response_rate=0.2, deff=1.5) == 2888


def test_power_of_one_half_is_a_coin() -> None:
    assert planning.z_of_power(0.5) == 0
    assert planning.z_of_power(0.8) == pytest.approx(0.8416212)
    assert planning.z_of_power(0.2) == pytest.approx(-0.8416212)


def test_impossible_plans_are_refused() -> None:
    with pytest.raises(UsageError):
        planning.size_for_margin(0, 0.5)
    with pytest.raises(UsageError):
        planning.size_for_shares(0.5, 0.5)
    with pytest.raises(UsageError):
        planning.invitations(100, response_rate=20)
    with pytest.raises(UsageError):
        planning.finite_population_se(200, 0.5, 100)


def test_a_free_programme_has_no_return_on_cost() -> None:
    found = roi(0, 900, Arm(80, 100), Arm(60, 100))
    assert found.incremental_margin == pytest.approx(18_000)
    assert (found.roi, found.low, found.high, found.roi_naive, found.payback_share) == (None,) * 5


def test_without_control_only_the_naive_figure_remains_and_says_so() -> None:
    found = roi(50_000, 900, Arm(1640, 2000), Arm(0, 0))
    assert (found.roi, found.low) == (None, None)
    assert found.roi_naive == pytest.approx(28.52)
    assert not found.naive_is_causal


def test_a_programme_that_harms_has_no_payback_and_ordered_bounds() -> None:
    found = roi(1000, 50, Arm(50, 100), Arm(80, 100))
    assert found.payback_share is None
    assert found.low is not None
    assert found.high is not None
    assert found.roi is not None
    assert found.low < found.roi < found.high < -1
    swapped = roi(1000, -50, Arm(80, 100), Arm(50, 100))  # margin lost on each person kept
    assert swapped.low is not None
    assert swapped.high is not None
    assert swapped.low < swapped.high


def test_impossible_programmes_are_refused() -> None:
    with pytest.raises(DataError, match="101 people kept out of 100"):
        roi(1000, 50, Arm(101, 100), Arm(80, 100))
    with pytest.raises(DataError, match="negative"):
        roi(-1, 50, Arm(80, 100), Arm(80, 100))


def test_a_randomised_holdout_of_the_same_rate_shows_nothing() -> None:
    assert incremental(Arm(120, 1000), Arm(12, 100)).movement == "within"


def test_forms_of_customer_value_differ_by_one_payment() -> None:
    now = clv_formulas.first_payment_now(100, 0.8, 0.1)
    assert now - clv_formulas.first_payment_after_first_renewal(100, 0.8, 0.1) == pytest.approx(100)
    summed = sum(100 * 0.8**t / 1.1**t for t in range(400))
    assert now == pytest.approx(summed)
    with pytest.raises(UsageError):
        clv_formulas.first_payment_now(100, 1.0, 0.0)


def test_nobody_approached_is_not_a_rate_of_zero() -> None:
    assert response_rates.rr1(response_rates.Outcomes(0)) is None
    assert response_rates.coop1(response_rates.Outcomes(0, non_contact=5)) is None
    assert response_rates.rr1(response_rates.Outcomes(0, refusal=3)) == 0


def test_an_index_spans_0_to_100() -> None:
    assert acsi.index([1, 1], [0.5, 0.5]) == 0
    assert acsi.index([10, 10], [3, 1]) == 100
    with pytest.raises(DataError):
        acsi.index([5.0], [])
