"""From units to estimates: group, count, apply the formula. The only place that aggregates.

Three steps, on any dataframe that narwhals reads: the indicator's `units` (one row a unit, with its cell or its
y and x); one grouping by period and segment that keeps additive integers only; the variant's `finish`, a formula
on those integers. Nothing here knows what an indicator means, nor where the facts are.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import narwhals as nw

from timonier.errors import UsageError
from timonier.indicators.by_column import ByColumn, Figures
from timonier.indicators.cells import columns_of
from timonier.indicators.definition import Frames, Indicator, Population, Query, Stat, Units, Variant
from timonier.indicators.estimate import Estimate, Period, State
from timonier.indicators.periods import as_date, bucket, index_of, period_at, split, within
from timonier.indicators.reading import LIMB, Columns, Words, read_sums
from timonier.indicators.sums import Stats, Sums, together
from timonier.text import Text


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
                f"{indicator.name} has no variant “{wanted}”.",
                f"{indicator.name} n’a pas de variante « {wanted} ».",
            ),
            hint=Text(f"Choose among: {known}.", f"Choisissez parmi : {known}."),
        )
    return indicator.variants[wanted]


def gather(indicator: Indicator, frames: Frames, query: Query, variant: Variant) -> Sums:
    """The additive parts, by period index and segment. They add up over days and disjoint segments."""
    if variant.units is not None:
        form, wide = variant.form or indicator.form, variant.wide or indicator.wide
        follow_up = indicator.waits(variant)
        indicator = replace(indicator, units=variant.units, form=form, wide=wide, follow_up=follow_up)
    units = indicator.units
    if indicator.timing == "dated":
        return _collect(indicator, prepared(selected(units, frames, query), query), query)
    parts = []
    for index, period in window_periods(query):
        asked = replace(query, window=period)
        frame = selected(units, frames, asked).with_columns(period=nw.lit(index))
        parts.append(_collect(indicator, frame, query))
    return together(parts)


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


def prepared(units: nw.LazyFrame[Any], query: Query) -> nw.LazyFrame[Any]:
    """Units of the window, with the index of their period."""
    kept = units if query.window is None else units.filter(within(query.window, nw.col("day")))
    return kept.with_columns(period=bucket(nw.col("day"), query.every, query.fiscal_year_start))


def selected(units: Units, frames: Frames, query: Query) -> nw.LazyFrame[Any]:
    """The units that the query's filter keeps."""
    found = units(frames, query)
    return found if isinstance(units, Population) else query.kept(found)


def _collect(indicator: Indicator, units: nw.LazyFrame[Any], query: Query) -> Sums:
    return read_sums(indicator, _columns(grouped(indicator, units, query), query.by), query)


def grouped(indicator: Indicator, units: nw.LazyFrame[Any], query: Query) -> nw.LazyFrame[Any]:
    """Prepared units grouped by period, segment and cell: the rows that `read_sums` reads, and rollups keep."""
    dated = indicator.follow_up is not None and "day" in columns_of(units)  # only who waits asks for the last day
    if indicator.form == "moments":
        return _grouped_moments(units, query, indicator.cluster, wide=indicator.wide, dated=dated)
    weight = ["w"] if query.weighted else []
    last = [nw.col("day").max().alias("_last")] if dated else []
    return units.group_by("period", *query.by, "cell", *weight).agg(nw.len().alias("_count"), *last)


def _grouped_moments(
    units: nw.LazyFrame[Any], query: Query, cluster: str | None, *, wide: bool, dated: bool
) -> nw.LazyFrame[Any]:
    """Sums of y and x by cluster, then their moments; excluded units are counted in the same pass.

    Units without x count one each: counting rows is cheaper than adding ones.
    """
    present = columns_of(units)
    if "cell" not in present:
        units = units.with_columns(cell=nw.lit(1))
    keys = ["period", *query.by, "cell"]
    if cluster is not None and cluster in present:
        last = [nw.col("day").max().alias("day")] if dated else []
        x = nw.col("x").sum() if "x" in present else nw.len()
        sums = [nw.col("y").sum().alias("y"), x.alias("x"), nw.len().alias("_units"), *last]
        units = units.group_by(*keys, cluster).agg(*sums)
        units = units.with_columns(nw.col("y").cast(nw.Int64), nw.col("x").cast(nw.Int64))
    else:
        ones = ["_units"] if "x" in present else ["_units", "x"]
        units = units.with_columns(**{name: nw.lit(1, dtype=nw.Int64) for name in ones})
    return _moments(units, keys, wide=wide, dated=dated)


