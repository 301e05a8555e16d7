"""What is asked of a scorecard, checked before anything is computed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

from timonier.errors import UsageError
from timonier.indicators.definition import check_confidence
from timonier.indicators.estimate import Period
from timonier.indicators.grammar import names_in
from timonier.indicators.periods import Every, split
from timonier.scorecard.membership import Within, told
from timonier.text import Text

type Comparison = Literal["none", "previous", "last-year"]

_LAST = re.compile(r"(\d{1,4})\s*([dwmqyj])")


@dataclass(frozen=True, slots=True)
class Request:
    """A scorecard to compute. `indicators` empty: all that the facts allow; `window` None: the last 12 months.

    `weighted`: answers count for their weight (`answers.weight`); what is not made of answers is left as it is.
    `variants` picks a variant by indicator; `params` gives parameters by indicator; `where` is a condition of the
    small language of `indicators.grammar`, and `within` memberships that hold besides (scopes, filters of pages).
    """

    indicators: tuple[str, ...] = ()
    window: Period | None = None
    every: Every = "all"
    by: tuple[str, ...] = ()
    where: str | None = None
    compare: Comparison = "previous"
    as_of: date | None = None
    confidence: float = 0.95
    method: str = "default"
    minimum_n: int | None = None
    trend: bool = True
    rollups: bool = True
    weighted: bool = False
    variants: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    within: tuple[Within, ...] = ()

    def __post_init__(self) -> None:
        if self.window is not None:
            split(self.window, "all")
        check_confidence(self.confidence)

    @property
    def filtered_by(self) -> set[str]:
        """Every name that the filters hold and that could be a column."""
        return {*(names_in(self.where) if self.where else ()), *(one.name for one in self.within)}

    @property
    def filters(self) -> str:
        """The filters as files tell them; "" without any."""
        return " and ".join([*(told(*one) for one in self.within), *([self.where] if self.where else [])])


def last_period(text: str, anchor: date) -> Period:
    """The period that «12m», «4w», «90d»… names, ending with the last complete one known on `anchor`.

    d (or j) days, w weeks, m months, q quarters, y years.
    """
    found = _LAST.fullmatch(text.strip().lower())
    if found is None or int(found[1]) == 0:
        raise UsageError(
            Text(f"“{text}” is not a period.", f"« {text} » n’est pas une période."),
            hint=Text("Write 12m, 4w, 90d, 4q or 2y.", "Écrivez 12m, 4w, 90d (ou 90j), 4q ou 2y."),
        )
    count, unit = int(found[1]), found[2]
    tomorrow = anchor + timedelta(days=1)
    if unit in "dj":
        return Period(tomorrow - timedelta(days=count), tomorrow)
    if unit == "w":
        end = tomorrow - timedelta(days=tomorrow.weekday())
        return Period(end - timedelta(weeks=count), end)
    months = count * {"m": 1, "q": 3, "y": 12}[unit]
    end = tomorrow.replace(day=1)
    index = end.year * 12 + end.month - 1 - months
    if index < 12:
        raise UsageError(Text("that is too long ago.", "c’est trop loin dans le passé."))
    return Period(date(index // 12, index % 12 + 1, 1), end)
