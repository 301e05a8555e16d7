"""Why a figure moved: parts add up to the change, hidden segments go together, what does not add up is refused."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.compare import compare_estimates
from timonier.indicators.difference import Difference
from timonier.indicators.disclosure import hide
from timonier.indicators.estimate import Estimate, State
from timonier.indicators.intervals import poisson_exact, wilson
from timonier.indicators.mix import Part, Split
from timonier.scorecard.score import Line
from timonier.scorecard.why import OTHERS, Moves, Why, why


def share(x: int, n: int, name: str | None = None) -> Estimate:
    low, high, method = wilson(x, n, 0.95) if n else (None, None, "none")
    return Estimate(
        "csat",
        x / n if n else None,
        low,
        high,
        n,
        unit="share",
        direction="up",
        state=State.OK if n else State.NOT_COMPUTABLE,
        method=method,
        by=() if name is None else (("region", name),),
        detail={"x": x, "n": n},
    )


def line(now: Estimate, before: Estimate) -> Line:
    return Line(CATALOGUE["csat"], now, before, compare_estimates(now, before))


def sure(value: float) -> Difference:
    return Difference(value, value - abs(value) / 2, value + abs(value) / 2)


def of(split: Split, told: Callable[[float], Difference] = sure) -> Why:
    def moves(part: Part) -> Moves:
        return Moves(*map(told, (part.within, part.mix, part.within + part.mix)))

    brought = {name: moves(part) for name, part in split.parts.items()}
    return Why("channel", None, moves(Part(split.within, split.mix)), brought)


def company(dice: random.Random, segments: int = 5) -> tuple[Line, list[Line]]:
    """A whole, and its parts."""
    counts = [[(dice.randrange(n + 1), n) for n in (dice.randrange(5, 90) for _ in range(2))] for _ in range(segments)]
    parts = [line(share(*now, f"s{place}"), share(*then, f"s{place}")) for place, (now, then) in enumerate(counts)]
    totals = [tuple(map(sum, zip(*(pair[side] for pair in counts), strict=True))) for side in (0, 1)]
    return line(share(*totals[0]), share(*totals[1])), parts


def brought(found: Why) -> float:
    """What the segments bring, by their own figure and by their weight, all together."""
    return sum((moves.within.value or 0) + (moves.mix.value or 0) for moves in found.moves.values())


def test_parts_add_up_to_the_change_of_the_whole() -> None:
    dice = random.Random(1955)
    for _ in range(50):
        whole, parts = company(dice)
        found = why("region", whole, parts)
        assert found is not None
        assert whole.difference is not None
        assert found.delta == pytest.approx(whole.difference.value)
        assert brought(found) == pytest.approx(whole.difference.value)


def test_hidden_segments_are_one_part_and_nothing_is_told_of_each() -> None:
    whole, parts = company(random.Random(7))
    shown = [*parts[:3], *(replace(one, estimate=hide(one.estimate), difference=None) for one in parts[3:])]
    found = why("region", whole, shown)
    assert found is not None
    assert set(found.moves) == {"s0", "s1", "s2", OTHERS}
    assert brought(found) == pytest.approx(found.delta)


def test_segments_that_do_not_add_up_are_refused() -> None:
    whole, parts = company(random.Random(8))
    assert why("region", whole, parts[:4]) is None
    doubled = [*parts, line(share(5, 9, "again"), share(5, 9, "again"))]
    assert why("region", whole, doubled) is None


def test_a_median_is_not_split() -> None:
    whole, parts = company(random.Random(9))
    median = [replace(one, estimate=replace(one.estimate, method="order-statistics")) for one in (whole, *parts)]
    assert why("region", median[0], median[1:]) is None


def test_one_segment_explains_nothing() -> None:
    whole, parts = company(random.Random(10), segments=1)
    assert why("region", whole, parts) is None


@pytest.mark.parametrize(
    ("parts", "p_value", "reason"),
    [
        ({"web": Part(3.0, 0.0), "shop": Part(1.0, 0.0)}, 0.001, "segment"),
        ({"web": Part(3.0, 0.0), "shop": Part(1.0, 0.0)}, 0.4, "alike"),
        ({"web": Part(0.5, 1.5), "shop": Part(0.5, 1.5)}, 0.4, "weights"),
        ({OTHERS: Part(3.0, 0.0), "shop": Part(1.0, 0.0)}, 0.001, "unclear"),
        ({f"s{n}": Part(0.4, 0.0) for n in range(10)}, 0.001, "unclear"),
        ({"web": Part(0.0, 0.0), "shop": Part(0.0, 0.0)}, 0.001, "unclear"),
    ],
)
def test_what_a_change_is_put_down_to(parts: dict[str, Part], p_value: float, reason: str) -> None:
    within, mix = sum(part.within for part in parts.values()), sum(part.mix for part in parts.values())
    found = of(Split(within + mix, within, mix, parts))
    assert found.judged(p_value) == reason
    falling = {name: Part(-part.within, -part.mix) for name, part in parts.items()}
    assert of(Split(-within - mix, -within, -mix, falling)).judged(p_value) == reason


@pytest.mark.parametrize("p_value", [0.001, 0.4])
def test_what_may_be_chance_is_no_reason(p_value: float) -> None:
    """A part large enough, whose interval holds 0."""

    def unsure(value: float) -> Difference:
        return Difference(value, value - 2 * abs(value), value + 2 * abs(value))

    split = Split(4.0, 1.0, 3.0, {"web": Part(0.5, 2.5), "shop": Part(0.5, 0.5)})
    assert of(split).judged(p_value) == ("segment" if p_value < 0.05 else "weights")
    assert of(split, unsure).judged(p_value) == ("unclear" if p_value < 0.05 else "alike")


def test_a_segment_seen_on_one_side_brings_its_weight() -> None:
    parts = [line(share(30, 40, "a"), share(20, 40, "a")), line(share(9, 10, "new"), share(0, 0, "new"))]
    whole = line(share(39, 50), share(20, 40))
    found = why("region", whole, parts)
    assert found is not None
    assert found.moves["new"].within.value == 0
    assert brought(found) == pytest.approx(39 / 50 - 0.5)
    assert isinstance(parts[1].difference, Difference)


def covers(moved: Difference) -> bool:
    return moved.low is not None and moved.high is not None and moved.low < (moved.value or 0) < moved.high


def test_every_part_has_its_interval_the_hidden_ones_too() -> None:
    whole, parts = company(random.Random(11))
    shown = [*parts[:3], *(replace(one, estimate=hide(one.estimate), difference=None) for one in parts[3:])]
    for lines in (parts, shown):
        found = why("region", whole, lines)
        assert found is not None
        assert found.halves.total == whole.difference
        for moves in (found.halves, *found.moves.values()):
            assert all(covers(one) for one in moves)


def volume(count: int, name: str | None = None, *, hidden: bool = False) -> Estimate:
    low, high, method = poisson_exact(count, 1, 0.95)
    by = () if name is None else (("region", name),)
    one = Estimate("csat", count, low, high, count, unit="count", method=method, by=by, detail={"x": count, "n": 1})
    return hide(one) if hidden else one


def test_a_volume_is_the_sum_of_its_segments_and_the_hidden_ones_are_one() -> None:
    pairs = {"a": (120, 90), "b": (60, 80), "c": (3, 2), "d": (2, 1)}
    parts = [
        line(volume(now, name, hidden=now < 5), volume(then, name, hidden=now < 5))
        for name, (now, then) in pairs.items()
    ]
    found = why("region", line(volume(185), volume(173)), parts)
    assert found is not None
    assert {name: moves.total.value for name, moves in found.moves.items()} == {"a": 30, "b": -20, OTHERS: 2}
    assert all(covers(moves.within) for moves in found.moves.values())
    assert found.moves[OTHERS].total.high == pytest.approx(2 + 1.959964 * (185 + 173 - 120 - 90 - 60 - 80) ** 0.5)
    assert found.moves["a"].mix == Difference(0.0)
