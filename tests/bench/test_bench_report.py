"""The clocks and the verdicts of the benchmark."""

import pytest
from bench.report import Finding, Section, bounded, page
from bench.timing import Clock, alternate, ran


def test_contenders_run_in_turn_and_the_first_round_is_not_counted() -> None:
    order: list[str] = []
    clocks = alternate({name: lambda name=name: order.append(name) for name in ("a", "b")}, 3)
    assert order == ["a", "b"] * 4
    assert {len(clock.wall) for clock in clocks.values()} == {3}


def test_a_ratio_is_the_median_of_the_ratios_of_the_rounds() -> None:
    mine, theirs = Clock((2.0, 30.0, 3.0), (1.0, 1.0, 1.0)), Clock((1.0, 10.0, 3.0), (2.0, 2.0, 2.0))
    assert mine.over(theirs) == 2.0
    assert mine.cpu_over(theirs) == 0.5
    assert (mine + theirs).wall == (3.0, 40.0, 6.0)


@pytest.mark.parametrize(("value", "least", "met"), [(1.0, False, True), (1.2, False, False), (1.2, True, True)])
def test_a_bound_is_met_or_not(value: float, least: bool, met: bool) -> None:
    assert bounded("x", value, 1.1, least=least).met is met


def test_the_page_says_what_was_not_met() -> None:
    section = Section("Speed", "How.", (bounded("slow", 3, 2), bounded("fast", 1, 2), Finding("told", "5 s")))
    text = page([section], "make bench")
    assert "| slow | 3.00 × | ≤ 2 × | **not met** |" in text
    assert "| fast | 1.00 × | ≤ 2 × | met |" in text
    assert "| told | 5 s |  |  |" in text


def test_a_program_is_watched_in_a_process_of_its_own() -> None:
    small = ran(["-m", "platform"])
    assert small.seconds > 0
    assert small.output.strip()
    assert 5e6 < small.peak < 200e6
