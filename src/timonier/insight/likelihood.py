"""Maximum likelihood for positive parameters: searched by logarithm, with the covariance that intervals need."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from timonier.errors import DataError
from timonier.insight.arrays import Floats
from timonier.text import Text

type LogLikelihood = Callable[[Floats], tuple[float, Floats]]

_FARTHEST = 12.0  # e^12: a parameter that far means that the data do not pin it down


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the likelihood is highest. `covariance` is that of the LOGARITHMS of the parameters."""

    parameters: Floats
    loglik: float
    covariance: Floats


def maximise(loglik: LogLikelihood, start: Floats, model: str) -> Maximum:
    """Maximise `loglik`, which gives its value and its gradient by parameter, from positive `start`.

    Raises DataError when no interior maximum is found: the data are too few or do not follow the model.
    """

    def minus(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value, gradient = loglik(parameters)
        return -value, -gradient * parameters

    bounds = [(-_FARTHEST, _FARTHEST)] * len(start)
    found = minimize(
        minus, np.log(start), jac=True, method="L-BFGS-B", bounds=bounds,
        options={"maxiter": 2000, "maxfun": 4000, "ftol": 1e-15, "gtol": 1e-9},
    )  # fmt: skip
    logs = np.asarray(found.x, dtype=np.float64)
    hessian = _hessian(minus, logs)
    if np.abs(logs).max() > _FARTHEST - 1e-3 or not np.isfinite(found.fun) or not _is_minimum(hessian):
        raise DataError(
            Text(
                "no stable estimate: too few customers, or customers too alike for this model",
                "aucune estimation stable : trop peu de clients, ou des clients trop semblables pour ce modèle",
            ),
            where=model,
        )
    return Maximum(np.exp(logs), -float(found.fun), np.linalg.inv(hessian))


def _hessian(minus: Callable[[Floats], tuple[float, Floats]], logs: Floats, step: float = 1e-4) -> Floats:
    """Second derivatives by central differences of the exact gradient."""
    moves = np.eye(len(logs)) * step
    rows = [(minus(logs + move)[1] - minus(logs - move)[1]) / (2 * step) for move in moves]
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2)


def _is_minimum(hessian: Floats) -> bool:
    return bool(np.isfinite(hessian).all() and np.linalg.eigvalsh(hessian).min() > 1e-6)
