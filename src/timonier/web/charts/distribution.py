"""How answers spread: detractors, passives and promoters a row, or every score of one figure.

Grey always stands between red and green, which have the same lightness; classes are named, and each share written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from timonier import formats
from timonier.indicators.estimate import Estimate
from timonier.text import Text, say
from timonier.web.charts import sentences, tokens
from timonier.web.charts.chart import WIDTHS, Chart, Size, Spec, layer, spec_of, told
from timonier.web.charts.rows import HEIGHT, MARGINS, PLOTS, band, n_text, named, written
from timonier.web.charts.scales import axis_of

WRITTEN_FROM: Mapping[Size, float] = {"wide": 0.08, "narrow": 0.22}
"""A share below this is too narrow for its own label; the tooltip and the table have it."""


@dataclass(frozen=True, slots=True)
class Class:
    """A class of answers: its key in `Estimate.detail`, its plural, its colour and that of words on it."""

    key: str
    name: Text
    colour: str
    on: str


CLASSES = (
    Class("detractors", Text("detractors", "détracteurs"), tokens.BAD, tokens.ON_BAD),
    Class("passives", Text("passives", "passifs"), tokens.NEUTRAL, tokens.ON_NEUTRAL),
    Class("promoters", Text("promoters", "promoteurs"), tokens.GOOD, tokens.ON_GOOD),
)


def counts_of(estimate: Estimate) -> tuple[int, ...] | None:
    """Detractors, passives, promoters; None where the figure does not say them (hidden, or no net score)."""
    found = [estimate.detail.get(one.key) for one in CLASSES]
    counts: tuple[int, ...] = tuple(count for count in found if isinstance(count, int))
    return counts if len(counts) == len(CLASSES) and any(counts) else None


def scores_of(estimate: Estimate) -> dict[int, int]:
    """How many answers a score; empty where the figure does not say."""
    found = estimate.detail.get("distribution")
    if not isinstance(found, Mapping):
        return {}
    return {int(score): int(count) for score, count in sorted(found.items(), key=lambda pair: int(pair[0]))}


def stacked(label: str, estimates: Sequence[Estimate], *, size: Size = "wide") -> Chart:
    """A bar of 100 % a segment, in the order given; a row without answers says why."""
    rows = [_named_row(place, one) for place, one in enumerate(estimates)]
    parts = [part for place, one in enumerate(estimates) for part in _parts(place, one, size)]
    count = len(rows)
    axis = axis_of([0.0, 1.0], "share", about=4)
    layers = [_key(size), written(rows, "name", count, right=False, size=size)]
    layers.append(written(rows, "side", count, right=True, size=size))
    for one in CLASSES:
        mine = [part for part in parts if part["class"] == one.key]
        wide = [part for part in mine if part["text"]]
        x = {**axis.channel("start"), "axis": None}
        bar = {"type": "bar", "color": one.colour}
        text = {"type": "text", "color": one.on, "fontWeight": 600}
        layers.append(layer(mine, bar, x=x, x2={"field": "end"}, y=band(count), description=told()))
        layers.append(
            layer(wide, text, x={**axis.channel("middle"), "axis": None}, y=band(count), text={"field": "text"})
        )
    spec = spec_of(layers, width=PLOTS[size], height=max(count, 1) * HEIGHT)
    totals = [sum(column) for column in zip(*filter(None, map(counts_of, estimates)), strict=True)] or [0, 0, 0]
    return Chart(spec, label, sentences.of_classes(label, totals[0], totals[1], totals[2]))


def _named_row(place: int, one: Estimate) -> dict[str, object]:
    value = formats.estimate_value(one)
    shown = one.state != "suppressed" and one.value is not None
    return {"row": place, "name": named(one.by), "side": f"{value} · {n_text(one.n)}" if shown else value}


def _parts(place: int, estimate: Estimate, size: Size) -> list[dict[str, object]]:
    counts = counts_of(estimate)
    if counts is None:
        return []
    n, start, parts = sum(counts), 0.0, []
    for one, count in zip(CLASSES, counts, strict=True):
        share = count / n
        text = formats.share(share, decimals=0)
        tip = f"{named(estimate.by)} — {say(one.name)}{say(Text(':', ' :'))} {text} ({formats.count(count)})"
        inside = text if share >= WRITTEN_FROM[size] else ""
        place_ = {"row": place, "class": one.key, "start": start, "end": start + share, "middle": start + share / 2}
        parts.append({**place_, "text": inside, "tip": tip})
        start += share
    return parts


def _key(size: Size) -> Spec:
    """The names of classes above the bars, each after a square of its colour."""
    start, step = (0, 125) if size == "wide" else (-MARGINS[size] + 10, 95)
    rows = [
        {"x": start + place * step, "text": f"{say(one.name)}", "fill": one.colour} for place, one in enumerate(CLASSES)
    ]
    squares = [{**row, "text": "■"} for row in rows]
    channels: dict[str, Any] = {"x": {"field": "x", "type": "quantitative", "scale": None, "axis": None}}
    channels["y"] = {"value": -12}
    colour = {"field": "fill", "type": "nominal", "scale": None, "legend": None}
    mark = {"type": "text", "align": "left"}
    return {
        "data": {"values": rows},
        "resolve": {"scale": {"x": "independent"}},
        "layer": [
            layer(squares, mark, **channels, text={"field": "text"}, color=colour),
            layer(rows, {**mark, "dx": 15, "color": tokens.INK}, **channels, text={"field": "text"}),
        ],
    }


def histogram(label: str, estimate: Estimate, *, size: Size = "wide") -> Chart:
    """A bar a score, its share above; the colours of classes for a net score of 0 to 10, else one colour."""
    scores = scores_of(estimate)
    total = sum(scores.values())
    net = counts_of(estimate) is not None
    cells = range(11) if net else range(min(scores, default=0), max(scores, default=0) + 1)
    rows: list[dict[str, object]] = [
        _bar(score, scores.get(score, 0) / total, scores.get(score, 0), net=net) for score in cells if total
    ]
    tallest = max((scores.get(score, 0) / total for score in cells if total), default=1.0)
    x: Spec = {"field": "score", "type": "ordinal", "axis": {"labelAngle": 0, "grid": False}}
    y = axis_of([0.0, tallest * 1.05], "share", about=4).channel("share")
    colour = {"field": "fill", "type": "nominal", "scale": None, "legend": None}
    text = {"type": "text", "dy": -8, "fontSize": 11 if size == "wide" else 9}
    layers = [
        layer(rows, {"type": "bar"}, x=x, y=y, color=colour, description=told()),
        layer(rows, text, x=x, y=y, text={"field": "text"}),
    ]
    spec = spec_of(layers, width=WIDTHS[size], height=180)
    return Chart(spec, f"{label} ({n_text(total)})", _summary(label, estimate, scores))


def _bar(score: int, share: float, count: int, *, net: bool) -> dict[str, object]:
    colour = tokens.LINE
    if net:
        colour = tokens.BAD if score <= 6 else tokens.NEUTRAL if score <= 8 else tokens.GOOD
    text = formats.share(share, decimals=0)
    tip = say(
        Text(f"score {score}: {text} ({formats.count(count)})", f"note {score} : {text} ({formats.count(count)})")
    )
    return {"score": score, "share": share, "fill": colour, "text": text if count else "", "tip": tip}


def _summary(label: str, estimate: Estimate, scores: Mapping[int, int]) -> str:
    counts = counts_of(estimate)
    if counts is not None:
        return sentences.of_classes(label, *counts)
    if not scores:
        return sentences.of_value(label, estimate) + "."
    most = max(scores, key=lambda score: scores[score])
    share, n = formats.share(scores[most] / sum(scores.values()), decimals=0), n_text(sum(scores.values()))
    return say(
        Text(
            f"{label}: the most frequent score is {most}, {share} of answers ({n}).",
            f"{label} : la note la plus fréquente est {most}, {share} des réponses ({n}).",
        )
    )
