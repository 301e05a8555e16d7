"""The course of an indicator: values, their band, what was aimed at, what happened, and the period compared with."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any, Literal

from timonier import formats
from timonier.indicators.estimate import Estimate, State
from timonier.text import Text, say
from timonier.web.charts import sentences, tokens
from timonier.web.charts.chart import WIDTHS, Chart, Size, Spec, layer, spec_of, told
from timonier.web.charts.scales import Axis, axis_of

LABELS: dict[Size, int] = {"wide": 8, "narrow": 4}


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened on a day; a "break" (a question changed) parts the line: the sides do not compare."""

    day: date
    text: str
    kind: Literal["event", "break"] = "event"


@dataclass(frozen=True, slots=True)
class Target:
    """What is aimed at, in the unit of the indicator; without a label it is called «Objectif»."""

    value: float
    label: str = ""


@dataclass(frozen=True, slots=True)
class Point:
    """A period on the chart. `x` is twice the ordinal of its middle, a whole number; `run` parts what is not joined."""

    x: int
    run: int
    estimate: Estimate
    tip: str

    @property
    def value(self) -> float | None:
        return self.estimate.value

    @property
    def hollow(self) -> bool:
        return self.estimate.state == State.IMMATURE


def trend(
    label: str,
    course: Sequence[Estimate],
    *,
    every: str | None = None,
    reference: Sequence[Estimate] = (),
    target: Target | None = None,
    notes: Sequence[Note] = (),
    size: Size = "wide",
) -> Chart:
    """The chart of estimates by period, oldest first; `reference` is the compared course, matched by place."""
    points = points_of(course, notes, every)
    values = axis_of(list(_extent(points, reference, target)), *_unit(course))
    time = _time(points, every, size)
    layers = [
        *_band(points, time, values),
        *_reference(points, reference, time, values),
        *_notes(points, notes, time, size),
        *_target(target, values, *_unit(course), size),
        *_line(points, time, values),
        *_marks(points, time, values),
    ]
    height = 220 if size == "wide" else 180
    spec = spec_of(layers, width=WIDTHS[size], height=height)
    return Chart(spec, label, sentences.of_trend(label, course, every))


def _unit(course: Sequence[Estimate]) -> tuple[Any, str]:
    return (course[0].unit, course[0].currency) if course else ("ratio", "")


def points_of(course: Sequence[Estimate], notes: Iterable[Note] = (), every: str | None = None) -> list[Point]:
    """Points in order; a new run starts after a period without value, a period that is not there, or a break."""
    breaks = sorted(2 * note.day.toordinal() for note in notes if note.kind == "break")
    points: list[Point] = []
    run, end, passed = 0, None, 0
    for estimate in course:
        period = estimate.period
        if period is None:
            continue
        x = period.start.toordinal() + period.end.toordinal()
        before = sum(day <= x for day in breaks)
        if estimate.value is None or before != passed or end not in (None, period.start):
            run += 1
        passed, end = before, period.end
        points.append(Point(x, run, estimate, sentences.of_point(estimate, sentences.when(estimate, every))))
        if estimate.value is None:
            run += 1
    return points


def _extent(points: Sequence[Point], reference: Sequence[Estimate], target: Target | None) -> Iterable[float | None]:
    for estimate in [*(point.estimate for point in points), *reference]:
        yield estimate.value
    for point in points:
        yield from (point.estimate.low, point.estimate.high)
    yield target.value if target else None


