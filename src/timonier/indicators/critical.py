"""Critical values of the normal and Student distributions, two-sided, remembered between calls."""

from functools import lru_cache
from typing import TYPE_CHECKING

from timonier.errors import UsageError
from timonier.text import Text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def tail(confidence: float) -> float:
    """Half of 1 − confidence: the probability left on each side; UsageError outside ]0, 1[."""
    if not 0 < confidence < 1:
        raise UsageError(
            Text(
                f"a confidence level lies between 0 and 1, not {confidence:g}.",
                f"un niveau de confiance se situe entre 0 et 1, et non {confidence:g}.",
            ),
            hint=Text("For 95 %, write 0.95.", "Pour 95 %, écrivez 0.95."),
        )
    return (1 - confidence) / 2


@lru_cache(maxsize=256)
def z_of(confidence: float) -> float:
    """Normal critical value, 1.959964 at 95 %."""
    from statistics import NormalDist

    return -NormalDist().inv_cdf(tail(confidence))


@lru_cache(maxsize=4096)
def t_of(confidence: float, df: float) -> float:
    """Student critical value with `df` degrees of freedom (> 0, may be fractional)."""
    from scipy.special import stdtrit

    return -float(stdtrit(df, tail(confidence)))


def t_column(confidence: float, df: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """The same by column."""
    from scipy.special import stdtrit

    found: NDArray[np.float64] = -stdtrit(df, tail(confidence))
    return found


def error_behind(low: float | None, high: float | None, confidence: float) -> float | None:
    """The standard error that a normal interval of this width comes from; None without two distinct bounds."""
    if low is None or high is None or high <= low:
        return None
    return (high - low) / (2 * z_of(confidence))


def two_sided_normal(z: float) -> float:
    """Two-sided p-value of a normal statistic."""
    from math import erfc, sqrt

    return erfc(abs(z) / sqrt(2))


def two_sided_t(t: float, df: float) -> float:
    """Two-sided p-value of a Student statistic with `df` degrees of freedom."""
    from scipy.special import stdtr

    return 2 * float(stdtr(df, -abs(t)))
