"""Charts made of rows, one a segment: names at the left, marks in the middle, n at the right."""

from collections.abc import Sequence

from timonier import formats
from timonier.formats import NBSP
from timonier.scorecard.codes import value_name
from timonier.text import Text, say
from timonier.web.charts import tokens
from timonier.web.charts.chart import Rows, Size, Spec, layer

HEIGHT = 26
MARGINS: dict[Size, int] = {"wide": 170, "narrow": 110}
PLOTS: dict[Size, int] = {"wide": 380, "narrow": 130}
UNNAMED = Text("not stated", "non précisé")


def named(by: Sequence[tuple[str, str | None]]) -> str:
    """The segment as a row names it: its values; the whole when it has none."""
    if not by:
        return say(Text("All", "Ensemble"))
    return ", ".join(say(UNNAMED) if value is None else value_name(name, value) for name, value in by)


def n_text(n: int) -> str:
    """«n = 2 140»."""
    return f"n{NBSP}={NBSP}{formats.count(n)}"


def band(count: int) -> Spec:
    """The channel of rows, by their number, so that two segments may have the same name."""
    return {
        "field": "row",
        "type": "ordinal",
        "scale": {"domain": list(range(count)), "paddingInner": 0.25, "paddingOuter": 0.1},
        "axis": None,
    }


def written(rows: Rows, field: str, count: int, *, right: bool, size: Size, color: str = tokens.INK) -> Spec:
    """A column of words beside the plot; names are cut at the margin, n never is."""
    mark: Spec = {"type": "text", "align": "left" if right else "right", "dx": 8 if right else -8, "color": color}
    if not right:
        mark["limit"] = MARGINS[size]
    place = {"value": PLOTS[size] if right else 0}
    return layer(rows, mark, x=place, y=band(count), text={"field": field})
