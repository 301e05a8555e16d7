"""From sums to figures: the few formulas that every indicator of the catalogue is written with.

Each `Finish` reads the additive parts of one period and segment (`Stat`), or of many at once (`Sums`), and gives the
value, its interval and its counts. Shares are 0–1, net scores in points, money in currency units, times in days.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import nan

from timonier.errors import UsageError
from timonier.indicators import intervals, nps_intervals, quantiles, survival, weighted
from timonier.indicators.bounds import Bounds, Flags, Floats, Ints, column, gathered, known
from timonier.indicators.by_column import NO_DETAIL, ByColumn, Figures, refuse_weights
from timonier.indicators.definition import Figure, Finish, Query, Stat
from timonier.indicators.estimate import NO_INTERVAL, Interval
from timonier.indicators.stats import MONEY_SCALE, Moments, merge_counts
from timonier.indicators.sums import Sums
from timonier.text import Text

SECONDS_PER_DAY = 86_400

type Cells = Callable[[Query], Collection[int]]

type OnCounts = Callable[[Floats, Floats, float], Bounds]
type OnAnswers = Callable[[Floats, Floats, Floats, float], Bounds]
type OnMoments = Callable[[Sequence[Moments], float], Bounds]


def _shares(method: Callable[[float, float, float], Interval]) -> OnCounts:
    def columns(x: Floats, n: Floats, confidence: float) -> Bounds:
        return gathered(method(one, other, confidence) for one, other in zip(x.tolist(), n.tolist(), strict=True))

    return columns


def _nets(method: Callable[[float, float, float, float], Interval]) -> OnAnswers:
    def columns(up: Floats, middle: Floats, down: Floats, confidence: float) -> Bounds:
        rows = zip(up.tolist(), middle.tolist(), down.tolist(), strict=True)
        return gathered(method(*row, confidence) for row in rows)

    return columns


SHARE_METHODS: dict[str, OnCounts] = {
    "default": intervals.wilsons,
    "wilson": intervals.wilsons,
    "clopper-pearson": _shares(intervals.clopper_pearson),
    "agresti-coull": _shares(intervals.agresti_coull),
    "jeffreys": _shares(intervals.jeffreys),
}
NPS_METHODS: dict[str, OnAnswers] = {
    "default": nps_intervals.nps_scores,
    "score": nps_intervals.nps_scores,
    "adjusted-wald": _nets(nps_intervals.nps_adjusted_wald),
    "wald": _nets(nps_intervals.nps_wald),
}
RATIO_METHODS: dict[str, OnMoments] = {
    "default": intervals.ratios_linearised,
    "linearised": intervals.ratios_linearised,
    "fieller": lambda moments, confidence: gathered(intervals.ratio_fieller(one, confidence) for one in moments),
}


def pick_method[T](methods: dict[str, T], query: Query) -> T:
    """The interval method asked for, or an error that lists those that exist."""
    if query.method not in methods:
        known = ", ".join(name for name in methods if name != "default")
        raise UsageError(
            Text(
                f"unknown interval method “{query.method}”.",
                f"méthode d’intervalle inconnue : « {query.method} ».",
            ),
            hint=Text(f"Choose among: {known}.", f"Choisissez parmi : {known}."),
        )
    return methods[query.method]


def share(yes: Cells, among: Cells | None = None) -> Finish:
    """Units in the `yes` cells over all counted units (or those in the `among` cells), with Wilson's interval."""

    def columns(sums: Sums, query: Query) -> Figures:
        kept = _in(sums, among(query)) if among else _all(sums)
        x, n = sums.total(kept & _in(sums, yes(query))), sums.total(kept)
        bounds = pick_method(SHARE_METHODS, query)(column(x), column(n), query.confidence)
        counts = list(zip(x.tolist(), n.tolist(), strict=True))
        return Figures.over(n.tolist(), _over(x, n), bounds, [{"x": good, "n": size} for good, size in counts])

    def weigh(stat: Stat, query: Query) -> Figure:
        kept, good = among(query) if among else stat.counts.keys(), yes(query)
        return weighted_mean(stat, lambda cell: float(cell in good), kept, query, scale=1.0, within=(0.0, 1.0))

    return ByColumn(columns, weigh)


