"""How often a chart cries wolf: average run lengths, for normal independent points.

The average run length L(z) from a state z solves an integral equation (Page 1954 for the CUSUM, Crowder 1987
for the EWMA): L(z) = 1 + ∫ L(y) f(y | z) dy. It is solved by Nyström's method on Gauss–Legendre nodes, which
gains digits with each node because the kernel is smooth.
"""

from math import erfc, sqrt

import numpy as np
from scipy.special import ndtr, roots_legendre

from timonier.errors import UsageError
from timonier.insight.arrays import Floats
from timonier.text import Text

_NODES = 60


def shewhart_arl(width: float = 3.0, *, shift: float = 0.0) -> float:
    """Points until the first one beyond ± width standard deviations, when the mean is off by `shift` of them."""
    _above_zero(width)
    return 2 / (erfc((width - shift) / sqrt(2)) + erfc((width + shift) / sqrt(2)))


def cusum_arl(k: float = 0.5, h: float = 5.0, *, shift: float = 0.0) -> float:
    """Points until a two-sided CUSUM signals: 1 / ARL = 1 / ARL⁺ + 1 / ARL⁻ (both started at 0)."""
    _above_zero(h)
    up, down = _one_sided_cusum_arl(k, h, shift), _one_sided_cusum_arl(k, h, -shift)
    return 1 / (1 / up + 1 / down)


def ewma_arl(weight: float = 0.2, width: float = 2.962, *, shift: float = 0.0) -> float:
    """Points until a two-sided EWMA with its asymptotic limits signals, started at the centre."""
    _above_zero(width)
    if not 0 < weight <= 1:
        raise UsageError(Text(f"weight {weight} is not between 0 and 1", f"le poids {weight} n’est pas entre 0 et 1"))
    limit = width * sqrt(weight / (2 - weight))
    y, weights = _nodes(-limit, limit, _EWMA_NODES)

    def kernel(z: Floats) -> Floats:
        return _density((y[None, :] - (1 - weight) * z[:, None]) / weight - shift) / weight * weights

    run = np.linalg.solve(np.eye(len(y)) - kernel(y), np.ones(len(y)))
    return float(1 + (kernel(np.zeros(1)) @ run)[0])


# a small weight makes a narrow kernel, which needs finer nodes
_EWMA_NODES = 200


def _one_sided_cusum_arl(k: float, h: float, shift: float) -> float:
    """L(z) = 1 + L(0) Φ(k − shift − z) + ∫₀ʰ L(y) φ(y + k − shift − z) dy, at z = 0: the sum has an atom at 0."""
    y, weights = _nodes(0.0, h, max(_NODES, int(12 * h)))
    z = np.concatenate([[0.0], y])
    drift = k - shift
    transition = np.column_stack([ndtr(drift - z), _density(y[None, :] + drift - z[:, None]) * weights])
    return float(np.linalg.solve(np.eye(len(z)) - transition, np.ones(len(z)))[0])


def _nodes(low: float, high: float, count: int) -> tuple[Floats, Floats]:
    x, w = roots_legendre(count)
    half = (high - low) / 2
    return np.asarray(low + half * (x + 1)), np.asarray(half * w)


def _density(x: Floats) -> Floats:
    return np.asarray(np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi))


def _above_zero(width: float) -> None:
    if not width > 0:
        raise UsageError(Text("the limit must be above 0", "la limite doit être supérieure à 0"))
