"""Each segment against all the others together, and what is left of the differences once there are many of them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from timonier.indicators.compare import Difference, compare_estimates
from timonier.indicators.definition import Indicator, Stat
from timonier.indicators.disclosure import FIRM
from timonier.indicators.engine import finish_all, gather, pick_variant
from timonier.indicators.estimate import Estimate, State
from timonier.indicators.stats import merge_counts
from timonier.indicators.sums import Stats
from timonier.scorecard.judged import Judged, judged_together
from timonier.scorecard.publish import people
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, Segment, asked_of, required, steady
from timonier.scorecard.sources import frames_for


def against_rest(
    desk: Desk, indicator: Indicator, request: Request, published: Sequence[Estimate]
) -> Mapping[Segment, Judged]:
    """Each of the `published` estimates of `request`, a breakdown by one column without periods, minus all the others.

    Suppressed segments count in the rest, and are not compared themselves, nor is a segment where a side has fewer
    than 30 people. Nothing for a volume: what the others count together is no yardstick for one of them.
    """
    if any(one.unit == "count" for one in published):
        return {}
    rest = {one.by: one for one in _rests(steady(desk), indicator, request)}
    differences: dict[Segment, Difference] = {}
    for one in published:
        other = rest.get(one.by)
        if other is None or not _firm(one) or not _firm(other):
            continue
        differences[one.by] = compare_estimates(one, replace(other, by=one.by))
    judged = judged_together([differences.get(one.by) for one in published], request.confidence)
    return {one.by: found for one, found in zip(published, judged, strict=True)}


def _firm(estimate: Estimate) -> bool:
    return estimate.state != State.SUPPRESSED and estimate.value is not None and people(estimate) >= FIRM


def _rests(desk: Desk, indicator: Indicator, request: Request) -> list[Estimate]:
    """For each segment, the figure of all the others: their sums added, as sums of disjoint segments are."""
    variant = request.variants.get(indicator.name, indicator.default_variant)
    picked = pick_variant(indicator, variant)
    indicator = indicator.counting(picked)
    query = replace(asked_of(desk, indicator, request), window=required(request.window), every="all")
    stats = None
    if desk.rollups is not None and request.rollups and request.where is None:
        stats = desk.rollups.stats(indicator, picked, query, request.within)
    if stats is None:
        stats = gather(indicator, frames_for(indicator, desk.source, query.carry), query, picked)
    return finish_all(indicator, variant, _others(stats), query, currency=desk.currency)


def _others(stats: Stats) -> dict[tuple[int, tuple[str | None, ...]], Stat]:
    """Every segment's complement among the segments of its period: what comes before it and what comes after."""
    found: dict[tuple[int, tuple[str | None, ...]], Stat] = {}
    for index in {index for index, _ in stats}:
        keys = [key for key in stats if key[0] == index]
        parts = [stats[key] for key in keys]
        before = list(accumulate(parts, _plus, initial=Stat()))
        after = list(accumulate(reversed(parts), _plus, initial=Stat()))[::-1]
        found.update({key: _plus(before[place], after[place + 1]) for place, key in enumerate(keys)})
    return found


def _plus(one: Stat, other: Stat) -> Stat:
    return Stat(
        merge_counts((one.counts, other.counts)),
        [*one.weighted, *other.weighted],
        one.moments + other.moments,
        last_day=max(filter(None, (one.last_day, other.last_day)), default=None),
    )