def _moments(units: nw.LazyFrame[Any], keys: list[str], *, wide: bool, dated: bool) -> nw.LazyFrame[Any]:
    """Sums of products that fit in 64 bits where y² would not: y = a·2¹⁶ + b, and x = c·2¹⁶ + d when it is money.

    a may be rounded either way, or off by one where y has more digits than a float: b is what is left of y, so the
    identity holds, and floor division costs five times more.
    """
    limbs = units.with_columns(_a=_high("y"), _c=_high("x") if wide else nw.lit(0))
    limbs = limbs.with_columns(
        _b=nw.col("y") - nw.col("_a") * LIMB, _d=nw.col("x") - nw.col("_c") * LIMB if wide else nw.col("x")
    )
    pairs = ["aa", "ab", "bb", "dd", *(["ad", "bd", "cc", "cd", "ac", "bc"] if wide else [])]
    products = {f"_{pair}": nw.col(f"_{pair[0]}") * nw.col(f"_{pair[1]}") for pair in pairs}
    if not wide:  # a count below 2¹⁵ times an amount below 2⁴⁷
        pairs.append("xy")
        products["_xy"] = nw.col("x") * nw.col("y")
    sums = [nw.col(f"_{pair}").sum().alias(f"_{pair}") for pair in pairs]
    last = [nw.col("day").max().alias("_last")] if dated else []
    totals = [
        nw.len().alias("_n"),
        nw.col("_units").sum().alias("_units"),
        nw.col("y").sum().alias("_y"),
        nw.col("x").sum().alias("_x"),
    ]
    return limbs.with_columns(**products).group_by(*keys).agg(*totals, *sums, *last)


def _high(column: str) -> nw.Expr:
    return (nw.col(column) / LIMB).cast(nw.Int64)


def _columns(frame: nw.LazyFrame[Any], by: tuple[str, ...]) -> Columns:
    found: dict[str, Any] = frame.collect().to_dict(as_series=False)
    for name in by:
        found[name] = Words.of([None if value is None else str(value) for value in found[name]])
    if "_last" in found:
        found["_last"] = [as_date(day) for day in found["_last"]]
    return found


def finish_all(indicator: Indicator, variant: str, stats: Stats, query: Query, *, currency: str = "") -> list[Estimate]:
    """Apply the formula to each period and segment; segments seen in one period are answered in all of them.

    `currency` is written on amounts of money.
    """
    chosen = indicator.variants[variant]
    segments = sorted({segment for _, segment in stats}, key=_none_last) or ([()] if not query.by else [])
    periods = _periods(stats, query)
    keys = [(index, segment) for index, _ in periods for segment in segments]
    sums = stats.over(keys) if isinstance(stats, Sums) else Sums.of([stats.get(key) or Stat() for key in keys])
    if isinstance(chosen.finish, ByColumn) and not query.weighted:
        figures = chosen.finish.columns(sums, query)
    else:
        dated = [replace(query, window=period) for _, period in periods for _ in segments]
        figures = Figures.each([chosen.finish(sums.stat(row), asked) for row, asked in enumerate(dated)])
    spans = [period for _, period in periods for _ in segments]
    bys = [tuple(zip(query.by, segment, strict=True)) for segment in segments] * len(periods)
    return [
        Estimate(
            indicator.name,
            value,
            low,
            high,
            n,
            n_eff,
            chosen.unit,
            chosen.direction,
            state,
            method,
            query.confidence,
            variant,
            by,
            period,
            excluded,
            indicator.version,
            currency if chosen.unit == "money" else "",
            detail,
        )
        for value, low, high, n, n_eff, state, method, by, period, excluded, detail in zip(
            figures.values,
            figures.lows,
            figures.highs,
            figures.n,
            figures.n_eff,
            _states(figures, sums, spans, indicator.waits(chosen), query),
            figures.methods,
            bys,
            spans,
            sums.left_out,
            figures.details,
            strict=True,
        )
    ]


def _periods(stats: Stats, query: Query) -> list[tuple[int, Period | None]]:
    if query.window is not None:
        return list(window_periods(query))
    found = sorted({index for index, _ in stats} or ({0} if query.every == "all" else set()))
    whole = query.every == "all"
    return [(index, None if whole else period_at(index, query.every, query.fiscal_year_start)) for index in found]


def _states(
    figures: Figures, sums: Sums, periods: Sequence[Period | None], waits: str | None, query: Query
) -> list[State]:
    """What may be said of each value, given what is known on `query.as_of`; `waits`: the parameter of the delay."""
    if query.as_of is None:
        return [State.NOT_COMPUTABLE if value is None else State.OK for value in figures.values]
    as_of = query.as_of
    wait = timedelta(days=int(query[waits] or 0) if waits else 0)
    running = {one: one is not None and (one.end - as_of).days > 1 for one in set(periods)}
    days = sums.last_day or [None] * len(sums)
    states = []
    for value, period, day in zip(figures.values, periods, days, strict=True):
        last = day or (period.end - timedelta(days=1) if period else None)
        early = running[period] or (wait and last is not None and last + wait > as_of)
        states.append(State.NOT_COMPUTABLE if value is None else State.IMMATURE if early else State.OK)
    return states


def _none_last(segment: tuple[str | None, ...]) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in segment)
