# ruff: noqa: S608  the statement is ours
"""The accounting day of an instant, by the tree of offsets, is the one that Python's calendar gives."""

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest

from timonier.facts.intake.instants_sql import changes, day_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC", "Asia/Kathmandu"])
def test_days_of_instants_in_a_zone(zone: str) -> None:
    draw = random.Random(20_260_101)
    moments = [
        draw.randrange(-300_000_000, 2_300_000_000) * 1_000_000 + draw.randrange(1_000_000) for _ in range(3_000)
    ]
    moments += [one.at + step for one in changes(zone) for step in (-1, 0, 1)]
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT {day_of('u', zone)} FROM unnest(?) AS moments(u)", [moments]).fetchall()
    info = ZoneInfo(zone)
    assert [day for (day,) in rows] == [(EPOCH + timedelta(microseconds=u)).astimezone(info).date() for u in moments]
