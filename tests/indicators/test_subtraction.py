"""What an attacker who asks and subtracts recovers: no count of few people with the rule, some without it."""

import random
from collections.abc import Iterable
from itertools import combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from timonier.indicators.subtraction import Cut, Ledger, Shown, disjoint

MINIMUM = 5
DAYS = 6
VALUES = {"region": ("a", "b", None), "segment": ("u", "v")}
WHOLE: dict[str, tuple[str | None, ...]] = {}

type Filters = dict[str, tuple[str | None, ...]]
type Person = tuple[int, str | None, str]
type Known = dict[int, int]


def every_filter() -> list[Filters]:
    """The whole, and sets of values of one or two dimensions."""
    sizes = {"region": (1, 2), "segment": (1,)}  # all the values of a dimension: the caller takes it for no filter
    one = [{name: chosen} for name in VALUES for k in sizes[name] for chosen in combinations(VALUES[name], k)]
    two = [{"region": (r,), "segment": (s,)} for r in VALUES["region"] for s in VALUES["segment"]]
    return [WHOLE, *one, *two]


PERIODS = list(combinations(range(DAYS + 1), 2))
QUESTIONS = [(filters, period) for filters in every_filter() for period in PERIODS]
CELLS = [(day, r, s) for day in range(DAYS) for r in VALUES["region"] for s in VALUES["segment"]]


def passes(who: Person, filters: Filters, start: int, end: int) -> bool:
    named = {"region": who[1], "segment": who[2]}
    return start <= who[0] < end and all(named[name] in values for name, values in filters.items())


def mask(filters: Filters, start: int, end: int) -> int:
    """The set as bits of cells: what an attacker reasons on, without knowing anybody."""
    return sum(1 << place for place, cell in enumerate(CELLS) if passes(cell, filters, start, end))


MASKS = {(repr(filters), period): mask(filters, *period) for filters, period in QUESTIONS}


def asked(seed: int, people: list[Person], *, rule: bool) -> list[tuple[Filters, tuple[int, int], int]]:
    """What is shown to someone who asks forty questions in any order; figures about few are hidden by themselves."""
    ledger = Ledger(MINIMUM)
    shown = []
    for filters, period in random.Random(seed).sample(QUESTIONS, 40):
        n = sum(passes(who, filters, *period) for who in people)
        if 0 < n < MINIMUM:
            continue
        if not rule or ledger.admit(Shown(Cut.of(filters), *period, n)):
            shown.append((filters, period, n))
    return shown


def chained(found: Iterable[tuple[tuple[int, int], int]]) -> dict[tuple[int, int], int]:
    """Every period that adding and taking away those of one filter gives."""
    known = dict(found)
    while True:
        more = {}
        for ((a, b), n), ((c, d), m) in combinations(known.items(), 2):
            for start, end, count in (
                (a, d, n + m) if b == c else (0, 0, 0),
                (c, b, n + m) if d == a else (0, 0, 0),
                (min(b, d), max(b, d), abs(n - m)) if a == c else (0, 0, 0),
                (min(a, c), max(a, c), abs(n - m)) if b == d else (0, 0, 0),
            ):
                if start < end and (start, end) not in known:
                    more[start, end] = count
        if not more:
            return known
        known |= more


def recovered(shown: list[tuple[Filters, tuple[int, int], int]]) -> list[int]:
    """Counts of 1 to 4 people: of chained periods, of one set inside another, of a whole less disjoint parts of it."""
    by_filter: dict[str, list[tuple[tuple[int, int], int]]] = {}
    for filters, period, n in shown:
        by_filter.setdefault(repr(filters), []).append((period, n))
    known: Known = {}
    for name, found in by_filter.items():
        known |= {MASKS[name, period]: n for period, n in chained(found).items()}
    counts = list(known.values())
    for (one, n), (other, m) in combinations(known.items(), 2):
        if one & other in (one, other):
            counts.append(abs(n - m))
    for _, period, _ in shown:
        counts += left_of_wholes([(filters, n) for filters, during, n in shown if during == period])
    return [count for count in counts if 0 < count < MINIMUM]


def left_of_wholes(shown: list[tuple[Filters, int]]) -> list[int]:
    """Of one period: what disjoint parts by one dimension leave of any set that holds them all."""
    left = []
    for name in VALUES:
        parts = [one for one in shown if name in one[0]]
        for size in (2, 3):
            for family in combinations(parts, size):
                values = [set(filters[name]) for filters, _ in family]
                rests = {repr({k: v for k, v in filters.items() if k != name}) for filters, _ in family}
                union = set().union(*values)
                if len(rests) > 1 or sum(map(len, values)) > len(union):
                    continue
                first = {**family[0][0], name: tuple(union)}
                left += [
                    n - sum(m for _, m in family)
                    for filters, n in shown
                    if all(key in first and set(first[key]) <= set(kept) for key, kept in filters.items())
                ]
    return left


