"""Two periods parted by a break of the series do not compare: a question reworded, a scale changed."""

from dataclasses import replace
from datetime import date

from timonier import formats
from timonier.indicators.difference import Difference
from timonier.scorecard.score import Line, Scorecard
from timonier.text import Text
from timonier.web.core.memory import Memory
from timonier.web.figures.beside import Breaks, beside

_parted: Memory[tuple[Scorecard, Scorecard]] = Memory(200)
"""Each with what it was made of: while it is held no other has its identity."""


def parted(card: Scorecard) -> Scorecard:
    """The same, without the changes that span a break noted by the company; itself when there is none."""
    if card.request.compare == "none":
        return card
    breaks = beside().breaks()
    if not breaks or not any(_parting(line, breaks) for line in card.lines):
        return card
    key = (id(card), tuple(sorted((name, tuple(days)) for name, days in breaks.items())))
    return _parted.get(key, lambda: (card, _without(card, breaks)))[1]


def parted_by(line: Line) -> date | None:
    """The day of the break that keeps a figure from being compared; None where none does."""
    return _parting(line, beside().breaks())


def _without(card: Scorecard, breaks: Breaks) -> Scorecard:
    return replace(card, lines=tuple(_parted_line(line, _parting(line, breaks)) for line in card.lines))


def _parted_line(line: Line, day: date | None) -> Line:
    if day is None:
        return line
    direction = line.difference.direction if line.difference else line.estimate.direction
    en, fr = formats.day(day, "en"), formats.day(day, "fr")
    reason = Text(f"the series was broken on {en}", f"rupture de série le {fr}")
    return replace(line, difference=Difference(None, direction=direction, reason=reason))


def _parting(line: Line, breaks: Breaks) -> date | None:
    """The latest break after the start of what the figure is compared with, before the end of its own period."""
    now, then = line.estimate.period, line.reference.period if line.reference else None
    if now is None or then is None:
        return None
    days = (*breaks.get(line.indicator.name, ()), *breaks.get("", ()))
    return max((day for day in days if then.start < day < now.end), default=None)
