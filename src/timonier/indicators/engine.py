"""From units to estimates: group, count, apply the formula. The only place that aggregates.

Three steps, on any dataframe that narwhals reads: the indicator's `units` (one row a unit, with its cell or its
y and x); one grouping by period and segment that keeps additive integers only; the variant's `finish`, a formula
on those integers. Nothing here knows what an indicator means, nor where the facts are.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any, cast

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.cells import EXCLUSIONS, columns_of
from timonier.indicators.definition import Figure, Frames, Indicator, Query, Stat, Variant, WeightedCell
from timonier.indicators.estimate import Estimate, Period, State
from timonier.indicators.periods import as_date, bucket, index_of, period_at, split, within
from timonier.indicators.stats import Moments, merge_counts
from timonier.text import Text

type Key = tuple[int, tuple[str | None, ...]]
type Stats = dict[Key, Stat]

_LIMB = 1 << 16


def measure(indicator: Indicator, frames: Frames, query: Query, variant: str | None = None) -> list[Estimate]:
    """The estimates of one variant, by period then segment.

    `frames` maps fact tables to lazy frames. With a window, every period of it is answered, even empty; without,
    the periods that have units are.
    """
    chosen = pick_variant(indicator, variant)
    asked = replace(query, params={**indicator.defaults, **chosen.params, **query.params})
    stats = gather(indicator, frames, asked, chosen)
    return finish_all(indicator, variant or indicator.default_variant, stats, asked)


def pick_variant(indicator: Indicator, name: str | None) -> Variant:
    """The variant of that name, or an error that lists those that exist."""
    wanted = name or indicator.default_variant
    if wanted not in indicator.variants:
        known = ", ".join(indicator.variants)
        raise UsageError(
            Text(
                f"{indicator.name} has no variant “{wanted}”.", f"{indicator.name} n’a pas de variante « {wanted} »."
            ),
            hint=Text(f"Choose among: {known}.", f"Choisissez parmi : {known}."),
        )
    return indicator.variants[wanted]


def gather(indicator: Indicator, frames: Frames, query: Query, variant: Variant) -> Stats:
    """The additive parts, by period index and segment. They add up over days and disjoint segments."""
    units = variant.units or indicator.units
    if indicator.timing == "dated":
        return _collect(indicator, _prepared(units(frames, query), query), query)
    stats: Stats = {}
    for index, period in window_periods(query):
        asked = replace(query, window=period)
        frame = _filtered(units(frames, asked), query).with_columns(period=nw.lit(index))
        stats.update(_collect(indicator, frame, query))
    return stats


def window_periods(query: Query) -> list[tuple[int, Period]]:
    """The numbered periods of the query's window; populations cannot be counted without one."""
    if query.window is None:
        raise UsageError(
            Text(
                "this indicator compares two moments: it needs a period.",
                "cet indicateur compare deux moments : il lui faut une période.",
            ),
            hint=Text("Give a start and an end.", "Donnez un début et une fin."),
        )
    periods = split(query.window, query.every, query.fiscal_year_start)
    return [(index_of(period.start, query.every, query.fiscal_year_start), period) for period in periods]


def _prepared(units: nw.LazyFrame[Any], query: Query) -> nw.LazyFrame[Any]:
    """Units of the window, with the index of their period."""
    inside = within(query.window, nw.col("day"))
    kept = units if inside is None else units.filter(inside)
    kept = _filtered(kept, query)
    return kept.with_columns(period=bucket(nw.col("day"), query.every, query.fiscal_year_start))


def _filtered(units: nw.LazyFrame[Any], query: Query) -> nw.LazyFrame[Any]:
    return units if query.where is None else units.filter(query.where)


def _collect(indicator: Indicator, units: nw.LazyFrame[Any], query: Query) -> Stats:
    if indicator.form == "moments":
        return _collect_moments(units, query, indicator.cluster)
    return _collect_cells(units, query)


def _collect_cells(units: nw.LazyFrame[Any], query: Query) -> Stats:
    """One grouping: count of units by period, segment, cell (and weight)."""
    present = columns_of(units)
    dated = "day" in present
    weight = ["w"] if query.weighted else []
    counted = [nw.len().alias("_count"), *([nw.col("day").max().alias("_last")] if dated else [])]
    rows = _rows(units.group_by("period", *query.by, "cell", *weight).agg(*counted))
    stats: Stats = defaultdict(Stat)
    for row in rows:
        stat = stats[_key(row, query.by)]
        cell, count = int(row["cell"]), int(row["_count"])
        if dated:
            last = as_date(row["_last"])
            stat.last_day = max(filter(None, (stat.last_day, last)), default=None)
        if cell < 0:
            stat.excluded[EXCLUSIONS[cell]] = stat.excluded.get(EXCLUSIONS[cell], 0) + count
        else:
            stat.counts[cell] = stat.counts.get(cell, 0) + count
            if query.weighted:
                stat.weighted.append(WeightedCell(cell, float(row["w"]), count))
    for stat in stats.values():
        stat.counts = merge_counts([stat.counts])
        stat.weighted.sort()
    return stats


