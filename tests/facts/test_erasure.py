"""Erasing a person: afterwards no byte of them is anywhere in the workspace.

The search decodes what is compressed: every value, name and statistic of every Parquet file, the text of any
other file. A search that could not find them would pass for nothing: each test first sees it find them.
"""

import gzip
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from lakes import DAY, answer, customer, load, rows_of, scores, stage

from timonier.errors import StoreLocked, UsageError
from timonier.facts.workspace import Workspace

WHO = "CANARY-7f3a"
SAID = "my-unique-complaint"


def traces(root: Path, *words: str) -> set[str]:
    """The files that hold one of the words, relative to `root`."""
    return {
        str(path.relative_to(root))
        for path in root.rglob("*")
        if path.is_file() and any(word in content_of(path) for word in words)
    }


def content_of(path: Path) -> str:
    raw = path.read_bytes()
    text = raw.decode("latin-1")
    if path.suffix == ".gz":
        text += gzip.decompress(raw).decode()
    if path.suffix == ".parquet":
        file = pq.ParquetFile(path)
        text += str(file.read().to_pylist())
        for group in range(file.metadata.num_row_groups):
            for index in range(file.metadata.num_columns):
                text += str(file.metadata.row_group(group).column(index).statistics)
    return text


def fill(workspace: Workspace) -> None:
    load(workspace, [answer("a1", customer_id=WHO, comment=SAID, day=3), answer("a2", customer_id="other")])
    load(workspace, [answer("a1", 2, customer_id=WHO, comment=SAID, day=3)])
    load(workspace, [customer(WHO), customer("other")], "customers")


def test_nothing_remains(workspace: Workspace) -> None:
    fill(workspace)
    workspace.lake.compact("answers", force=True)
    workspace.lake.store("answers").delta().create_checkpoint()
    assert len(traces(workspace.root, WHO, SAID)) >= 4  # old versions count: the control
    done = workspace.erase(WHO)
    assert traces(workspace.root, WHO, SAID) == set()
    assert dict(done.rows) == {"answers": 1, "customers": 1}
    assert set(scores(workspace)) == {"a2"}
    assert set(rows_of(workspace, "customers")) == {"other"}


