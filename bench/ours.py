"""The same figures by Timonier: the additive parts for comparison, and the scorecard for the clock."""

from collections.abc import Mapping
from datetime import date

from bench.by_hand import COLUMNS, SCALES, Rows
from bench.dataset import BREAKDOWN, YEAR, Dataset
from timonier.facts.engines import duckdb as engine
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Query, Stat
from timonier.indicators.engine import gather
from timonier.scorecard.request import Request
from timonier.scorecard.rollups import Rollups
from timonier.scorecard.score import Desk, Scorecard, score
from timonier.scorecard.sources import LakeSource, frames_for

INDICATORS = tuple(COLUMNS)


def desk_over(data: Dataset, *, rollups: bool = False) -> Desk:
    """A desk as a program keeps it open: its engine is started."""
    source = LakeSource(data.workspace)
    kept = Rollups(data.workspace, source) if rollups else None
    return Desk(source, CATALOGUE, date(2026, 2, 1), currency="EUR", rollups=kept)


def engine_of(data: Dataset) -> engine.Connection:
    """A connection under the same limits, for what is written by hand."""
    return LakeSource(data.workspace).connection


def scorecard(desk: Desk, *indicators: str) -> Scorecard:
    """Estimates with intervals, by month, channel and region, from the facts unless the desk has rollups."""
    request = Request(
        indicators=indicators or INDICATORS, window=YEAR, every="month", by=BREAKDOWN, compare="none", trend=False
    )
    return score(desk, request)


def run(desk: Desk, indicator: str) -> Rows:
    """The additive parts, in the rows that SQL written by hand gives."""
    found = CATALOGUE[indicator]
    variant = found.variants[found.default_variant]
    params = {**found.defaults, **({"currency": "EUR"} if "currency" in found.defaults else {})}
    query = Query(window=YEAR, every="month", by=BREAKDOWN, carry=BREAKDOWN, params=params)
    stats = gather(found, frames_for(found, desk.source, BREAKDOWN), query, variant)
    return [(period, *segment, *_columns(indicator, stat)) for (period, segment), stat in stats.items()]


def _columns(indicator: str, stat: Stat) -> list[int]:
    known: Mapping[str, int] = stat.excluded
    if indicator == "average_basket":
        m = stat.moments
        known = {**known, "customers": m.n, "x": m.x, "y": m.y, "xx": m.xx, "xy": m.xy, "yy": m.yy}
    elif indicator == "fcr":
        known = {"good": stat.counts.get(2, 0), "n": stat.n}
    else:
        _, _, _, good, bad = SCALES[indicator]
        goods = sum(count for cell, count in stat.counts.items() if cell >= good)
        bads = sum(count for cell, count in stat.counts.items() if cell <= bad)
        known = {**known, "good": goods, "bad": bads, "n": stat.n}
    return [known.get(name, 0) for name in COLUMNS[indicator]]
