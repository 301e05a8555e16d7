"""Differences told together: what is left of them once there are many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from timonier.indicators.difference import Difference
from timonier.indicators.significance import benjamini_hochberg, holm

if TYPE_CHECKING:
    from timonier.scorecard.score import Line

FEW: Final = 10
"""Up to this many comparisons are corrected by Holm; more by Benjamini and Hochberg, a scan."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A difference among others. `p_adjusted` counts all of those that are tested; None where there is no test."""

    difference: Difference | None = None
    p_adjusted: float | None = None
    significant: bool = False

    @property
    def doubtful(self) -> bool:
        """Whether it leaves its own margin, yet may be chance among so many."""
        return self.difference is not None and self.difference.movement in ("up", "down") and not self.significant


def judged_together(differences: Sequence[Difference | None], confidence: float) -> list[Judged]:
    """Each of the differences, in their order, all their tests counted together."""
    p_values = [None if one is None else one.p_value for one in differences]
    tested = [p for p in p_values if p is not None]
    adjusted = iter(holm(tested) if len(tested) <= FEW else benjamini_hochberg(tested))
    return [
        Judged(one) if p is None else Judged(one, found := next(adjusted), found < 1 - confidence)
        for one, p in zip(differences, p_values, strict=True)
    ]


def judged_lines(lines: "Sequence[Line]") -> list[Judged]:
    """The changes of the lines of a page, a table or a file, in their order."""
    confidence = min((line.estimate.confidence for line in lines), default=0.0)
    return judged_together([line.difference for line in lines], confidence)