def test_rows_alone_would_not_be_enough(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: without the pass over old files, the search finds the person again."""
    fill(workspace)
    monkeypatch.setattr("timonier.facts.erasure._purge", lambda *_: 0)
    workspace.erase(WHO)
    assert traces(workspace.root, WHO, SAID)


def test_the_days_to_compute_again_are_known(workspace: Workspace) -> None:
    fill(workspace)
    version = workspace.lake.version("answers")
    workspace.erase(WHO)
    changed = workspace.lake.days_changed("answers", version)
    assert changed == {DAY.replace(day=4)}


def test_files_beside_the_lake(workspace: Workspace) -> None:
    fill(workspace)
    (workspace.rejects / "r.csv").write_text(f'line;reason;raw\n2;bad;"{WHO};{SAID}\nsecond line"\n3;bad;other;fine\n')
    (workspace.rejects / "r.jsonl").write_text(f'{{"id": "{WHO}", "t": "{SAID}"}}\n{{"id": "other"}}\n')
    (workspace.rejects / "r.csv.gz").write_bytes(gzip.compress(f"{WHO};{SAID}".encode()))
    stage(workspace.staging / "dead", workspace.lake, "answers", [answer("x", customer_id=WHO, comment=SAID)])
    kept = stage(workspace.staging / "live", workspace.lake, "answers", [answer("y", customer_id="other")])
    rollup = stage(workspace.rollups, workspace.lake, "answers", [answer("z", channel=WHO)])
    (workspace.lake.root / ".spill").mkdir()
    (workspace.lake.root / ".spill" / "block.tmp").write_text(WHO)
    assert len(traces(workspace.root, WHO, SAID)) >= 8
    workspace.erase(WHO)
    assert traces(workspace.root, WHO, SAID) == set()
    assert (workspace.rejects / "r.csv").read_text().splitlines() == ["line;reason;raw", "3;bad;other;fine"]
    assert (workspace.rejects / "r.jsonl").read_text() == '{"id": "other"}\n'
    assert kept.exists()
    assert not rollup.exists()


def test_a_receipt_that_names_them_is_written_anew(workspace: Workspace) -> None:
    load(workspace, [answer("a1", customer_id=WHO)], source=f"export {WHO}.csv", checksum="c1")
    load(workspace, [answer("a2", customer_id="other")], source="rest.csv", checksum="c2")
    version = workspace.lake.version("answers")
    assert any("_delta_log" in one for one in traces(workspace.root, WHO))
    workspace.erase(WHO)
    assert traces(workspace.root, WHO) == set()
    lake = workspace.lake
    assert lake.version("answers") > version
    assert [one.receipt.source for one in lake.receipts("answers") if one.kind == "load"] == [
        "export ….csv",
        "rest.csv",
    ]
    assert lake.has_source("answers", "c1")  # loading their file again must stay a visible choice
    assert set(scores(Workspace.open(workspace.root))) == {"a2"}
    load(workspace, [answer("a3")])
    assert set(scores(Workspace.open(workspace.root))) == {"a2", "a3"}


def test_old_versions_go_with_them_and_say_so(workspace: Workspace) -> None:
    fill(workspace)
    workspace.erase(WHO)
    with pytest.raises(UsageError, match="can no longer be read"):
        workspace.lake.files("answers", version=1)


def test_an_account_takes_its_customers_along(workspace: Workspace) -> None:
    load(workspace, [customer(WHO, account_id="ACC-9"), customer("c2", account_id="ACC-9")], "customers")
    load(workspace, [customer("c3", account_id="ACC-1")], "customers")
    load(workspace, [answer("a1", customer_id=WHO), answer("a2", customer_id="c2"), answer("a3", customer_id="c3")])
    done = workspace.lake.erase(account_id="ACC-9")
    assert dict(done.rows) == {"answers": 2, "customers": 2}
    assert set(scores(workspace)) == {"a3"}
    assert traces(workspace.root, WHO, "ACC-9") == set()


def test_a_value_that_looks_like_sql_is_only_a_value(workspace: Workspace) -> None:
    nasty = "x') OR 1=1 --"
    load(workspace, [answer("a1", customer_id=nasty), answer("a2", customer_id="other")])
    workspace.erase(nasty)
    assert set(scores(workspace)) == {"a2"}


def test_rows_without_a_customer_stay(workspace: Workspace) -> None:
    load(workspace, [answer("a1", customer_id=None), answer("a2", customer_id=WHO), answer("a3", customer_id="")])
    workspace.erase(WHO)
    assert set(scores(workspace)) == {"a1", "a3"}


def test_a_longer_identifier_is_someone_else(workspace: Workspace) -> None:
    load(workspace, [answer("a1", customer_id="12"), answer("a2", customer_id="123"), answer("a3", customer_id="9-12")])
    (workspace.rejects / "r.csv").write_text("raw\n123\n12\n9-12\n")
    workspace.erase("12")
    assert set(scores(workspace)) == {"a2", "a3"}
    assert (workspace.rejects / "r.csv").read_text().split() == ["raw", "123", "9-12"]


def test_nobody_and_someone_unknown(workspace: Workspace) -> None:
    fill(workspace)
    with pytest.raises(UsageError):
        workspace.erase()
    version = workspace.lake.version("answers")
    assert dict(workspace.erase("nobody").rows) == {}
    assert workspace.lake.version("answers") == version


def test_not_while_another_process_writes(workspace: Workspace) -> None:
    fill(workspace)
    other = Workspace.open(workspace.root)
    with other.lake.writing("costs", "a load"):
        workspace.lake.store("costs")._patience = 0.1
        with pytest.raises(StoreLocked, match="costs"):
            workspace.erase(WHO)
    assert traces(workspace.root, WHO)
