"""DuckDB: what it reads, and all that it must refuse."""

from collections.abc import Iterator
from pathlib import Path

import narwhals as nw
import pytest
from lakes import answer, load

from timonier.errors import StoreError
from timonier.facts.arrow import columns_of
from timonier.facts.engines.duckdb import Connection, connect, failures, frame
from timonier.facts.settings import Settings
from timonier.facts.workspace import Workspace


@pytest.fixture
def connection(workspace: Workspace) -> Iterator[Connection]:
    connection = connect(workspace.settings, [workspace.root])
    yield connection
    connection.close()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "secret.csv").write_text("a,b\n1,2\n")
    return folder


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{secret}/secret.csv')",
        "SELECT * FROM '{secret}/secret.csv'",
        "SELECT * FROM read_text('{secret}/secret.csv')",
        "SELECT * FROM read_text('{inside}/../elsewhere/secret.csv')",
        "SELECT * FROM glob('{secret}/*')",
        "COPY (SELECT 1) TO '{secret}/out.csv'",
        "COPY (SELECT 1) TO '{inside}/../elsewhere/out.csv'",
        "ATTACH '{secret}/other.db'",
        "EXPORT DATABASE '{secret}'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM 'https://localhost/x.parquet'",
        "SET memory_limit = '100GB'",
        "SET threads = 64",
        "SET enable_external_access = true",
        "SET allowed_directories = ['/']",
        "SET lock_configuration = false",
        "RESET memory_limit",
        "PRAGMA threads = 64",
        "SET temp_directory = '/tmp'",
    ],
)
def test_refused(connection: Connection, workspace: Workspace, secret: Path, statement: str) -> None:
    with pytest.raises(StoreError), failures(workspace.root):
        connection.execute(statement.format(secret=secret, inside=workspace.root)).fetchall()
    assert not (secret / "out.csv").exists()


def test_the_same_statements_pass_inside(connection: Connection, workspace: Workspace) -> None:
    """Control: it is the folder that is refused, not the statement."""
    inside = workspace.staging
    connection.execute(f"COPY (SELECT 1 AS a) TO '{inside}/x.csv'")
    assert connection.execute("SELECT a FROM read_csv($1)", [f"{inside}/x.csv"]).fetchall() == [(1,)]


def test_limits_come_from_the_settings(tmp_path: Path) -> None:
    connection = connect(Settings(threads=1, memory="300MB"), [tmp_path])
    found = connection.execute(
        "SELECT current_setting('threads'), current_setting('memory_limit'), current_setting('TimeZone')"
    ).fetchone()
    assert found == (1, "286.1 MiB", "UTC")


def test_more_than_the_memory_goes_to_the_workspace_or_fails_clean(tmp_path: Path) -> None:
    connection = connect(Settings(threads=1, memory="64MB"), [tmp_path])
    query = "SELECT count(*) FROM (SELECT DISTINCT i::VARCHAR || repeat('x', 40) FROM range(1000000) t(i))"
    assert connection.execute(query).fetchone() == (1000000,)
    assert (tmp_path / ".spill").exists()


def test_columns_without_a_value_are_absent_keys_and_provenance_stay(
    workspace: Workspace, connection: Connection
) -> None:
    load(workspace, [answer("a", channel="web")])
    names = frame(connection, workspace.lake, "answers").collect_schema().names()
    assert names == ["answer_id", "score", "answered_at", "channel", "day", "source", "received_at", "seq"]


def test_an_empty_table_has_every_column_typed(workspace: Workspace, connection: Connection) -> None:
    schema = frame(connection, workspace.lake, "orders").collect_schema()
    assert schema.names() == [column.name for column in columns_of(workspace.lake.tables["orders"])]
    assert schema["amount"] == nw.Decimal
    assert schema["ordered_at"] == nw.Datetime("us", "UTC")


def test_a_table_erased_to_nothing_is_empty_again(workspace: Workspace, connection: Connection) -> None:
    load(workspace, [answer("a", customer_id="c")])
    workspace.erase("c")
    assert frame(connection, workspace.lake, "answers").collect("pyarrow").shape[0] == 0


def test_a_reader_keeps_its_version_while_others_write(workspace: Workspace, connection: Connection) -> None:
    load(workspace, [answer("a", 1)])
    before = frame(connection, workspace.lake, "answers")
    load(workspace, [answer("a", 2), answer("b", 3)])
    workspace.lake.compact("answers", force=True)
    assert before.collect("pyarrow").to_native()["score"].to_pylist() == [1]
