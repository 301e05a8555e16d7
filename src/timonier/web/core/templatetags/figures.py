"""Figures in templates: written by `timonier.formats` and `scorecard.words`, never here."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils.timezone import localtime

from timonier import formats
from timonier.indicators.definition import Indicator
from timonier.indicators.estimate import Estimate, Period
from timonier.scorecard import words
from timonier.scorecard.judged import Judged
from timonier.scorecard.score import Line
from timonier.text import Text, language, say
from timonier.web.core.desks import workspace

register = template.Library()


@register.filter
def value(estimate: Estimate) -> str:
    """The value in its unit, or in words why there is none; a tag beside it says what is provisional."""
    return words.value(estimate).removesuffix(f"{formats.NBSP}{words.PROVISIONAL_MARK}")


@register.filter
def marked(estimate: Estimate) -> str:
    """The value, with a hollow mark when it may still change."""
    return words.value(estimate)


@register.filter
def why_hidden(estimate: Estimate) -> str:
    """Why a figure of enough people is hidden; empty for any other."""
    return words.why_hidden(estimate)


@register.filter
def why_none(estimate: Estimate) -> str:
    """Why there is no value; empty when there is one, or when it is hidden."""
    return words.why_none(estimate)


@register.filter
def any_hidden(rows: Sequence[Any]) -> str:
    """The same, once for the rows of a table; each has an estimate, or a line."""
    estimates = (row.line.estimate if hasattr(row, "line") else row.estimate for row in rows)
    return next((why for one in estimates if (why := words.why_hidden(one))), "")


@register.filter
def interval(estimate: Estimate) -> str:
    """Its interval, “[low ; high]”, the unit left to the value beside it; nothing when there is none."""
    return words.bounds(estimate)


@register.filter
def change(line: Line) -> str:
    """The difference with what the line is compared with, signed, in its unit."""
    return words.moved_by(line.difference, line.estimate)


@register.filter
def margin(line: Line) -> str:
    """The interval of that difference, its unit left to the value beside it."""
    return words.margin(line.difference, line.estimate)


@register.filter
def verdict(line: Line) -> str:
    """The difference in words: whether it is beyond noise, and for better or worse."""
    return "" if line.difference is None else say(line.difference.verdict)


@register.filter
def whole(number: int | None) -> str:
    """A count, thousands apart."""
    return formats.count(number)


@register.filter
def day(when: date | datetime | None) -> str:
    """A day on the calendar of the business."""
    if when is None:
        return ""
    return formats.day(localtime(when, workspace().settings.tzinfo).date() if isinstance(when, datetime) else when)


@register.filter
def instant(when: datetime | None) -> str:
    """A day and an hour on the clock of the business."""
    if when is None:
        return ""
    there = localtime(when, workspace().settings.tzinfo)
    hour = f"{there:%H:%M}" if language.get() == "en" else f"{there:%H}{formats.NBSP}h{formats.NBSP}{there:%M}"
    return f"{formats.day(there.date())}, {hour}"


@register.simple_tag
def counted(number: int, en: str, fr: str) -> str:
    """« 3 lignes », « 1 ligne »: words given in the plural."""
    return f"{formats.count(number)}{formats.NBSP}{words.agreed(number, Text(en, fr))}"


@register.filter
def days_of(period: Period) -> str:
    """A period by its first and last day."""
    return words.span(period)


@register.filter
def judgement(judged: Judged) -> str:
    """The verdict of a change among others in two words, with its sign."""
    return words.judgement(judged)


@register.filter
def judgement_in_full(judged: Judged) -> str:
    """The same in a few more words."""
    return words.judgement_in_full(judged)


@register.filter
def formula(line: Line) -> str:
    """How the figure is computed, in words."""
    return say(line.indicator.variants[line.estimate.variant].formula)


@register.filter
def main_formula(indicator: Indicator) -> str:
    """How an indicator is computed by default, in words."""
    return say(indicator.variants[indicator.default_variant].formula)


@register.filter
def left_out(estimate: Estimate) -> str:
    """What the figure leaves out, by reason."""
    return words.left_out(estimate.excluded)


@register.filter
def numbered(name: str, count: int) -> str:
    """An identifier unique on its page."""
    return f"{name}-{count}"
