"""Until when each table is known, by its own rhythm.

A table is late when it is behind by more than a week, or than three times its usual gap: the median number of days
between two days that have facts, over its last half-year. One that is fed every working day is late after a week, one
fed each week after three, one fed each month after three months: silence is news only where facts are usual. What reads
a late table knows nothing after its last day: its cases are not followed further, its periods are not over.
"""

import json
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Final

import narwhals as nw

from timonier.indicators.definition import Indicator
from timonier.indicators.periods import as_date
from timonier.scorecard.rollups import Rollups
from timonier.scorecard.sources import FactSource

WEEK: Final = 7
TIMES: Final = 3
NO_RHYTHM: Final = 45
"""Patience with a table that has facts on one day only."""
LOOKED_AT: Final = timedelta(days=182)


def known_until(source: FactSource, rollups: Rollups | None, indicator: Indicator, as_of: date) -> date:
    """The last day that an indicator knows of on `as_of`: the last one of the tables it reads that are late by then."""
    found = as_of
    for table in {need.table for need in indicator.needs}:
        last = source.last_day(table) if source.has(table) else None
        if last is None or (as_of - last).days <= WEEK:
            continue
        if (as_of - last).days > patience(kept_days(source, rollups, table, as_of)):
            found = min(found, last)
    return found


def patience(days: Sequence[date]) -> int:
    """After how many days without a fact a table is late: a week, or three times its usual gap. `days`: in order."""
    gaps = [(after - before).days for before, after in pairwise(days)]
    return max(WEEK, round(TIMES * median(gaps))) if gaps else NO_RHYTHM


def kept_days(source: FactSource, rollups: Rollups | None, table: str, today: date) -> list[date]:
    """`days_of`, read from the disk while the table has the version that it had then."""
    last = source.last_day(table)
    if rollups is None or last is None or last > today:
        return days_of(source, table, today)
    path, version = rollups.workspace.rollups / "days" / f"{table}.json", rollups.source.version(table)
    try:
        known = json.loads(path.read_text("utf-8"))
        if known["version"] == version:
            return [date.fromisoformat(day) for day in known["days"]]
    except (OSError, ValueError, KeyError):  # none yet
        pass
    found = days_of(source, table, today)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}")
    temporary.write_text(json.dumps({"version": version, "days": [f"{day}" for day in found]}), encoding="utf-8")
    temporary.replace(path)
    return found


def days_of(source: FactSource, table: str, today: date) -> list[date]:
    """The days until today that have facts, over the half-year that ends with the last of them, in order."""
    last = source.last_day(table)
    frame = source.frame(table).select("day")
    if last is not None and last > today:
        past = frame.filter(nw.col("day") <= today)
        last = as_date(past.select(nw.col("day").max()).collect().item(0, "day"))
    if last is None:
        return []
    recent = frame.filter(nw.col("day") <= last, nw.col("day") > last - LOOKED_AT)
    found = (as_date(day) for day in recent.unique().collect(backend="pyarrow")["day"].to_list())
    return sorted(day for day in found if day is not None)
