"""Interrupted time series: did the level or the slope of a series change when the action started?

Segmented regression (Bernal, Cummins & Gasparrini 2017), with t = 1…n and b the last period before:

    y = intercept + slope · t + level_change · [t > b] + slope_change · max(0, t − b) (+ one yearly wave)

Standard errors of Newey & West, since neighbouring periods resemble each other. `level_change` is the jump
against the old trend prolonged to t = b: the first period after carries it plus one `slope_change`.
"""

from dataclasses import dataclass
from math import floor

import numpy as np
from numpy.typing import ArrayLike

from timonier.errors import DataError, UsageError
from timonier.insight.arrays import Floats, check_confidence, numbers
from timonier.insight.effect import Effect, Wanted, as_effect
from timonier.insight.regression import Coefficient, least_squares
from timonier.text import Text

FEWEST_EACH_SIDE = 4
ADVISED_EACH_SIDE = 8


@dataclass(frozen=True, slots=True)
class InterruptedSeries:
    """The four coefficients, and `effect`: the mean gap after the action to the old trend prolonged.

    `counterfactual` is what the model would have given after the action without it, period by period.
    """

    intercept: Coefficient
    slope: Coefficient
    level_change: Coefficient
    slope_change: Coefficient
    effect: Effect
    counterfactual: tuple[float, ...]
    lag: int
    n: int
    method: str = "segmented_ols_newey_west"


def interrupted_time_series(
    values: ArrayLike,
    *,
    break_after: int,
    lag: int | None = None,
    season: int | None = None,
    wanted: Wanted = "up",
    confidence: float = 0.95,
) -> InterruptedSeries:
    """Evenly spaced `values`, of which the first `break_after` come before the action.

    `lag`: periods over which neighbours resemble, by default ⌊4 (n / 100)^(2/9)⌋. `season`: periods in a
    year (12 for months) adds one wave; two whole years are needed. Raises DataError under 4 periods on a
    side.
    """
    check_confidence(confidence)
    y = numbers(values, "values")
    n, last = y.size, y.size - break_after
    if min(break_after, last) < FEWEST_EACH_SIDE:
        raise DataError(
            Text(
                f"{break_after} periods before and {last} after: at least {FEWEST_EACH_SIDE} on each side",
                f"{break_after} périodes avant et {last} après : au moins {FEWEST_EACH_SIDE} de chaque côté",
            ),
            where="interrupted_time_series",
        )
    used = floor(4 * (n / 100) ** (2 / 9)) if lag is None else lag
    if not 0 <= used < n:
        raise UsageError(Text(f"a lag of {used} is impossible", f"un décalage de {used} est impossible"))
    fit = least_squares(_design(n, break_after, season), y, "interrupted_time_series")
    covariance, width = fit.covariance_newey_west(used), fit.design.shape[1]

    def contrast(*weights: float) -> Coefficient:
        return fit.contrast([*weights, *[0.0] * (width - 4)], covariance, fit.df, confidence)

    steps = (last + 1) / 2  # mean of t − b over the periods after
    untouched = fit.design[break_after:] @ np.where(np.isin(np.arange(width), [2, 3]), 0.0, fit.betas)
    return InterruptedSeries(
        contrast(1, 0, 0, 0),
        contrast(0, 1, 0, 0),
        contrast(0, 0, 1, 0),
        contrast(0, 0, 0, 1),
        as_effect(
            contrast(0, 0, 1, steps), n, "interrupted_time_series", "newey_west", confidence, wanted,
            warnings=_warnings(min(break_after, last)),
        ),
        tuple(untouched.tolist()),
        used,
        n,
    )  # fmt: skip


def _design(n: int, break_after: int, season: int | None) -> Floats:
    t = np.arange(1, n + 1, dtype=np.float64)
    columns = [np.ones(n), t, (t > break_after).astype(np.float64), np.maximum(0.0, t - break_after)]
    if season is not None:
        if season < 3 or n < 2 * season:
            raise DataError(
                Text(
                    f"{n} periods are not two whole seasons of {season}: leave the season out",
                    f"{n} périodes ne font pas deux saisons entières de {season} : retirez la saison",
                ),
                where="season",
            )
        columns += [np.sin(2 * np.pi * t / season), np.cos(2 * np.pi * t / season)]
    return np.column_stack(columns)


def _warnings(shortest: int) -> tuple[Text, ...]:
    if shortest >= ADVISED_EACH_SIDE:
        return ()
    return (
        Text(
            f"{shortest} periods on one side: at least {ADVISED_EACH_SIDE} are advised",
            f"{shortest} périodes d’un côté : au moins {ADVISED_EACH_SIDE} sont conseillées",
        ),
    )
