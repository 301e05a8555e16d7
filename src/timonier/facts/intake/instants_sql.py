"""Dates and times written by people, read in SQL, and local times brought to UTC.

The rule at clock changes is Python's `fold = 0`: a time that exists twice (autumn) is the first of the two; a time
that does not exist (spring) is read with the offset in force just before, which moves it after the gap. Both are
counted (`beside_a_change`).

Offsets come from the IANA data that Python uses, written as a tree of comparisons: 10 ns a row where a calendar
library takes 150.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from timonier.facts.intake.numbers_sql import matches, quote
from timonier.facts.intake.recipe_model import DateOrder

FIRST_YEAR, LAST_YEAR = 1900, 2199
_FIRST_CHANGE, _LAST_CHANGE = 1960, 2045
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CLOCK = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"
_TIME = _CLOCK.replace(":[0-5]", "[:h][0-5]")
_SECONDS = ":[0-5][0-9]"
_FRACTION = "[.][0-9]{1,9}"
_OFFSET = " ?(?:[Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)"
# As programs write it, and read four times faster than the other ways to state an offset.
_MACHINE = "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
_DATES: dict[DateOrder, tuple[str, str]] = {
    "dmy": ("[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}", "%d/%m/%Y"),
    "mdy": ("[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}", "%m/%d/%Y"),
    "ymd": ("[0-9]{4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}", "%Y/%m/%d"),
    "iso": ("[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}", "%Y-%m-%d"),
}


# From 1970: the first microsecond of those years, and the first one after them.
YEARS = tuple(
    (datetime(year, 1, 1, tzinfo=UTC) - _EPOCH) // timedelta(microseconds=1) for year in (FIRST_YEAR, LAST_YEAR + 1)
)


@dataclass(frozen=True, slots=True)
class Change:
    """A clock change: the microsecond (from 1970, UTC) when it happens, offsets before and after."""

    at: int
    before: int
    after: int


def local(text: str, order: DateOrder, form: str | None) -> str:
    """TIMESTAMP without zone, or null when the text is not a date, or states its own offset."""
    if form is not None:
        return "NULL::TIMESTAMP" if "%z" in form else f"try_strptime({text}, {quote(form)})"
    if order == "iso":
        written = f"{_DATES['iso'][0]}(?:[ T]{_CLOCK}(?:{_SECONDS}(?:{_FRACTION})?)?)?"
        usual = f"{text} LIKE '____-__-__ __:__:__' OR {text} LIKE '____-__-__T__:__:__'"
        local_time = f"WHEN {usual} OR {matches(text, written)} THEN TRY_CAST({text} AS TIMESTAMP)"
        return f"CASE WHEN {text} LIKE '%Z' THEN NULL {local_time} END"
    written, directives = _DATES[order]
    plain = f"replace(replace(replace(replace({text}, '.', '/'), '-', '/'), 'h', ':'), 'T', ' ')"
    shapes = (
        (f"{written}[ T]{_TIME}", f"{directives} %H:%M"),
        (written, directives),
        (f"{written}[ T]{_TIME}{_SECONDS}", f"{directives} %H:%M:%S"),
    )
    branches = " ".join(
        f"WHEN {matches(text, shape)} THEN try_strptime({plain}, {quote(form)})" for shape, form in shapes
    )
    return f"CASE {branches} END"


def micros(moment: str) -> str:
    """Microseconds from 1970 of a TIMESTAMP; null for a year of two or of five digits: a mistake, not a date."""
    low, high = f"TIMESTAMP '{FIRST_YEAR}-01-01'", f"TIMESTAMP '{LAST_YEAR}-12-31 23:59:59.999999'"
    return f"CASE WHEN {moment} BETWEEN {low} AND {high} THEN epoch_us({moment}) END"


def stated(text: str, order: DateOrder, form: str | None) -> str:
    """Microseconds from 1970, UTC, when the text states its own offset, else null."""
    if form is not None:
        return _bounded(f"epoch_us(try_strptime({text}, {quote(form)}))") if "%z" in form else "NULL::BIGINT"
    if order != "iso":
        return "NULL::BIGINT"
    written = f"{_DATES['iso'][0]}[ T]{_CLOCK}(?:{_SECONDS}(?:{_FRACTION})?)?{_OFFSET}"
    plain = f"regexp_replace(upper({text}), ' (Z|[+-][0-9:]+)$', '\\1')"
    plain = f"regexp_replace({plain}, '([ T][0-9]{{1,2}}:[0-9]{{2}})(Z|[+-][0-9:]+)$', '\\1:00\\2')"
    plain = f"regexp_replace({plain}, '([+-][0-9][0-9])([0-9][0-9])$', '\\1:\\2')"
    moment = _bounded(f"epoch_us(TRY_CAST({plain} AS TIMESTAMPTZ))")
    usual = micros(f"TRY_CAST(left({text}, 19) AS TIMESTAMP)")
    return f"CASE WHEN {matches(text, _MACHINE)} THEN {usual} WHEN {matches(text, written)} THEN {moment} END"


def to_utc(local_micros: str, zone: str) -> str:
    """UTC microseconds of a time local to `zone`; both count from 1970. Name a column: it is repeated."""
    bounds = [(one.at + max(one.before, one.after), one.after) for one in changes(zone)]
    return f"{local_micros} - {_tree(local_micros, first_offset(zone), bounds)}"


def to_day(utc_micros: str, zone: str) -> str:
    """The DATE in `zone` of an instant in microseconds from 1970. Slower than `to_utc`, and shorter."""
    return f"timezone({quote(zone)}, make_timestamptz({utc_micros}))::DATE"


def day_of(utc_micros: str, zone: str) -> str:
    """The same DATE for a column of instants, by the tree of offsets: name a column, it is repeated."""
    low, high = (_micros(datetime(year, 1, 1, tzinfo=UTC)) for year in (_FIRST_CHANGE, _LAST_CHANGE))
    offset = _tree(utc_micros, first_offset(zone), [(one.at, one.after) for one in changes(zone)])
    known = f"make_timestamp({utc_micros} + {offset})::DATE"
    return f"CASE WHEN {utc_micros} BETWEEN {low} AND {high} THEN {known} ELSE {to_day(utc_micros, zone)} END"


def beside_a_change(local_micros: str, among: "Sequence[Change]") -> str:
    """Whether a local time exists twice or not at all, because of one of the changes `among`."""
    bounds: list[tuple[int, object]] = []
    for one in among:
        bounds.append((one.at + min(one.before, one.after), "true"))
        bounds.append((one.at + max(one.before, one.after), "false"))
    return _tree(local_micros, "false", bounds)


@cache
def changes(zone: str) -> tuple[Change, ...]:
    """The clock changes of `zone` from 1960 to 2045, found by halving the days where the offset differs."""
    info = ZoneInfo(zone)
    found = []
    day = datetime(_FIRST_CHANGE, 1, 1, tzinfo=UTC)
    before = _offset(info, day)
    while day.year < _LAST_CHANGE:
        following = day + timedelta(days=1)
        after = _offset(info, following)
        if after != before:
            found.append(Change(_micros(_instant_of_change(info, day, following)), before, after))
        day, before = following, after
    return tuple(found)


@cache
def first_offset(zone: str) -> int:
    """The offset before the first of `changes`, in microseconds."""
    return _offset(ZoneInfo(zone), datetime(_FIRST_CHANGE, 1, 1, tzinfo=UTC))


def _instant_of_change(info: ZoneInfo, low: datetime, high: datetime) -> datetime:
    before = _offset(info, low)
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (middle, high) if _offset(info, middle) == before else (low, middle)
    return high


def _offset(info: ZoneInfo, moment: datetime) -> int:
    offset = moment.astimezone(info).utcoffset() or timedelta()
    return offset // timedelta(microseconds=1)


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _bounded(utc_micros: str) -> str:
    return f"CASE WHEN {utc_micros} BETWEEN {YEARS[0]} AND {YEARS[1] - 1} THEN {utc_micros} END"


def _tree(value: str, first: object, bounds: Sequence[tuple[int, object]]) -> str:
    """Nested comparisons: the second of the last pair whose bound is at or below `value`, else `first`."""
    if not bounds:
        return str(first)
    middle = len(bounds) // 2
    bound, at = bounds[middle]
    below = _tree(value, first, bounds[:middle])
    above = _tree(value, at, bounds[middle + 1 :])
    return f"CASE WHEN {value} < {bound} THEN {below} ELSE {above} END"
