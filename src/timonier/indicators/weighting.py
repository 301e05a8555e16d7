"""Weights that make respondents look like a known population: post-stratification, raking, trimming, Kish.

Weights are arrays of one positive number a respondent. Targets are counts or shares by category. Whatever cannot
be reached is an error that names the category: never a weight that silently misses its target.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from timonier.errors import DataError
from timonier.text import Text

type Floats = NDArray[np.float64]
type Codes = NDArray[np.intp]

TOLERANCE = 1e-10
MOST_ROUNDS = 1000
CAP = 5.0


class Margin(NamedTuple):
    """One variable to adjust on: the category of each respondent, and the target of each category."""

    name: str
    groups: Sequence[str]
    targets: Mapping[str, float]


class Raked(NamedTuple):
    """Raked weights, and the rounds that it took to meet every margin."""

    weights: Floats
    rounds: int


class Kish(NamedTuple):
    """What unequal weights cost (Kish 1965): deff = n Σw² / (Σw)² = 1 + cv²; n_eff = n / deff."""

    n: int
    deff: float
    n_eff: float
    smallest: float
    largest: float
    cv: float


def as_weights(weights: Sequence[float] | Floats) -> Floats:
    """Weights as an array; DataError on one that is negative or not a number, or when none is positive."""
    array = np.asarray(weights, dtype=np.float64)
    wrong = np.flatnonzero(~(np.isfinite(array) & (array >= 0)))
    if len(wrong):
        raise DataError(
            Text(
                f"a weight must be a number, zero or more: {array[wrong[0]]} is not.",
                f"un poids doit être un nombre positif ou nul : {array[wrong[0]]} ne l’est pas.",
            ),
            where=f"weight[{wrong[0]}]",
            hint=Text("Correct it or leave that row out.", "Corrigez-le ou écartez cette ligne."),
        )
    if not array.sum() > 0:
        raise DataError(Text("no answer has a positive weight.", "aucune réponse n’a de poids positif."))
    return array


def poststratify(weights: Sequence[float] | Floats, margin: Margin) -> Floats:
    """w = d × target / Σd of the category: every category then weighs its target, exactly."""
    array = as_weights(weights)
    codes, targets = _coded(array, margin)
    return array * (targets / np.bincount(codes, array))[codes]


def rake(weights: Sequence[float] | Floats, margins: Sequence[Margin]) -> Raked:
    """Iterative proportional fitting (Deming and Stephan 1940) until every margin is met to 1e-10.

    DataError when a target category has no respondent, a respondent's category has no target, the margins do
    not add up to the same total, or 1,000 rounds are not enough (the worst category is named).
    """
    array = as_weights(weights)
    if not margins:
        return Raked(array, 0)
    coded = [_coded(array, margin) for margin in margins]
    _check_totals(margins)
    last = np.inf
    for done in range(1, MOST_ROUNDS + 1):
        for codes, targets in coded:
            array = array * _factors(np.bincount(codes, array, len(targets)), targets)[codes]
        errors = [_errors(array, codes, targets) for codes, targets in coded]
        error = max(float(part.max()) for part in errors)
        # a met tolerance is not the end: a few more rounds reach the last bits at no cost
        if error < TOLERANCE and (error == 0 or error > last / 2):
            return Raked(array, done)
        last = error
    worst = max(range(len(margins)), key=lambda place: float(errors[place].max()))
    category = sorted(margins[worst].targets)[int(errors[worst].argmax())]
    raise DataError(
        Text(
            f"raking does not settle: “{category}” stays {errors[worst].max():.1%} off its target.",
            f"le calage ne se stabilise pas : « {category} » reste à {errors[worst].max():.1%} de sa cible.",
        ),
        where=margins[worst].name,
        hint=Text("Merge this category with a neighbour.", "Regroupez cette catégorie avec une voisine."),
    )


def _factors(sums: Floats, targets: Floats) -> Floats:
    return np.divide(targets, sums, out=np.zeros_like(targets), where=sums > 0)


def _errors(weights: Floats, codes: Codes, targets: Floats) -> Floats:
    gap = np.abs(np.bincount(codes, weights, len(targets)) - targets)
    found: Floats = gap / np.where(targets > 0, targets, 1.0)
    return found


def _coded(weights: Floats, margin: Margin) -> tuple[Codes, Floats]:
    """Codes of the respondents' categories and the targets in the order of the codes."""
    names = sorted(margin.targets)
    place = {name: code for code, name in enumerate(names)}
    unknown = sorted({str(group) for group in margin.groups if group not in place})
    if unknown:
        raise DataError(
            Text(f"“{unknown[0]}” has no target.", f"« {unknown[0]} » n’a pas de cible."),
            where=margin.name,
            hint=Text("Give one, or set these respondents aside.", "Donnez-en une, ou écartez ces répondants."),
        )
    codes = np.array([place[group] for group in margin.groups], dtype=np.intp)
    targets = np.array([margin.targets[name] for name in names], dtype=np.float64)
    if len(codes) != len(weights) or not np.isfinite(targets).all() or (targets < 0).any():
        raise DataError(
            Text(
                "a margin needs one category a respondent, and targets of zero or more.",
                "une marge exige une catégorie par répondant et des cibles positives ou nulles.",
            ),
            where=margin.name,
        )
    empty = np.flatnonzero((np.bincount(codes, weights, len(names)) == 0) & (targets > 0))
    if len(empty):
        category = names[empty[0]]
        raise DataError(
            Text(
                f"the target category “{category}” has no respondent.",
                f"la catégorie cible « {category} » n’a aucun répondant.",
            ),
            where=margin.name,
            hint=Text(
                "Merge it with a neighbour, or collect answers there.",
                "Regroupez-la avec une voisine, ou recueillez-y des réponses.",
            ),
        )
    return codes, targets


