"""From sums to figures: the few formulas that every indicator of the catalogue is written with.

Each function here returns a `Finish`: it reads the additive parts of one period and segment (`Stat`) and gives the
value, its interval and its counts. Shares are 0–1, net scores in points, money in currency units, times in days.
"""

from collections.abc import Callable, Collection
from fractions import Fraction

from timonier.errors import UsageError
from timonier.indicators import intervals, nps_intervals, quantiles, survival, weighted
from timonier.indicators.definition import Figure, Finish, Query, Stat
from timonier.indicators.estimate import NO_INTERVAL, Interval
from timonier.indicators.stats import MONEY_SCALE, Moments
from timonier.text import Text

SECONDS_PER_DAY = 86_400

type Cells = Callable[[Query], Collection[int]]

SHARE_METHODS = {
    "default": intervals.wilson,
    "wilson": intervals.wilson,
    "clopper-pearson": intervals.clopper_pearson,
    "agresti-coull": intervals.agresti_coull,
    "jeffreys": intervals.jeffreys,
}
NPS_METHODS = {
    "default": nps_intervals.nps_score,
    "score": nps_intervals.nps_score,
    "adjusted-wald": nps_intervals.nps_adjusted_wald,
    "wald": nps_intervals.nps_wald,
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


def refuse_weights(query: Query) -> None:
    """A weight that a formula cannot use is an error: ignored, it would give the unweighted figure in silence."""
    if query.weighted:
        raise UsageError(
            Text("this indicator cannot be weighted.", "cet indicateur ne se pondère pas."),
            hint=Text("Leave the weight out.", "Retirez le poids."),
        )


def share(yes: Cells, among: Cells | None = None) -> Finish:
    """Units in the `yes` cells over all counted units (or those in the `among` cells), with Wilson's interval."""

    def finish(stat: Stat, query: Query) -> Figure:
        kept = among(query) if among else stat.counts.keys()
        good = yes(query)
        n = sum(count for cell, count in stat.counts.items() if cell in kept)
        x = sum(count for cell, count in stat.counts.items() if cell in kept and cell in good)
        if query.weighted:
            return weighted_mean(stat, lambda cell: float(cell in good), kept, query, scale=1.0, within=(0.0, 1.0))
        if n == 0:
            return Figure(None)
        interval = pick_method(SHARE_METHODS, query)(x, n, query.confidence)
        return Figure(x / n, interval, n, float(n), {"x": x, "n": n})

    return finish


def net_score(stat: Stat, query: Query) -> Figure:
    """NPS: 100 × (promoters 9–10 − detractors 0–6) / n, in points, with the score interval."""
    promoters = sum(count for cell, count in stat.counts.items() if cell >= 9)
    detractors = sum(count for cell, count in stat.counts.items() if cell <= 6)
    n = stat.n
    if n == 0:
        return Figure(None)
    detail: dict[str, object] = {
        "promoters": promoters,
        "passives": n - promoters - detractors,
        "detractors": detractors,
        "distribution": dict(stat.counts),
        "mean": float(Fraction(sum(cell * count for cell, count in stat.counts.items()), n)),
    }
    if query.weighted:
        figure = weighted_mean(stat, nps_point, stat.counts.keys(), query, scale=100.0, within=(-1.0, 1.0))
        return figure._replace(detail={**figure.detail, **detail})
    method = pick_method(NPS_METHODS, query)
    low, high, name = method(promoters, n - promoters - detractors, detractors, query.confidence)
    bounds = Interval(None if low is None else 100 * low, None if high is None else 100 * high, name)
    value = float(Fraction(100 * (promoters - detractors), n))
    return Figure(value, bounds, n, float(n), detail)


def nps_point(score: int) -> float:
    """+1 for a promoter, −1 for a detractor, 0 for a passive."""
    return float((score >= 9) - (score <= 6))


def mean_score(value_of: Callable[[int, Query], int] | None = None) -> Finish:
    """Mean of the cells (or of `value_of` each cell) with Student's interval; the distribution beside it."""

    def finish(stat: Stat, query: Query) -> Figure:
        recode = value_of or (lambda cell, _query: cell)
        counts: dict[int, int] = {}
        for cell, count in stat.counts.items():
            counts[recode(cell, query)] = counts.get(recode(cell, query), 0) + count
        n = stat.n
        if n == 0:
            return Figure(None)
        if query.weighted:
            return weighted_mean(stat, lambda cell: float(recode(cell, query)), stat.counts.keys(), query, scale=1.0)
        value = float(Fraction(sum(cell * count for cell, count in counts.items()), n))
        interval = intervals.mean_t_from_counts(counts, query.confidence)
        return Figure(value, interval, n, float(n), {"distribution": dict(sorted(counts.items()))})

    return finish


def net_share(good: Cells, bad: Cells) -> Finish:
    """Share of good cells minus share of bad ones, in points; the score interval of a net share."""

    def finish(stat: Stat, query: Query) -> Figure:
        n = stat.n
        if n == 0:
            return Figure(None)
        if query.weighted:

            def point(cell: int) -> float:
                return float((cell in good(query)) - (cell in bad(query)))

            return weighted_mean(stat, point, stat.counts.keys(), query, scale=100.0, within=(-1.0, 1.0))
        ups = sum(count for cell, count in stat.counts.items() if cell in good(query))
        downs = sum(count for cell, count in stat.counts.items() if cell in bad(query))
        low, high, name = pick_method(NPS_METHODS, query)(ups, n - ups - downs, downs, query.confidence)
        bounds = Interval(None if low is None else 100 * low, None if high is None else 100 * high, name)
        detail = {"promoters": ups, "passives": n - ups - downs, "detractors": downs}
        return Figure(float(Fraction(100 * (ups - downs), n)), bounds, n, float(n), detail)

    return finish


def ratio(scale: int = MONEY_SCALE, *, cap: bool = False, of_units: bool = True) -> Finish:
    """Σy / Σx over clusters, with the linearised interval (Student, m − 1) or Fieller's on request.

    `scale` divides y (money enters in ten thousandths). `cap` keeps the interval within 0–1. `of_units`: x counts
    units, so n is Σx; when x is money n is the number of clusters.
    """

    def finish(stat: Stat, query: Query) -> Figure:
        refuse_weights(query)
        moments = stat.moments
        if moments.x == 0:
            return Figure(None)
        method = pick_method(RATIO_METHODS, query)
        low, high, name = method(moments, query.confidence)
        bounds = Interval(_scaled(low, scale, cap=cap), _scaled(high, scale, cap=cap), name)
        value = float(Fraction(moments.y, moments.x * scale))
        n = moments.x if of_units else moments.n
        return Figure(value, bounds, n, float(moments.n), {"clusters": moments.n, "sum": moments.y / scale})

    return finish


RATIO_METHODS = {
    "default": intervals.ratio_linearised,
    "linearised": intervals.ratio_linearised,
    "fieller": intervals.ratio_fieller,
}


def _scaled(bound: float | None, scale: int, *, cap: bool) -> float | None:
    if bound is None:
        return None
    return min(max(bound / scale, 0.0), 1.0) if cap else bound / scale


def cost_per_unit(stat: Stat, query: Query) -> Figure:
    """Σ cost / Σ new customers; the cost is accounting, so only the count varies (exact Poisson limits)."""
    refuse_weights(query)
    moments: Moments = stat.moments
    cost = moments.y / MONEY_SCALE
    if moments.x == 0 or moments.y == 0:  # no cost was recorded: customers did not come for nothing
        return Figure(None, n=moments.x, detail={"sum": cost})
    interval = intervals.cost_per_unit_poisson(cost, moments.x, query.confidence)
    value = float(Fraction(moments.y, moments.x * MONEY_SCALE))
    return Figure(value, interval, moments.x, float(moments.x), {"sum": cost})


def per_thousand(events: Collection[int]) -> Finish:
    """1,000 × events / exposure, with the exact Poisson interval: zero events still has an upper bound."""

    def finish(stat: Stat, query: Query) -> Figure:
        refuse_weights(query)
        exposure = stat.n
        if exposure == 0:
            return Figure(None)
        count = sum(units for cell, units in stat.counts.items() if cell in events)
        low, high, name = intervals.poisson_exact(count, exposure, query.confidence)
        bounds = Interval(None if low is None else 1000 * low, None if high is None else 1000 * high, name)
        return Figure(1000 * count / exposure, bounds, exposure, float(exposure), {"x": count, "n": exposure})

    return finish


def count(stat: Stat, query: Query) -> Figure:
    """How many units, with the exact Poisson interval of a count; zero units is 0, not «not computable»."""
    refuse_weights(query)
    n = stat.n
    return Figure(float(n), intervals.poisson_exact(n, 1, query.confidence), n, float(n), {"x": n, "n": 1})


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
    scaled = Interval(_scaled(low, MONEY_SCALE, cap=False), _scaled(high, MONEY_SCALE, cap=False), name)
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
