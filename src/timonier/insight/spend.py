"""What a customer spends per purchase (Gamma-Gamma), and what they will still bring in.

Each purchase is gamma around the customer's own mean, itself gamma over customers: p, q, γ. Fader, Hardie &
Lee (2005), "RFM and CLV", JMR 42, and Fader & Hardie (2013), note 025. The model supposes that spending does
not go with frequency: `frequency_correlation` says how far that is from true.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln, ndtri, psi

from timonier.errors import DataError, UsageError
from timonier.insight.arrays import Floats, check_confidence, numbers, same_length, too_few
from timonier.insight.lifetime_value import BgNbd, expected_purchases
from timonier.insight.likelihood import maximise
from timonier.text import Text

CORRELATION_ALERT = 0.3


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """Parameters; γ is in money. `n` customers were used, `excluded` had no repeat purchase or a mean of 0 or less."""

    p: float
    q: float
    gamma: float
    loglik: float | None = None
    n: int = 0
    excluded: int = 0
    frequency_correlation: float | None = None
    covariance: Floats | None = None
    method: str = "gamma_gamma_ml"
    warnings: tuple[Text, ...] = ()

    @property
    def parameters(self) -> Floats:
        """(p, q, γ)."""
        return np.array([self.p, self.q, self.gamma])

    @property
    def mean(self) -> float | None:
        """Mean spend of the population, p γ / (q − 1); None when q ≤ 1, where it is infinite."""
        return self.p * self.gamma / (self.q - 1) if self.q > 1 else None


@dataclass(frozen=True, slots=True)
class LifetimeValue:
    """`value` is the mean margin to come per customer, `low` and `high` its interval for the parameters' uncertainty.

    `each` holds the customers in the order given.
    """

    value: float
    low: float | None
    high: float | None
    method: str
    n: int
    each: tuple[float, ...]
    warnings: tuple[Text, ...] = ()


def fit_gamma_gamma(x: ArrayLike, mean_spend: ArrayLike) -> GammaGamma:
    """Fit on customers with `x` > 0 repeat purchases of mean value `mean_spend` > 0; the others are counted out."""
    count, mean = numbers(x, "x"), numbers(mean_spend, "mean_spend")
    same_length([count, mean], ["x", "mean_spend"])
    kept = (count > 0) & (mean > 0)
    n = int(kept.sum())
    if n < 10:
        raise too_few("customers with a repeat purchase", n, 10)
    x_kept, m = count[kept], mean[kept]
    unit = float(m.mean())
    best = maximise(lambda parameters: _loglik(parameters, x_kept, m / unit), np.ones(3), "Gamma-Gamma")
    p, q, gamma = best.parameters.tolist()
    link = float(np.corrcoef(x_kept, m)[0, 1]) if np.ptp(x_kept) > 0 else None
    loglik = best.loglik - n * log(unit)
    return GammaGamma(p, q, gamma * unit, loglik, n, count.size - n, link, best.covariance, warnings=_warnings(link))


def expected_spend(model: GammaGamma, x: ArrayLike, mean_spend: ArrayLike) -> Floats:
    """Mean spend per purchase to come: p (γ + m x) / (p x + q − 1); the population's for those with x = 0."""
    count, mean = numbers(x, "x"), numbers(mean_spend, "mean_spend")
    same_length([count, mean], ["x", "mean_spend"])
    if model.q <= 1 and (count == 0).any():
        raise DataError(
            Text(
                "mean spend is infinite in this fit (q ≤ 1): it says nothing of customers without repeat purchase",
                "la dépense moyenne est infinie dans cet ajustement (q ≤ 1) : rien à dire des clients sans réachat",
            ),
            where="Gamma-Gamma",
        )
    return np.asarray(model.p * (model.gamma + mean * count) / (model.p * count + model.q - 1))


