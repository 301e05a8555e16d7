"""What stands beside figures: targets, and what happened. A higher app keeps them, and says here how they are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from timonier.indicators.estimate import Period
from timonier.scorecard.breaks import Breaks
from timonier.text import Text, say
from timonier.web.charts.trend import Note

LENGTHS: Mapping[str, range] = {"month": range(28, 32), "quarter": range(90, 93), "year": range(365, 367)}
"""The lengths of periods that have a name, in days."""

PER: Mapping[str, Text] = {
    "month": Text("a month", "par mois"),
    "quarter": Text("a quarter", "par trimestre"),
    "year": Text("a year", "par an"),
}

type Targets = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Beside:
    """`target(indicator, variant, day, length)`, `notes(indicator, period)`, and the latest `targets(length)` by both
    names. `length`: that of the periods shown; a target of periods of another length is none of theirs. `breaks()`: the
    days from which a series starts anew, by indicator ("" for all of them).
    """

    target: Callable[[str, str, date, str], float | None]
    notes: Callable[[str, Period], Sequence[Note]]
    targets: Callable[[str], Targets]
    breaks: Callable[[], Breaks]


def length_of(period: Period) -> str:
    """The name of the length of a period, "" for any other."""
    return next((name for name, days in LENGTHS.items() if period.days in days), "")


def _no_target(*_: object) -> None:
    return None


def _no_targets(_: str) -> Targets:
    return {}


def _no_break() -> Breaks:
    return {}


def _no_note(*_: object) -> tuple[Note, ...]:
    return ()


_read_with = Beside(_no_target, _no_note, _no_targets, _no_break)


def read_with(reader: Beside) -> None:
    """Called once, by the app that keeps them."""
    global _read_with  # noqa: PLW0603 -- set when the applications are ready, never after
    _read_with = reader


def beside() -> Beside:
    """For people of the company."""
    return _read_with


def outside() -> Beside:
    """For people who have no account: a break still parts the line, in words that tell nothing of the company."""
    words = Text("break in the series", "rupture de série")

    def notes(indicator: str, window: Period) -> list[Note]:
        return [replace(one, text=say(words)) for one in _read_with.notes(indicator, window) if one.kind == "break"]

    return Beside(_no_target, notes, _no_targets, _read_with.breaks)
