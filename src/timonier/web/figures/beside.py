"""What stands beside figures: targets, and what happened. A higher app keeps them, and says here how they are read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from timonier.indicators.estimate import Period
from timonier.text import Text, say
from timonier.web.charts.trend import Note

type Targets = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Beside:
    """`target(indicator, variant, day)`, `notes(indicator, period)`, and the latest `targets()` by both names."""

    target: Callable[[str, str, date], float | None]
    notes: Callable[[str, Period], Sequence[Note]]
    targets: Callable[[], Targets]


def _no_target(*_: object) -> None:
    return None


def _no_note(*_: object) -> tuple[Note, ...]:
    return ()


_read_with = Beside(_no_target, _no_note, dict)


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

    return Beside(_no_target, notes, dict)