def _all(sums: Sums) -> Flags:
    every: Flags = sums.cell >= 0
    return every


def _in(sums: Sums, cells: Collection[int]) -> Flags:
    import numpy as np

    return np.isin(sums.cell, list(cells))


def _over(top: Ints, bottom: Ints) -> Floats:
    """top / bottom, NaN over 0: whole numbers of less than 54 bits are divided as Python does, exactly rounded."""
    import numpy as np

    return np.where(bottom == 0, np.nan, top / np.where(bottom == 0, 1, bottom))


def _net_columns(sums: Sums, query: Query, good: Flags, bad: Flags) -> Figures:
    """Share of good cells minus share of bad ones, in points, with the score interval."""
    ups, downs, n = sums.total(good), sums.total(bad), sums.total()
    middles = n - ups - downs
    found = pick_method(NPS_METHODS, query)(column(ups), column(middles), column(downs), query.confidence)
    counts = zip(ups.tolist(), middles.tolist(), downs.tolist(), strict=True)
    detail = [{"promoters": up, "passives": middle, "detractors": down} for up, middle, down in counts]
    return Figures.over(n.tolist(), _over(100 * (ups - downs), n), found.scaled(lambda side: 100 * side), detail)


def _nps_columns(sums: Sums, query: Query) -> Figures:
    figures = _net_columns(sums, query, sums.cell >= 9, sums.cell <= 6)
    means = _over(sums.total(value=sums.cell), sums.total()).tolist()
    parts = zip(figures.details, sums.histograms, means, strict=True)
    details = [{**told, "distribution": dict(counts), "mean": mean} if told else told for told, counts, mean in parts]
    return replace(figures, details=details)


def _nps_weighted(stat: Stat, query: Query) -> Figure:
    plain = net_score(stat, replace(query, weighted=False))
    figure = weighted_mean(stat, nps_point, stat.counts.keys(), query, scale=100.0, within=(-1.0, 1.0))
    return figure._replace(detail={**figure.detail, **plain.detail}) if stat.n else Figure(None)


# NPS: 100 × (promoters 9–10 − detractors 0–6) / n, in points, with the score interval.
net_score = ByColumn(_nps_columns, _nps_weighted)


def nps_point(score: int) -> float:
    """+1 for a promoter, −1 for a detractor, 0 for a passive."""
    return float((score >= 9) - (score <= 6))


def mean_score(value_of: Callable[[int, Query], int] | None = None) -> Finish:
    """Mean of the cells (or of `value_of` each cell) with Student's interval; the distribution beside it."""
    recode = value_of or (lambda cell, _query: cell)

    def columns(sums: Sums, query: Query) -> Figures:
        spread = [_recoded(counts, lambda cell: recode(cell, query)) for counts in sums.histograms]
        n = sums.total().tolist()
        totals = [sum(value * count for value, count in one.items()) for one in spread]
        means = column([total / size if size else nan for total, size in zip(totals, n, strict=True)])
        bounds = intervals.means_t_from_counts(spread, query.confidence)
        return Figures.over(n, means, bounds, [{"distribution": one} for one in spread])

    def weigh(stat: Stat, query: Query) -> Figure:
        return weighted_mean(stat, lambda cell: float(recode(cell, query)), stat.counts.keys(), query, scale=1.0)

    return ByColumn(columns, weigh)


def _recoded(counts: Mapping[int, int], recode: Callable[[int], int]) -> dict[int, int]:
    return merge_counts({recode(cell): count} for cell, count in counts.items())


