"""What counts as an answer."""

from datetime import date
from typing import Any

import pytest
from frames import facts

import timonier
from timonier.errors import UsageError
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Query
from timonier.indicators.engine import measure
from timonier.indicators.estimate import Estimate


def one(name: str, rows: list[dict[str, Any]], variant: str | None = None, **asked: Any) -> Estimate:
    [found] = measure(CATALOGUE[name], {"answers": facts("answers", rows)}, Query(**asked), variant)
    return found


def test_a_missing_score_is_neither_a_passive_nor_a_zero() -> None:
    found = timonier.nps({"s": [10, 10, None, float("nan")]}, score="s")[0]
    assert (found.value, found.n, found.excluded) == (100.0, 2, {"missing": 2})
    assert found.value not in (50.0, 0.0)  # as passives, as zeros


@pytest.mark.parametrize("score", [9.5, 11, -1, 99, 1e300, float("inf")])
def test_a_score_off_the_scale_is_invalid_and_never_a_promoter(score: float) -> None:
    found = timonier.nps({"s": [8, score]}, score="s")[0]
    assert (found.value, found.n, found.excluded) == (0.0, 1, {"invalid": 1})


def test_two_effort_questions_are_never_pooled() -> None:
    rows = [{"score": 7.0, "instrument": "ces_agreement"}, {"score": 7.0, "instrument": "ces_effort"}]
    assert [one(name, rows).value for name in ("ces", "ces_effort")] == [1.0, 0.0]
    assert one("ces_ease", rows).value is None


def test_two_scales_are_never_chained() -> None:
    five = [{"score": 5.0, "instrument": "csat", "scale_min": 1, "scale_max": 5}] * 3
    ten = [{"score": 5.0, "instrument": "csat", "scale_min": 1, "scale_max": 10}] * 7
    found = one("csat", [*five, *ten])
    assert (found.value, found.n, found.excluded) == (1.0, 3, {"other_scale": 7})


def test_a_reversed_scale_is_reversed() -> None:
    answers = {"s": [1, 1, 1, 5]}  # 1 = very satisfied
    assert timonier.csat(answers, score="s", direction="down").value == 0.75
    assert timonier.csat(answers, score="s").value == 0.25


def test_five_points_do_not_make_an_nps() -> None:
    with pytest.raises(UsageError):
        timonier.nps({"s": [5, 4]}, score="s", params={"scale": (1, 5)})


WAVE = {"customer_id": "c", "wave": "w", "survey": "s"}


def test_a_repeated_respondent_counts_once_a_wave() -> None:
    rows = [{**WAVE, "answered_at": f"2026-01-0{day}", "score": 0.0} for day in range(1, 9)]
    found = one("nps", [*rows, {**WAVE, "answered_at": "2026-01-09", "score": 10.0}])
    assert (found.value, found.n, found.excluded) == (100.0, 1, {"duplicate": 8})


@pytest.mark.parametrize("last", [{"score": 10.0, "test": True}, {"score": None}, {"score": 11.0}])
def test_an_answer_that_does_not_count_supersedes_none(last: dict[str, Any]) -> None:
    rows = [
        {**WAVE, "answered_at": "2026-01-01", "score": 0.0},
        {**WAVE, "answered_at": "2026-01-02", **last},
    ]
    assert (one("nps", rows).value, one("nps", rows).n) == (-100.0, 1)


def test_the_same_customer_in_two_surveys_answers_twice() -> None:
    rows = [{**WAVE, "survey": survey, "answered_at": "2026-01-01", "score": 10.0} for survey in ("a", "b")]
    assert one("nps", rows).n == 2


def test_a_test_answer_is_left_out() -> None:
    rows = [{"score": 10.0, "test": True}, {"score": 0.0, "test": None}, {"score": 8.0, "test": False}]
    assert (one("nps", rows).value, one("nps", rows).excluded) == (-50.0, {"test": 1})


def test_weights_change_every_share_and_net_score() -> None:
    answers = {"s": [5, 1], "w": [3.0, 1.0]}
    for variant, value in (("default", 0.75), ("net", 50.0), ("mean", 4.0), ("index", 75.0)):
        weighted = timonier.csat(answers, score="s", weight="w", variant=variant)
        assert weighted.value == pytest.approx(value)
        assert weighted.value != timonier.csat(answers, score="s", variant=variant).value


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf"), None])
def test_a_weight_that_is_none_is_refused(weight: float | None) -> None:
    with pytest.raises(timonier.errors.TimonierError):
        timonier.nps({"s": [10, 0], "w": [1.0, weight]}, score="s", weight="w")


@pytest.mark.parametrize("name", ["average_basket", "contacts", "complaints"])
def test_weights_are_refused_where_they_would_be_ignored(name: str) -> None:
    frame = {"amount": [1.0, 2.0], "w": [1.0, 9.0], "opened_at": [date(2026, 1, 1)] * 2, "complaint": [True, False]}
    wanted = {"average_basket": ["amount"], "contacts": ["opened_at"], "complaints": ["opened_at", "complaint"]}[name]
    columns = {key: key for key in wanted}
    with pytest.raises(UsageError):
        timonier.measure_frame(name, frame, columns, weight="w")
