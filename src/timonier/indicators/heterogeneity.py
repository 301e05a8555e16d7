"""Whether several differences are one and the same, up to noise (Cochran 1954)."""

from collections.abc import Sequence
from typing import NamedTuple

from timonier.indicators.critical import error_behind
from timonier.indicators.difference import Difference


class Heterogeneity(NamedTuple):
    """Q = Σ w (d − d̄)² with w = 1/se², on `df` degrees of freedom; both None with fewer than two differences."""

    q: float | None
    df: int
    p_value: float | None


def heterogeneity(differences: Sequence[Difference], confidence: float = 0.95) -> Heterogeneity:
    """The test that independent differences share one value; standard errors are read from their intervals."""
    from scipy.special import chdtrc

    errors = [(one.value, error_behind(one.low, one.high, confidence)) for one in differences]
    known = [(value, error) for value, error in errors if value is not None and error is not None]
    if len(known) < 2:
        return Heterogeneity(None, 0, None)
    weights = [1 / error**2 for _, error in known]
    mean = sum(weight * value for weight, (value, _) in zip(weights, known, strict=True)) / sum(weights)
    q = sum(weight * (value - mean) ** 2 for weight, (value, _) in zip(weights, known, strict=True))
    df = len(known) - 1
    return Heterogeneity(q, df, float(chdtrc(df, q)))
