from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from timonier.indicators.disclosure import hide, reliability, suppress, suppress_table
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


type Table = dict[tuple[str | None, ...], int]


def solved(cells: Table, hidden: frozenset[tuple[str | None, ...]]) -> int:
    """How many hidden people-bearing cells an attacker finds from the shown cells and both shown margins.

    Exact elimination on fractions: a row left with a single unknown gives that cell away.
    """
    unknown = [key for key in cells if key in hidden and cells[key]]
    rows = []
    for side, names in enumerate(zip(*cells, strict=True)):
        for name in dict.fromkeys(names):
            line = [key for key in cells if key[side] == name and cells[key]]
            if len(line) > 1 and sum(cells[key] for key in line) >= 5:
                rows.append([Fraction(key in line) for key in unknown])
    return sum(sum(value != 0 for value in row) == 1 for row in reduced(rows))


def reduced(rows: list[list[Fraction]]) -> list[list[Fraction]]:
    """Reduced row echelon form: a determined unknown has a row of its own in it."""
    done = 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((place for place in range(done, len(rows)) if rows[place][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        rows[done] = [value / rows[done][column] for value in rows[done]]
        for place, row in enumerate(rows):
            if place != done and row[column]:
                rows[place] = [a - row[column] * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return rows


def test_no_cell_of_a_table_is_found_by_solving_its_margins() -> None:
    generator = np.random.default_rng(11)
    caught = 0
    for _ in range(150):
        keys = list(product("abcdef", "uvwxyz"))
        cells: Table = {key: int(n) for key, n in zip(keys, generator.poisson(9, len(keys)), strict=True)}
        found = suppress_table(cells, 5)
        caught += solved(cells, frozenset(found.primary)) > 0
        assert solved(cells, found.hidden) == 0
    assert caught > 50  # the control: the minimum n alone is beaten


def test_a_cell_between_two_blocks_is_covered_though_no_line_gives_it_away() -> None:
    """Each line has two hidden cells, but block a–b × u–v is closed but for (b, w): the sums give it."""
    blocks = {("a", "u"), ("a", "v"), ("b", "u"), ("b", "v"), ("c", "w"), ("c", "x"), ("d", "w"), ("d", "x")}
    small: set[tuple[str | None, ...]] = {*blocks, ("b", "w")}
    cells: Table = {key: 3 if key in small else 20 for key in product("abcd", "uvwx")}
    assert solved(cells, frozenset(small)) == 1
    found = suppress_table(cells, 5)
    assert solved(cells, found.hidden) == 0
    assert len(found.complementary) <= 3


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
