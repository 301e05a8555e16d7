# ruff: noqa: S608 -- names come from the schema and paths from us; what people typed is a parameter
"""DuckDB, the default engine: reads the Parquet files of a snapshot, within limits, and nothing else.

A connection reads and writes the allowed folders only; extensions cannot be installed or loaded, and its
configuration is locked: SQL that slipped in could neither read another file nor lift a limit.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw

from timonier.errors import TimonierError
from timonier.facts.arrow import SQL_TYPES, columns_of
from timonier.facts.refusals import refused
from timonier.facts.schema import Table
from timonier.facts.settings import Settings
from timonier.facts.snapshot import Snapshot, Snapshots

SPILL = ".spill"  # folder of what does not fit in memory

type Connection = duckdb.DuckDBPyConnection


def connect(settings: Settings, allowed: Sequence[Path], *, share: float = 1.0) -> Connection:
    """A locked-down in-memory connection. Temporary files go to the first of the `allowed` folders.

    `share` is the part of the memory of the settings that it may use.
    """
    connection = duckdb.connect(":memory:")
    folders = ", ".join(literal(f"{folder.resolve()}/") for folder in allowed)
    spill = allowed[0].resolve() / SPILL
    statements = [
        f"SET memory_limit = {literal(f'{settings.memory_bytes * share / 1e6:.0f}MB')}",
        f"SET temp_directory = {literal(str(spill))}",
        "SET GLOBAL TimeZone = 'UTC'",  # for the connections of every thread, not this one alone
        "SET autoinstall_known_extensions = false",
        "SET autoload_known_extensions = false",
        "SET enable_progress_bar = false",
        "SET parquet_metadata_cache = true",  # else the footer of every file is read at each step of a query
        f"SET allowed_directories = [{folders}]",
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ]
    if settings.threads is not None:
        statements.insert(0, f"SET threads = {settings.threads}")
    for statement in statements:
        connection.execute(statement)
    return connection


def members(connection: Connection, values: Sequence[str]) -> nw.LazyFrame[Any]:
    """A relation of one column, “_member”, that holds the values: joining it takes less than comparing with each."""
    import pyarrow as pa

    table = pa.table({"_member": pa.array(values, pa.string())})
    frame: nw.LazyFrame[Any] = nw.from_native(connection.from_arrow(table))
    return frame


@contextmanager
def failures(where: Path) -> Iterator[None]:
    """Turns what the engine or the disk refuses (space, memory, a torn file) into a StoreError."""
    try:
        yield
    except TimonierError:
        raise
    except (duckdb.Error, OSError) as error:
        raise refused(error, where) from error


def frame(
    connection: Connection,
    lake: Snapshots,
    table: str,
    *,
    version: int | None = None,
    as_of: datetime | None = None,
) -> nw.LazyFrame[Any]:
    """The table as a lazy frame: its rows at a version, without the columns that hold no value.

    The natural key and the system columns are always there; a table without rows has all its columns, typed.
    """
    snapshot = lake.snapshot(table, version=version, as_of=as_of)
    return nw.from_native(connection.sql(select(snapshot)))


def select(snapshot: Snapshot) -> str:
    """The SQL that reads `snapshot`, columns cast to their type."""
    if not snapshot.rows:
        return empty(snapshot.table)
    absent = snapshot.null_columns - {snapshot.table.key, "day"}
    columns = ", ".join(f'"{one.name}"' for one in columns_of(snapshot.table) if one.name not in absent)
    return f"SELECT {columns} FROM {scan(snapshot.files)}"


def empty(table: Table) -> str:
    """The SQL of no row of `table`, typed."""
    columns = ", ".join(f'NULL::{SQL_TYPES[one.type]} AS "{one.name}"' for one in columns_of(table))
    return f"SELECT {columns} WHERE false"


def conform(table: Table, files: Sequence[Path], *, named: bool = False) -> str:
    """The SQL of the rows of `files` with every column of `table`, null where the files lack it."""
    columns = ", ".join(f'"{one.name}"' for one in columns_of(table)) + (", _file" if named else "")
    return f"SELECT {columns} FROM (({empty(table)}) UNION ALL BY NAME FROM {scan(files, named=named)})"


def scan(files: Sequence[Path], *, named: bool = False, numbered: bool = False) -> str:
    """The SQL of the rows of Parquet files; a column that a file lacks is null there.

    `named` adds the path (`_file`), `numbered` the place in the file (`file_row_number`).
    """
    options = "union_by_name = true, hive_partitioning = false"
    options += ", filename = '_file'" if named else ""
    options += ", file_row_number = true" if numbered else ""
    return f"read_parquet([{', '.join(literal(str(file)) for file in files)}], {options})"


def columns_in(connection: Connection, files: Sequence[Path]) -> set[str]:
    """The names of the columns that the files have, between them."""
    if not files:
        return set()
    return {name for name, *_ in connection.execute(f"DESCRIBE SELECT * FROM {scan(files)}").fetchall()}


def literal(value: str) -> str:
    """A SQL text. Values that people typed are parameters instead; this is for our own paths."""
    return "'" + value.replace("'", "''") + "'"
