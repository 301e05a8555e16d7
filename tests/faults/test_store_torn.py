"""Torn and missing files: each is seen at opening, told with a way out, and repaired as far as can be.

One acknowledged load of `a`, then one of `b`. The damage strikes what a power cut strikes: the files written last.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from lakes import answer, load, scores

from timonier.errors import StoreDamaged, StoreError
from timonier.facts.log import entry_name
from timonier.facts.workspace import Workspace
from timonier.text import say


@pytest.fixture
def root(tmp_path: Path) -> Path:
    workspace = Workspace.create(tmp_path / "w", threads=1, memory="256MB")
    load(workspace, [answer("a", 1)], source="a.csv", checksum="ca")
    load(workspace, [answer("b", 2)], source="b.csv", checksum="cb")
    return workspace.root


def log(root: Path) -> Path:
    return root / "lake" / "answers" / "_delta_log"


def last_entry(root: Path) -> Path:
    return log(root) / entry_name(2)


def last_data(root: Path) -> Path:
    return sorted((root / "lake" / "answers").glob("*.parquet"))[-1]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def halve(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def blank(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def remove(path: Path) -> None:
    path.unlink()


def opening(root: Path) -> StoreDamaged:
    with pytest.raises(StoreDamaged) as caught:
        Workspace.open(root)
    return caught.value


STRIKES = pytest.mark.parametrize("strike", [empty, halve, blank, remove])


def test_the_library_alone_would_not_notice(root: Path) -> None:
    """Control: with a zero-length last entry the Delta library reads the rows before, without a word."""
    from deltalake import DeltaTable

    empty(last_entry(root))
    assert len(DeltaTable(str(root / "lake" / "answers")).file_uris()) == 1  # the file of `b` is forgotten


@STRIKES
def test_an_acknowledged_entry_comes_back_from_the_ledger(root: Path, strike: Callable[[Path], None]) -> None:
    strike(last_entry(root))
    error = opening(root)
    assert "doctor --repair" in say(error.hint, "en")
    assert "réparez" in say(error.hint, "fr").lower()
    with pytest.raises(StoreError):
        load(Workspace.open(root, verify=False), [answer("c")])  # no write hides the loss
    (done,) = Workspace.open(root, verify=False).lake.repair()
    assert done.load_again == ()
    assert scores(Workspace.open(root)) == {"a": 1, "b": 2}
    load(Workspace.open(root), [answer("c", 3)])
    assert len(scores(Workspace.open(root))) == 3


@STRIKES
def test_a_torn_data_file_names_what_to_load_again(root: Path, strike: Callable[[Path], None]) -> None:
    strike(last_data(root))
    opening(root)
    (done,) = Workspace.open(root, verify=False).lake.repair()
    assert done.load_again == ("b.csv",)
    workspace = Workspace.open(root)
    assert scores(workspace) == {"a": 1}
    assert not workspace.lake.has_source("answers", "cb")
    load(workspace, [answer("b", 2)], source="b.csv", checksum="cb")
    assert scores(workspace) == {"a": 1, "b": 2}


@STRIKES
def test_a_torn_rewriting_gives_back_the_rows_before(root: Path, strike: Callable[[Path], None]) -> None:
    """The last load replaced a row: the file written again holds rows of older sources."""
    load(Workspace.open(root), [answer("b", 5), answer("c", 3)], source="c.csv")
    strike(last_data(root))
    opening(root)
    (done,) = Workspace.open(root, verify=False).lake.repair()
    assert done.load_again == ("c.csv",)
    assert scores(Workspace.open(root)) == {"a": 1, "b": 2}


def test_an_older_torn_file_is_found_by_the_full_examination(root: Path) -> None:
    first = sorted((root / "lake" / "answers").glob("*.parquet"))[0]
    halve(first)
    workspace = Workspace.open(root)  # the quick look reads the last commit only
    assert [one.kind for one in workspace.lake.examine()] == ["data"]
    (done,) = workspace.lake.repair()
    assert done.load_again == ("a.csv",)
    assert scores(workspace) == {"b": 2}
    assert not workspace.lake.has_source("answers", "ca")
    assert workspace.lake.has_source("answers", "cb")


def test_a_torn_file_that_mixed_sources_names_them_all(root: Path) -> None:
    workspace = Workspace.open(root)
    workspace.lake.compact("answers", force=True)
    load(workspace, [answer("c", 3)], source="c.csv", checksum="cc")
    halve(workspace.lake.files("answers")[0])
    (done,) = workspace.lake.repair()
    assert set(done.load_again) >= {"a.csv", "b.csv"}
    assert scores(workspace) == {"c": 3}
    load(workspace, [answer("a", 1), answer("b", 2), answer("c", 3)])
    assert scores(Workspace.open(root)) == {"a": 1, "b": 2, "c": 3}


def test_a_torn_compaction_costs_nothing(root: Path) -> None:
    Workspace.open(root).lake.compact("answers", force=True)
    halve(last_data(root))
    opening(root)
    (done,) = Workspace.open(root, verify=False).lake.repair()
    assert done.load_again == ()
    assert scores(Workspace.open(root)) == {"a": 1, "b": 2}


@pytest.mark.parametrize("strike", [empty, halve, blank])
def test_a_torn_entry_that_nobody_was_told_is_dropped(root: Path, strike: Callable[[Path], None]) -> None:
    ledger = (root / "lake" / "ledger.json").read_bytes()
    load(Workspace.open(root), [answer("c", 3)])
    (root / "lake" / "ledger.json").write_bytes(ledger)  # killed before the ledger
    strike(log(root) / entry_name(3))
    assert "had not been acknowledged" in str(opening(root))
    (done,) = Workspace.open(root, verify=False).lake.repair()
    assert done.load_again == ()
    assert scores(Workspace.open(root)) == {"a": 1, "b": 2}
    load(Workspace.open(root), [answer("c", 3)])
    assert scores(Workspace.open(root)) == {"a": 1, "b": 2, "c": 3}


def test_a_whole_commit_that_nobody_was_told_is_adopted(root: Path) -> None:
    ledger = (root / "lake" / "ledger.json").read_bytes()
    load(Workspace.open(root), [answer("c", 3)], batch="b3")
    (root / "lake" / "ledger.json").write_bytes(ledger)
    workspace = Workspace.open(root)
    assert scores(workspace) == {"a": 1, "b": 2, "c": 3}
    assert load(workspace, [answer("c", 3)], batch="b3").replayed  # its load tries again: once is enough


def test_data_of_an_untold_commit_that_is_torn(root: Path) -> None:
    ledger = (root / "lake" / "ledger.json").read_bytes()
    load(Workspace.open(root), [answer("c", 3)])
    (root / "lake" / "ledger.json").write_bytes(ledger)
    halve(last_data(root))
    opening(root)
    Workspace.open(root, verify=False).lake.repair()
    assert scores(Workspace.open(root)) == {"a": 1, "b": 2}


@pytest.mark.parametrize("strike", [empty, halve, blank])
def test_a_torn_checkpoint(root: Path, strike: Callable[[Path], None]) -> None:
    Workspace.open(root).lake.store("answers").delta().create_checkpoint()
    (checkpoint,) = log(root).glob("*.checkpoint.parquet")
    strike(checkpoint)
    assert "checkpoint" in str(opening(root))
    Workspace.open(root, verify=False).lake.repair()
    assert scores(Workspace.open(root)) == {"a": 1, "b": 2}


def test_a_torn_pointer_to_the_checkpoint_costs_nothing(root: Path) -> None:
    Workspace.open(root).lake.store("answers").delta().create_checkpoint()
    empty(log(root) / "_last_checkpoint")
    assert scores(Workspace.open(root)) == {"a": 1, "b": 2}


@STRIKES
def test_a_torn_ledger_is_written_again_from_the_tables(root: Path, strike: Callable[[Path], None]) -> None:
    Workspace.open(root).lake.rebuild("answers")
    version = Workspace.open(root).lake.version("answers")
    strike(root / "lake" / "ledger.json")
    assert "ledger" in str(opening(root))
    Workspace.open(root, verify=False).lake.repair()
    workspace = Workspace.open(root)
    assert scores(workspace) == {"a": 1, "b": 2}
    assert workspace.lake.version("answers") == version


@pytest.mark.parametrize("strike", [empty, remove])
def test_a_hole_inside_the_log_cannot_be_repaired_and_names_the_sources(
    root: Path, strike: Callable[[Path], None]
) -> None:
    strike(log(root) / entry_name(1))
    workspace = Workspace.open(root, verify=False)
    with pytest.raises(StoreDamaged, match=r"backup.*b\.csv"):
        workspace.lake.repair()


def test_a_sound_store_has_nothing_to_repair(root: Path) -> None:
    assert Workspace.open(root).lake.examine() == []
    assert Workspace.open(root).lake.repair() == []
