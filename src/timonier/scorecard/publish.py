"""What may be shown: figures about too few people are suppressed, and cannot be found by subtraction."""

from collections.abc import Sequence
from dataclasses import replace

from timonier.indicators.disclosure import hide, suppress, suppress_table
from timonier.indicators.estimate import Estimate


def publishable(estimates: Sequence[Estimate], minimum_n: int) -> list[Estimate]:
    """The estimates, those about fewer than `minimum_n` people (and their complements) without figures.

    The whole of a breakdown is one request away, so it counts as published. Volumes of events are not people.
    """
    if not any(0 < people(one) < minimum_n for one in estimates):
        return list(estimates)
    tables: dict[object, dict[tuple[str | None, ...], int]] = {}
    for one in estimates:
        if one.unit != "count":
            tables.setdefault(one.period, {})[_cell(one)] = people(one)
    hidden = {period: _hidden(cells, minimum_n) for period, cells in tables.items()}
    return [
        one if one.unit == "count" or _cell(one) not in hidden[one.period] else _suppressed(one, minimum_n)
        for one in estimates
    ]


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