def net_share(good: Cells, bad: Cells) -> Finish:
    """Share of good cells minus share of bad ones, in points; the score interval of a net share."""

    def columns(sums: Sums, query: Query) -> Figures:
        return _net_columns(sums, query, _in(sums, good(query)), _in(sums, bad(query)))

    def weigh(stat: Stat, query: Query) -> Figure:
        def point(cell: int) -> float:
            return float((cell in good(query)) - (cell in bad(query)))

        return weighted_mean(stat, point, stat.counts.keys(), query, scale=100.0, within=(-1.0, 1.0))

    return ByColumn(columns, weigh)


def ratio(scale: int = MONEY_SCALE, *, cap: bool = False, of_units: bool = True) -> Finish:
    """Σy / Σx over clusters, with the linearised interval (Student, m − 1) or Fieller's on request.

    `scale` divides y (money enters in ten thousandths). `cap` keeps the interval within 0–1. `of_units`: x counts
    units, so n is Σx; when x is money n is the number of clusters. `x_size` in the detail is (Σx)²/Σx²: how many
    clusters of the same x would tell as much of the weight of a segment (Kish 1965).
    """

    def columns(sums: Sums, query: Query) -> Figures:
        import numpy as np

        def scaled(side: Floats) -> Floats:
            return np.minimum(np.maximum(side / scale, 0.0), 1.0) if cap else side / scale

        moments = [sums.moments_of(row) for row in range(len(sums))]
        bounds = pick_method(RATIO_METHODS, query)(moments, query.confidence).scaled(scaled)
        some = [one.x != 0 for one in moments]
        value = [one.y / (one.x * scale) if one.x else None for one in moments]
        n = [(one.x if of_units else one.n) if kept else 0 for one, kept in zip(moments, some, strict=True)]
        effective = [float(one.n) if kept else None for one, kept in zip(moments, some, strict=True)]
        details = [
            {"clusters": one.n, "sum": one.y / scale, "x_size": one.x * one.x / one.xx} if one.x else NO_DETAIL
            for one in moments
        ]
        return Figures(value, known(bounds.low), known(bounds.high), bounds.methods, n, effective, details)

    return ByColumn(columns)


def _scaled(bound: float | None, scale: int) -> float | None:
    return None if bound is None else bound / scale


def _cost_columns(sums: Sums, query: Query) -> Figures:
    moments = [sums.moments_of(row) for row in range(len(sums))]
    costs, n = [one.y / MONEY_SCALE for one in moments], [one.x for one in moments]
    told = [one.x != 0 and one.y != 0 for one in moments]  # no cost recorded: customers did not come for nothing
    counted = column([size if kept else 0 for size, kept in zip(n, told, strict=True)])
    bounds = intervals.costs_per_unit_poisson(column(costs), counted, query.confidence)
    value = [one.y / (one.x * MONEY_SCALE) if kept else None for one, kept in zip(moments, told, strict=True)]
    effective = [float(size) if kept else None for size, kept in zip(n, told, strict=True)]
    details = [{"sum": cost} for cost in costs]
    return Figures(value, known(bounds.low), known(bounds.high), bounds.methods, n, effective, details)


# Σ cost / Σ new customers; the cost is accounting, so only the count varies (exact Poisson limits).
cost_per_unit = ByColumn(_cost_columns)


def per_thousand(events: Collection[int]) -> Finish:
    """1,000 × events / exposure, with the exact Poisson interval: zero events still has an upper bound."""

    def columns(sums: Sums, query: Query) -> Figures:
        x, n = sums.total(_in(sums, events)), sums.total()
        bounds = intervals.poissons_exact(column(x), column(n), query.confidence).scaled(lambda side: 1000 * side)
        counts = zip(x.tolist(), n.tolist(), strict=True)
        return Figures.over(n.tolist(), _over(1000 * x, n), bounds, [{"x": one, "n": size} for one, size in counts])

    return ByColumn(columns)


