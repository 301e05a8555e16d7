"""Local time of UTC instants, in expressions that every engine runs.

Engines differ on time zones (some have none), so the offsets of the zone are written out: one comparison for each
spell of another offset than the usual one, that is one a year where clocks change.
"""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import narwhals as nw

FIRST_YEAR, LAST_YEAR = 2000, 2040


class Spell(NamedTuple):
    """From `start` (included) to `end` (excluded), in UTC, clocks are `offset` seconds ahead of UTC."""

    start: datetime
    end: datetime
    offset: int


@cache
def spells(zone: str) -> tuple[Spell, ...]:
    """The spells of constant offset of a zone, to the hour, over the years that facts can bear."""
    where, hour = ZoneInfo(zone), timedelta(hours=1)
    moment, last = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC), datetime(LAST_YEAR + 1, 1, 1, tzinfo=UTC)
    found, start, offset = [], moment, _offset(moment, where)
    while moment < last:
        moment += timedelta(days=1)
        if _offset(moment, where) == offset:
            continue
        change = moment - timedelta(days=1)
        while _offset(change, where) == offset:
            change += hour
        found.append(Spell(start, change, offset))
        start, offset = change, _offset(change, where)
    return (*found, Spell(start, last, offset))


def _offset(moment: datetime, where: ZoneInfo) -> int:
    shift = moment.astimezone(where).utcoffset()
    return int(shift.total_seconds()) if shift is not None else 0


def local(instant: nw.Expr, zone: str) -> nw.Expr:
    """The instant moved to the zone's clock: its day and hour are then the local ones (years 2000 to 2040)."""
    known = spells(zone)
    usual = Counter(spell.offset for spell in known).most_common(1)[0][0]
    moved = _moved(instant, usual)
    for offset in sorted({spell.offset for spell in known} - {usual}):
        inside = nw.any_horizontal(
            *((instant >= nw.lit(one.start)) & (instant < nw.lit(one.end)) for one in known if one.offset == offset),
            ignore_nulls=False,
        )
        moved = nw.when(inside).then(_moved(instant, offset)).otherwise(moved)
    return moved


def _moved(instant: nw.Expr, offset: int) -> nw.Expr:
    return instant.dt.offset_by(f"{offset}s") if offset else instant
