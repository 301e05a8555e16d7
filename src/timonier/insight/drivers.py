"""Key drivers: how much of an overall score each item goes with.

The R² of the linear regression of the outcome on the drivers is shared out between them.

- LMG (Lindeman, Merenda, Gold; Grömping 2006, JSS 17(1); the Shapley value of R²): the gain in R² of a
  driver, averaged over every order in which the drivers may enter. Exact, for up to 12 drivers.
- Relative weights (Johnson 2000, Multivariate Behavioral Research 35): through the orthogonal variables
  nearest to the drivers. For more than 12 drivers.

Both sum to R² and are never negative. They measure an association, under the halo of a general opinion:
never a cause. Respondents with a missing item are left out (complete cases) and counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from timonier.errors import DataError, UsageError
from timonier.insight.arrays import Floats, check_confidence, numbers, same_length, too_few
from timonier.insight.r2_shares import correlations, johnson_weights, lmg_weights, resampled_correlations
from timonier.text import Text

type DriverMethod = Literal["lmg", "johnson"]

MAX_EXACT = 12
ANSWERS_PER_DRIVER = 10
VIF_ALERT = 10.0
ASSOCIATION = Text("association, not a cause", "association, pas une cause")


@dataclass(frozen=True, slots=True)
class Driver:
    """One item. `value` is its part of R² (0–1), `low` and `high` the bootstrap interval of that part.

    `share` is value / R², None when R² is 0. `vif` is None when the item repeats the others exactly.
    """

    name: str
    value: float
    low: float
    high: float
    share: float | None
    correlation: float
    coefficient: float | None
    vif: float | None


@dataclass(frozen=True, slots=True)
class DriverAnalysis:
    """Drivers in the order given. `value` is R², `excluded` the respondents with a missing item."""

    drivers: tuple[Driver, ...]
    value: float
    n: int
    excluded: int
    method: DriverMethod
    confidence: float
    resamples: int
    seed: int
    label: Text = ASSOCIATION
    warnings: tuple[Text, ...] = ()

    def ranked(self) -> tuple[Driver, ...]:
        """The drivers, the most associated first."""
        return tuple(sorted(self.drivers, key=lambda driver: -driver.value))


def key_drivers(
    outcome: ArrayLike,
    drivers: Mapping[str, ArrayLike],
    *,
    method: DriverMethod | None = None,
    confidence: float = 0.95,
    resamples: int = 1000,
    seed: int = 20_240_501,
) -> DriverAnalysis:
    """Share R² between the drivers, with percentile bootstrap intervals by respondent.

    `outcome` and each driver: one number per respondent, None or NaN where missing. Default method: LMG up
    to 12 drivers, relative weights above. Raises DataError for a constant column or too few complete
    answers, UsageError for LMG with more than 12 drivers.
    """
    check_confidence(confidence)
    names = tuple(drivers)
    chosen = _method(method, len(names))
    if resamples < 1:
        raise UsageError(Text("at least one resample is needed", "il faut au moins un rééchantillonnage"))
    rows, excluded = _complete_cases(outcome, drivers)
    corr = correlations(rows)
    weights = lmg_weights if chosen == "lmg" else johnson_weights
    values = weights(corr[None])[0]
    draws = weights(resampled_correlations(rows, resamples, seed))
    tail = (1 - confidence) / 2
    lows, highs = np.quantile(draws, [tail, 1 - tail], axis=0)
    coefficients, vifs = _regression(corr)
    r2 = float(values.sum())
    return DriverAnalysis(
        drivers=tuple(
            Driver(
                name,
                float(values[i]),
                float(lows[i]),
                float(highs[i]),
                float(values[i]) / r2 if r2 > 0 else None,
                float(corr[i, -1]),
                coefficients[i],
                vifs[i],
            )
            for i, name in enumerate(names)
        ),
        value=r2,
        n=len(rows),
        excluded=excluded,
        method=chosen,
        confidence=confidence,
        resamples=resamples,
        seed=seed,
        warnings=_warnings(names, len(rows), vifs),
    )


def _method(asked: DriverMethod | None, count: int) -> DriverMethod:
    if count == 0:
        raise UsageError(Text("no driver was given", "aucun levier n’a été indiqué"))
    if asked == "lmg" and count > MAX_EXACT:
        raise UsageError(
            Text(
                f"LMG is exact up to {MAX_EXACT} drivers and {count} were given: use relative weights",
                f"LMG est exact jusqu’à {MAX_EXACT} leviers et vous en donnez {count} : utilisez les poids relatifs",
            )
        )
    if asked not in {None, "lmg", "johnson"}:
        raise UsageError(
            Text(f"unknown method {asked!r}: lmg or johnson", f"méthode inconnue {asked!r} : lmg ou johnson")
        )
    return asked or ("lmg" if count <= MAX_EXACT else "johnson")


def _complete_cases(outcome: ArrayLike, drivers: Mapping[str, ArrayLike]) -> tuple[Floats, int]:
    """Rows without a hole, columns = drivers then outcome; and how many rows were left out."""
    names = [*drivers, "outcome"]
    columns = [numbers(column, name, missing=True) for name, column in drivers.items()]
    columns.append(numbers(outcome, "outcome", missing=True))
    same_length(columns, names)
    table = np.column_stack(columns)
    rows: Floats = table[~np.isnan(table).any(axis=1)]
    needed = len(names) + 1
    if len(rows) < needed:
        raise too_few("complete answers", len(rows), needed)
    for name, column in zip(names, rows.T, strict=True):
        if np.ptp(column) == 0:
            raise DataError(
                Text(
                    "every complete answer is the same: nothing can be associated with it, leave it out",
                    "toutes les réponses complètes sont identiques : rien ne peut y être associé, retirez-la",
                ),
                where=name,
            )
    return rows, len(table) - len(rows)


def _regression(corr: Floats) -> tuple[list[float | None], list[float | None]]:
    """Standardised coefficients and variance inflation factors; None where the drivers repeat each other."""
    inner, k = corr[:-1, :-1], len(corr) - 1
    eigen, vectors = np.linalg.eigh(inner)
    null = eigen < 1e-10
    repeated = (vectors[:, null] ** 2).sum(axis=1) > 1e-8
    inverse = np.linalg.pinv(inner, hermitian=True, rcond=1e-10)
    betas = inverse @ corr[:-1, -1]
    return (
        [None if repeated[i] else float(betas[i]) for i in range(k)],
        [None if repeated[i] else float(inverse[i, i]) for i in range(k)],
    )


def _warnings(names: tuple[str, ...], n: int, vifs: list[float | None]) -> tuple[Text, ...]:
    found = []
    wanted = ANSWERS_PER_DRIVER * len(names)
    if n < wanted:
        found.append(
            Text(
                f"{n} complete answers for {len(names)} drivers: at least {wanted} are advised",
                f"{n} réponses complètes pour {len(names)} leviers : au moins {wanted} sont conseillées",
            )
        )
    tangled = [name for name, vif in zip(names, vifs, strict=True) if vif is None or vif > VIF_ALERT]
    if tangled:
        listed = ", ".join(tangled)
        found.append(
            Text(
                f"these drivers almost repeat one another, read them together: {listed}",
                f"ces leviers se répètent presque, lisez-les ensemble : {listed}",
            )
        )
    return tuple(found)