def _count_columns(sums: Sums, query: Query) -> Figures:
    n = sums.total()
    bounds = intervals.poissons_exact(column(n), column(n * 0 + 1), query.confidence)
    sizes = n.tolist()
    values = list(map(float, sizes))
    details = [{"x": size, "n": 1} for size in sizes]
    return Figures(values, known(bounds.low), known(bounds.high), bounds.methods, sizes, values, details)


# How many units, with the exact Poisson interval of a count; zero units is 0, not «not computable».
count = ByColumn(_count_columns)


def quantile_of_durations(probability: float | None = None) -> Finish:
    """Quantile in days of durations, open cases censored (Kaplan–Meier); cells are 2 × seconds + completed."""

    def finish(stat: Stat, query: Query) -> Figure:
        refuse_weights(query)
        if stat.n == 0:
            return Figure(None)
        wanted = query["quantile"] if probability is None else probability
        done = {cell // 2: units for cell, units in stat.counts.items() if cell % 2}
        open_ = {cell // 2: units for cell, units in stat.counts.items() if not cell % 2}
        detail = {"completed": sum(done.values()), "open": sum(open_.values())}
        if not open_:
            value = quantiles.quantile(done, wanted)
            interval = quantiles.quantile_interval(done, wanted, query.confidence)
        else:
            value, interval = survival.quantile(survival.kaplan_meier(done, open_), wanted, query.confidence)
        return Figure(_days(value), _in_days(interval), stat.n, float(stat.n), detail)

    return finish


def mean_of_completed(stat: Stat, query: Query) -> Figure:
    """Mean duration in days of completed cases only: biased down while cases are open, hence a variant."""
    refuse_weights(query)
    done = {cell // 2: units for cell, units in stat.counts.items() if cell % 2}
    n = sum(done.values())
    if n == 0:
        return Figure(None)
    value = Fraction(sum(seconds * units for seconds, units in done.items()), n)
    interval = intervals.mean_t_from_counts(done, query.confidence)
    return Figure(_days(float(value)), _in_days(interval), n, float(n), {"open": stat.n - n})


def median_amount(stat: Stat, query: Query) -> Figure:
    """Median of amounts in ten thousandths of the currency, with the interval of order statistics."""
    refuse_weights(query)
    value = quantiles.quantile(stat.counts, 0.5)
    if value is None:
        return Figure(None)
    low, high, name = quantiles.quantile_interval(stat.counts, 0.5, query.confidence)
    scaled = Interval(_scaled(low, MONEY_SCALE), _scaled(high, MONEY_SCALE), name)
    return Figure(value / MONEY_SCALE, scaled, stat.n, float(stat.n))


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / SECONDS_PER_DAY


def _in_days(interval: Interval) -> Interval:
    return Interval(_days(interval.low), _days(interval.high), interval.method)


def weighted_mean(
    stat: Stat,
    value_of: Callable[[int], float],
    kept: Collection[int],
    query: Query,
    *,
    scale: float,
    within: tuple[float, float] | None = None,
) -> Figure:
    """Weighted mean of a value of each cell, linearised with replacement (Student, n − 1), times `scale`.

    `within` are the bounds that the value cannot leave, before scaling: the interval is cut to them.
    """
    cells = [item for item in stat.weighted if item.cell in kept and item.weight != 0]
    if not cells:
        return Figure(None)
    found = weighted.mean(
        [value_of(item.cell) for item in cells],
        [item.weight for item in cells],
        [item.units for item in cells],
        query.confidence,
    )
    low, high, name = found.interval
    if within is not None and low is not None and high is not None:
        low, high = max(low, within[0]), min(high, within[1])
    bounds = Interval(None if low is None else scale * low, None if high is None else scale * high, name)
    n = sum(item.units for item in cells)
    return Figure(scale * found.value, bounds, n, found.n_eff, {"deff": found.deff})


def nothing(_stat: Stat, _query: Query) -> Figure:
    """A figure that facts alone cannot give (it needs a control group): not computable here."""
    return Figure(None, NO_INTERVAL)