def _check_totals(margins: Sequence[Margin]) -> None:
    totals = [sum(margin.targets.values()) for margin in margins]
    if max(totals) - min(totals) > 1e-9 * max(totals):
        described = ", ".join(f"{margin.name} {total:g}" for margin, total in zip(margins, totals, strict=True))
        raise DataError(
            Text(
                f"the margins do not add up to one total: {described}.",
                f"les marges n’ont pas le même total : {described}.",
            )
        )


def trim(weights: Sequence[float] | Floats, cap: float = CAP) -> Floats:
    """Weights over `cap` × median brought down to it, what they lose shared among the others in proportion.

    The sum is kept. Trimming moves the margins: rake again after it. DataError when the cap cannot hold.
    """
    array = as_weights(weights)
    if cap < 1:
        raise DataError(
            Text("the cap is at least 1 median.", "le plafond vaut au moins 1 fois la médiane."),
            hint=Text("5 is usual.", "5 est l’usage."),
        )
    total, limit = array.sum(), cap * float(np.median(array[array > 0]))
    capped = array > limit
    while True:
        trimmed = np.where(capped, limit, array * _raise(total - limit * capped.sum(), array[~capped].sum()))
        over = trimmed > limit * (1 + 1e-12)
        if not over.any():
            return trimmed
        capped = capped | over


def _raise(share: float, rest: float) -> float:
    """What the weights under the cap are multiplied by to take what the others lose."""
    if rest == 0:
        raise DataError(
            Text(
                "these weights are too uneven for that cap: no one is left to take what is trimmed.",
                "ces poids sont trop inégaux pour ce plafond : plus personne ne peut prendre ce qui est retiré.",
            ),
            hint=Text(
                "Raise the cap, or merge small categories.", "Relevez le plafond, ou regroupez de petites catégories."
            ),
        )
    return share / rest


def kish(weights: Sequence[float] | Floats) -> Kish:
    """Kish's design effect of weights: a screen (warn over 2), not the standard error of a figure."""
    array = as_weights(weights)
    n = len(array)
    deff = float(n * (array**2).sum() / array.sum() ** 2)
    return Kish(n, deff, n / deff, float(array.min()), float(array.max()), max(0.0, deff - 1) ** 0.5)