def lifetime_value(
    purchases: BgNbd,
    spend: GammaGamma,
    customers: tuple[ArrayLike, ArrayLike, ArrayLike, ArrayLike],
    *,
    periods: int,
    period: float = 1.0,
    discount: float = 0.0,
    margin: float = 1.0,
    confidence: float = 0.95,
) -> LifetimeValue:
    """Margin to come over `periods` × `period` units of time, discounted at each period's end.

    `customers` are the columns (x, t_x, T, mean spend). Acquisition cost and past purchases are not in it.
    The interval is by the delta method on the logarithm; none for models given with published parameters.
    """
    check_confidence(confidence)
    if periods < 1 or discount <= -1 or period <= 0:
        raise UsageError(
            Text("the horizon or the discount is impossible", "l’horizon ou l’actualisation est impossible")
        )
    x, t_x, observed, mean_spend = customers

    def each(one: BgNbd, other: GammaGamma) -> Floats:
        total: Floats = np.zeros(np.shape(x))
        before = total
        for i in range(1, periods + 1):
            until = expected_purchases(one, x, t_x, observed, horizon=i * period)
            total, before = total + (until - before) / (1 + discount) ** i, until
        return np.asarray(total * expected_spend(other, x, mean_spend) * margin)

    values = each(purchases, spend)
    value = float(values.mean())
    artefact = int((np.asarray(x) == 0).sum())
    warnings = spend.warnings + ((_never_repeated(artefact, values.size),) if artefact else ())
    if purchases.covariance is None or spend.covariance is None or value <= 0:
        return LifetimeValue(value, None, None, "bgnbd_gamma_gamma", values.size, tuple(values.tolist()), warnings)
    slopes = _log_slopes(lambda one, other: float(each(one, other).mean()), purchases, spend)
    variance = slopes[:4] @ purchases.covariance @ slopes[:4] + slopes[4:] @ spend.covariance @ slopes[4:]
    half = float(ndtri((1 + confidence) / 2)) * sqrt(float(variance))
    low, high = value * exp(-half), value * exp(half)
    return LifetimeValue(value, low, high, "bgnbd_gamma_gamma_delta", values.size, tuple(values.tolist()), warnings)


def _log_slopes(mean: Callable[[BgNbd, GammaGamma], float], purchases: BgNbd, spend: GammaGamma) -> Floats:
    """d log(mean) / d log(parameter) for (r, α, a, b, p, q, γ), by central differences."""
    step = 1e-4
    slopes = []
    for name in ("r", "alpha", "a", "b", "p", "q", "gamma"):
        up, down = (
            mean(_moved(purchases, name, factor), _moved(spend, name, factor)) for factor in (exp(step), exp(-step))
        )
        slopes.append((log(up) - log(down)) / (2 * step))
    return np.array(slopes)


def _moved[M: (BgNbd, GammaGamma)](model: M, name: str, factor: float) -> M:
    """The model with that parameter multiplied, or as it is when the parameter is not one of its own."""
    if not hasattr(model, name):
        return model
    return replace(model, **{name: getattr(model, name) * factor})


def _loglik(parameters: Floats, x: Floats, m: Floats) -> tuple[float, Floats]:
    p, q, gamma = parameters
    total = p * x + q
    logs = np.log(gamma + m * x)
    each = (
        gammaln(total) - gammaln(p * x) - gammaln(q) + q * np.log(gamma) + (p * x - 1) * np.log(m)
        + p * x * np.log(x) - total * logs
    )  # fmt: skip
    gradient = np.array(
        [
            (x * (psi(total) - psi(p * x) + np.log(m) + np.log(x) - logs)).sum(),
            (psi(total) - psi(q) + np.log(gamma) - logs).sum(),
            (q / gamma - total / (gamma + m * x)).sum(),
        ]
    )
    return float(each.sum()), gradient


def _warnings(link: float | None) -> tuple[Text, ...]:
    if link is None or abs(link) < CORRELATION_ALERT:
        return ()
    return (
        Text(
            f"spending goes with frequency (r = {link:.2f}): the model supposes that it does not",
            f"la dépense va avec la fréquence (r = {link:.2f}) : le modèle suppose que non".replace(".", ","),
        ),
    )


def _never_repeated(count: int, n: int) -> Text:
    return Text(
        f"{count} of {n} customers never bought again: the model takes them all for alive",
        f"{count} clients sur {n} n’ont jamais racheté : le modèle les suppose tous encore actifs",
    )
