"""What an indicator aims at, and what others reach, beside its figure."""

from typing import Any

from timonier import formats
from timonier.text import say
from timonier.web.charts.marks import interval_bar, scale_of
from timonier.web.dashboards.models import Target
from timonier.web.dashboards.notes import benchmarks_of, is_of, is_sourced, target_on
from timonier.web.figures.beside import PER, length_of
from timonier.web.figures.indicator import Asked, headline


def aims_of(asked: Asked) -> dict[str, Any]:
    """The target in force and what others reach, in words; none for what goes between any two steps."""
    name, variant = asked.indicator.name, asked.variant
    if not asked.may_aim:
        return {"target": None, "benchmarks": []}
    aim = target_on(name, variant, asked.state.last)
    benchmarks = [(one, quantity(asked, one.value), is_sourced(one)) for one in benchmarks_of(name, variant)]
    told = target_words(asked, aim) if aim else ""
    return {"target": aim, "target_words": told, "target_holds": _holds(asked, aim), "benchmarks": benchmarks}


def _holds(asked: Asked, aim: Target | None) -> bool:
    return aim is not None and is_of(aim, length_of(asked.state.window))


def target_words(asked: Asked, aim: Target) -> str:
    """Its value in the unit of the page, and of which periods it is where that matters."""
    per = say(PER[aim.length]) if aim.length in PER else ""
    return f"{quantity(asked, aim.value)} {per}".rstrip()


def quantity(asked: Asked, value: float) -> str:
    """A value in the unit of the page."""
    line = headline(asked).line
    return formats.quantity(value, asked.chosen.unit, currency=line.estimate.currency if line else "")


def bar_of(asked: Asked) -> str:
    """The value, its interval and the target, drawn."""
    line = headline(asked).line
    if line is None or line.estimate.value is None:
        return ""
    aim = target_on(asked.indicator.name, asked.variant, asked.state.last) if asked.may_aim else None
    value = aim.value if aim and _holds(asked, aim) else None
    seen = [line.estimate, *([line.reference] if line.reference else [])]
    return interval_bar(say(asked.indicator.label), line.estimate, scale_of(seen, value), target=value, width=240)
