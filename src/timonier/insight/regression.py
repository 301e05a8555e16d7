"""Least squares with the three standard errors that an effect needs: plain, by cluster, and for a time series."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

from timonier.errors import DataError
from timonier.insight.arrays import Floats
from timonier.text import Text

NO_NOISE = Text(
    "no value varies: noise cannot be measured", "aucune valeur ne varie : le bruit ne peut pas être mesuré"
)


@dataclass(frozen=True, slots=True)
class Coefficient:
    """A coefficient with its t interval; `se_ols` is the plain standard error, for reference."""

    value: float
    low: float
    high: float
    se: float
    se_ols: float
    statistic: float | None
    p_value: float | None
    df: float


@dataclass(frozen=True, slots=True)
class Fit:
    """A least-squares fit: `betas`, residuals, (X'X)⁻¹, residual degrees of freedom."""

    design: Floats
    betas: Floats
    residuals: Floats
    bread: Floats
    df: int

    def covariance_ols(self) -> Floats:
        """s² (X'X)⁻¹."""
        return np.asarray(float(self.residuals @ self.residuals) / self.df * self.bread)

    def covariance_cluster(self, cluster: NDArray[np.int64]) -> Floats:
        """Liang & Zeger (1986) with the usual G / (G − 1) · (N − 1) / (N − K)."""
        groups = int(cluster.max()) + 1
        scores = np.zeros((groups, self.design.shape[1]))
        np.add.at(scores, cluster, self.design * self.residuals[:, None])
        n, k = self.design.shape
        scale = groups / (groups - 1) * (n - 1) / (n - k)
        return np.asarray(scale * self.bread @ (scores.T @ scores) @ self.bread)

    def covariance_newey_west(self, lag: int) -> Floats:
        """Newey & West (1987), Bartlett weights, no small-sample factor."""
        scores = self.design * self.residuals[:, None]
        meat = scores.T @ scores
        for j in range(1, lag + 1):
            cross = scores[j:].T @ scores[:-j]
            meat = meat + (1 - j / (lag + 1)) * (cross + cross.T)
        return np.asarray(self.bread @ meat @ self.bread)

    def contrast(self, weights: Sequence[float], covariance: Floats, df: float, confidence: float) -> Coefficient:
        """The combination Σ weight · beta, with its interval."""
        c = np.asarray(weights, dtype=np.float64)
        value = float(c @ self.betas)
        se = float(np.sqrt(max(float(c @ covariance @ c), 0.0)))
        se_ols = float(np.sqrt(max(float(c @ self.covariance_ols() @ c), 0.0)))
        return coefficient(value, se, df, confidence, se_ols=se_ols)


def least_squares(design: Floats, y: Floats, where: str) -> Fit:
    """Fit y on the columns of `design`; DataError when they cannot be told apart, or when no noise is left over.

    A perfect fit would claim an effect without any margin of error: nobody knows that.
    """
    n, k = design.shape
    if n <= k or np.linalg.matrix_rank(design) < k:
        raise DataError(
            Text(
                "too few observations to tell the effect from the rest",
                "trop peu d’observations pour distinguer l’effet du reste",
            ),
            where=where,
        )
    bread = np.linalg.inv(design.T @ design)
    betas = np.linalg.lstsq(design, y, rcond=None)[0]
    residuals = y - design @ betas
    if float(residuals @ residuals) <= 1e-20 * float(y @ y):
        raise DataError(NO_NOISE, where=where)
    return Fit(design, betas, residuals, bread, n - k)


def coefficient(value: float, se: float, df: float, confidence: float, *, se_ols: float | None = None) -> Coefficient:
    """A value with its t interval on `df` degrees of freedom; no test when there is no noise at all."""
    half = float(stdtrit(df, (1 + confidence) / 2)) * se
    t = value / se if se > 0 else None
    p = None if t is None else float(2 * stdtr(df, -abs(t)))
    return Coefficient(value, value - half, value + half, se, se if se_ols is None else se_ols, t, p, df)
