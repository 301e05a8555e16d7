"""How many answers are needed, and how small a change a given number can show.

Variances are those of one answer: p(1 − p) for a share, p + d − (p − d)² ≤ 1 for a net share (−1..1). Margins
and changes are in the same unit: 5 points of NPS are 0.05.
"""

from math import ceil, inf, sqrt

from timonier.errors import UsageError
from timonier.indicators.critical import z_of
from timonier.text import Text

WORST_NET = 1.0  # half promoters, half detractors
WORST_SHARE = 0.25


def share_variance(share: float) -> float:
    """p(1 − p)."""
    return share * (1 - share)


def size_for_margin(margin: float, variance: float, confidence: float = 0.95, *, population: float = inf) -> int:
    """Answers for an interval of ± `margin`; fewer from a finite list: n0 / (1 + (n0 − 1)/N)."""
    needed = (z_of(confidence) / _positive(margin)) ** 2 * variance
    return _up(needed / (1 + (needed - 1) / population) if population < inf else needed)


def margin_of(n: int, variance: float, confidence: float = 0.95) -> float:
    """Half-width of the interval that `n` answers give."""
    return z_of(confidence) * sqrt(variance / _positive(n))


def finite_population_se(n: int, variance: float, population: int) -> float:
    """Standard error for a claim about a finite list of `population`, of which `n` drawn at random answered.

    sqrt(s²/n · (1 − n/N)) with s² of divisor n − 1 (Cochran 1977). Never for «all future customers».
    """
    if not 2 <= n <= population:
        raise UsageError(
            Text(
                f"the sample ({n}) must hold 2 people or more, and no more than the population ({population}).",
                f"l’échantillon ({n}) doit compter au moins 2 personnes, et pas plus que la population ({population}).",
            )
        )
    return sqrt(variance / (n - 1) * (1 - n / population))


def size_for_shares(first: float, second: float, power: float = 0.8, confidence: float = 0.95) -> int:
    """Answers in each of two groups to tell two shares apart: (z_a √(2pq) + z_b √(p1q1 + p2q2))² / (p1 − p2)²."""
    middle = (first + second) / 2
    root = z_of(confidence) * sqrt(2 * share_variance(middle))
    root += z_of_power(power) * sqrt(share_variance(first) + share_variance(second))
    return _up((root / _positive(abs(first - second))) ** 2)


def size_for_change(
    change: float, first_variance: float, second_variance: float, power: float = 0.8, confidence: float = 0.95
) -> int:
    """Answers in each of two groups to see a change of a mean or of a net share: (z_a + z_b)² (V1 + V2)/change²."""
    reach = (z_of(confidence) + z_of_power(power)) / _positive(abs(change))
    return _up(reach**2 * (first_variance + second_variance))


def detectable_change(
    first: tuple[int, float], second: tuple[int, float], power: float = 0.8, confidence: float = 0.95
) -> float:
    """Smallest change that two groups, each (n, variance of one answer), show with that power."""
    (n1, variance1), (n2, variance2) = first, second
    spread = variance1 / _positive(n1) + variance2 / _positive(n2)
    return (z_of(confidence) + z_of_power(power)) * sqrt(spread)


def invitations(n: int, *, response_rate: float, deff: float = 1.0) -> int:
    """Invitations to send for `n` answers' worth of information, once weighted or clustered (`deff`)."""
    if not 0 < response_rate <= 1:
        raise UsageError(
            Text(
                f"a response rate lies between 0 and 1, not {response_rate:g}.",
                f"un taux de réponse se situe entre 0 et 1, et non {response_rate:g}.",
            )
        )
    return _up(n * deff / response_rate)


def z_of_power(power: float) -> float:
    """Normal quantile of the power of a test (0.8 → 0.8416)."""
    return z_of(2 * power - 1) if power > 0.5 else -z_of(1 - 2 * power) if power < 0.5 else 0.0


def _up(answers: float) -> int:
    return ceil(answers - 1e-9)  # 385.0000000001 is 385


def _positive(value: float) -> float:
    if not value > 0:
        raise UsageError(
            Text(
                f"this must be more than 0, not {value:g}.",
                f"cette valeur doit être supérieure à 0, et non {value:g}.",
            )
        )
    return value