def _time(points: Sequence[Point], every: str | None, size: Size) -> Spec:
    """The channel of time: labels of periods in our own words, thinned from the last one backwards."""
    step = -(-len(points) // LABELS[size]) or 1
    shown = points[::-1][::step]
    labels = {str(point.x): sentences.when(point.estimate, every) for point in shown}
    pairs = ", ".join(f"{json.dumps(x)}: {json.dumps(text)}" for x, text in labels.items())
    low, high = (points[0].x, points[-1].x) if points else (0, 1)
    return {
        "field": "x",
        "type": "quantitative",
        "scale": {"domain": [low, max(high, low + 1)], "nice": False, "zero": False, "padding": 14},
        "axis": {
            "values": [point.x for point in shown],
            "labelExpr": f"({{{pairs}}})[format(datum.value, 'd')]",
            "grid": False,
            "labelPadding": 12,  # clear of the lowest value, which stands at the foot of the first one
        },
    }


def _row(point: Point, **more: object) -> dict[str, object]:
    estimate = point.estimate
    return {"x": point.x, "y": estimate.value, "low": estimate.low, "high": estimate.high, **more}


def _band(points: Sequence[Point], time: Spec, values: Axis) -> list[Spec]:
    """The interval: an area along each run, a bar where a point stands alone."""
    bounded = [point for point in points if None not in (point.value, point.estimate.low, point.estimate.high)]
    sizes: dict[int, int] = {}
    for point in bounded:
        sizes[point.run] = sizes.get(point.run, 0) + 1
    low, high = values.channel("low"), {"field": "high"}
    joined = [_row(point, run=point.run) for point in bounded if sizes[point.run] > 1]
    alone = [_row(point) for point in bounded if sizes[point.run] == 1]
    run = {"field": "run", "type": "nominal"}
    area = layer(joined, {"type": "area", "color": tokens.BAND}, x=time, y=low, y2=high, detail=run)
    bars = layer(alone, {"type": "rule", "color": tokens.BAND, "strokeWidth": 8}, x=time, y=low, y2=high)
    return [area, bars]


def _reference(points: Sequence[Point], reference: Sequence[Estimate], time: Spec, values: Axis) -> list[Spec]:
    rows = [{"x": point.x, "y": then.value} for point, then in zip(points, reference, strict=False)]
    mark = {
        "type": "line",
        "color": tokens.REFERENCE,
        "strokeDash": [2, 3],
        "strokeWidth": 1.5,
        "invalid": "break-paths-show-domains",
    }
    return [layer(rows, mark, x=time, y=values.channel("y"))]


def pieces(points: Sequence[Point]) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Rows of the full line and of the dashed one, which touches every point that may still change."""
    full: list[dict[str, object]] = []
    dashed: list[dict[str, object]] = []
    for number, (one, other) in enumerate(pairwise(points)):
        if one.run != other.run or one.value is None or other.value is None:
            continue
        rows = dashed if one.hollow or other.hollow else full
        rows += [_row(one, piece=number), _row(other, piece=number)]
    return full, dashed


def _line(points: Sequence[Point], time: Spec, values: Axis) -> list[Spec]:
    full, dashed = pieces(points)
    mark: Spec = {"type": "line", "color": tokens.LINE, "strokeWidth": 2.5, "strokeCap": "round"}
    piece = {"field": "piece", "type": "nominal"}
    return [
        layer(full, mark, x=time, y=values.channel("y"), detail=piece),
        layer(dashed, {**mark, "strokeDash": [5, 5]}, x=time, y=values.channel("y"), detail=piece),
    ]


def _marks(points: Sequence[Point], time: Spec, values: Axis) -> list[Spec]:
    """Full points, hollow ones, and the last value written beside its point."""
    known = [point for point in points if point.value is not None]
    layers = []
    for hollow, fill in ((False, tokens.LINE), (True, tokens.PAPER)):
        rows = [_row(point, tip=point.tip) for point in known if point.hollow is hollow]
        mark = {"type": "point", "filled": False, "fill": fill, "stroke": tokens.LINE, "strokeWidth": 2, "opacity": 1}
        layers.append(layer(rows, {**mark, "size": 45}, x=time, y=values.channel("y"), description=told()))
    last = [_row(point, text=formats.estimate_value(point.estimate)) for point in known[-1:]]
    mark = {"type": "text", "align": "left", "dx": 10, "fontWeight": 600, "fontSize": 13, "color": tokens.LINE}
    return [*layers, layer(last, mark, x=time, y=values.channel("y"), text={"field": "text"})]


def _target(target: Target | None, values: Axis, unit: str, currency: str, size: Size) -> list[Spec]:
    """The rule of the target; its words stand above the left end, away from the last value."""
    if target is None:
        return []
    name = target.label or say(Text("Target", "Objectif"))
    rows = [{"y": target.value, "text": f"{name} {formats.quantity(target.value, unit, currency=currency)}"}]
    rule = {"type": "rule", "color": tokens.TARGET, "strokeDash": [8, 4], "strokeWidth": 1.5}
    text = {"type": "text", "color": tokens.TARGET, "align": "left", "dx": 2, "dy": -8, "limit": WIDTHS[size] // 2}
    y = values.channel("y")
    return [layer(rows, rule, y=y), layer(rows, text, x={"value": 0}, y=y, text={"field": "text"})]


def _notes(points: Sequence[Point], notes: Sequence[Note], time: Spec, size: Size) -> list[Spec]:
    """A thin rule a note, its words at the top, on three levels so that neighbours stay apart."""
    if not points:
        return []
    first, last = points[0].estimate.period, points[-1].estimate.period
    if first is None or last is None:
        return []
    inside = sorted((note for note in notes if first.start <= note.day < last.end), key=lambda note: note.day)
    levels = min(len(inside), 3)
    low, high = points[0].x, max(points[-1].x, points[0].x + 1)
    layers = []
    for number, note in enumerate(inside):
        x = min(max(2 * note.day.toordinal(), low), high)
        share = (x - low) / (high - low)
        right = share > 0.6
        room = min(0.6, 0.8 * (share if right else 1 - share))
        top = -8 - 15 * (levels - 1 - number % 3)
        layers += _note(note, x, time, right=right, top=top, limit=int(WIDTHS[size] * room))
    return layers


def _note(note: Note, x: int, time: Spec, *, right: bool, top: int, limit: int) -> list[Spec]:
    row = {"x": x, "text": note.text, "tip": f"{formats.day(note.day)} — {note.text}"}
    broken = note.kind == "break"
    rule: Spec = {"type": "rule", "color": tokens.MUTED, "strokeDash": [1, 0] if broken else [3, 3]}
    rule["strokeWidth"] = 1.5 if broken else 1
    text = {"type": "text", "color": tokens.MUTED, "limit": limit, "align": "right" if right else "left"}
    text["dx"] = -5 if right else 5
    words = {"field": "text"}
    return [
        layer([row], rule, x=time, y={"value": top - 6}, y2={"value": "height"}, description=told()),
        layer([row], text, x=time, y={"value": top}, text=words),
    ]
