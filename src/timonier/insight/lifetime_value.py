"""What a customer will still buy, when nobody says good-bye: BG/NBD.

While alive, a customer buys as a Poisson process of their own rate (gamma over customers: r, α); after any
purchase they may leave, with a probability of their own (beta over customers: a, b). From Fader, Hardie &
Lee (2005), "Counting your customers the easy way", Marketing Science 24(2), and "Computing P(alive) using
the BG/NBD model" (2008). Each customer is (x, t_x, T): repeat purchases, time of the last one, time
observed, from the first purchase on, in one unit of time.

A customer who never bought again has P(alive) = 1 by construction: an artefact, not a discovery.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betaln, gammaln, hyp2f1, psi

from timonier.errors import DataError, UsageError
from timonier.insight.arrays import Floats, numbers, same_length, too_few
from timonier.insight.likelihood import maximise
from timonier.text import Text


@dataclass(frozen=True, slots=True)
class BgNbd:
    """Parameters of a fitted model (or published ones); α is in the unit of time of the data.

    `covariance` is that of the logarithms of (r, α, a, b); None for parameters that were not fitted here.
    """

    r: float
    alpha: float
    a: float
    b: float
    loglik: float | None = None
    n: int = 0
    covariance: Floats | None = None
    method: str = "bgnbd_ml"

    @property
    def parameters(self) -> Floats:
        """(r, α, a, b)."""
        return np.array([self.r, self.alpha, self.a, self.b])


def fit_bgnbd(x: ArrayLike, t_x: ArrayLike, observed: ArrayLike) -> BgNbd:
    """Fit by maximum likelihood; one row per customer. Equal rows are computed once.

    Raises DataError for rows that cannot be (t_x beyond T, x = 0 with t_x > 0), or when no stable fit exists.
    """
    rows = _customers(x, t_x, observed)
    if len(rows) < 10 or not (rows[:, 0] > 0).any():
        raise too_few("customers with a repeat purchase", int((rows[:, 0] > 0).sum()), 10)
    distinct, times = np.unique(rows, axis=0, return_counts=True)
    unit = float(distinct[:, 2].max()) / 10  # the search works on times of the order of 10
    scaled = distinct / np.array([1.0, unit, unit])
    best = maximise(lambda parameters: _loglik(parameters, scaled, times.astype(np.float64)), np.ones(4), "BG/NBD")
    r, alpha, a, b = best.parameters.tolist()
    loglik = best.loglik - float(rows[:, 0].sum()) * np.log(unit)
    return BgNbd(r, alpha * unit, a, b, float(loglik), len(rows), best.covariance)


def alive_probability(model: BgNbd, x: ArrayLike, t_x: ArrayLike, observed: ArrayLike) -> Floats:
    """Probability, per customer, of not having left by the end of the observation."""
    count, last, end = _customers(x, t_x, observed).T
    return np.asarray(1 / (1 + _odds_of_having_left(model, count, last, end)))


def expected_purchases(model: BgNbd, x: ArrayLike, t_x: ArrayLike, observed: ArrayLike, *, horizon: float) -> Floats:
    """Purchases expected of each customer over the `horizon` that follows the observation."""
    count, last, end = _customers(x, t_x, observed).T
    _check_horizon(horizon)
    return np.asarray(_if_alive(model, count, end, horizon) / (1 + _odds_of_having_left(model, count, last, end)))


def expected_new_customer_purchases(model: BgNbd, *, horizon: float) -> float:
    """Repeat purchases expected of a customer in the `horizon` that follows their first purchase."""
    _check_horizon(horizon)
    return float(_if_alive(model, np.zeros(1), np.zeros(1), horizon)[0])


def _if_alive(model: BgNbd, x: Floats, end: Floats, horizon: float) -> Floats:
    """E[Y(t) | alive] = (a + b + x − 1) / (a − 1) · [1 − (1 − z)^(a − 1) · F].

    F = ₂F₁(a + b − 1 − r, a − 1; a + b + x − 1; z) and z = t / (α + T + t). This is the published form after
    Euler's transformation of ₂F₁, which stays accurate for heavy buyers. a = 1 is a removable hole, stepped over.
    """
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    if abs(a - 1) < 1e-5:
        around = [BgNbd(r, alpha, 1 + side * 1e-4, b) for side in (-1, 1)]
        return np.asarray(sum(_if_alive(one, x, end, horizon) for one in around) / 2)
    z = horizon / (alpha + end + horizon)
    series = hyp2f1(a + b - 1 - r, a - 1, a + b + x - 1, z)
    return np.asarray((a + b + x - 1) / (a - 1) * (1 - (1 - z) ** (a - 1) * series))


def _odds_of_having_left(model: BgNbd, x: Floats, t_x: Floats, end: Floats) -> Floats:
    """a / (b + x − 1) · ((α + T) / (α + t_x))^(r + x); 0 for those who never bought again."""
    r, alpha, a, b = model.r, model.alpha, model.a, model.b
    repeat = x > 0
    with np.errstate(over="ignore"):  # long silent heavy buyers: infinite odds, P(alive) = 0
        odds = a / (b + np.maximum(x, 1) - 1) * np.exp((r + x) * np.log((alpha + end) / (alpha + t_x)))
    return np.where(repeat, odds, 0.0)


def _loglik(parameters: Floats, rows: Floats, times: Floats) -> tuple[float, Floats]:
    """Log-likelihood and gradient. L = A₁ A₂ (A₃ + A₄), the last term only for those who bought again."""
    r, alpha, a, b = parameters
    x, t_x, end = rows.T
    repeat = x > 0
    still = -(r + x) * np.log(alpha + end)
    gone = np.where(repeat, np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x), -np.inf)
    mixed = np.logaddexp(still, gone)
    left = np.exp(gone - mixed)  # weight of "left right after the last purchase"
    each = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b) + mixed
    both = psi(a + b) - psi(a + b + x)
    gradient = np.array(
        [
            times
            @ (psi(r + x) - psi(r) + np.log(alpha) - (1 - left) * np.log(alpha + end) - left * np.log(alpha + t_x)),
            times @ (r / alpha - (r + x) * ((1 - left) / (alpha + end) + left / (alpha + t_x))),
            times @ (both + left / a),
            times @ (both + psi(b + x) - psi(b) - left / (b + np.maximum(x, 1) - 1)),
        ]
    )
    return float(times @ each), gradient


def _customers(x: ArrayLike, t_x: ArrayLike, observed: ArrayLike) -> Floats:
    columns = [numbers(x, "x"), numbers(t_x, "t_x"), numbers(observed, "T")]
    same_length(columns, ["x", "t_x", "T"])
    count, last, end = columns
    wrong = (count < 0) | (count != np.floor(count)) | (last < 0) | (last > end) | ((count == 0) & (last > 0))
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise DataError(
            Text(
                f"row {row}: x = {count[row]:g}, t_x = {last[row]:g}, T = {end[row]:g} cannot be "
                "(repeat purchases are whole, the last one is not after the end, none means t_x = 0)",
                f"ligne {row} : x = {count[row]:g}, t_x = {last[row]:g}, T = {end[row]:g} est impossible "
                "(les réachats sont entiers, le dernier n’est pas après la fin, aucun veut dire t_x = 0)",
            ),
            where="BG/NBD",
        )
    return np.column_stack(columns)


def _check_horizon(horizon: float) -> None:
    if not 0 <= horizon < np.inf:
        raise UsageError(Text(f"a horizon of {horizon} is impossible", f"un horizon de {horizon} est impossible"))
