from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.errors import UsageError
from timonier.indicators.disclosure import hide, refuse_differencing, reliability, suppress, suppress_table
from timonier.indicators.estimate import Estimate, State

CELLS = st.lists(st.integers(0, 30), min_size=1, max_size=8)
laws = settings(derandomize=True, max_examples=400, deadline=None)


def told_by_the_total(sizes: list[int], hidden: set[int], *, total_shown: bool) -> list[int]:
    """What an attacker learns: the people left when every shown cell is taken from the total."""
    if not total_shown or not hidden:
        return []
    return [sum(sizes) - sum(n for place, n in enumerate(sizes) if place not in hidden)]


@laws
@given(sizes=CELLS)
def test_no_small_group_is_shown_nor_found_by_subtraction(sizes: list[int]) -> None:
    found = suppress(enumerate(sizes), 5)
    for place, n in enumerate(sizes):
        assert (place in found.hidden) or n == 0 or n >= 5
    if found.total_shown:
        assert sum(n > 0 for place, n in enumerate(sizes) if place in found.hidden) != 1
    assert all(left >= 5 for left in told_by_the_total(sizes, set(found.hidden), total_shown=found.total_shown))


def test_the_attack_succeeds_without_the_complement() -> None:
    """The control: with the minimum n alone, the subtraction gives the hidden cell."""
    sizes = [40, 3, 12, 9]
    bare = suppress(enumerate(sizes), 5, total_published=False)
    assert bare.hidden == {1}
    assert told_by_the_total(sizes, set(bare.hidden), total_shown=True) == [3]
    safe = suppress(enumerate(sizes), 5)
    assert told_by_the_total(sizes, set(safe.hidden), total_shown=safe.total_shown) == [12]


@laws
@given(sizes=CELLS)
def test_nothing_is_hidden_without_need(sizes: list[int]) -> None:
    found = suppress(enumerate(sizes), 5)
    if not found.primary:
        assert not found.hidden
    if found.complementary:
        last = max(found.complementary, key=lambda place: sizes[place])
        fewer = found.hidden - {last}
        assert len(fewer) == 1 or sum(sizes[place] for place in fewer) < 5


def test_two_hidden_cells_of_three_people_are_still_three_people() -> None:
    found = suppress([("a", 2), ("b", 1), ("c", 9), ("d", 30)], 5)
    assert found.primary == ("a", "b")
    assert found.complementary == ("c",)


def test_a_total_of_few_people_is_hidden_too() -> None:
    assert not suppress([("a", 3)], 5).total_shown
    assert not suppress([("a", 2), ("b", 2)], 5).total_shown
    assert suppress([("a", 0), ("b", 0)], 5).hidden == frozenset()


def recoverable(cells: dict[tuple[str | None, ...], int], hidden: frozenset[tuple[str | None, ...]]) -> bool:
    """Whether one line of a two-way table gives a hidden group of fewer than five people away."""
    for place in (0, 1):
        for name in {key[place] for key in cells}:
            line = [key for key in cells if key[place] == name and key in hidden and cells[key]]
            if line and (len(line) == 1 or sum(cells[key] for key in line) < 5) and line_total(cells, place, name) >= 5:
                return True
    return False


def line_total(cells: dict[tuple[str | None, ...], int], place: int, name: str | None) -> int:
    return sum(n for key, n in cells.items() if key[place] == name)


def test_no_line_of_a_table_gives_a_cell_away() -> None:
    generator = np.random.default_rng(11)
    caught = 0
    for _ in range(200):
        keys = list(product("abcd", "xyz"))
        cells: dict[tuple[str | None, ...], int] = {
            key: int(n) for key, n in zip(keys, generator.poisson(9, len(keys)), strict=True)
        }
        found = suppress_table(cells, 5)
        caught += recoverable(cells, frozenset(found.primary))
        assert not recoverable(cells, found.hidden)
    assert caught > 50  # the control: the minimum n alone is beaten


def test_filters_that_differ_by_few_people_are_refused() -> None:
    with pytest.raises(UsageError, match="fewer than 5"):
        refuse_differencing(100, 97, 97)
    with pytest.raises(UsageError, match="fewer than 5"):
        refuse_differencing(50, 52, 48)
    refuse_differencing(100, 100, 100)
    refuse_differencing(100, 90, 90)
    refuse_differencing(4, 50, 0)  # apart: nothing to subtract; the minimum n settles the first


def test_a_hidden_estimate_tells_nothing() -> None:
    shown = Estimate(
        "nps",
        20.0,
        9.4,
        30.1,
        200,
        180.0,
        unit="points",
        by=(("store", "x"),),
        excluded={"missing": 3},
        detail={"x": 1},
    )
    hidden = hide(shown)
    assert (hidden.value, hidden.low, hidden.high, hidden.n, hidden.n_eff) == (None, None, None, 0, None)
    assert hidden.state is State.SUPPRESSED
    assert not hidden.detail
    assert not hidden.excluded
    assert hidden.by == shown.by


@pytest.mark.parametrize(("n", "expected"), [(4, "suppressed"), (5, "indicative"), (29, "indicative"), (30, "firm")])
def test_bands_of_reliability(n: int, expected: str) -> None:
    assert reliability(n) == expected
