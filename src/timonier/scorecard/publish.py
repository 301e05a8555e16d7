"""What may be shown: figures about too few people are suppressed, and cannot be found by subtraction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from timonier.indicators.disclosure import complement, hide, suppress, suppress_table
from timonier.indicators.estimate import Estimate, Period


def publishable(estimates: Sequence[Estimate], minimum_n: int) -> list[Estimate]:
    """The estimates, those about fewer than `minimum_n` people (and their complements) without figures.

    The whole of a breakdown is one request away, so it counts as published; so does the whole of a course, which its
    page shows above it. Volumes of events are not people.
    """
    if not any(0 < people(one) < minimum_n for one in estimates):
        return list(estimates)
    tables: dict[Period | None, dict[tuple[str | None, ...], int]] = {}
    for one in estimates:
        if one.unit != "count":
            tables.setdefault(one.period, {})[_cell(one)] = people(one)
    hidden = {(period, cell) for period, cells in tables.items() for cell in _hidden(cells, minimum_n)}
    while len(tables) > 1 and (extra := _along(tables, hidden, minimum_n) - hidden):
        hidden |= extra
    return [
        _suppressed(one, minimum_n) if one.unit != "count" and (one.period, _cell(one)) in hidden else one
        for one in estimates
    ]


type _Place = tuple[Period | None, tuple[str | None, ...]]
type _Tables = Mapping[Period | None, Mapping[tuple[str | None, ...], int]]


def _along(tables: _Tables, hidden: set[_Place], minimum_n: int) -> set[_Place]:
    """Further figures to hide: a whole course less the periods shown, or a period less its segments shown, is what the
    hidden ones are about together.
    """
    sizes = {(period, cell): n for period, cells in tables.items() for cell, n in cells.items() if n}
    courses: dict[object, dict[_Place, int]] = {}
    for place, n in sizes.items():
        courses.setdefault(place[1], {})[place] = n
        if len(place[1]) == 1:
            courses.setdefault(place[0], {})[place] = n
    found: set[_Place] = set()
    for line in courses.values():
        if len(line) > 1:
            found |= complement(line, hidden & line.keys(), minimum_n)
    return found


def people(estimate: Estimate) -> int:
    """How many the figure is about: customers where their orders were counted together, else units."""
    clusters = estimate.detail.get("clusters")
    return min(estimate.n, clusters) if isinstance(clusters, int) else estimate.n


def _suppressed(estimate: Estimate, minimum_n: int) -> Estimate:
    """Hidden; the threshold is told where it is the reason, not where the figure protects another one."""
    told = {"min_n": minimum_n} if people(estimate) < minimum_n else {}
    return replace(hide(estimate), detail=told)


def _hidden(cells: dict[tuple[str | None, ...], int], minimum_n: int) -> frozenset[tuple[str | None, ...]]:
    if len(next(iter(cells))) > 1:
        return suppress_table(cells, minimum_n).hidden
    return suppress(cells.items(), minimum_n, total_published=len(cells) > 1).hidden


def _cell(estimate: Estimate) -> tuple[str | None, ...]:
    return tuple(value for _, value in estimate.by)