def _collect_moments(units: nw.LazyFrame[Any], query: Query, cluster: str | None) -> Stats:
    """Sums of y and x by cluster, then the six moments; squares are summed in limbs to stay exact in 64 bits."""
    present = columns_of(units)
    keys = ["period", *query.by]
    stats: Stats = defaultdict(Stat)
    if "cell" in present:
        for row in _rows(units.filter(nw.col("cell") < 0).group_by(*keys, "cell").agg(nw.len().alias("_count"))):
            stats[_key(row, query.by)].excluded[EXCLUSIONS[int(row["cell"])]] = int(row["_count"])
        units = units.filter(nw.col("cell") >= 0)
    dated = "day" in present
    last = [nw.col("day").max().alias("day")] if dated else []
    if cluster is not None and cluster in present:
        sums = [nw.col("y").sum().alias("y"), nw.col("x").sum().alias("x"), *last]
        units = units.group_by(*keys, cluster).agg(*sums)
        units = units.with_columns(nw.col("y").cast(nw.Int64), nw.col("x").cast(nw.Int64))
    for row in _rows(_moments(units, keys, dated=dated)):
        stat = stats[_key(row, query.by)]
        stat.moments = _read_moments(row)
        stat.last_day = as_date(row["_last"]) if dated else None
    return stats


def _moments(units: nw.LazyFrame[Any], keys: list[str], *, dated: bool) -> nw.LazyFrame[Any]:
    split_up = units.with_columns(_a=nw.col("y") // _LIMB, _c=nw.col("x") // _LIMB)
    split_up = split_up.with_columns(_b=nw.col("y") - nw.col("_a") * _LIMB, _d=nw.col("x") - nw.col("_c") * _LIMB)
    pairs = ["aa", "ab", "bb", "cc", "cd", "dd", "ac", "ad", "bc", "bd"]
    products = {f"_{one}{two}": nw.col(f"_{one}") * nw.col(f"_{two}") for one, two in pairs}
    sums = [nw.col(f"_{pair}").sum().alias(f"_{pair}") for pair in pairs]
    last = [nw.col("day").max().alias("_last")] if dated else []
    totals = [nw.len().alias("_n"), nw.col("y").sum().alias("_y"), nw.col("x").sum().alias("_x")]
    return split_up.with_columns(**products).group_by(*keys).agg(*totals, *sums, *last)


def _read_moments(row: dict[str, Any]) -> Moments:
    part = {name: int(value or 0) for name, value in row.items() if name.startswith("_") and name != "_last"}
    big = _LIMB * _LIMB
    return Moments(
        n=part["_n"],
        x=part["_x"],
        y=part["_y"],
        xx=part["_cc"] * big + 2 * part["_cd"] * _LIMB + part["_dd"],
        xy=part["_ac"] * big + (part["_ad"] + part["_bc"]) * _LIMB + part["_bd"],
        yy=part["_aa"] * big + 2 * part["_ab"] * _LIMB + part["_bb"],
    )


def _rows(frame: nw.LazyFrame[Any]) -> Iterable[dict[str, Any]]:
    collected = cast("nw.DataFrame[Any]", frame.collect())
    return collected.iter_rows(named=True)


def _key(row: dict[str, Any], by: tuple[str, ...]) -> Key:
    return int(row["period"]), tuple(None if row[name] is None else str(row[name]) for name in by)


def finish_all(indicator: Indicator, variant: str, stats: Stats, query: Query) -> list[Estimate]:
    """Apply the formula to each period and segment; segments seen in one period are answered in all of them."""
    chosen = indicator.variants[variant]
    segments = sorted({segment for _, segment in stats}, key=_none_last) or ([()] if not query.by else [])
    if query.window is None:
        indices: list[tuple[int, Period | None]] = [
            (index, None if query.every == "all" else period_at(index, query.every, query.fiscal_year_start))
            for index in sorted({index for index, _ in stats} or ({0} if query.every == "all" else set()))
        ]
    else:
        indices = list(window_periods(query))
    template = Estimate(
        indicator.name,
        None,
        variant=variant,
        unit=chosen.unit,
        direction=chosen.direction,
        confidence=query.confidence,
        version=indicator.version,
    )
    estimates = []
    for index, period in indices:
        for segment in segments:
            stat = stats.get((index, segment)) or Stat()
            figure = chosen.finish(stat, replace(query, window=period))
            by = tuple(zip(query.by, segment, strict=True))
            state = _state(figure, stat, period, indicator, query)
            estimates.append(estimate_of(figure, replace(template, by=by, period=period, state=state), stat))
    return estimates


def estimate_of(figure: Figure, template: Estimate, stat: Stat) -> Estimate:
    """The record of one figure."""
    low, high, method = figure.interval
    return replace(
        template,
        value=figure.value,
        low=low,
        high=high,
        method=method,
        n=figure.n,
        n_eff=figure.n_eff,
        excluded=dict(sorted(stat.excluded.items())),
        detail=figure.detail,
    )


def _state(figure: Figure, stat: Stat, period: Period | None, indicator: Indicator, query: Query) -> State:
    if figure.value is None:
        return State.NOT_COMPUTABLE
    if query.as_of is None:
        return State.OK
    known_until = query.as_of + timedelta(days=1)
    if period is not None and period.end > known_until:
        return State.IMMATURE
    wait = int(query[indicator.follow_up] or 0) if indicator.follow_up else 0
    last = stat.last_day or (period.end - timedelta(days=1) if period else None)
    if wait and last is not None and last + timedelta(days=wait) > query.as_of:
        return State.IMMATURE
    return State.OK


def _none_last(segment: tuple[str | None, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in segment)
