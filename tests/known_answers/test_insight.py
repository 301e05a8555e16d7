"""Why a number moves, against the verified cases."""

import csv

import numpy as np
import pytest
from cases import case, close, method_data

from timonier.insight.charts import cusum, p_chart
from timonier.insight.cohorts import activity
from timonier.insight.drivers import key_drivers
from timonier.insight.effect import Verdict, difference_in_differences
from timonier.insight.interruption import interrupted_time_series
from timonier.insight.lifetime_value import (
    BgNbd,
    alive_probability,
    expected_new_customer_purchases,
    expected_purchases,
    fit_bgnbd,
)
from timonier.insight.linkage import link, spearman
from timonier.insight.renewal import fit_renewals
from timonier.insight.run_lengths import cusum_arl, ewma_arl, shewhart_arl
from timonier.insight.sketches import hll_standard_error
from timonier.insight.spend import GammaGamma, expected_spend, fit_gamma_gamma

PUBLISHED = BgNbd(0.243, 4.414, 0.793, 2.426)


def columns(name: str) -> dict[str, list[float]]:
    """The numeric columns of a file of data/method."""
    with method_data(name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {key: [float(row[key]) for row in rows] for key in rows[0] if _is_number(rows[0][key])}


def _is_number(text: str) -> bool:
    return text.strip('"').lstrip("-").replace(".", "", 1).isdigit()


def swiss() -> tuple[list[float], dict[str, list[float]]]:
    table = columns("swiss.csv")
    names = ("Agriculture", "Examination", "Education", "Catholic", "Infant.Mortality")
    return table["Fertility"], {name: table[name] for name in names}


def test_lmg_of_swiss() -> None:
    known = case("KDA-01")
    fertility, drivers = swiss()
    found = key_drivers(fertility, drivers, resamples=50)
    close(known, found.value, known["expected"]["r2"])
    close(known, {driver.name: driver.value for driver in found.drivers}, known["expected"]["lmg"])


def test_johnson_of_swiss() -> None:
    fertility, drivers = swiss()
    found = key_drivers(fertility, drivers, method="johnson", resamples=50)
    published = [0.048417, 0.154708, 0.271964, 0.114680, 0.116966]
    assert [driver.value for driver in found.drivers] == pytest.approx(published, abs=5e-7)


def test_retention_by_nps_class() -> None:
    known = case("LINK-01")
    wanted = known["expected"]
    found = link({name: (kept, n) for name, (kept, n) in known["inputs"]["retained"].items()})
    close(known, [rate.value for rate in found.rates], wanted["rates"])
    assert found.trend.value == pytest.approx(wanted["trend_chi2"], abs=known["tol"])
    assert found.trend.p_value == pytest.approx(wanted["trend_p"], rel=1e-6)
    passive, promoter = found.odds_ratios
    close(known, passive.value, wanted["or_passive_vs_det"])
    close(known, promoter.value, wanted["or_promoter_vs_det"])
    close(known, [promoter.low, promoter.high], wanted["or_promoter_ci"])


def test_spearman_without_ties() -> None:
    known = case("LINK-02")
    close(known, spearman(known["inputs"]["x"], known["inputs"]["y"]).value, known["expected"]["rho"])


def test_bgnbd_on_cdnow() -> None:
    known = case("BTYD-01")
    table = columns("cdnow_cbs.csv")
    found = fit_bgnbd(table["x"], table["t.x"], table["T.cal"])
    assert found.n == 2357
    wanted = {name: getattr(found, name) for name in ("r", "alpha", "a", "b", "loglik")}
    close(known, wanted, known["expected"])


@pytest.mark.parametrize("name", ["BTYD-02", "BTYD-03"])
def test_bgnbd_of_one_customer(name: str) -> None:
    known = case(name)
    given, wanted = known["inputs"], known["expected"]
    model = BgNbd(*given["params"])
    customer = ([given["x"]], [given["t_x"]], [given["T"]])
    close(known, expected_purchases(model, *customer, horizon=given["t"])[0], wanted["cond_expect"])
    close(known, alive_probability(model, *customer)[0], wanted["p_alive"])


def test_bgnbd_of_a_new_customer() -> None:
    known = case("BTYD-02")
    found = expected_new_customer_purchases(PUBLISHED, horizon=52)
    close(known, found, known["expected"]["new_customer_expected_t52"])


def test_gamma_gamma_on_cdnow() -> None:
    known = case("BTYD-04")
    table = columns("cdnow_cbs.csv")
    found = fit_gamma_gamma(table["x"], table["m"])
    close(known, {name: getattr(found, name) for name in ("n", "p", "q", "gamma", "loglik")}, known["expected"])
    assert found.excluded == 2357 - 946


def test_gamma_gamma_expectations_as_published() -> None:
    model = GammaGamma(6.25, 3.74, 15.44)
    assert expected_spend(model, [2], [40])[0] == pytest.approx(39.140420, abs=5e-7)
    assert model.mean == pytest.approx(35.218978, abs=5e-7)


@pytest.mark.parametrize("cohort", ["regular", "high_end"])
def test_shifted_beta_geometric(cohort: str) -> None:
    known = case("SURV-03")
    found = fit_renewals(known["inputs"][cohort])
    values = {"alpha": found.alpha, "beta": found.beta, "loglik_per_1000": 1000 * found.loglik_per_customer}
    close(known, values, known["expected"][cohort])


def test_p_chart_and_laney() -> None:
    known = case("SPC-01")
    wanted, events = known["expected"], known["inputs"]["defectives"]
    sizes = [known["inputs"]["n"]] * len(events)
    plain = p_chart(events, sizes)
    close(known, plain.value, wanted["pbar"])
    close(known, [plain.points[0].high, plain.points[0].low], [wanted["ucl"], wanted["lcl"]])
    assert [signal + 1 for signal in plain.signals] == wanted["out_of_control"]
    laney = p_chart(events, sizes, laney=True)
    close(known, laney.sigma_z, wanted["laney_sigma_z"])
    close(known, laney.points[0].high, wanted["laney_ucl"])


def test_cusum() -> None:
    known = case("SPC-02")
    given = known["inputs"]
    found = cusum(given["x"], target=given["mu0"], sigma=given["sigma"], k=given["k"], h=given["h"])
    close(known, found.upper[28], known["expected"]["c_plus_29"])
    assert found.signals[0] + 1 == known["expected"]["first_signal"]


def test_average_run_lengths() -> None:
    known = case("SPC-04")
    found = {
        "cusum_k05_h5_arl0": cusum_arl(0.5, 5),
        "cusum_k05_h5_arl_1sigma": cusum_arl(0.5, 5, shift=1),
        "cusum_k05_h4_arl0": cusum_arl(0.5, 4),
        "ewma_arl0": ewma_arl(0.2, 2.962),
        "ewma_arl_1sigma": ewma_arl(0.2, 2.962, shift=1),
        "shewhart_arl0": shewhart_arl(3),
    }
    assert set(found) == set(known["expected"])
    close(known, found, known["expected"])


def test_difference_in_differences() -> None:
    known = case("DID-01")
    cells = [known["inputs"][f"{group}_{time}"] for group in ("treated", "control") for time in ("pre", "post")]
    treated = np.repeat([True, True, False, False], 4)
    after = np.repeat([False, True, False, True], 4)
    found = difference_in_differences(np.concatenate(cells), treated.tolist(), after.tolist())
    wanted = known["expected"]
    close(
        known,
        [found.value, found.se, found.statistic, found.p_value, [found.low, found.high]],
        [wanted["did"], wanted["se_ols"], wanted["t"], wanted["p"], wanted["ci"]],
    )
    assert found.verdict is Verdict.INCONCLUSIVE


def test_interrupted_time_series() -> None:
    known = case("ITS-01")
    wanted = known["expected"]
    found = interrupted_time_series(known["inputs"]["y"], break_after=known["inputs"]["break_after"], lag=2)
    names = ("intercept", "slope", "level_change", "slope_change")
    coefficients = [getattr(found, name) for name in names]
    close(known, [one.value for one in coefficients], [wanted[name] for name in names])
    close(known, [one.se_ols for one in coefficients], wanted["se_ols"])
    close(known, [one.se for one in coefficients], wanted["se_nw2"])


def test_standard_error_of_a_sketch() -> None:
    known = case("APPROX-01")
    found = [hll_standard_error(lg_k) for lg_k in known["inputs"]["lg_k"]]
    close(known, found, known["expected"]["rse_classic"])


def test_distinct_customers_do_not_add_up() -> None:
    known = case("MERGE-02")
    found = activity(known["inputs"])
    values = {
        "sum_of_distinct": sum(found.distinct(month) for month in found.periods),
        "distinct_quarter": found.distinct(),
        "retained_jan_feb": found.retained("jan", "feb"),
        "retention_jan_feb": found.retention("jan", "feb").value,
        "active_all_three": found.retained("jan", "feb", "mar"),
    }
    close(known, values, known["expected"])
