"""Two periods parted by a break of the series do not compare: a question reworded, a scale changed."""

from dataclasses import replace

from timonier.indicators.difference import Difference
from timonier.scorecard.score import Line, Scorecard
from timonier.text import Text
from timonier.web.core.memory import Memory
from timonier.web.figures.beside import Breaks, beside

BROKEN = Text("the series was broken between the two periods", "rupture de série entre les deux périodes")

_parted: Memory[tuple[Scorecard, Scorecard]] = Memory(200)
"""Each with what it was made of: while it is held no other has its identity."""


def parted(card: Scorecard) -> Scorecard:
    """The same, without the changes that span a break noted by the company; itself when there is none."""
    if card.request.compare == "none":
        return card
    breaks = beside().breaks()
    if not breaks or not any(_spans(line, breaks) for line in card.lines):
        return card
    key = (id(card), tuple(sorted((name, tuple(days)) for name, days in breaks.items())))
    return _parted.get(key, lambda: (card, _without(card, breaks)))[1]


def _without(card: Scorecard, breaks: Breaks) -> Scorecard:
    return replace(card, lines=tuple(_parted_line(line) if _spans(line, breaks) else line for line in card.lines))


def _parted_line(line: Line) -> Line:
    direction = line.difference.direction if line.difference else line.estimate.direction
    return replace(line, difference=Difference(None, direction=direction, reason=BROKEN))


def _spans(line: Line, breaks: Breaks) -> bool:
    """Whether a break lies after the start of what the figure is compared with, before the end of its own period."""
    now, then = line.estimate.period, line.reference.period if line.reference else None
    if now is None or then is None:
        return False
    days = (*breaks.get(line.indicator.name, ()), *breaks.get("", ()))
    return any(then.start < day < now.end for day in days)
