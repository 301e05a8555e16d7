"""Small marks drawn by ourselves, in microseconds: dozens of them stand on one page.

Every mark is an `<svg role="img">` named by a sentence. Colours are classes (a strict CSP refuses inline styles):
`mark-line`, `mark-dashed`, `mark-band`, `mark-point`, `mark-hollow`, `mark-whisker`, `mark-target`, `mark-track`,
`mark-good`, `mark-neutral`, `mark-bad`, `mark-none`; the whole carries `mark` and its own name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from timonier import formats
from timonier.indicators.estimate import Estimate, State
from timonier.text import Text, say
from timonier.web.charts import sentences
from timonier.web.charts.distribution import CLASSES, counts_of
from timonier.web.charts.readable import readable

PADDING = 4.0


@dataclass(frozen=True, slots=True)
class Scale:
    """The ends of a bar, shared by the marks of one column so that they compare."""

    low: float
    high: float

    def place(self, value: float, width: float) -> float:
        """Where a value stands, kept inside."""
        if self.high == self.low:
            return width / 2
        part = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return PADDING + part * (width - 2 * PADDING)


def scale_of(estimates: Iterable[Estimate], *more: float | None) -> Scale:
    """The scale that holds every value and bound, and further values such as targets."""
    bounds = [bound for one in estimates for bound in (one.value, one.low, one.high)]
    known = [value for value in (*bounds, *more) if value is not None]
    return Scale(min(known, default=0.0), max(known, default=1.0))


def sparkline(label: str, course: Sequence[Estimate], *, width: int = 120, height: int = 32) -> str:
    """The course of an indicator with its band; a gap where there is no value, a hollow last point if provisional."""
    named = sentences.of_trend(label, course)
    places = _places(course, width, height)
    runs = _runs(places)
    if not runs:
        return _svg("sparkline", named, f'<path class="mark-none" d="M0 {height / 2:g}H{width}"/>', width, height)
    parts = [_band(run) for run in runs]
    if _sparse(course, runs):  # a survey a quarter, months drawn: dashes lead the eye from one to the next
        parts.append(_path("mark-dashed", [one for run in runs for one in run]))
    for run in runs:
        parts.append(_path("mark-line", [one for one in run if not one.hollow]))
        parts += [_path("mark-dashed", [a, b]) for a, b in pairwise(run) if a.hollow or b.hollow]
        if len(run) == 1:
            parts.append(f'<circle class="mark-point" cx="{run[0].x:g}" cy="{run[0].y:g}" r="1.5"/>')
    last = runs[-1][-1]
    shape = "mark-hollow" if last.hollow else "mark-point"
    parts.append(f'<circle class="{shape}" cx="{last.x:g}" cy="{last.y:g}" r="3"/>')
    return _svg("sparkline", named, "".join(parts), width, height)


def _sparse(course: Sequence[Estimate], runs: Sequence[Sequence["_Place"]]) -> bool:
    """Whether most periods have no value by the rhythm of the facts: holes are the rule, not news."""
    return len(runs) > 1 and sum(len(run) for run in runs) * 2 <= len(course)


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float
    low: float | None
    high: float | None
    hollow: bool


def _places(course: Sequence[Estimate], width: int, height: int) -> list[_Place | None]:
    """Where each period stands; None where it has no value."""
    scale = scale_of(course)
    step = (width - 2 * PADDING) / max(len(course) - 1, 1)

    def y(value: float) -> float:
        return round(height - scale.place(value, height), 1)

    places: list[_Place | None] = []
    for number, one in enumerate(course):
        if one.value is None:
            places.append(None)
            continue
        bounded = one.low is not None and one.high is not None
        low, high = (
            (y(one.low), y(one.high)) if bounded and one.low is not None and one.high is not None else (None, None)
        )
        x = round(PADDING + number * step, 1)
        places.append(_Place(x, y(one.value), low, high, one.state == State.IMMATURE))
    return places


def _runs(places: Sequence[_Place | None]) -> list[list[_Place]]:
    """Neighbours that have values."""
    runs: list[list[_Place]] = [[]]
    for place in places:
        if place is None:
            runs.append([])
        else:
            runs[-1].append(place)
    return [run for run in runs if run]


def _band(run: Sequence[_Place]) -> str:
    bounded = [(one.x, one.low, one.high) for one in run if one.low is not None and one.high is not None]
    if len(bounded) < 2:
        return ""
    edge = [f"{x:g} {high:g}" for x, _, high in bounded] + [f"{x:g} {low:g}" for x, low, _ in reversed(bounded)]
    return f'<path class="mark-band" d="M{"L".join(edge)}Z"/>'


def _path(name: str, places: Sequence[_Place]) -> str:
    if len(places) < 2:
        return ""
    return f'<path class="{name}" d="M{"L".join(f"{one.x:g} {one.y:g}" for one in places)}"/>'


def interval_bar(
    label: str, estimate: Estimate, scale: Scale, *, target: float | None = None, width: int = 160, height: int = 20
) -> str:
    """The value and its interval on a scale, and a tick at the target."""
    named = sentences.of_point(estimate, label)
    if target is not None:
        aim = formats.quantity(target, estimate.unit, currency=estimate.currency)
        named += say(Text(f", target {aim}", f", objectif {aim}"))
    middle = height / 2
    parts = [f'<path class="mark-track" d="M0 {middle:g}H{width}"/>']
    if estimate.value is not None:
        x = scale.place(estimate.value, width)
        low, high = _ends(estimate, scale, width)
        parts.append(f'<path class="mark-whisker" d="M{low:.1f} {middle:g}H{high:.1f}"/>')
        shape = "mark-hollow" if estimate.state == State.IMMATURE else "mark-point"
        parts.append(f'<circle class="{shape}" cx="{x:.1f}" cy="{middle:g}" r="4"/>')
    if target is not None:
        parts.append(f'<path class="mark-target" d="M{scale.place(target, width):.1f} 2V{height - 2}"/>')
    return _svg("interval", named, "".join(parts), width, height)


def _ends(estimate: Estimate, scale: Scale, width: int) -> tuple[float, float]:
    """Where an interval begins and ends; one whose bound is not known goes to the edge."""
    x = scale.place(estimate.value or 0.0, width)
    if estimate.low is None and estimate.high is None:
        return x, x
    low = 0.0 if estimate.low is None else scale.place(estimate.low, width)
    return low, width if estimate.high is None else scale.place(estimate.high, width)


def stacked_bar(label: str, estimate: Estimate, *, width: int = 160, height: int = 14) -> str:
    """Detractors, passives and promoters of one figure; an empty track when it does not say them."""
    counts = counts_of(estimate)
    if counts is None:
        named = sentences.of_value(label, estimate)
        return _svg("stacked", named, f'<rect class="mark-none" width="{width}" height="{height}"/>', width, height)
    n, x, parts = sum(counts), 0.0, []
    for one, count in zip(CLASSES, counts, strict=True):
        wide = width * count / n
        parts.append(f'<rect class="{_SHADES[one.key]}" x="{x:.1f}" width="{wide:.1f}" height="{height}"/>')
        x += wide
    return _svg("stacked", sentences.of_classes(label, *counts), "".join(parts), width, height)


_SHADES = {"detractors": "mark-bad", "passives": "mark-neutral", "promoters": "mark-good"}


def _svg(name: str, label: str, content: str, width: int, height: int) -> str:
    return (
        f'<svg class="mark mark-{name}" role="img" aria-label="{escape(readable(label))}" '
        f'width="{width}" height="{height}" viewBox="0 0 {width} {height}">{content}</svg>'
    )
