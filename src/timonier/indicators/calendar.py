"""Days that count: calendar days, *jours ouvrables*, *jours ouvrés*, and French public holidays.

A delay is the number of counted days in (start, end]: the day of the request is day 0. With m the days since
some Monday, the Sundays among days 0…m are (m + 1) // 7 and the Saturdays (m + 2) // 7, so that

    calendar  m + 1          ouvrable  m + 1 − Sundays          ouvré  m + 1 − Sundays − Saturdays

count every day up to m without looking at one of them; holidays are then taken away one by one. The same
integers work on plain numbers and on narwhals expressions, hence on any engine.

Sources: service-public.fr F35697 (jours ouvrables, jours ouvrés), Code du travail L3133-1 (11 holidays) and
L3134-13 (Alsace-Moselle). Days are those of the workspace's time zone: the caller has already converted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args

import narwhals as nw

from timonier.errors import UsageError
from timonier.text import Text

type DayKind = Literal["calendar", "ouvrable", "ouvre"]
DAY_KINDS: tuple[DayKind, ...] = get_args(DayKind.__value__)

EPOCH = date(1970, 1, 1)
# 1970-01-01 is a Thursday (+3); whole weeks are added so that every date since year 1 is positive: engines
# agree on the integer division of positive numbers only.
_TO_MONDAY = 3 + 7 * 102_738
_COUNTED_WEEKDAYS: dict[str, int] = {"calendar": 7, "ouvrable": 6, "ouvre": 5}
_FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (Meeus/Jones/Butcher)."""
    century, rest = divmod(year, 100)
    leap_centuries, centuries_rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    golden = year % 19
    epact = (19 * golden + century - leap_centuries - moon + 15) % 30
    weekday = (32 + 2 * centuries_rest + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def french_holidays(year: int, *, alsace_moselle: bool = False) -> tuple[date, ...]:
    """The public holidays of metropolitan France by today's law, in order: 11, or 13 in Alsace-Moselle.

    Ascension may fall on 1 or 8 May: that year has one day less.
    """
    sunday = easter(year)
    days = {date(year, month, day) for month, day in _FIXED}
    days |= {sunday + timedelta(days=after) for after in (1, 39, 50)}
    if alsace_moselle:
        days |= {sunday - timedelta(days=2), date(year, 12, 26)}
    return tuple(sorted(days))


def french_holidays_between(start: date, end: date, *, alsace_moselle: bool = False) -> tuple[date, ...]:
    """The holidays in [start, end], both included."""
    years = range(start.year, end.year + 1)
    every = (day for year in years for day in french_holidays(year, alsace_moselle=alsace_moselle))
    return tuple(day for day in every if start <= day <= end)


def epoch_day(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - EPOCH.toordinal()


def cum(kind: DayKind, day: int) -> int:
    """Weekdays of that kind from a fixed Monday to `day` (days since 1970-01-01), holidays included."""
    _known(kind)
    return _weekdays(kind, day + _TO_MONDAY)


def counted_days(start: date, end: date, kind: DayKind, holidays: Iterable[date] = ()) -> int:
    """Counted days in (start, end]; minus those in (end, start] when `end` comes first.

    A cost of one step per holiday between the two, whatever the number of days.
    """
    sign, first, last = (1, start, end) if start <= end else (-1, end, start)
    weekdays = cum(kind, epoch_day(last)) - cum(kind, epoch_day(first))
    off = sum(1 for day in _weekday_holidays(kind, holidays) if first < day <= last)
    return sign * (weekdays - off)


def due_date(start: date, limit: int, kind: DayKind, holidays: Iterable[date] = ()) -> date:
    """The day on which `limit` counted days have passed since `start`; `start` itself for 0.

    A day that does not count and follows it (the Sunday after a Saturday) is still on time: the delay has not
    grown.
    """
    _known(kind)
    if limit < 0:
        raise UsageError(
            Text(
                f"a commitment of {limit} days cannot be: give 0 or more",
                f"un engagement de {limit} jours est impossible : indiquez 0 ou plus",
            )
        )
    if limit == 0:
        return start
    off = _weekday_holidays(kind, holidays)
    before = cum(kind, epoch_day(start))
    target, due = before + limit, start
    while True:  # each turn jumps over the holidays met so far; ends when a jump meets no new one
        due = _day_reaching(kind, target)
        needed = before + limit + sum(1 for day in off if start < day <= due)
        if needed == target:
            return due
        target = needed


@dataclass(frozen=True, slots=True)
class Commitment:
    """A delay promised: `limit` counted days; a request after `cutoff` (local time) is of the next day."""

    limit: int
    kind: DayKind = "calendar"
    holidays: tuple[date, ...] = ()
    cutoff: time | None = None

    def first_day(self, requested: datetime) -> date:
        """Day 0 of a request made at this local time; exactly at the cut-off is still the same day."""
        late = self.cutoff is not None and requested.time() > self.cutoff
        return requested.date() + timedelta(days=int(late))

    def delay(self, requested: datetime, done: datetime) -> int:
        """Counted days taken; 0 if done on the very day of a late request; negative if done before asked."""
        start, end = self.first_day(requested), done.date()
        if requested.date() <= end < start:
            return 0
        return counted_days(start, end, self.kind, self.holidays)

    def due(self, requested: datetime) -> date:
        """The day by which it must be done."""
        return due_date(self.first_day(requested), self.limit, self.kind, self.holidays)

    def kept(self, requested: datetime, done: datetime | None, as_of: date) -> bool | None:
        """Whether the commitment was kept; None while it is not done and `as_of` is not past the limit."""
        if done is not None:
            return self.delay(requested, done) <= self.limit
        elapsed = counted_days(self.first_day(requested), as_of, self.kind, self.holidays)
        return False if elapsed > self.limit else None


def counted_weekdays_expr(
    start_days: nw.Expr, end_days: nw.Expr, kind: DayKind, holidays: Iterable[date] = ()
) -> nw.Expr:
    """`counted_days` as an expression over whole days since 1970-01-01; null where either is null.

    Each row is compared with each holiday: give those of the years concerned, not of a century.
    """
    _known(kind)
    off = [epoch_day(day) for day in _weekday_holidays(kind, holidays)]
    start, end = start_days + _TO_MONDAY, end_days + _TO_MONDAY
    weekdays: nw.Expr = _weekdays(kind, end) - _weekdays(kind, start)
    if not off:
        return weekdays
    passed = [(end_days >= day).cast(nw.Int64) - (start_days >= day).cast(nw.Int64) for day in off]
    return weekdays - _balanced_sum(passed)


def cutoff_day_expr(days: nw.Expr, hours: nw.Expr, cutoff_hour: float) -> nw.Expr:
    """The day as which a request counts: the next one when `hours` (local, decimal) is past the cut-off."""
    return days + (hours > cutoff_hour).cast(nw.Int64)


def _weekdays[N: (int, nw.Expr)](kind: DayKind, m: N) -> N:
    if kind == "calendar":
        return m + 1
    if kind == "ouvrable":
        return m + 1 - (m + 1) // 7
    return m + 1 - (m + 1) // 7 - (m + 2) // 7


def _day_reaching(kind: DayKind, target: int) -> date:
    """The first day whose `cum` is `target`."""
    weeks, weekday = divmod(target - 1, _COUNTED_WEEKDAYS[kind])
    return EPOCH + timedelta(days=7 * weeks + weekday - _TO_MONDAY)


def _weekday_holidays(kind: DayKind, holidays: Iterable[date]) -> tuple[date, ...]:
    """Those that take a day away: every holiday but one that falls on a day not counted anyway.

    Calendar days are counted on holidays too.
    """
    if kind == "calendar":
        return ()
    return tuple(sorted(day for day in set(holidays) if day.weekday() < _COUNTED_WEEKDAYS[kind]))


def _balanced_sum(terms: Sequence[nw.Expr]) -> nw.Expr:
    """A sum as a balanced tree: a chain of 200 additions would go past the depth that engines accept."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return _balanced_sum(terms[:half]) + _balanced_sum(terms[half:])


def _known(kind: str) -> None:
    if kind not in _COUNTED_WEEKDAYS:
        raise UsageError(
            Text(
                f"unknown kind of day “{kind}”: one of {', '.join(DAY_KINDS)}.",
                f"type de jour inconnu « {kind} » : choisissez parmi {', '.join(DAY_KINDS)}.",
            )
        )
