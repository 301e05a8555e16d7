"""The standard error of a published figure, read from its interval or its counts."""

from math import sqrt

from timonier.indicators.critical import error_behind, t_of, z_of
from timonier.indicators.estimate import Estimate
from timonier.indicators.nps_intervals import adjusted, unit_variance


def standard_error(estimate: Estimate) -> float | None:
    """In the unit of the value; None where its interval does not come from one, or is not given.

    Wilson's interval is narrower than the error by √(1 + z²/n). Net scores use counts with the pseudo-answers of the
    adjusted Wald method, as their differences do. An interval cut at a limit keeps its other half.
    """
    value, low, high = estimate.value, estimate.low, estimate.high
    if value is None or low is None or high is None or not estimate.n:
        return None
    if estimate.unit == "points":
        return _of_counts(estimate)
    if estimate.method in ("t", "linearised"):
        freedom = (estimate.n_eff or estimate.n) - 1
        return max(high - value, value - low) / t_of(estimate.confidence, freedom) if freedom > 0 else None
    plain = error_behind(low, high, estimate.confidence)
    if estimate.method == "wilson" and plain is not None:
        return plain * sqrt(1 + z_of(estimate.confidence) ** 2 / estimate.n)
    return plain if estimate.method == "poisson-exact" else None


def _of_counts(estimate: Estimate) -> float | None:
    found = [estimate.detail.get(name) for name in ("promoters", "passives", "detractors")]
    counts = [float(one) for one in found if isinstance(one, int | float)]
    if len(counts) < 3:
        return None
    padded = adjusted(*counts)
    return 100 * sqrt(unit_variance(*padded) / sum(padded))


def spread_like(whole: float | None, whole_size: float, size: float) -> float | None:
    """The error of the figure of `size` units that vary as those of the whole do."""
    return whole * sqrt(whole_size / size) if whole is not None and size > 0 else None


def count_change_error(now: float, before: float) -> float:
    """The error of now − before, two independent Poisson counts."""
    return sqrt(max(0.0, now) + max(0.0, before))
