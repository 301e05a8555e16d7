"""Differences told together: chance alone makes no change, and what is only doubtful is told so."""

import random

from timonier.indicators.critical import two_sided_normal
from timonier.indicators.difference import Difference
from timonier.scorecard import words
from timonier.scorecard.judged import Judged, judged_together
from timonier.text import language


def moved_by(z: float) -> Difference:
    """A rise or a fall of `z` standard errors of one point."""
    return Difference(z, z - 1.96, z + 1.96, two_sided_normal(z), "z", z, "up")


def test_chance_alone_seldom_moves_a_page_of_thirty_figures() -> None:
    drawn = random.Random(7)
    pages = [[moved_by(drawn.gauss(0, 1)) for _ in range(30)] for _ in range(1000)]
    alone = sum(any(one.movement != "within" for one in page) for page in pages)
    together = sum(any(one.significant for one in judged_together(page, 0.95)) for page in pages)
    assert alone > 700, "one by one, most pages would tell of a change that is none"
    assert together < 70


def test_a_large_change_stands_among_many_and_a_small_one_is_to_be_confirmed() -> None:
    large, small, *rest = judged_together([moved_by(6.0), moved_by(-2.1), *[moved_by(0.1)] * 20], 0.95)
    token = language.set("fr")
    try:
        assert [words.judgement(one) for one in (large, small, rest[0])] == [
            "▲ mieux",
            "? à confirmer",
            "≈ dans la marge",
        ]
        assert words.judgement_in_full(small) == "évolution à confirmer"
        assert [words.style_among(one) for one in (large, small)] == ["green", ""]
    finally:
        language.reset(token)
    assert judged_together([moved_by(-2.1)], 0.95)[0].significant, "alone, its own margin is what counts"


def test_what_is_not_compared_keeps_its_place() -> None:
    unmeasured = Difference(3.0)
    assert judged_together([None, unmeasured, moved_by(5.0)], 0.95)[:2] == [Judged(), Judged(unmeasured)]
    assert judged_together([], 0.95) == []
