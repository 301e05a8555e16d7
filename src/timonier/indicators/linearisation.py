"""Standard errors of weighted figures by Taylor linearisation: strata, clusters, lists, adjusted weights.

A figure has one influence z_i a respondent; Var = Σ_h (1 − f_h) n_h/(n_h − 1) Σ (z_hj − mean z_h)² over the
clusters j of stratum h, with n_clusters − n_strata degrees of freedom. Weights adjusted to known totals first
lose what those totals explain: the influences are replaced by their residuals on the margins, by a regression
weighted as before the adjustment (Deville and Särndal 1992). Checked against the published figures of R survey.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from timonier.errors import DataError
from timonier.indicators.critical import two_sided_t
from timonier.indicators.difference import Difference
from timonier.indicators.estimate import Interval
from timonier.indicators.intervals import around
from timonier.indicators.weighting import Floats, as_weights
from timonier.text import Text

type Labels = Sequence[str]


class Adjustment(NamedTuple):
    """How weights were adjusted: those before, and the categories (post-stratification: one; raking: several)."""

    base: Floats
    margins: Sequence[Labels]


@dataclass(frozen=True, slots=True)
class Design:
    """How respondents were drawn and weighted; each field has one entry a respondent.

    `strata` and `clusters` default to one stratum and one cluster a respondent. `population` counts the clusters
    (or people) of the stratum in the whole population: give it only for a claim about that finite list.
    """

    weights: Floats
    strata: Labels | None = None
    clusters: Labels | None = None
    population: Sequence[float] | None = None
    adjusted: Adjustment | None = None


@dataclass(frozen=True, slots=True)
class Linearised:
    """A figure, its standard error, degrees of freedom, and design effect where it is defined."""

    value: float
    se: float
    df: int
    deff: float | None = None

    def interval(self, confidence: float = 0.95) -> Interval:
        """value ± t·se."""
        return around(self.value, self.se, self.df, confidence, "linearised")


def total(design: Design, y: Sequence[float] | Floats) -> Linearised:
    """Σwy."""
    weights, values = _checked(design, y)
    return Linearised(float(weights @ values), *_error(design, weights * values))


def mean(design: Design, y: Sequence[float] | Floats) -> Linearised:
    """Σwy/Σw, with its design effect against simple sampling of as many people without replacement."""
    weights, values = _checked(design, y)
    population, n = float(weights.sum()), len(values)
    value = float(weights @ values) / population
    se, df = _error(design, weights * (values - value) / population)
    spread = float(weights @ (values - value) ** 2) / population * n / (n - 1)
    simple = spread / n * (1 - n / population) if population > n else spread / n
    return Linearised(value, se, df, se * se / simple if simple else None)


def ratio(design: Design, y: Sequence[float] | Floats, x: Sequence[float] | Floats) -> Linearised:
    """Σwy/Σwx."""
    weights, tops = _checked(design, y)
    _, bottoms = _checked(design, x)
    bottom = float(weights @ bottoms)
    if bottom == 0:
        raise DataError(
            Text(
                "nothing to divide by: the weighted denominator is 0.",
                "rien à diviser : le dénominateur pondéré vaut 0.",
            )
        )
    value = float(weights @ tops) / bottom
    return Linearised(value, *_error(design, weights * (tops - value * bottoms) / bottom))


def domain_mean(design: Design, y: Sequence[float] | Floats, inside: Sequence[bool]) -> Linearised:
    """Mean over a part of the respondents; the others keep their place in the design with a zero influence."""
    mask = np.asarray(inside, dtype=np.float64)
    return ratio(design, np.asarray(y, dtype=np.float64) * mask, mask)


def domain_difference(
    design: Design, y: Sequence[float] | Floats, inside: Sequence[bool], confidence: float = 0.95
) -> Difference:
    """Mean inside minus mean outside, with the design-based t test (one degree of freedom less)."""
    weights, values = _checked(design, y)
    mask = np.asarray(inside, dtype=bool)
    first, second = domain_mean(design, y, mask.tolist()), domain_mean(design, y, (~mask).tolist())
    centred = np.where(mask, values - first.value, values - second.value)
    sizes = np.where(mask, weights[mask].sum(), -weights[~mask].sum())
    se, df = _error(design, weights * centred / sizes)
    gap = first.value - second.value
    low, high, _ = around(gap, se, df - 1, confidence, "linearised")
    if se == 0:
        return Difference(gap, method="linearised-no-spread")
    return Difference(gap, low, high, two_sided_t(gap / se, df - 1), "linearised", gap / se)


def _checked(design: Design, y: Sequence[float] | Floats) -> tuple[Floats, Floats]:
    weights, values = as_weights(design.weights), np.asarray(y, dtype=np.float64)
    if len(weights) != len(values) or len(values) < 2 or not np.isfinite(values).all():
        raise DataError(
            Text(
                "a weighted figure needs one finite value a respondent, and two respondents.",
                "un chiffre pondéré exige une valeur finie par répondant, et deux répondants.",
            )
        )
    return weights, values


def _error(design: Design, influence: Floats) -> tuple[float, int]:
    """Standard error of a sum of influences, and its degrees of freedom."""
    n = len(influence)
    influence = _residuals(design, influence)
    names, strata = np.unique(design.strata or ["all"] * n, return_inverse=True)
    units = np.arange(n) if design.clusters is None else np.unique(design.clusters, return_inverse=True)[1]
    _, first, cluster = np.unique(strata * n + units, return_index=True, return_inverse=True)
    stratum, sums = strata[first], np.bincount(cluster, influence)
    count = np.bincount(stratum)
    lonely = np.flatnonzero(count < 2)
    if len(lonely):
        raise DataError(
            Text(
                f"the stratum “{names[lonely[0]]}” has a single unit: its spread cannot be estimated.",
                f"la strate « {names[lonely[0]]} » n’a qu’une unité : sa dispersion ne s’estime pas.",
            ),
            hint=Text("Merge it with a neighbour.", "Regroupez-la avec une voisine."),
        )
    centred = sums - (np.bincount(stratum, sums) / count)[stratum]
    squares = np.bincount(stratum, centred**2) * count / (count - 1)
    variance = float((squares * _left(design, stratum, first, count)).sum())
    return sqrt(variance), len(sums) - len(count)


def _left(design: Design, stratum: NDArray[np.intp], first: NDArray[np.intp], count: NDArray[np.intp]) -> Floats:
    """1 − n_h/N_h of each stratum; 1 without a finite population."""
    if design.population is None:
        return np.ones(len(count))
    sizes = np.zeros(len(count))
    sizes[stratum] = np.asarray(design.population, dtype=np.float64)[first]
    if (sizes < count).any():
        raise DataError(
            Text(
                "a stratum counts more respondents than its population.",
                "une strate compte plus de répondants que sa population.",
            )
        )
    left: Floats = 1 - count / sizes
    return left


def _residuals(design: Design, influence: Floats) -> Floats:
    """What the margins do not explain of the influences, by weighted regression on their categories."""
    if design.adjusted is None:
        return influence
    weights, base = as_weights(design.weights), as_weights(design.adjusted.base)
    dummies = np.column_stack(
        [np.equal.outer(np.asarray(groups), np.unique(groups)).astype(np.float64) for groups in design.adjusted.margins]
    )
    scaled = np.divide(influence, weights, out=np.zeros_like(influence), where=weights > 0)
    root = np.sqrt(np.where(weights > 0, base, 0.0))
    slopes = np.linalg.lstsq(dummies * root[:, None], scaled * root, rcond=None)[0]
    residuals: Floats = weights * (scaled - dummies @ slopes)
    return residuals
