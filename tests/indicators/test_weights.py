from collections.abc import Callable
from math import nan, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.errors import DataError
from timonier.indicators.linearisation import Design, domain_difference, domain_mean, mean, ratio
from timonier.indicators.weighted import mean as mean_of_cells
from timonier.indicators.weighting import Margin, kish, poststratify, rake, trim

laws = settings(derandomize=True, max_examples=100, deadline=None)
PEOPLE = st.lists(
    st.tuples(st.floats(0.1, 9), st.sampled_from("ab"), st.sampled_from("xyz")), min_size=1, max_size=40
).map(lambda people: [*people, *((1.0, a, x) for a in "ab" for x in "xyz")])  # every category has someone


@laws
@given(people=PEOPLE, share=st.floats(0.05, 0.95))
def test_raking_meets_every_margin(people: list[tuple[float, str, str]], share: float) -> None:
    weights, first, second = ([person[place] for person in people] for place in range(3))
    margins = [
        Margin("channel", first, {"a": 1000 * share, "b": 1000 * (1 - share)}),
        Margin("age", second, {"x": 200.0, "y": 300.0, "z": 500.0}),
    ]
    found = rake(weights, margins).weights
    for margin in margins:
        for name, target in margin.targets.items():
            total = sum(w for w, group in zip(found, margin.groups, strict=True) if group == name)
            assert total == pytest.approx(target, rel=1e-9)
    assert (found > 0).all()


@laws
@given(people=PEOPLE)
def test_raking_on_one_margin_is_post_stratification(people: list[tuple[float, str, str]]) -> None:
    margin = Margin("age", [person[2] for person in people], {"x": 20.0, "y": 30.0, "z": 50.0})
    weights = [person[0] for person in people]
    assert rake(weights, [margin]).weights == pytest.approx(poststratify(weights, margin), rel=1e-12)


