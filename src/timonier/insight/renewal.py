"""Who will renew, when customers say that they leave: the shifted beta-geometric model (sBG).

Each customer leaves at each renewal with a probability of their own, beta(α, β) over customers. Fader &
Hardie (2007), "How to project customer retention", Journal of Interactive Marketing 21(1). The retention
rate of a cohort rises with age because the fickle leave first, not because anybody changes: a constant rate
misses it.
"""

from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, hyp2f1, ndtri, psi

from timonier.errors import DataError, UsageError
from timonier.insight.arrays import Floats, check_confidence, numbers
from timonier.insight.likelihood import maximise
from timonier.text import Text


@dataclass(frozen=True, slots=True)
class Projection:
    """Share of the first cohort still there after some renewals; no interval when n is unknown."""

    value: float
    low: float | None
    high: float | None
    method: str
    n: int | None


@dataclass(frozen=True, slots=True)
class RenewalModel:
    """α and β of the propensity to leave, whose mean is α / (α + β). `n` customers at the start, None if unknown.

    `loglik_per_customer` does not depend on n. `covariance` is that of the logarithms, for one customer.
    """

    alpha: float
    beta: float
    loglik_per_customer: float
    renewals: int
    n: int | None
    covariance: Floats
    method: str = "sbg_ml"

    def survival(self, renewals: int) -> float:
        """Share still there after `renewals` renewals: B(α, β + t) / B(α, β)."""
        _not_negative(renewals)
        return exp(float(betaln(self.alpha, self.beta + renewals) - betaln(self.alpha, self.beta)))

    def retention(self, renewal: int) -> float:
        """Share of those present at the `renewal`-th renewal (1, 2…) who renew: (β + t − 1) / (α + β + t − 1)."""
        _not_negative(renewal - 1)
        return (self.beta + renewal - 1) / (self.alpha + self.beta + renewal - 1)

    def project(self, renewals: int, *, confidence: float = 0.95) -> Projection:
        """`survival` with its interval, by the delta method on the log-odds."""
        check_confidence(confidence)
        value = self.survival(renewals)
        if self.n is None or renewals == 0:
            return Projection(value, None, None, self.method, self.n)
        t, a, b = renewals, self.alpha, self.beta
        slopes = np.array(
            [
                a * (psi(a + b) - psi(a + b + t)),
                b * (psi(b + t) - psi(b) + psi(a + b) - psi(a + b + t)),
            ]
        ) / (1 - value)  # d log-odds / d log-parameter
        half = float(ndtri((1 + confidence) / 2)) * sqrt(float(slopes @ self.covariance @ slopes) / self.n)
        odds = log(value / (1 - value))
        bounds = [1 / (1 + exp(-odds + half)), 1 / (1 + exp(-odds - half))]
        return Projection(value, bounds[0], bounds[1], f"{self.method}_delta", self.n)

    def expected_renewals(self, renewed: int, *, discount: float) -> float:
        """Discounted renewals still to come of a customer who has renewed `renewed` times, the next one undiscounted.

        (β + k) / (α + β + k) · ₂F₁(1, β + k + 1; α + β + k + 1; 1 / (1 + d)), Fader & Hardie (2010).
        """
        _not_negative(renewed)
        if discount <= 0:
            raise UsageError(
                Text("the discount rate must be above 0", "le taux d’actualisation doit être supérieur à 0")
            )
        b, both = self.beta + renewed, self.alpha + self.beta + renewed
        return float(b / both * hyp2f1(1, b + 1, both + 1, 1 / (1 + discount)))


def fit_renewals(survivors: ArrayLike) -> RenewalModel:
    """Fit on one cohort: customers at the start, then those left after each renewal; counts, or shares from 1.

    Raises DataError when the numbers rise, when nobody left, or when customers are too alike (a constant
    rate).
    """
    left = numbers(survivors, "survivors", at_least=3)
    if left[0] <= 0 or (np.diff(left) > 0).any() or left[-1] < 0:
        raise DataError(
            Text(
                "survivors must start above 0 and never rise",
                "les clients restants doivent partir d’un nombre positif et ne jamais augmenter",
            ),
            where="survivors",
        )
    if left[-1] == left[0]:
        raise DataError(
            Text("nobody left: nothing to project", "personne n’est parti : rien à projeter"), where="survivors"
        )
    n = round(float(left[0])) if left[0] > 1 else None
    lost = -np.diff(left / left[0])
    stayed = float(left[-1] / left[0])
    best = maximise(lambda parameters: _loglik(parameters, lost, stayed), np.ones(2), "sBG")
    alpha, beta = best.parameters.tolist()
    return RenewalModel(alpha, beta, best.loglik, len(lost), n, best.covariance)


def _loglik(parameters: Floats, lost: Floats, stayed: float) -> tuple[float, Floats]:
    """Σ lost_t ln P(leave at t) + stayed ln S(T), with P(t) = B(α + 1, β + t − 1) / B(α, β)."""
    alpha, beta = parameters
    t = np.arange(1, len(lost) + 1, dtype=np.float64)
    end = float(len(lost))
    leaving = betaln(alpha + 1, beta + t - 1) - betaln(alpha, beta)
    staying = float(betaln(alpha, beta + end) - betaln(alpha, beta))
    both = psi(alpha + beta)
    by_alpha = lost @ (psi(alpha + 1) - psi(alpha) + both - psi(alpha + beta + t))
    by_beta = lost @ (psi(beta + t - 1) - psi(beta) + both - psi(alpha + beta + t))
    gone = both - psi(alpha + beta + end)
    gradient = np.array([by_alpha + stayed * gone, by_beta + stayed * (psi(beta + end) - psi(beta) + gone)])
    return float(lost @ leaving) + stayed * staying, gradient


def _not_negative(renewals: int) -> None:
    if renewals < 0:
        raise UsageError(Text("renewals are counted from 0", "les renouvellements se comptent à partir de 0"))
