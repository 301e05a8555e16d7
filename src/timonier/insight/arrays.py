"""Numbers coming in: checked once, with an error that names the column."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from timonier.errors import DataError, UsageError
from timonier.text import Text

type Floats = NDArray[np.float64]


def numbers(values: ArrayLike, name: str, *, at_least: int = 1, missing: bool = False) -> Floats:
    """A one-dimensional array of finite numbers; with `missing`, None and NaN pass and become NaN.

    Raises DataError when a value is not a finite number, or when there are fewer than `at_least`.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise DataError(
            Text("holds something that is not a number", "contient autre chose que des nombres"), where=name
        ) from None
    if array.ndim != 1:
        raise DataError(Text("is not a single column", "n’est pas une colonne unique"), where=name)
    if np.isinf(array).any() or (not missing and np.isnan(array).any()):
        raise DataError(Text("holds a missing or infinite value", "contient une valeur absente ou infinie"), where=name)
    if array.size < at_least:
        raise too_few(name, int(array.size), at_least)
    return array


def same_length(columns: Sequence[Floats], names: Sequence[str]) -> None:
    """Raise DataError unless every column has as many rows as the first."""
    for column, name in zip(columns, names, strict=True):
        if column.size != columns[0].size:
            raise DataError(
                Text(
                    f"has {column.size} rows where {names[0]} has {columns[0].size}",
                    f"a {column.size} lignes alors que {names[0]} en a {columns[0].size}",
                ),
                where=name,
            )


def too_few(name: str, found: int, needed: int) -> DataError:
    """The error to raise when n is too small for the method."""
    return DataError(
        Text(f"{found} values, at least {needed} are needed", f"{found} valeurs, il en faut au moins {needed}"),
        where=name,
    )


def check_confidence(confidence: float) -> float:
    """The confidence level, or UsageError when it is not strictly between 0 and 1."""
    if not 0 < confidence < 1:
        raise UsageError(
            Text(
                f"confidence {confidence} is not between 0 and 1 (0.95 for 95 %)",
                f"le niveau de confiance {confidence} n’est pas entre 0 et 1 (0,95 pour 95 %)",
            )
        )
    return confidence
