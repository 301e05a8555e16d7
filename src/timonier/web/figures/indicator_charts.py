"""The charts of an indicator's page, by the name that addresses and exports give them."""

from typing import Literal

from timonier.text import say
from timonier.web.charts.chart import Chart, Size
from timonier.web.charts.distribution import histogram, scores_of
from timonier.web.charts.trend import Target as Aim
from timonier.web.charts.trend import trend
from timonier.web.figures.beside import Beside, beside
from timonier.web.figures.indicator import STEPS, Asked, course, headline

type What = Literal["tendance", "distribution"]
WHATS: tuple[What, ...] = ("tendance", "distribution")


def title_of(asked: Asked) -> str:
    """The indicator by its name, its variant when it is not the usual one, and its survey."""
    name = asked.indicator.apart
    parts = [say(asked.indicator.label)]
    if asked.variant != asked.indicator.default_variant:
        parts.append(say(asked.chosen.label))
    if name is not None and name in dict(asked.state.filters):
        parts.append(", ".join(dict(asked.state.filters)[name]))
    return " — ".join(parts)


def chart_of(what: What, asked: Asked, size: Size = "wide") -> Chart | None:
    """The chart of that name; None when there is nothing to draw."""
    return trend_of(asked, size) if what == "tendance" else distribution_of(asked, size)


def trend_of(asked: Asked, size: Size = "wide", around: Beside | None = None) -> Chart | None:
    """The course with its band, target and annotations; a change of question parts the line."""
    around = around or beside()
    found = course(asked)
    if not any(one.value is not None for one in found.estimates):
        return None
    aim = around.target(asked.indicator.name, asked.variant, asked.state.last)
    return trend(
        title_of(asked),
        found.estimates,
        every=STEPS[asked.step],
        reference=found.reference,
        target=None if aim is None else Aim(aim),
        notes=around.notes(asked.indicator.name, asked.state.window),
        size=size,
    )


def distribution_of(asked: Asked, size: Size = "wide") -> Chart | None:
    """How answers spread over scores, for indicators that say it."""
    line = headline(asked).line
    if line is None or not scores_of(line.estimate):
        return None
    return histogram(title_of(asked), line.estimate, size=size)
