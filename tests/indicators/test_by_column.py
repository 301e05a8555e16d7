"""Formulas on columns: a figure is the same alone as among many, and no approximation replaces what a formula says."""

from dataclasses import replace
from decimal import Decimal, getcontext
from fractions import Fraction
from math import sqrt
from random import Random

import numpy as np
import pytest

from timonier.indicators.by_column import ByColumn
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Query, Stat
from timonier.indicators.intervals import ratio_se, wilson, wilsons
from timonier.indicators.nps_intervals import nps_score, nps_scores, score_z
from timonier.indicators.stats import Moments
from timonier.indicators.sums import Sums

BY_COLUMN = sorted(
    (indicator.name, name)
    for indicator in CATALOGUE.values()
    for name, variant in indicator.variants.items()
    if isinstance(variant.finish, ByColumn)
)


def stats(seed: int, size: int) -> list[Stat]:
    """Parts of every size, some empty, some unanimous, some of money that 64 bits would not hold once squared."""
    random = Random(seed)
    found = [Stat()]
    for _ in range(size):
        most = random.choice([1, 3, 40, 10**6])
        cells = random.sample(range(11), random.choice([1, 2, 5, 11]))
        counts = {cell: random.randrange(1, most + 1) for cell in sorted(cells)}
        units = [(random.randrange(10**12), random.randrange(1, 9)) for _ in range(random.randrange(6))]
        found.append(Stat(counts, [], Moments.of(units), {"missing": 1}))
    return found


@pytest.mark.parametrize("key", BY_COLUMN, ids="/".join)
def test_a_figure_is_the_same_alone_and_among_others(key: tuple[str, str]) -> None:
    indicator, variant = CATALOGUE[key[0]], CATALOGUE[key[0]].variants[key[1]]
    assert isinstance(variant.finish, ByColumn)
    query = Query(params={**indicator.defaults, **variant.params})
    many = stats(1, 150)
    figures = variant.finish.columns(Sums.of(many), query)
    assert [figures.at(row) for row in range(len(many))] == [variant.finish(stat, query) for stat in many]


def test_most_of_the_catalogue_works_by_column() -> None:
    assert len(BY_COLUMN) >= 20


@pytest.mark.parametrize("method", ["clopper-pearson", "agresti-coull", "jeffreys", "wilson"])
def test_other_methods_give_a_column_too(method: str) -> None:
    finish = CATALOGUE["csat"].variants["default"].finish
    assert isinstance(finish, ByColumn)
    query = replace(Query(params=CATALOGUE["csat"].defaults), method=method)
    many = stats(2, 30)
    figures = finish.columns(Sums.of(many), query)
    assert [figures.at(row) for row in range(len(many))] == [finish(stat, query) for stat in many]


def test_wilson_by_column_is_its_formula_in_exact_arithmetic() -> None:
    getcontext().prec = 50
    random, z = Random(3), Decimal("1.959963984540054")
    n = [random.randrange(1, 10**6) for _ in range(300)]
    x = [random.randrange(0, size + 1) for size in n]
    found = wilsons(np.array(x, float), np.array(n, float))
    for row, (good, size) in enumerate(zip(map(Decimal, x), map(Decimal, n), strict=True)):
        width = z * (good * (size - good) / size + z * z / 4).sqrt()
        ends = [(good + z * z / 2 + side * width) / (size + z * z) for side in (-1, 1)]
        assert [found.low[row], found.high[row]] == pytest.approx([float(end) for end in ends], rel=1e-12, abs=1e-12)
        assert found.at(row) == wilson(x[row], n[row])


def test_score_bounds_by_column_are_where_the_statistic_reaches_its_limit() -> None:
    random = Random(4)
    counts = [[random.choice([0, 1, 2, 30, 4000]) for _ in range(3)] for _ in range(300)]
    found = nps_scores(*(np.array(side, float) for side in zip(*counts, strict=True)))
    for row, (up, passive, down) in enumerate(counts):
        assert found.at(row) == nps_score(up, passive, down)
        if not up + passive + down:
            assert found.methods[row] == "none"
            continue
        for end, wanted in ((found.low[row], 1.959963984540054), (found.high[row], -1.959963984540054)):
            statistic = score_z(up, passive, down, float(end))
            assert abs(end) == 1 or statistic == pytest.approx(wanted, rel=1e-6)


def test_moments_wider_than_64_bits_stay_exact() -> None:
    units = [(10**15 + step, 1) for step in range(50)]
    found = ratio_se(Moments.of(units))
    mean = Fraction(sum(y for y, _ in units), 50)
    exact = Fraction(50, 49) * sum((y - mean) ** 2 for y, _ in units) / 50**2
    assert found == pytest.approx(sqrt(exact), rel=1e-12)
