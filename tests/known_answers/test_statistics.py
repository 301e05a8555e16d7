"""The verified cases on intervals, differences, survival, planning and closed formulas."""

from collections import Counter
from math import sqrt
from typing import Any

import pytest
from cases import case, close

from timonier.indicators import acsi, clv_formulas, planning, programme, quantiles, response_rates, survival
from timonier.indicators import disclosure as rules
from timonier.indicators.compare import change
from timonier.indicators.estimate import Interval
from timonier.indicators.intervals import (
    agresti_coull,
    clopper_pearson,
    goodman,
    jeffreys,
    mean_t_from_counts,
    poisson_exact,
    ratio_fieller,
    ratio_linearised,
    ratio_se,
    wilson,
)
from timonier.indicators.mix import Sums, split
from timonier.indicators.nps_intervals import nps_adjusted_wald, nps_score, nps_wald, score_z, unit_variance
from timonier.indicators.significance import benjamini_hochberg, fisher, holm, pooled_z
from timonier.indicators.stats import Moments
from timonier.indicators.two_samples import NetCounts, net_difference, share_difference
from timonier.indicators.weighted import mean as weighted_mean


def points(interval: Interval) -> list[float]:
    assert interval.low is not None
    assert interval.high is not None
    return [100 * interval.low, 100 * interval.high]


def bounds(interval: Interval | tuple[float | None, float | None, str]) -> list[float | None]:
    return [interval[0], interval[1]]


def counts(of: dict[str, Any]) -> NetCounts:
    return NetCounts(of["inputs"]["promoters"], of["inputs"]["passives"], of["inputs"]["detractors"])


def test_histogram_to_variance_of_one_answer() -> None:
    known = case("NPS-02")
    cells = {int(score): count for score, count in known["inputs"]["histogram"].items()}
    up = sum(count for score, count in cells.items() if score >= 9)
    down = sum(count for score, count in cells.items() if score <= 6)
    n = sum(cells.values())
    net = NetCounts(up, n - up - down, down)
    variance = unit_variance(*net)
    found = {"n": net.n, "nps": 100 * net.net, "var_unit": variance, "se_points": 100 * sqrt(variance / n)}
    close(known, found, known["expected"])


def test_wald_interval() -> None:
    known = case("NPS-03")
    close(known, points(nps_wald(*counts(known))), [known["expected"]["low"], known["expected"]["high"]])


def test_adjusted_wald_interval() -> None:
    known = case("NPS-04")
    low, high = points(nps_adjusted_wald(*counts(known)))
    close(known, [low, high], [known["expected"]["low"], known["expected"]["high"]])
    close(known, (low + high) / 2, known["expected"]["center"])


def test_score_interval() -> None:
    known = case("NPS-05")
    close(known, points(nps_score(*counts(known))), [known["expected"]["low"], known["expected"]["high"]])


@pytest.mark.parametrize("name", ["NPS-06", "NPS-08"])
def test_three_intervals_of_one_net_score(name: str) -> None:
    known = case(name)
    net = counts(known)
    found = {
        "nps": 100 * net.net,
        "wald": points(nps_wald(*net)),
        "adjusted_wald": points(nps_adjusted_wald(*net)),
        "score": points(nps_score(*net)),
    }
    close(known, found, known["expected"])


def test_all_promoters_still_have_a_width() -> None:
    known = case("NPS-10")
    net = counts(known)
    found = {
        "nps": 100 * net.net,
        "wald": points(nps_wald(*net)),
        "adjusted_wald_unclipped": points(nps_adjusted_wald(*net, clip=False)),
        "adjusted_wald_clipped": points(nps_adjusted_wald(*net)),
        "score": points(nps_score(*net)),
    }
    close(known, found, known["expected"])


def test_two_net_scores_keep_the_sign() -> None:
    known = case("NPS-14")
    first, second = NetCounts(*known["inputs"]["a"]), NetCounts(*known["inputs"]["b"])
    expected = known["expected"]
    wald = net_difference(first, second, method="wald").scaled(100)
    adjusted = net_difference(first, second).scaled(100)
    close(known, wald.value, expected["diff"])
    close(known, [wald.low, wald.high], expected["wald"]["ci"])
    close(known, {"z": wald.statistic, "p": wald.p_value}, {key: expected["wald"][key] for key in ("z", "p")})
    close(known, [adjusted.low, adjusted.high], expected["adjusted"]["ci"])
    close(known, adjusted.p_value, expected["adjusted"]["p"])
    close(known, adjusted.value, expected["diff"])  # the raw change is reported, not the shifted centre
    assert net_difference(second, first).scaled(-100).value == adjusted.value


def test_change_of_nps_split_within_and_mix() -> None:
    known = case("NPS-18")
    sides = [
        {name: Sums(100 * (up - down), up + passive + down) for name, (up, passive, down) in side.items()}
        for side in (known["inputs"]["before"], known["inputs"]["after"])
    ]
    found = split(*sides)
    assert found is not None
    close(known, found._asdict(), known["expected"])


