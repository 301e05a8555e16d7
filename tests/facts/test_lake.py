"""The lake: what is committed is read back, by key, at any version."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lakes import DAY, NOON, answer, customer, load, provenance, rows_of, scores, stage

from timonier.errors import DataError, StoreError, StoreLocked, UnknownName, UsageError
from timonier.facts.receipts import Receipt
from timonier.facts.workspace import Workspace


def test_rows_come_back_as_they_went_in(workspace: Workspace) -> None:
    order = {
        "order_id": "1",
        "customer_id": "00012",
        "ordered_at": datetime(2026, 3, 29, 1, 30, 0, 123456, tzinfo=UTC),
        "amount": Decimal("-99999999999999.9999"),
        "currency": "EUR",
        "status": "l'été « ; \\ \n",
        "day": date(2026, 3, 29),
        **provenance(),
    }
    load(workspace, [order], "orders")
    row = rows_of(workspace, "orders")["1"]
    assert {**row, "received_at": NOON} == order
    assert "channel" not in row  # no value at all: the column is absent


def test_counts_days_and_receipt(workspace: Workspace) -> None:
    commit = load(
        workspace,
        [answer("a", day=0), answer("b", day=1), answer("c", day=5)],
        source="june.csv",
        checksum="c1",
        rows_read=4,
        rows_kept=3,
        rows_rejected=1,
    )
    assert (commit.version, commit.added, commit.updated, commit.unchanged) == (1, 3, 0, 0)
    assert commit.touched() == {DAY, DAY + timedelta(days=1), DAY + timedelta(days=5)}
    assert workspace.lake.receipts("answers") == [commit]
    assert workspace.lake.has_source("answers", "c1")
    assert not workspace.lake.has_source("answers", "c2")
    assert workspace.lake.row_count("answers") == 3


def test_a_row_with_a_known_key_replaces_it_in_the_same_commit(workspace: Workspace) -> None:
    load(workspace, [answer("a", 1), answer("b", 2, day=1), answer("c", 3)])
    commit = load(workspace, [answer("b", 9, day=2), answer("c", 3), answer("d", 4, day=3)])
    assert (commit.added, commit.updated, commit.unchanged) == (1, 1, 1)
    assert scores(workspace) == {"a": 1, "b": 9, "c": 3, "d": 4}
    moved = {DAY + timedelta(days=step) for step in (1, 2, 3)}
    assert commit.touched() == moved  # where the old row was, where it is, and the new one


def test_the_same_rows_again_write_nothing(workspace: Workspace) -> None:
    load(workspace, [answer("a"), answer("b")])
    before = workspace.lake.files("answers")
    later = {"source": "again.csv", "received_at": NOON + timedelta(days=9), "seq": 77}
    commit = load(workspace, [answer("a") | later, answer("b") | later], checksum="again")
    assert (commit.added, commit.updated, commit.unchanged) == (0, 0, 2)
    assert commit.touched() == set()
    assert workspace.lake.files("answers") == before
    assert workspace.lake.has_source("answers", "again")


@pytest.mark.parametrize("change", [{"score": None}, {"comment": "x"}, {"customer_id": ""}, {"test": False}])
def test_any_difference_counts_even_with_nothing(workspace: Workspace, change: dict[str, object]) -> None:
    load(workspace, [answer("a")])
    commit = load(workspace, [answer("a") | change])
    assert (commit.updated, commit.unchanged) == (1, 0)


def test_swapped_columns_are_a_difference(workspace: Workspace) -> None:
    load(workspace, [answer("a", survey="x", wave=None)])
    assert load(workspace, [answer("a", survey=None, wave="x")]).updated == 1


def test_a_key_twice_in_a_batch_keeps_the_last(workspace: Workspace) -> None:
    rows = [answer("a", 1, seq=1), answer("b", 5, seq=2), answer("a", 2, seq=3), answer("a", 3, seq=2)]
    commit = load(workspace, rows)
    assert (commit.added, commit.repeated) == (2, 2)
    assert scores(workspace) == {"a": 2, "b": 5}


def test_a_key_twice_across_the_files_of_a_batch(workspace: Workspace) -> None:
    lake = workspace.lake
    files = [stage(workspace.staging, lake, "answers", [answer("a", seq=n, score=n)]) for n in (1, 3, 2)]
    commit = lake.commit("answers", files, Receipt("b"))
    assert (commit.added, commit.repeated) == (1, 2)
    assert scores(workspace) == {"a": 3}
    assert not any(file.exists() for file in files)


def test_the_same_batch_commits_once(workspace: Workspace) -> None:
    first = load(workspace, [answer("a")], batch="b1")
    again = load(workspace, [answer("z")], batch="b1")
    assert again.replayed
    assert (again.version, again.added) == (first.version, 1)
    assert set(scores(workspace)) == {"a"}


def test_a_column_that_a_file_lacks_is_null(workspace: Workspace) -> None:
    load(workspace, [answer("a", comment="mot")])
    narrow = pa.Table.from_pylist([answer("b")])
    narrow = narrow.set_column(
        narrow.schema.get_field_index("received_at"),
        "received_at",
        narrow["received_at"].cast(pa.timestamp("us", "UTC")),
    ).set_column(
        narrow.schema.get_field_index("answered_at"),
        "answered_at",
        narrow["answered_at"].cast(pa.timestamp("us", "UTC")),
    )
    path = workspace.staging / "narrow.parquet"
    pq.write_table(narrow, path)
    workspace.lake.commit("answers", [path], Receipt("narrow"))
    found = rows_of(workspace)
    assert (found["a"]["comment"], found["b"]["comment"]) == ("mot", None)
    assert "wave" in workspace.lake.null_columns("answers")
    assert "comment" not in workspace.lake.null_columns("answers")


def test_a_dimension_declared_later(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w")
    load(workspace, [answer("a")])
    with (workspace.root / "timonier.toml").open("a") as file:
        file.write('\n[dimensions.answers]\nstore = "text"\nfloor = "int"\n')
    workspace = Workspace.open(workspace.root)
    assert rows_of(workspace)["a"]["score"] == 9  # readable before any new commit
    load(workspace, [answer("b", store="Lyon", floor=2)])
    found = rows_of(workspace)
    assert (found["a"]["store"], found["b"]["store"], found["b"]["floor"]) == (None, "Lyon", 2)
    names = {one.name for one in workspace.lake.store("answers").delta().schema().fields}
    assert {"store", "floor"} <= names  # other readers of Delta see them too


def test_versions_and_instants(workspace: Workspace) -> None:
    start = datetime.now(UTC)
    load(workspace, [answer("a", 1)])
    load(workspace, [answer("a", 2)])
    lake = workspace.lake
    assert lake.version("answers") == 2
    assert scores(workspace, version=1) == {"a": 1}
    first, second = (entry.at for entry in lake.history("answers")[1:])
    assert scores(workspace, as_of=first) == ({"a": 1} if first < second else {"a": 2})
    assert scores(workspace, as_of=second) == {"a": 2}
    assert rows_of(workspace, as_of=start - timedelta(days=1)) == {}
    with pytest.raises(UsageError):
        lake.files("answers", version=3)
    with pytest.raises(UsageError):
        lake.files("answers", as_of=datetime(2026, 1, 1))  # noqa: DTZ001 -- the mistake under test


def test_days_changed_since_a_version(workspace: Workspace) -> None:
    lake = workspace.lake
    assert lake.days_changed("answers", 0) == set()
    load(workspace, [answer("a", day=1)])
    load(workspace, [answer("b", day=2), answer("a", 3, day=1)])
    lake.compact("answers", force=True)
    assert lake.days_changed("answers", 0) == {DAY + timedelta(days=1), DAY + timedelta(days=2)}
    assert lake.days_changed("answers", 2) == set()  # a compaction changes no figure
    lake.rebuild("answers")
    assert lake.days_changed("answers", lake.version("answers")) == set()
    assert lake.days_changed("answers", 1) is None  # only a full reading can tell


def test_undated_rows_are_told_apart(workspace: Workspace) -> None:
    commit = load(workspace, [customer("c1"), customer("c2", acquired_at=NOON, day=DAY)], "customers")
    assert commit.undated
    assert commit.touched() == {DAY}


def test_an_empty_table_and_an_empty_batch(workspace: Workspace) -> None:
    lake = workspace.lake
    assert (lake.version("answers"), lake.files("answers"), lake.row_count("answers")) == (0, [], 0)
    commit = lake.commit("answers", [], Receipt("nothing", checksum="c0"))
    assert (commit.added, lake.has_source("answers", "c0")) == (0, True)
    assert rows_of(workspace) == {}


def test_unknown_table(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match="answers"):
        workspace.lake.files("answer")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"answer_id": None}, "answer_id is empty"),
        ({"day": None}, "day is empty"),
        ({"answered_at": None}, "answered_at is empty"),
        ({"source": None}, "source is empty"),
    ],
)
def test_a_hole_is_refused_before_anything_moves(workspace: Workspace, change: dict[str, object], message: str) -> None:
    staged = stage(workspace.staging, workspace.lake, "answers", [answer("a") | change])
    with pytest.raises(DataError, match=message):
        workspace.lake.commit("answers", [staged], Receipt("b"))
    assert staged.exists()
    assert workspace.lake.version("answers") == 0


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (pa.table({"answer_id": ["a"], "mystery": [1]}), "no column mystery"),
        (pa.table({"answer_id": [1]}), "answer_id is int64"),
        (pa.table({"score": pa.array([1], pa.int32())}), "score is int32"),
    ],
)
def test_a_wrong_schema_is_refused(workspace: Workspace, table: pa.Table, message: str) -> None:
    path = workspace.staging / "wrong.parquet"
    pq.write_table(table, path)
    with pytest.raises(DataError, match=message):
        workspace.lake.commit("answers", [path], Receipt("b"))


def test_a_staged_file_that_is_torn_is_refused(workspace: Workspace) -> None:
    staged = stage(workspace.staging, workspace.lake, "answers", [answer("a")])
    staged.write_bytes(staged.read_bytes()[:-10])
    with pytest.raises(DataError, match="not a whole Parquet file"):
        workspace.lake.commit("answers", [staged], Receipt("b"))


def test_two_writers(workspace: Workspace) -> None:
    other = Workspace.open(workspace.root)
    other.lake.store("answers")._patience = 0.1
    with workspace.lake.writing("answers", "a long load"), pytest.raises(StoreLocked, match="a long load"):
        load(other, [answer("a")])
    load(other, [answer("a")])
    assert set(scores(workspace)) == {"a"}


def test_the_holder_may_write_and_other_tables_are_free(workspace: Workspace) -> None:
    with workspace.lake.writing("answers", "a long load"):
        load(workspace, [answer("a")])
        load(Workspace.open(workspace.root), [customer("c")], "customers")
    assert set(scores(workspace)) == {"a"}


def test_the_log_holds_no_value_but_days(workspace: Workspace) -> None:
    load(workspace, [answer("KEY-CANARY", comment="COMMENT-CANARY", customer_id="WHO-CANARY")])
    log = workspace.lake.store("answers").folder() / "_delta_log"
    text = "".join(path.read_text() for path in log.glob("*.json"))
    assert "CANARY" not in text
    stats = [json.loads(line)["add"]["stats"] for line in text.splitlines() if '"add"' in line]
    assert json.loads(stats[0])["minValues"] == {"day": DAY.isoformat()}


def test_a_refused_disk_leaves_the_staged_file_and_the_table(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(workspace, [answer("a")])

    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("timonier.facts.store._write_once", full)
    staged = stage(workspace.staging, workspace.lake, "answers", [answer("b")])
    with pytest.raises(StoreError, match="disk is full"):
        workspace.lake.commit("answers", [staged], Receipt("b"))
    assert staged.exists()
    monkeypatch.undo()
    assert workspace.lake.commit("answers", [staged], Receipt("b")).added == 1


def test_only_files_that_hold_an_older_row_are_written_again(workspace: Workspace) -> None:
    load(workspace, [answer("a"), answer("b")])
    load(workspace, [answer("c"), answer("d")])
    first, second = workspace.lake.files("answers")
    load(workspace, [answer("d", 1)])
    files = workspace.lake.files("answers")
    assert first in files
    assert second not in files


def test_large_batches_stay_exact(workspace: Workspace) -> None:
    """Beyond one row group, with overlap in the middle."""
    load(workspace, [answer(f"k{n}", n) for n in range(5000)])
    commit = load(workspace, [answer(f"k{n}", n + (n % 2)) for n in range(4000, 6000)])
    assert (commit.added, commit.updated, commit.unchanged) == (1000, 500, 500)
    expected = {f"k{n}": n + (n % 2 if n >= 4000 else 0) for n in range(6000)}
    assert scores(workspace) == expected