crowds = st.lists(
    st.tuples(st.integers(0, DAYS - 1), st.sampled_from(VALUES["region"]), st.sampled_from(("u", "v"))),
    min_size=12,
    max_size=60,
)


@given(st.integers(0, 10**6), crowds)
@settings(derandomize=True, max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_an_attacker_recovers_nobody(seed: int, people: list[Person]) -> None:
    assert recovered(asked(seed, people, rule=True)) == []


def test_the_control_without_the_rule_the_same_attacker_recovers_people() -> None:
    chance = random.Random(2026)
    found = 0
    for seed in range(50):
        people = [(chance.randrange(DAYS), chance.choice(VALUES["region"]), chance.choice("uv")) for _ in range(40)]
        found += len(recovered(asked(seed, people, rule=False)))
    assert found > 50


def test_a_period_less_one_day_of_two_answers_is_refused_and_the_period_stays() -> None:
    ledger, every = Ledger(MINIMUM), Cut()
    assert ledger.admit(Shown(every, 0, 31, 40))
    assert not ledger.admit(Shown(every, 0, 30, 38))
    assert ledger.admit(Shown(every, 0, 31, 40)), "what was shown may be looked at again"
    assert ledger.admit(Shown(every, 0, 29, 33))


def test_the_inside_of_a_period_without_its_first_and_last_days_is_refused() -> None:
    ledger, every = Ledger(MINIMUM), Cut()
    assert ledger.admit(Shown(every, 0, 31, 40))
    assert not ledger.admit(Shown(every, 1, 30, 37))


def test_a_filter_that_leaves_few_out_is_refused() -> None:
    ledger = Ledger(MINIMUM)
    assert ledger.admit(Shown(Cut(), 0, 31, 40))
    assert not ledger.admit(Shown(Cut.of({"region": ["a"]}), 0, 31, 37))
    assert ledger.admit(Shown(Cut.of({"region": ["b"]}), 0, 31, 30))


def test_the_last_part_that_gives_the_missing_one_away_is_refused() -> None:
    ledger = Ledger(MINIMUM)
    assert ledger.admit(Shown(Cut(), 0, 31, 40))
    assert ledger.admit(Shown(Cut.of({"region": ["a"]}), 0, 31, 20))
    assert not ledger.admit(Shown(Cut.of({"region": ["b"]}), 0, 31, 17))


def test_a_whole_that_completes_parts_already_shown_is_refused() -> None:
    ledger = Ledger(MINIMUM)
    assert ledger.admit(Shown(Cut.of({"region": ["a"]}), 0, 31, 20))
    assert ledger.admit(Shown(Cut.of({"region": ["b"]}), 0, 31, 17))
    assert not ledger.admit(Shown(Cut(), 0, 31, 40))


def test_what_was_known_on_an_earlier_day_is_inside_what_is_known_now() -> None:
    ledger = Ledger(MINIMUM)
    assert ledger.admit(Shown(Cut(), 0, 31, 40))
    assert not ledger.admit(Shown(Cut((), 700), 0, 31, 38))
    assert ledger.admit(Shown(Cut((), 600), 0, 31, 30))


def test_counts_of_a_population_of_a_period_are_not_added_over_time() -> None:
    ledger = Ledger(MINIMUM)
    assert ledger.admit(Shown(Cut((), alone=(0, 31)), 0, 31, 400))
    assert ledger.admit(Shown(Cut((), alone=(0, 30)), 0, 30, 398))
    assert not ledger.admit(Shown(Cut((("region", frozenset("a")),), alone=(0, 31)), 0, 31, 397))


@pytest.mark.parametrize("minimum", [0, 1])
def test_without_a_minimum_nothing_is_refused(minimum: int) -> None:
    ledger = Ledger(minimum)
    assert ledger.admit(Shown(Cut(), 0, 31, 40))
    assert ledger.admit(Shown(Cut(), 0, 30, 39))


@given(st.integers(0, 10**6), crowds)
@settings(derandomize=True, max_examples=100, deadline=None)
def test_a_ledger_that_was_written_and_read_decides_the_same(seed: int, people: list[Person]) -> None:
    ledger, other = Ledger(MINIMUM), Ledger(MINIMUM)
    for filters, period in random.Random(seed).sample(QUESTIONS, 30):
        shown = Shown(Cut.of(filters), *period, sum(passes(who, filters, *period) for who in people))
        assert ledger.admit(shown) == other.admit(shown)
        other = Ledger.read(MINIMUM, other.written())


def test_the_largest_families_of_disjoint_sets_are_all_found() -> None:
    a, b, c, ab = (frozenset(text) for text in ("a", "b", "c", "ab"))
    found = set(disjoint({a: 10, b: 20, c: 30, ab: 31}, {}))
    assert {(frozenset("abc"), 60), (frozenset("abc"), 61)} <= found
    assert disjoint({a: 10, b: 20}, {ab: 30}) == [(ab, 30)]
