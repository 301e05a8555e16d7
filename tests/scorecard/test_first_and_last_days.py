"""The first and last days of a table are told by its files, without reading them; else they are read."""

from dataclasses import replace

import pytest

from timonier.scorecard.score import Desk
from timonier.scorecard.sources import LakeSource, earliest_day, latest_day


@pytest.mark.parametrize("table", ["answers", "orders", "contracts", "costs"])
def test_what_the_files_tell_is_what_the_rows_hold(desk: Desk, table: str) -> None:
    source = desk.source
    assert isinstance(source, LakeSource)
    assert source.snapshot(table).days is not None
    frame = source.frame(table)
    assert (source.first_day(table), source.last_day(table)) == (earliest_day(frame), latest_day(frame))


def test_a_file_that_does_not_tell_is_read(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    source = desk.source
    assert isinstance(source, LakeSource)
    known, snapshot = source.last_day("answers"), source.snapshot("answers")
    silent = replace(snapshot, data=tuple(replace(file, days=None) for file in snapshot.data))
    assert silent.days is None
    monkeypatch.setattr(LakeSource, "snapshot", lambda *_: silent)
    assert source.last_day("answers") == known