def raked(groups: str, targets: dict[str, float], weights: list[float] | None = None) -> Callable[[], object]:
    return lambda: rake(weights or [1.0] * len(groups), [Margin("region", list(groups), targets)])


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (raked("nns", {"n": 50, "s": 40, "w": 10}), "“w” has no respondent"),
        (raked("nsw", {"n": 50, "s": 40, "w": 10}, [1.0, 1.0, 0.0]), "“w” has no respondent"),
        (raked("nse", {"n": 50, "s": 50}), "“e” has no target"),
        (raked("ns", {"n": 50, "s": -1}), "zero or more"),
        (raked("ns", {"n": 50, "s": 50}, [1.0, -1.0]), "-1.0 is not"),
        (raked("ns", {"n": 50, "s": 50}, [1.0, nan]), "nan is not"),
        (raked("ns", {"n": 50, "s": 50}, [1.0]), "one category a respondent"),
        (lambda: kish([0.0, 0.0]), "no answer has a positive weight"),
        (lambda: mean_of_cells([1.0], [-1.0], [1]), "-1.0 is not"),
        (lambda: mean_of_cells([1.0], [0.0], [3]), "no answer has a positive weight"),
        (lambda: trim([1, 1, 1, 1, 2, 50]), "too uneven"),
        (lambda: trim([1, 2], cap=0.5), "at least 1"),
    ],
)
def test_what_cannot_be_weighted_is_an_error_that_says_why(call: Callable[[], object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        call()


def test_margins_must_share_one_total() -> None:
    margins = [Margin("region", ["n", "s"], {"n": 50, "s": 50}), Margin("age", ["x", "y"], {"x": 1, "y": 2})]
    with pytest.raises(DataError, match="region 100, age 3"):
        rake([1.0, 1.0], margins)


def test_margins_that_contradict_each_other_name_a_category() -> None:
    people = ["a", "b"]
    margins = [Margin("region", people, {"a": 70, "b": 30}), Margin("channel", people, {"a": 30, "b": 70})]
    with pytest.raises(DataError, match="does not settle") as caught:
        rake([1.0, 1.0], margins)
    assert caught.value.where in {"region", "channel"}


def test_an_absent_category_with_a_target_of_zero_is_no_obstacle() -> None:
    found = rake([1.0, 1.0, 1.0], [Margin("region", ["n", "s", "s"], {"n": 4, "s": 6, "w": 0})])
    assert found.weights.tolist() == [4, 3, 3]


@laws
@given(st.lists(st.floats(0.5, 1.5), min_size=20, max_size=40), st.floats(5.5, 12))
def test_trimming_keeps_the_sum_and_the_cap(weights: list[float], outlier: float) -> None:
    given_weights = [*weights, outlier * float(np.median([*weights, outlier]))]
    found = trim(given_weights)
    assert found.sum() == pytest.approx(sum(given_weights))
    assert found.max() <= 5 * np.median(given_weights) * (1 + 1e-9)
    assert found[-1] < given_weights[-1]


def test_mild_weights_are_left_alone() -> None:
    assert trim([1.0, 2.0, 3.0]).tolist() == [1.0, 2.0, 3.0]


def test_kish_of_equal_weights_costs_nothing() -> None:
    found = kish([2.0] * 10)
    assert (found.deff, found.n_eff, found.cv) == (1, 10, 0)


@laws
@given(values=st.lists(st.integers(-1, 1), min_size=3, max_size=30), scale=st.floats(0.1, 50))
def test_equal_weights_give_the_simple_error_whatever_their_size(values: list[int], scale: float) -> None:
    found = mean(Design(np.full(len(values), scale)), values)
    assert found.value == pytest.approx(np.mean(values), abs=1e-12)
    assert found.se == pytest.approx(np.std(values, ddof=1) / sqrt(len(values)), abs=1e-12)
    by_cells = mean_of_cells(values, [scale] * len(values), [1] * len(values))
    assert by_cells.se == pytest.approx(found.se, abs=1e-12)


def test_cells_count_as_that_many_answers() -> None:
    grouped = mean_of_cells([1, 0, -1], [2.0, 1.0, 0.5], [4, 3, 2])
    spelled = mean_of_cells([1] * 4 + [0] * 3 + [-1] * 2, [2.0] * 4 + [1.0] * 3 + [0.5] * 2, [1] * 9)
    assert grouped.interval[:2] == pytest.approx(spelled.interval[:2])
    assert (grouped.n, grouped.n_eff) == (9, pytest.approx(spelled.n_eff))


def test_one_weighted_answer_has_no_error() -> None:
    found = mean_of_cells([5.0], [2.0], [1])
    assert (found.value, found.se, found.interval.low) == (5.0, None, None)


def test_repeated_answers_of_a_customer_do_not_make_it_surer() -> None:
    values = [1.0, -1.0, 0.0, 1.0, 1.0, -1.0]
    once = mean(Design(np.ones(6)), values)
    thrice = Design(np.ones(18), clusters=[str(person) for person in range(6) for _ in range(3)])
    repeated = [value for value in values for _ in range(3)]
    assert mean(thrice, repeated).se == pytest.approx(once.se)
    assert mean(Design(np.ones(18)), repeated).se < 0.6 * once.se  # the control: as if 18 people had answered


def test_a_census_has_no_sampling_error() -> None:
    assert mean(Design(np.ones(4), population=[4] * 4), [1.0, 2, 3, 5]).se == 0


def test_a_domain_is_compared_with_the_rest() -> None:
    design = Design(np.array([1.0, 2, 1, 1, 2, 1]))
    y, inside = [5.0, 4, 5, 2, 3, 1], [True, True, True, False, False, False]
    gap = domain_difference(design, y, inside)
    outside = [not flag for flag in inside]
    assert gap.value == pytest.approx(domain_mean(design, y, inside).value - domain_mean(design, y, outside).value)
    assert gap.movement == "up"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mean(Design(np.ones(3), strata=["a", "a", "b"]), [1.0, 2, 3]), "“b” has a single unit"),
        (lambda: mean(Design(np.ones(3), population=[2, 2, 2]), [1.0, 2, 3]), "more respondents"),
        (lambda: mean(Design(np.ones(2)), [1.0, nan]), "finite value"),
        (lambda: ratio(Design(np.ones(2)), [1.0, 2.0], [0.0, 0.0]), "nothing to divide by"),
    ],
)
def test_a_design_that_cannot_be_estimated(call: Callable[[], object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        call()
