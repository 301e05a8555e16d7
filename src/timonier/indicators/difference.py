"""A difference between two figures, and the plain words that say whether it is more than noise."""

from dataclasses import dataclass, replace
from typing import Literal

from timonier.indicators.estimate import Direction
from timonier.text import Text

type Movement = Literal["up", "down", "within", "unmeasured", "not_comparable"]

WITHIN = Text("change within the margin of error", "évolution dans la marge d’erreur")
UNMEASURED = Text("change without a known margin of error", "évolution sans marge d’erreur connue")
NOT_COMPARABLE = Text("not comparable", "non comparable")
BETTER = Text("improvement beyond the margin of error", "progression au-delà de la marge d’erreur")
BETTER_BY_FALLING = Text("improvement beyond the margin of error", "amélioration au-delà de la marge d’erreur")
WORSE = Text("deterioration beyond the margin of error", "dégradation au-delà de la marge d’erreur")
RISE = Text("rise beyond the margin of error", "hausse au-delà de la marge d’erreur")
FALL = Text("fall beyond the margin of error", "baisse au-delà de la marge d’erreur")

# what a rise and a fall are called, by the direction of the indicator; « progression » of a churn would mislead
WORDS: dict[Direction, dict[str, Text]] = {
    "up": {"up": BETTER, "down": WORSE},
    "down": {"up": WORSE, "down": BETTER_BY_FALLING},
    "none": {"up": RISE, "down": FALL},
}


@dataclass(frozen=True, slots=True)
class Difference:
    """First minus second, in the unit of the two figures; None where it cannot be given.

    `statistic` and `p_value` (two-sided) are those of the test that goes with `method`. `provisional` says that
    a side may still change; `reason` why two figures cannot be compared.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    method: str = "none"
    statistic: float | None = None
    direction: Direction = "none"
    provisional: bool = False
    reason: Text | None = None

    @property
    def movement(self) -> Movement:
        """Whether the interval leaves 0 out, and on which side."""
        if self.value is None:
            return "not_comparable"
        if self.low is not None and self.low > 0:
            return "up"
        if self.high is not None and self.high < 0:
            return "down"
        return "unmeasured" if self.low is None or self.high is None else "within"

    @property
    def verdict(self) -> Text:
        """The difference in words, better or worse by the direction of the indicator."""
        return verdict(self)

    def scaled(self, factor: float) -> "Difference":
        """The same difference in another unit (shares to points: 100)."""
        value, low, high = (None if part is None else part * factor for part in (self.value, self.low, self.high))
        return replace(self, value=value, low=low, high=high)


def verdict(difference: Difference) -> Text:
    """Plain words for a difference, in both languages."""
    movement = difference.movement
    if movement == "not_comparable":
        return _because(NOT_COMPARABLE, difference.reason)
    if movement in {"within", "unmeasured"}:
        words = WITHIN if movement == "within" else UNMEASURED
    else:
        words = WORDS[difference.direction][movement]
    return Text(f"{words.en} (provisional)", f"{words.fr} (provisoire)") if difference.provisional else words


def _because(words: Text, reason: Text | None) -> Text:
    return Text(f"{words.en}: {reason.en}", f"{words.fr} : {reason.fr}") if reason else words
