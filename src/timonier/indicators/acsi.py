"""An index of satisfaction of the ACSI type: several items on one scale, declared weights, 0–100."""

from collections.abc import Sequence

from timonier.errors import DataError
from timonier.text import Text


def index(means: Sequence[float], weights: Sequence[float], scale: tuple[float, float] = (1, 10)) -> float:
    """100 · Σ w(mean − min) / ((max − min) Σw); DataError unless there is one positive weight an item."""
    low, high = scale
    if len(means) != len(weights) or not means or min(weights) < 0 or sum(weights) <= 0 or high <= low:
        raise DataError(
            Text(
                "an index needs one weight an item, zero or more, and a scale that rises.",
                "un indice exige un poids par item, positif ou nul, et une échelle croissante.",
            )
        )
    weighted = sum(weight * (mean - low) for weight, mean in zip(weights, means, strict=True))
    return 100 * weighted / ((high - low) * sum(weights))
