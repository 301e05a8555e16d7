"""The verified cases on weights: figures published by R survey on the California API data that it ships."""

import csv
from collections.abc import Callable

import numpy as np
import pytest
from cases import case, close, method_data
from numpy.typing import NDArray

from timonier.indicators.linearisation import Adjustment, Design, domain_difference, mean, ratio, total
from timonier.indicators.weighting import Margin, kish, poststratify, rake

type Rows = list[dict[str, str]]


def rows(name: str) -> Rows:
    with method_data(name).open(newline="") as file:
        return list(csv.DictReader(file))


def column(table: Rows, name: str) -> NDArray[np.float64]:
    return np.array([float(row[name]) for row in table])


def words(table: Rows, name: str) -> list[str]:
    return [row[name] for row in table]


def nps_like(table: Rows) -> NDArray[np.float64]:
    """+1 from 750, −1 under 600, as method.md defines it."""
    score = column(table, "api00")
    return np.where(score >= 750, 1.0, np.where(score < 600, -1.0, 0.0))


def stratified(table: Rows) -> Design:
    return Design(column(table, "pw"), strata=words(table, "stype"), population=column(table, "fpc").tolist())


def test_stratified_sample() -> None:
    known = case("SVY-01")
    table = rows("apistrat.csv")
    design = stratified(table)
    score, net, enrolled = (
        mean(design, column(table, "api00")),
        mean(design, nps_like(table)),
        total(design, column(table, "enroll")),
    )
    found = {
        "mean_api00": score.value,
        "se_api00": score.se,
        "nps": net.value,
        "nps_se": net.se,
        "nps_ci_t197": list(net.interval()[:2]),
        "deff_nps": net.deff,
        "total_enroll": enrolled.value,
        "total_enroll_se": enrolled.se,
    }
    assert net.df == 197
    close(known, found, known["expected"])


@pytest.mark.parametrize(
    ("design", "expected"),
    [
        (lambda t: Design(column(t, "pw"), strata=words(t, "stype")), (9.53613230, 0.06001171)),
        (lambda t: Design(column(t, "pw")), (9.58542888, 0.06014856)),
    ],
    ids=["strata without a finite population", "weights only"],
)
def test_design_less_known(design: Callable[[Rows], Design], expected: tuple[float, float]) -> None:
    table = rows("apistrat.csv")
    found = [mean(design(table), y).se for y in (column(table, "api00"), nps_like(table))]
    assert found == pytest.approx(expected, abs=1e-6)


def test_ratio_of_totals() -> None:
    table = rows("apistrat.csv")
    found = ratio(stratified(table), column(table, "api.stu"), column(table, "enroll"))
    assert [found.value, found.se] == pytest.approx([0.83695689, 0.00775710], abs=1e-6)


def test_simple_random_sample() -> None:
    table = rows("apisrs.csv")
    design = Design(column(table, "pw"), population=column(table, "fpc").tolist())
    score, net = mean(design, column(table, "api00")), mean(design, nps_like(table))
    assert [score.value, score.se, net.value, net.se] == pytest.approx(
        [656.585, 9.24972204, -0.12, 0.05471363], abs=1e-6
    )


def clustered(table: Rows, weights: NDArray[np.float64], adjusted: Adjustment | None = None) -> Design:
    population = column(table, "fpc").tolist()
    return Design(weights, clusters=words(table, "dnum"), population=population, adjusted=adjusted)


def test_clusters() -> None:
    table = rows("apiclus1.csv")
    design = clustered(table, column(table, "pw"))
    score, net = mean(design, column(table, "api00")), mean(design, nps_like(table))
    assert [score.value, score.se, net.value, net.se] == pytest.approx(
        [644.16939891, 23.54224069, -0.20218579, 0.14467772], abs=1e-6
    )
    assert [score.deff, net.deff] == pytest.approx([9.345869, 8.208188], abs=1e-5)


def test_kish() -> None:
    known = case("SVY-03")
    found = kish(column(rows("apistrat.csv"), "pw"))
    close(known, found._asdict(), known["expected"])


def test_post_stratification() -> None:
    known = case("SVY-04")
    table = rows("apiclus1.csv")
    base, groups = column(table, "pw"), words(table, "stype")
    weights = poststratify(base, Margin("stype", groups, known["inputs"]["targets"]["stype"]))
    design = clustered(table, weights, Adjustment(base, [groups]))
    score, net = mean(design, column(table, "api00")), mean(design, nps_like(table))
    found = {
        "mean_api00": score.value,
        "se_api00": score.se,
        "nps": net.value,
        "nps_se": net.se,
        "weights": dict(zip(groups, weights.tolist(), strict=True)),
    }
    close(known, found, known["expected"])


def test_raking() -> None:
    known = case("SVY-05")
    table = rows("apiclus1.csv")
    base, types, wide = column(table, "pw"), words(table, "stype"), words(table, "sch.wide")
    targets = known["inputs"]["targets"]
    weights = rake(
        base, [Margin("stype", types, targets["stype"]), Margin("sch.wide", wide, targets["sch_wide"])]
    ).weights
    design = clustered(table, weights, Adjustment(base, [types, wide]))
    score, net = mean(design, column(table, "api00")), mean(design, nps_like(table))
    cells = [f"{kind}|{answer}" for kind, answer in zip(types, wide, strict=True)]
    found = {
        "mean_api00": score.value,
        "se_api00": score.se,
        "nps": net.value,
        "nps_se": net.se,
        "weights": dict(zip(cells, weights.tolist(), strict=True)),
        "deff_kish": kish(weights).deff,
        "total_enroll": total(design, column(table, "enroll")).value,
    }
    close(known, found, known["expected"])


def test_difference_between_two_domains() -> None:
    known = case("SVY-06")
    table = rows("apistrat.csv")
    inside = [answer == "Yes" for answer in words(table, "sch.wide")]
    gap = domain_difference(stratified(table), nps_like(table), inside)
    expected = {key: value for key, value in known["expected"].items() if key != "df"}
    found = {"diff_yes_minus_no": gap.value, "t": gap.statistic, "p": gap.p_value, "ci": [gap.low, gap.high]}
    close(known, found, expected)
