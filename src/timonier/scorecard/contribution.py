"""What one row counts for in a figure, found by asking the indicator's own formula about that row alone.

No meaning of a cell is written twice: the words follow from the classes that the formula returns.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from timonier.scorecard import words
from timonier.text import Text, say

if TYPE_CHECKING:
    from timonier.indicators.definition import Figure, Indicator, Query

CLASSES: Mapping[str, Text] = {
    "promoters": Text("promoter", "promoteur"),
    "passives": Text("passive", "passif"),
    "detractors": Text("detractor", "détracteur"),
}
NET_CLASSES: Mapping[str, Text] = {
    "promoters": Text("for", "favorable"),
    "passives": Text("neither", "ni l’un ni l’autre"),
    "detractors": Text("against", "défavorable"),
}
YES_NO: Mapping[str, tuple[Text, Text]] = {
    "csat": (Text("satisfied", "satisfait"), Text("not satisfied", "non satisfait")),
    "ces": (Text("easy", "facile"), Text("not easy", "pas facile")),
    "ces_effort": (Text("easy", "facile"), Text("not easy", "pas facile")),
    "ces_ease": (Text("easy", "facile"), Text("not easy", "pas facile")),
    "churn": (Text("lost", "perdu"), Text("kept", "gardé")),
    "retention": (Text("kept", "gardé"), Text("lost", "perdu")),
    "fcr": (Text("resolved at first contact", "résolu au premier contact"), Text("not resolved", "non résolu")),
    "complaints": (Text("complaint", "réclamation"), Text("no complaint", "sans réclamation")),
    "on_time": (Text("on time", "dans le délai"), Text("late", "hors délai")),
}
USUAL = (Text("yes", "oui"), Text("no", "non"))
COUNTED = Text("counted", "compté")
STILL_OPEN = Text("still open", "encore en cours")
OUTSIDE = Text("outside the denominator", "hors du dénominateur")


class Contribution(NamedTuple):
    """Words for people, and the value of the figure if this row were alone."""

    words: str
    value: float | None = None


class Contributions:
    """What the rows of one indicator count for."""

    def __init__(self, indicator: "Indicator", variant: str | None, query: "Query") -> None:
        from timonier.indicators.engine import pick_variant

        self.indicator = indicator
        self.query = query
        self.variant = pick_variant(indicator, variant)
        self._by_cell: dict[int, Contribution] = {}

    def of(self, row: Mapping[str, Any]) -> Contribution:
        """The contribution of one unit; excluded ones say why."""
        cell = int(row["cell"]) if row.get("cell") is not None else 1
        if cell < 0:
            return _excluded(cell)
        if self.indicator.form == "moments":
            return self._of_sums(row)
        if cell not in self._by_cell:
            self._by_cell[cell] = self._of_cell(cell)
        return self._by_cell[cell]

    def _of_sums(self, row: Mapping[str, Any]) -> Contribution:
        from timonier.indicators.definition import Stat
        from timonier.indicators.stats import Moments

        y, x = int(row["y"]), int(row.get("x", 1))  # a unit without x counts once
        alone = Stat(moments=Moments(n=1, x=x, y=y, xx=x * x, xy=x * y, yy=y * y))
        return Contribution(say(COUNTED), self.variant.finish(alone, self.query).value)

    def _of_cell(self, cell: int) -> Contribution:
        from timonier.indicators.definition import Stat

        figure = self.variant.finish(Stat(counts={cell: 1}), self.query)
        if figure.value is None:
            return Contribution(say(STILL_OPEN if figure.detail.get("open") else OUTSIDE))
        return Contribution(say(self._class(figure)), figure.value)

    def _class(self, figure: "Figure") -> Text:
        classes = CLASSES if self.indicator.name == "nps" else NET_CLASSES
        for name, text in classes.items():
            if figure.detail.get(name) == 1:
                return text
        if self.variant.unit in ("share", "per_1000") and "x" in figure.detail:
            yes, no = YES_NO.get(self.indicator.name, USUAL)
            return yes if figure.detail["x"] else no
        return COUNTED


def _excluded(cell: int) -> Contribution:
    from timonier.indicators.cells import EXCLUSIONS

    text = words.reason(EXCLUSIONS[cell])
    return Contribution(say(Text(f"left out: {text}", f"écarté : {text}")))
