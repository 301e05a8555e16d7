"""An indicator by segment: a dot and its interval a row, ranked only where there are enough answers to rank."""

from collections.abc import Sequence
from dataclasses import dataclass

from timonier import formats
from timonier.indicators.disclosure import FIRM
from timonier.indicators.estimate import Estimate
from timonier.scorecard.publish import people
from timonier.text import folded
from timonier.web.charts import sentences, tokens
from timonier.web.charts.chart import Chart, Size, Spec, layer, spec_of, told
from timonier.web.charts.rows import HEIGHT, PLOTS, band, n_text, named, written
from timonier.web.charts.scales import Axis, axis_of

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Ranked:
    """Segments with 30 units or more, highest first; then the others by name, which must not be read as a ranking."""

    firm: tuple[Estimate, ...]
    others: tuple[Estimate, ...]


def ranked(estimates: Sequence[Estimate]) -> Ranked:
    """The order of rows, in the chart as in the table beside it."""
    firm = [one for one in estimates if one.value is not None and people(one) >= FIRM]
    others = [one for one in estimates if one.value is None or people(one) < FIRM]
    return Ranked(
        tuple(sorted(firm, key=lambda one: (-(one.value or 0), folded(named(one.by))))),
        tuple(sorted(others, key=lambda one: (folded(named(one.by)), repr(one.by)))),
    )


def breakdown(
    label: str, estimates: Sequence[Estimate], *, whole: Estimate | None = None, size: Size = "wide"
) -> Chart:
    """One row a segment (the first 30 of them), and a rule at the figure of the whole when it is given."""
    order = ranked(estimates)
    shown = [*order.firm, *order.others][:SHOWN]
    count = len(shown)
    first = next(iter(estimates), whole)
    unit, currency = (first.unit, first.currency) if first else ("ratio", "")
    extent = [bound for one in shown for bound in (one.value, one.low, one.high)]
    axis = axis_of([*extent, whole.value if whole else None], unit, currency, about=4 if size == "wide" else 2)
    rows = [_row(place, one, firm=place < len(order.firm)) for place, one in enumerate(shown)]
    layers = [
        *_whole(whole, axis),
        *_figures(rows, axis, count, firm=True, size=size),
        *_figures(rows, axis, count, firm=False, size=size),
    ]
    spec = spec_of(layers, width=PLOTS[size], height=max(count, 1) * HEIGHT)
    summary = sentences.of_breakdown(label, [(named(one.by), one) for one in order.firm], len(order.others))
    return Chart(spec, label, summary)


def _row(place: int, one: Estimate, *, firm: bool) -> dict[str, object]:
    name = named(one.by)
    value = formats.estimate_value(one)
    why = one.state == "suppressed" or one.value is None
    return {
        "row": place,
        "name": name,
        "firm": firm,
        "x": one.value,
        "low": one.low,
        "high": one.high,
        "side": value if why else f"{value} · {n_text(one.n)}",
        "tip": sentences.of_point(one, name),
    }


def _whole(whole: Estimate | None, axis: Axis) -> list[Spec]:
    rows = (
        []
        if whole is None or whole.value is None
        else [{"x": whole.value, "tip": sentences.of_point(whole, named(whole.by))}]
    )
    mark = {"type": "rule", "color": tokens.REFERENCE, "strokeDash": [3, 3]}
    return [layer(rows, mark, x=axis.channel("x"), description=told())]


def _figures(rows: Sequence[dict[str, object]], axis: Axis, count: int, *, firm: bool, size: Size) -> list[Spec]:
    mine = [row for row in rows if row["firm"] is firm]
    known = [row for row in mine if row["x"] is not None]
    bounded = [row for row in known if row["low"] is not None and row["high"] is not None]
    colour = tokens.LINE if firm else tokens.FAINT
    words = tokens.INK if firm else tokens.MUTED
    y = band(count)
    rule = {"type": "rule", "color": colour, "strokeWidth": 2}
    dot = {"type": "point", "filled": True, "size": 80, "color": colour, "opacity": 1}
    return [
        layer(bounded, rule, x=axis.channel("low"), x2={"field": "high"}, y=y),
        layer(known, dot, x=axis.channel("x"), y=y, description=told()),
        written(mine, "name", count, right=False, size=size, color=words),
        written(mine, "side", count, right=True, size=size, color=words),
    ]