def test_weighted_nps() -> None:
    known = case("NPS-20")
    values = [(score >= 9) - (score <= 6) for score in known["inputs"]["s"]]
    found = weighted_mean(values, known["inputs"]["w"], [1] * len(values))
    assert found.se is not None
    answer = {
        "nps": 100 * found.value,
        "se": 100 * found.se,
        "df": found.n - 1,
        "ci_t": points(found.interval),
        "n_eff": found.n_eff,
        "deff_kish": found.deff,
    }
    close(known, answer, known["expected"])


def test_answers_for_a_margin() -> None:
    known = case("NPS-21")
    pairs = zip(known["inputs"]["margin_points"], known["inputs"]["var_unit"], strict=True)
    found = [planning.size_for_margin(margin / 100, variance, known["inputs"]["conf"]) for margin, variance in pairs]
    assert found == known["expected"]["n"]


def test_finite_population() -> None:
    known = case("NPS-22")
    net, population = counts(known), known["inputs"]["N"]
    variance = unit_variance(*net)
    found = {
        "se_points": 100 * planning.finite_population_se(int(net.n), variance, population),
        "fpc": sqrt(1 - net.n / population),
        "n_for_moe5": planning.size_for_margin(0.05, variance, population=population),
    }
    close(known, found, known["expected"])


def test_nps_changes_in_points_only() -> None:
    known = case("NPS-24")
    found = change(known["inputs"]["after"], known["inputs"]["before"], "points")
    close(known, found.absolute, known["expected"]["delta_points"])
    assert found.per_cent is known["expected"]["pct_change"]


def test_simultaneous_shares() -> None:
    known = case("NPS-26")
    close(known, [bounds(part) for part in goodman(known["inputs"]["counts"])], known["expected"]["ci"])


@pytest.mark.parametrize("name", ["PROP-01", "PROP-02", "PROP-04", "PROP-06"])
def test_intervals_of_a_share(name: str) -> None:
    known = case(name)
    x, n = known["inputs"]["x"], known["inputs"]["n"]
    found = {
        "p": x / n,
        "wilson": bounds(wilson(x, n)),
        "clopper_pearson": bounds(clopper_pearson(x, n)),
        "agresti_coull_unclipped": bounds(agresti_coull(x, n, clip=False)),
        "jeffreys": bounds(jeffreys(x, n)),
    }
    close(known, found, known["expected"])


@pytest.mark.parametrize("name", ["PDIFF-a", "PDIFF-b"])
def test_newcombe(name: str) -> None:
    known = case(name)
    given = known["inputs"]
    found = share_difference(given["x1"], given["n1"], given["x2"], given["n2"])
    close(known, {"diff": found.value, "ci": [found.low, found.high]}, known["expected"])


def test_pooled_z() -> None:
    known = case("PDIFF-e")
    given = known["inputs"]
    z, p = pooled_z(given["x1"], given["n1"], given["x2"], given["n2"])
    assert z is not None
    close(known, {"z": z, "chi2": z * z, "p": p}, known["expected"])


def test_fisher() -> None:
    known = case("PDIFF-f")
    (yes1, no1), (yes2, no2) = known["inputs"]["table"]
    found = fisher(yes1, yes1 + no1, yes2, yes2 + no2)
    close(known, found.p_value, known["expected"]["p_two_sided"])


def test_acsi_index() -> None:
    known = case("CSAT-04")
    close(known, acsi.index(known["inputs"]["means"], known["inputs"]["weights"]), known["expected"]["index"])


def test_mean_with_student() -> None:
    known = case("MEAN-01")
    interval = mean_t_from_counts(Counter(known["inputs"]["x"]))
    close(known, bounds(interval), known["expected"]["ci"])
    assert interval.low is not None
    assert interval.high is not None
    close(known, (interval.low + interval.high) / 2, known["expected"]["mean"])


def cohort(pairs: list[list[int]]) -> survival.Durations:
    done = Counter(time for time, event in pairs if event)
    return survival.Durations(done, Counter(time for time, event in pairs if not event))


def test_kaplan_meier() -> None:
    known = case("SURV-01")
    curve = survival.kaplan_meier(*cohort(list(zip(known["inputs"]["time"], known["inputs"]["event"], strict=True))))
    band = survival.band(curve)
    found = {
        "time": curve.time.tolist(),
        "surv": curve.survival.tolist(),
        "se": curve.se.tolist(),
        "low": band.low.tolist(),
        "high": band.high.tolist(),
        "median": survival.median(curve).value,
    }
    close(known, found, known["expected"])


def test_log_rank() -> None:
    known = case("SURV-02")
    first, second = cohort(known["inputs"]["group0"]), cohort(known["inputs"]["group1"])
    test = survival.log_rank(first, second)
    medians = [survival.median(survival.kaplan_meier(*group)).value for group in (first, second)]
    close(known, {"chi2": test.chi2, "p": test.p_value, "median": medians}, known["expected"])


