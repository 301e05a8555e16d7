"""The charts of an indicator's page, by the name that addresses and exports give them."""

from dataclasses import replace
from typing import Literal

from timonier.indicators.estimate import Estimate, State
from timonier.text import Text, say
from timonier.web.charts import sentences
from timonier.web.charts.chart import Chart, Size
from timonier.web.charts.distribution import histogram, scores_of
from timonier.web.charts.trend import Target as Aim
from timonier.web.charts.trend import trend
from timonier.web.figures.beside import Beside, beside
from timonier.web.figures.indicator import STEPS, Asked, course, headline

type What = Literal["tendance", "distribution"]
WHATS: tuple[What, ...] = ("tendance", "distribution")


def title_of(asked: Asked) -> str:
    """The indicator by its name, its variant when it is not the usual one, its steps and its survey."""
    name = asked.indicator.apart
    usual = asked.variant == asked.indicator.default_variant
    parts = [say(asked.indicator.label) if usual else sentences.short(asked.indicator.label)]
    if not usual:
        parts.append(say(asked.chosen.label))
    if asked.params:
        start, end = asked.between
        parts.append(say(Text(f"from “{start}” to “{end}”", f"de « {start} » à « {end} »")))
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
    name, variant = asked.indicator.name, asked.variant
    aim = around.target(name, variant, asked.state.last, STEPS[asked.step]) if asked.may_aim else None
    return trend(
        title_of(asked),
        found.estimates,
        every=STEPS[asked.step],
        reference=found.reference,
        target=None if aim is None else Aim(aim),
        notes=around.notes(name, asked.state.window),
        size=size,
    )


def distribution_of(asked: Asked, size: Size = "wide") -> Chart | None:
    """How answers spread over scores, for indicators that say it."""
    found = distribution(asked)
    return None if found is None else histogram(title_of(asked), found, size=size)


def distribution(asked: Asked) -> Estimate | None:
    """The figure that says how many answers gave each score: the page's own, else the mean of the same answers."""
    line = headline(asked).line
    if line is None or line.estimate.state == State.SUPPRESSED:
        return None
    if scores_of(line.estimate):
        return line.estimate
    chosen = asked.chosen
    for name, other in asked.indicator.variants.items():
        if other.unit == "score" and other.units is chosen.units and other.needs == chosen.needs:
            mean = headline(replace(asked, variant=name)).line
            if mean is not None and mean.estimate.n == line.estimate.n and scores_of(mean.estimate):
                return mean.estimate
    return None
