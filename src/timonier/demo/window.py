"""The two and a half years of the demo: days, months, seasons, and the change of hour.

Days are counted from the first one (0). Instants are local wall-clock seconds from the first midnight; nothing
happens between 2 and 3 in the morning, so that each has one meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from timonier.demo.chance import Chance, Floats, Ints
from timonier.errors import UsageError
from timonier.text import Text

MONTHS = 30
DAY = 86_400


def _months_before(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
    return date(year, month + 1, 1)


@dataclass(frozen=True)
class Window:
    """From `start` to `end`, both included: 30 whole months."""

    end: date
    programme_months: int = 12

    def __post_init__(self) -> None:
        if (self.end + timedelta(days=1)).day != 1:
            raise UsageError(
                Text(
                    f"the demo ends with a month, and {self.end} is not the last day of one",
                    f"la démonstration se termine avec un mois, et le {self.end:%d/%m/%Y} n’en est pas le dernier jour",
                )
            )

    @property
    def after(self) -> date:
        """The day after the last."""
        return self.end + timedelta(days=1)

    @property
    def start(self) -> date:
        """The first day."""
        return _months_before(self.after, MONTHS)

    @property
    def programme(self) -> date:
        """The first day of the improvement programme."""
        return _months_before(self.after, self.programme_months)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.after - self.start).days

    @cached_property
    def month_starts(self) -> Ints:
        """The first day of each month, and the day after the last: 31 numbers."""
        firsts = [_months_before(self.after, MONTHS - index) for index in range(MONTHS + 1)]
        return np.array([(first - self.start).days for first in firsts], dtype=np.int64)

    @property
    def programme_month(self) -> int:
        """The number of the programme's first month."""
        return MONTHS - self.programme_months

    def season(self, factors: Sequence[float]) -> Floats:
        """A factor for each month, from twelve factors January to December."""
        return np.array([factors[(self.start.month - 1 + index) % 12] for index in range(MONTHS)])

    def labels(self) -> list[str]:
        """The months as 2024-01."""
        return [f"{_months_before(self.after, MONTHS - index):%Y-%m}" for index in range(MONTHS)]

    def day_in(self, month: Ints, chance: Chance, *, name: str = "day") -> Ints:
        """A day of that month."""
        return chance.between(name, self.month_starts[month], self.month_starts[month + 1] - 1)

    def not_sunday(self, day: Ints, month: Ints) -> Ints:
        """Sundays moved to Monday, or to Saturday at the end of a month."""
        sunday = (day + self.start.weekday()) % 7 == 6
        last = day == self.month_starts[month + 1] - 1
        return day + np.where(sunday, np.where(last, -1, 1), 0)

    def month_of(self, day: Ints) -> Ints:
        """The number of the month of each day, clipped to the window."""
        return np.clip(np.searchsorted(self.month_starts, day, side="right") - 1, 0, MONTHS - 1).astype(np.int64)

    def instants(self, seconds: Ints) -> NDArray[np.datetime64]:
        """Seconds since the first midnight as instants."""
        return np.datetime64(self.start, "s") + seconds.astype("timedelta64[s]")

    def seconds_utc(self, seconds: Ints) -> Ints:
        """Wall-clock seconds as UTC ones, by the European rule: from the last Sunday of March to that of October."""
        offset = np.full(len(seconds), 3600, dtype=np.int64)
        earliest = int(seconds.min(initial=0)) // (365 * DAY)
        for year in range(self.start.year + earliest - 1, self.end.year + 1):
            opening, closing = (self._wall(_last_sunday(year, month)) for month in (3, 10))
            offset[(seconds >= opening + 2 * 3600) & (seconds < closing + 3 * 3600)] = 7200
        return seconds - offset

    def _wall(self, day: date) -> int:
        return (day - self.start).days * DAY


def _last_sunday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


# Weights of the hours of a day: online at any waking hour, at work in working hours. What follows within two hours
# (an order, a purchase) never reaches 2 in the morning.
_ONLINE = np.array([0, 0, 0, 0, 0, 0, 1, 3, 5, 7, 8, 8, 8, 7, 7, 7, 7, 7, 8, 9, 10, 10, 8, 4], dtype=float)
_OFFICE = np.array([0, 0, 0, 0, 0, 0, 0, 0, 4, 9, 11, 10, 6, 5, 9, 10, 9, 7, 3, 0, 0, 0, 0, 0], dtype=float)


def hour_of_day(chance: Chance, *, office: bool = False) -> Ints:
    """Seconds since midnight."""
    hour = chance.pick("hour", _OFFICE if office else _ONLINE)
    return hour * 3600 + chance.between("second", 0, 3599)


def awake(second: Ints) -> Ints:
    """Instants of the small hours moved to the morning: an hour that does not exist once a year is among them."""
    return second + np.where(second % DAY < 6 * 3600, 8 * 3600, 0)
