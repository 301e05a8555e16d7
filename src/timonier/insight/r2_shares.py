"""The algebra under key drivers: R² of every subset of drivers, and its two ways of being shared.

Everything here works on stacks of correlation matrices of shape (b, k + 1, k + 1), the outcome last.
"""

from math import factorial

import numpy as np
from numpy.typing import NDArray

from timonier.insight.arrays import Floats

SINGULAR = 1e-10
_SUBSETS_AT_ONCE = 1 << 18  # bounds memory to a few tens of MB whatever the number of resamples


def correlations(rows: Floats) -> Floats:
    """Correlation matrix of the columns of `rows` (n, k + 1); a constant column correlates 0 with the others."""
    stack = _as_correlations(np.cov(rows, rowvar=False)[None])
    return np.asarray(stack[0])


def resampled_correlations(rows: Floats, resamples: int, seed: int) -> Floats:
    """Correlation matrices (resamples, k + 1, k + 1) of bootstrap samples of the rows."""
    rng = np.random.default_rng(seed)
    n, width = rows.shape
    centred = rows - rows.mean(axis=0)
    covariances = np.empty((resamples, width, width))
    for i in range(resamples):
        times = np.bincount(rng.integers(0, n, n), minlength=n).astype(np.float64)
        mean = times @ centred / n
        covariances[i] = (centred * times[:, None]).T @ centred / n - np.outer(mean, mean)
    return _as_correlations(covariances)


def lmg_weights(corr: Floats) -> Floats:
    """LMG part of R² of each driver, (b, k): Σ over subsets S without j of the gain R²(S ∪ j) − R²(S).

    Each gain weighs |S|! (k − |S| − 1)! / k!.
    """
    k = corr.shape[1] - 1
    shapley = _shapley_matrix(k)
    step = max(1, _SUBSETS_AT_ONCE >> k)
    parts = [subset_r2(corr[i : i + step]) @ shapley for i in range(0, len(corr), step)]
    return np.maximum(np.concatenate(parts), 0.0)


def johnson_weights(corr: Floats) -> Floats:
    """Relative weight of each driver, (b, k): R = V D V', Λ = V √D V', β = Λ⁻¹ r; Λ² β², squared by cell."""
    inner, outer = corr[:, :-1, :-1], corr[:, :-1, -1]
    eigen, vectors = np.linalg.eigh(inner)
    kept = eigen > SINGULAR
    roots = np.sqrt(np.where(kept, eigen, 0.0))
    inverse_roots = np.divide(1.0, roots, out=np.zeros_like(roots), where=kept)
    turned = np.swapaxes(vectors, 1, 2)
    loadings = (vectors * roots[:, None, :]) @ turned
    betas = ((vectors * inverse_roots[:, None, :]) @ turned @ outer[:, :, None])[:, :, 0]
    weights: Floats = (loadings**2 @ (betas**2)[:, :, None])[:, :, 0]
    return weights


def subset_r2(corr: Floats) -> Floats:
    """R² of the outcome on each of the 2^k subsets of drivers, (b, 2^k); bit i of the index = driver i is in.

    One driver at a time, each subset is doubled into itself without and with the driver; "with" is a Schur
    complement, which leaves the covariances of what remains given the subset. Far cheaper than 2^k
    regressions.
    """
    k = corr.shape[1] - 1
    state = corr[:, None]
    for _ in range(k):
        pivot = state[..., :1, :1]
        column = state[..., 1:, :1]
        gain = np.divide(
            column * np.swapaxes(column, -1, -2),
            pivot,
            out=np.zeros_like(state[..., 1:, 1:]),
            where=pivot > SINGULAR,  # the driver repeats the subset: it adds nothing
        )
        without = state[..., 1:, 1:]
        state = np.concatenate([without, without - gain], axis=1)
    return 1.0 - state[..., 0, 0]


def _shapley_matrix(k: int) -> Floats:
    """(2^k, k): multiplying R² of the subsets by it gives the Shapley values."""
    subsets: NDArray[np.int64] = np.arange(1 << k)
    inside = (subsets[:, None] >> np.arange(k)) & 1
    size = inside.sum(axis=1)
    weight = np.array([factorial(s) * factorial(k - s - 1) / factorial(k) for s in range(k)])
    joining = weight[np.maximum(size - 1, 0)][:, None]
    staying = weight[np.minimum(size, k - 1)][:, None]
    return np.where(inside == 1, joining, -staying)


def _as_correlations(covariances: Floats) -> Floats:
    sd = np.sqrt(np.maximum(np.diagonal(covariances, axis1=1, axis2=2), 0.0))
    scale = sd[:, :, None] * sd[:, None, :]
    corr: Floats = np.divide(covariances, scale, out=np.zeros_like(covariances), where=scale > 0)
    index = np.arange(corr.shape[1])
    corr[:, index, index] = 1.0
    return corr
