"""Reading numbers and dates in texts well enough to judge a column. Loading reads them again, by the recipe."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Literal

type Order = Literal["iso", "dmy", "mdy"]

_NUMBER = re.compile(r"[-+]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|[-+]?\d+(?:[.,]\d+)?")
_UNIT = re.compile(r"\s*(?:€|\$|£|eur|euros?|%)$", re.IGNORECASE)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:$|[ T])")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})(?:$|[ T,])")
_CLOCK = re.compile(r"(\d{1,2})[:hH](\d{2})(?::(\d{2}))?")


def number(text: str) -> float | None:
    """The number that a text writes, with a point or a comma, thousands spaced, a unit after it; else None."""
    text = _UNIT.sub("", text)
    if not _NUMBER.fullmatch(text):
        return None
    return float(re.sub(r"[ \u00a0\u202f]", "", text).replace(",", "."))


@dataclass(frozen=True, slots=True)
class Parts:
    """The three numbers of a date as they stand; `iso` when the year comes first."""

    first: int
    second: int
    year: int
    iso: bool


@lru_cache(maxsize=100_000)
def date_parts(text: str) -> Parts | None:
    """The parts of a date that a text begins with, if it is one."""
    if found := _ISO.match(text):
        year, month, day = map(int, found.groups())
        return Parts(month, day, year, iso=True)
    if found := _DAY_FIRST.match(text):
        first, second, year = map(int, found.groups())
        return Parts(first, second, year + 2000 if year < 100 else year, iso=False)
    return None


@lru_cache(maxsize=100_000)
def moment(text: str, order: Order) -> dt.datetime | None:
    """The moment that a text writes in this order, to the second; None when it is none."""
    parts = date_parts(text)
    if parts is None:
        return None
    month, day = (parts.first, parts.second) if parts.iso or order == "mdy" else (parts.second, parts.first)
    clock = _CLOCK.search(text, 8)
    hour, minute, second = (int(part or 0) for part in clock.groups()) if clock else (0, 0, 0)
    try:
        return dt.datetime(parts.year, month, day, hour, minute, second)  # noqa: DTZ001  only compared
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class DateEvidence:
    """What a column of dates tells of its order: rows whose first part passes 12, whose second does, neither."""

    day_first: int
    month_first: int
    either: int
    iso: int

    @property
    def order(self) -> Order | None:
        """The order, when no row contradicts it and at least one settles it."""
        if self.iso and not (self.day_first or self.month_first or self.either):
            return "iso"
        if self.day_first and not self.month_first:
            return "dmy"
        if self.month_first and not self.day_first:
            return "mdy"
        return None


def date_evidence(counts: Counter[str]) -> DateEvidence | None:
    """The evidence of a column of which nine values in ten are dates; None for another column."""
    if not any(date_parts(text) for text in islice(counts, 50)):
        return None
    tally: Counter[str] = Counter()
    for text, n in counts.items():
        tally[_kind(date_parts(text))] += n
    if tally["none"] * 10 > counts.total() or not counts:
        return None
    return DateEvidence(tally["day_first"], tally["month_first"], tally["either"], tally["iso"])


def _kind(parts: Parts | None) -> str:
    if parts is None or max(parts.first, parts.second) > 31 or min(parts.first, parts.second) < 1:
        return "none"
    if parts.iso:
        return "iso"
    if parts.first > 12 and parts.second > 12:
        return "none"
    return "day_first" if parts.first > 12 else "month_first" if parts.second > 12 else "either"


def numbers(counts: Counter[str]) -> Counter[float] | None:
    """The numbers of a column of which nine values in ten are numbers; None for another column."""
    if not any(number(text) is not None for text in islice(counts, 50)):
        return None
    found: Counter[float] = Counter()
    for text, n in counts.items():
        if (value := number(text)) is not None:
            found[value] += n
    return found if counts and found.total() * 10 >= counts.total() * 9 else None


def paired(first: list[str], second: list[str]) -> Iterator[tuple[float, float]]:
    """The rows in which both columns hold a number."""
    for one, other in zip(first, second, strict=True):
        x, y = number(one), number(other)
        if x is not None and y is not None:
            yield x, y
