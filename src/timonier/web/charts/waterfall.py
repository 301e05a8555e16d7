"""Why a total moved: from one figure to the next through each segment's own change and the weight of segments."""

from dataclasses import dataclass

from timonier import formats
from timonier.indicators.estimate import Estimate
from timonier.indicators.mix import Split
from timonier.text import Text, say
from timonier.web.charts import sentences, tokens
from timonier.web.charts.chart import Chart, Size, Spec, layer, spec_of, told
from timonier.web.charts.rows import HEIGHT, PLOTS, UNNAMED, band, written
from timonier.web.charts.scales import axis_of

SHOWN = 8


@dataclass(frozen=True, slots=True)
class Step:
    """A row: a total (`start` is `end`), or what moves the figure from `start` to `end`."""

    name: str
    start: float
    end: float
    total: bool = False


def steps_of(before: float, split: Split, *, factor: float = 1.0, shown: int = SHOWN) -> list[Step]:
    """Before, the `shown` largest own changes, the other segments together, the weight of segments, after.

    `factor` brings the unit of the split to that of the figure. The last step ends where the figure ends.
    """
    own = sorted(split.parts.items(), key=lambda pair: (-abs(pair[1].within), pair[0]))
    moves = [(name or say(UNNAMED), part.within * factor) for name, part in own[:shown]]
    rest = sum(part.within for _, part in own[shown:]) * factor
    if len(own) > shown:
        moves.append((say(Text("Other segments", "Autres segments")), rest))
    moves.append((say(Text("Weight of segments", "Poids des segments")), split.mix * factor))
    steps, at = [Step(say(Text("Before", "Avant")), before, before, total=True)], before
    for name, move in moves:
        steps.append(Step(name, at, at + move))
        at += move
    return [*steps, Step(say(Text("After", "Après")), at, at, total=True)]


def waterfall(
    label: str, before: Estimate, after: Estimate, split: Split, *, factor: float = 1.0, size: Size = "wide"
) -> Chart:
    """The chart of a split whose two ends are `before` and `after`. ValueError when a side has no value."""
    if before.value is None or after.value is None:
        raise ValueError("a change needs a value on both sides")
    steps = steps_of(before.value, split, factor=factor)
    axis = axis_of([place for step in steps for place in (step.start, step.end)], after.unit, after.currency, about=4)
    rows = [_row(place, step, after) for place, step in enumerate(steps)]
    count, y = len(rows), band(len(rows))
    layers: list[Spec] = []
    for colour in (tokens.GOOD, tokens.BAD, tokens.LINE):
        moves = [row for row in rows if row["fill"] == colour and not row["total"]]
        bar = {"type": "bar", "color": colour}
        layers.append(layer(moves, bar, x=axis.channel("start"), x2={"field": "end"}, y=y, description=told()))
    totals = [row for row in rows if row["total"]]
    dot = {"type": "point", "filled": True, "size": 110, "color": tokens.INK, "opacity": 1}
    layers.append(layer(totals, dot, x=axis.channel("start"), y=y, description=told()))
    layers.append(written(rows, "name", count, right=False, size=size))
    layers.append(written(rows, "side", count, right=True, size=size))
    spec = spec_of(layers, width=PLOTS[size], height=count * HEIGHT)
    return Chart(spec, label, sentences.of_split(label, split, after, factor))


def _row(place: int, step: Step, figure: Estimate) -> dict[str, object]:
    move = step.end - step.start
    if step.total:
        text = formats.quantity(step.end, figure.unit, currency=figure.currency)
    else:
        text = formats.change(move, figure.unit, currency=figure.currency)
    colour = tokens.LINE
    if figure.direction != "none":
        colour = tokens.GOOD if (move > 0) == (figure.direction == "up") else tokens.BAD
    tip = say(Text(f"{step.name}: {text}", f"{step.name} : {text}"))
    bounds = {"start": step.start, "end": step.end, "total": step.total}
    return {"row": place, "name": step.name, **bounds, "side": text, "fill": colour, "tip": tip}
