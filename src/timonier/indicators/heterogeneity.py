"""Whether several differences are one and the same, up to noise (Cochran 1954)."""

from collections.abc import Sequence
from typing import NamedTuple

from timonier.indicators.critical import z_of
from timonier.indicators.difference import Difference


class Heterogeneity(NamedTuple):
    """Q = Σ w (d − d̄)² with w = 1/se², on `df` degrees of freedom; both None with fewer than two differences."""

    q: float | None
    df: int
    p_value: float | None


def heterogeneity(differences: Sequence[Difference], confidence: float = 0.95) -> Heterogeneity:
    """The test that independent differences share one value; standard errors are read from their intervals."""
    from scipy.special import chdtrc

    z = z_of(confidence)
    known = [sampled for one in differences if (sampled := _sampled(one, z)) is not None]
    if len(known) < 2:
        return Heterogeneity(None, 0, None)
    weights = [1 / one.se**2 for one in known]
    mean = sum(weight * one.value for weight, one in zip(weights, known, strict=True)) / sum(weights)
    q = sum(weight * (one.value - mean) ** 2 for weight, one in zip(weights, known, strict=True))
    df = len(known) - 1
    return Heterogeneity(q, df, float(chdtrc(df, q)))


class _Sampled(NamedTuple):
    value: float
    se: float


def _sampled(one: Difference, z: float) -> _Sampled | None:
    if one.value is None or one.low is None or one.high is None or one.high <= one.low:
        return None
    return _Sampled(one.value, (one.high - one.low) / (2 * z))
