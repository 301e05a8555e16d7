"""Compaction, clean-up, rebuild: the figures never move."""

from datetime import timedelta

import pytest
from lakes import answer, load, scores, stage

from timonier.errors import UsageError
from timonier.facts import maintenance
from timonier.facts.workspace import Workspace


def test_compaction_keeps_every_row(workspace: Workspace) -> None:
    for number in range(5):
        load(workspace, [answer(f"k{number}", number)])
    before = scores(workspace)
    commit = workspace.lake.compact("answers", force=True)
    assert commit is not None
    assert commit.kind == "compact"
    assert len(workspace.lake.files("answers")) == 1
    assert scores(workspace) == before
    assert scores(workspace, version=3) == {f"k{n}": n for n in range(3)}  # until the clean-up
    assert workspace.lake.compact("answers", force=True) is None


def test_a_pile_of_small_files_compacts_by_itself(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maintenance, "PILE", 4)
    for number in range(5):
        load(workspace, [answer(f"k{number}", number)])
    assert len(workspace.lake.files("answers")) == 2
    assert len(scores(workspace)) == 5


def test_large_files_are_left_alone(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    load(workspace, [answer("a")])
    load(workspace, [answer("b")])
    monkeypatch.setattr(maintenance, "SMALL", 10)
    assert workspace.lake.compact("answers", force=True) is None


def test_clean_up_removes_what_nobody_needs(workspace: Workspace) -> None:
    load(workspace, [answer("a", 1)])
    load(workspace, [answer("a", 2)])
    orphan = stage(workspace.lake.store("answers").folder(), workspace.lake, "answers", [answer("lost")])
    kept = workspace.lake.clean("answers")
    assert (kept.orphans, kept.expired) == (1, 0)
    assert not orphan.exists()
    assert scores(workspace, version=1) == {"a": 1}
    gone = workspace.lake.clean("answers", keep=timedelta(0))
    assert (gone.orphans, gone.expired) == (0, 1)
    assert scores(workspace) == {"a": 2}
    with pytest.raises(UsageError, match="can no longer be read"):
        workspace.lake.files("answers", version=1)


def test_rebuild_switches_to_a_new_folder(workspace: Workspace) -> None:
    lake = workspace.lake
    load(workspace, [answer("a", 1)], batch="b1", source="one.csv", checksum="c1")
    load(workspace, [answer("b", 2)], batch="b2")
    former, version = lake.store("answers").folder(), lake.version("answers")
    lake.rebuild("answers")
    assert lake.store("answers").folder() != former
    assert not former.exists()
    assert lake.version("answers") == version + 1
    assert scores(Workspace.open(workspace.root)) == {"a": 1, "b": 2}
    assert [one.receipt.source for one in lake.receipts("answers")][:1] == ["one.csv"]
    assert lake.has_source("answers", "c1")
    again = load(workspace, [answer("zzz")], batch="b1")
    assert (again.replayed, again.added, again.receipt.source) == (True, 1, "one.csv")
    assert load(workspace, [answer("c")]).version == version + 2
    lake.rebuild("answers")
    assert lake.version("answers") == version + 3
    assert len([one for one in lake.receipts("answers") if one.kind == "load"]) == 3
    assert set(scores(Workspace.open(workspace.root))) == {"a", "b", "c"}


def test_before_a_rebuild_is_out_of_reach_and_says_so(workspace: Workspace) -> None:
    load(workspace, [answer("a", 1)])
    at = workspace.lake.history("answers")[-1].at
    workspace.lake.rebuild("answers")
    for when in ({"version": 1}, {"as_of": at}):
        with pytest.raises(UsageError, match="can no longer be read"):
            workspace.lake.files("answers", **when)


def test_a_checkpoint_shortens_the_log_and_changes_nothing(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("timonier.facts.store.CHECKPOINT_EVERY", 3)
    for number in range(4):
        load(workspace, [answer(f"k{number}", number)], checksum=f"c{number}")
    log = workspace.lake.store("answers").folder() / "_delta_log"
    assert list(log.glob("*.checkpoint.parquet"))
    assert len(scores(Workspace.open(workspace.root))) == 4
    assert workspace.lake.has_source("answers", "c0")
