"""Breaks of series, as the company notes them on its pages: see `scorecard.breaks`."""

from datetime import date

from timonier.scorecard import breaks as core
from timonier.scorecard.score import Line, Scorecard
from timonier.web.core.memory import Memory
from timonier.web.figures.beside import beside

_parted: Memory[tuple[Scorecard, Scorecard]] = Memory(200)
"""Each with what it was made of: while it is held no other has its identity."""


def parted(card: Scorecard) -> Scorecard:
    """The same, without the changes that span a break noted by the company; itself when there is none."""
    if card.request.compare == "none":
        return card
    breaks = beside().breaks()
    key = (id(card), tuple(sorted((name, tuple(days)) for name, days in breaks.items())))
    return _parted.get(key, lambda: (card, core.parted(card, breaks)))[1] if breaks else card


def parted_by(line: Line) -> date | None:
    """The day of the break that keeps a figure from being compared; None where none does."""
    return core.parting(line, beside().breaks())
