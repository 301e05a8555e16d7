"""Breaks of series: two periods parted by a question reworded or a scale changed do not compare.

They are noted on the pages, which keep them in a file of the workspace too: the command line, which has no database,
compares nothing that the pages do not.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from timonier import formats
from timonier.facts.durability import write_atomically
from timonier.indicators.difference import Difference
from timonier.scorecard.score import Line, Scorecard
from timonier.text import Text

type Breaks = Mapping[str, Sequence[date]]
"""The days from which a series starts anew, by indicator ("" for all of them)."""

FILE: Final = "breaks.json"


def keep_breaks(root: Path, breaks: Breaks) -> None:
    """Puts those of the company in its workspace. Raises OSError."""
    content = {name: sorted(f"{day}" for day in days) for name, days in sorted(breaks.items())}
    write_atomically(root / FILE, json.dumps(content, ensure_ascii=False, indent=1).encode())


def kept_breaks(root: Path) -> Breaks:
    """Those that were noted; none where no page ever was, nor in a file that cannot be read."""
    try:
        content = json.loads((root / FILE).read_text("utf-8"))
        return {name: [date.fromisoformat(day) for day in days] for name, days in content.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}


def parted(card: Scorecard, breaks: Breaks) -> Scorecard:
    """The same, without the changes that span a break; itself when there is none."""
    if card.request.compare == "none" or not breaks or not any(parting(line, breaks) for line in card.lines):
        return card
    return replace(card, lines=tuple(_parted(line, parting(line, breaks)) for line in card.lines))


def parting(line: Line, breaks: Breaks) -> date | None:
    """The latest break after the start of what the figure is compared with, before the end of its own period."""
    now, then = line.estimate.period, line.reference.period if line.reference else None
    if now is None or then is None:
        return None
    days = (*breaks.get(line.indicator.name, ()), *breaks.get("", ()))
    return max((day for day in days if then.start < day < now.end), default=None)


def _parted(line: Line, day: date | None) -> Line:
    if day is None:
        return line
    direction = line.difference.direction if line.difference else line.estimate.direction
    en, fr = formats.day(day, "en"), formats.day(day, "fr")
    reason = Text(f"the series was broken on {en}", f"rupture de série le {fr}")
    return replace(line, difference=Difference(None, direction=direction, reason=reason))