def test_quantiles_of_type_7() -> None:
    known = case("JRN-01")
    tenths = Counter(round(10 * days) for days in known["inputs"]["days"])
    for name, probability in (("median", 0.5), ("p90", 0.9), ("p95", 0.95)):
        found = quantiles.quantile(tenths, probability)
        assert found is not None
        close(known, found / 10, known["expected"][name])


def test_median_at_an_exact_tie() -> None:
    known = case("JRN-02")
    pairs = list(zip(known["inputs"]["days"], known["inputs"]["completed"], strict=True))
    curve = survival.kaplan_meier(*cohort(pairs))
    found = {
        "completed_only_median": quantiles.quantile(cohort(pairs).events, 0.5),
        "km_median": survival.median(curve).value,
        "km_at_8": curve.at(8),
    }
    close(known, found, known["expected"])


@pytest.mark.parametrize("name", ["CMPL-01", "CMPL-02"])
def test_complaints_per_thousand(name: str) -> None:
    known = case(name)
    count, base = known["inputs"]["complaints"], known["inputs"]["contacts"]
    interval = bounds(poisson_exact(count, base / 1000))
    close(known, {"per_1000": 1000 * count / base, "ci": interval}, known["expected"])


def test_three_closed_forms_of_customer_value() -> None:
    known = case("CLV-01")
    found = {name: getattr(clv_formulas, name)(**known["inputs"]) for name in known["expected"]}
    close(known, found, known["expected"])


def test_return_of_a_programme() -> None:
    known = case("ROI-01")
    given, expected = known["inputs"], known["expected"]
    found = programme.roi(
        given["cost"],
        given["margin_per_retained"],
        programme.Arm(given["retained_treated"], given["treated"]),
        programme.Arm(given["retained_control"], given["control"]),
    )
    close(known, found.incremental_units, expected["incremental_customers"])
    close(known, found._asdict(), {key: value for key, value in expected.items() if key != "incremental_customers"})
    assert found.low == pytest.approx(-0.45, abs=0.005)  # method.md: 44 %, interval −45 %..+133 %
    assert found.high == pytest.approx(1.33, abs=0.005)
    assert found.naive_is_causal is False


def test_corrections_for_many_comparisons() -> None:
    known = case("MULT-01")
    corrected = benjamini_hochberg(known["inputs"]["p"])
    found = {"holm": holm(known["inputs"]["p"]), "bh": corrected, "reject_bh_05": [p <= 0.05 for p in corrected]}
    close(known, found, known["expected"])


def test_response_rates() -> None:
    known = case("RR-01")
    eligible = known["inputs"]["e"]
    outcomes = response_rates.Outcomes(*(known["inputs"][name] for name in ("I", "P", "R", "NC", "O", "U")))
    found = {
        "RR1": response_rates.rr1(outcomes),
        "RR2": response_rates.rr2(outcomes),
        "RR3": response_rates.rr3(outcomes, eligible),
        "COOP1": response_rates.coop1(outcomes),
    }
    close(known, found, known["expected"])


def test_complementary_suppression() -> None:
    known = case("SUPP-01")
    table, threshold = known["inputs"]["table"], known["inputs"]["threshold"]
    found = rules.suppress(table.items(), threshold)
    shown = [*(key for key in table if key not in found.hidden), *(["total"] if found.total_shown else [])]
    assert list(found.primary) == known["expected"]["primary"]
    assert list(found.complementary) == known["expected"]["complementary"]
    assert shown == known["expected"]["published"]


def test_probability_versus_a_target() -> None:
    known = case("TARGET-01")
    close(known, score_z(*counts(known), known["inputs"]["target"] / 100), known["expected"]["z_score"])


def test_basket_clustered_by_customer() -> None:
    known = case("AOV-01")
    orders = known["inputs"]["orders"]
    spent, number = Counter[str](), Counter[str]()
    for customer, amount in orders:
        spent[customer] += amount
        number[customer] += 1
    moments = Moments.of([(spent[customer], number[customer]) for customer in spent])
    by_order = Moments.of([(amount, 1) for _, amount in orders])
    found = {
        "aov": moments.ratio,
        "se_cluster": ratio_se(moments),
        "ci_t": bounds(ratio_linearised(moments)),
        "fieller": bounds(ratio_fieller(moments)),
        "se_naive_orders": ratio_se(by_order),
    }
    close(known, found, {name: known["expected"][name] for name in found})


def test_carts_recovered_thanks_to_the_message() -> None:
    known = case("CART-01")
    given = known["inputs"]
    found = programme.incremental(
        programme.Arm(given["contacted_recovered"], given["contacted_abandoned"]),
        programme.Arm(given["holdout_recovered"], given["holdout_abandoned"]),
    )
    close(known, found.value, known["expected"]["incremental_rate"])
    assert found.movement == "within"  # 4.7 points on a holdout of 100 people is not an effect yet
