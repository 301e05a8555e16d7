# ruff: noqa: S608  the statements are ours; paths go through `literal`
"""Staging with DuckDB: chunks of text in, Parquet files of typed facts out, in a folder of the load.

A `Staging` may be used by several threads; each has its own cursor. Every failure of DuckDB becomes an error of ours.
"""

import errno
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from timonier.errors import StoreError
from timonier.facts.engines.duckdb import connect, literal, scan
from timonier.facts.settings import Settings
from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa

CODEC = "snappy"
PART = 16_000_000  # hashes sorted at once: 128 MB, twice


@dataclass(frozen=True, slots=True)
class Repeats:
    """Rows that share their key with a later row of the same load: identical to it, or not."""

    identical: int = 0
    conflicting: int = 0


class Staging:
    """A folder where Parquet files are prepared. Close it when done."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.folder = folder
        self._connection = connect(replace(settings, memory=_half(settings.memory)), [folder])
        self._local = threading.local()

    def close(self) -> None:
        """Frees the memory of the engine."""
        self._connection.close()

    # -- chunks --------------------------------------------------------------------------------------------

    @contextmanager
    def chunk(self, table: "pa.Table") -> Iterator[None]:
        """Makes `table` known as `chunk` to this thread."""
        cursor = self._cursor()
        cursor.register("chunk", table)
        try:
            yield
        finally:
            cursor.unregister("chunk")

    def write(self, query: str, path: Path) -> int:
        """Writes the rows of `query` to the Parquet file `path`; returns how many. No file when none."""
        rows = self.rows(f"COPY ({query}) TO {literal(str(path))} (FORMAT parquet, COMPRESSION {CODEC})")
        count = int(rows[0][0])
        if not count:
            path.unlink(missing_ok=True)
        return count

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of `query`, in memory."""
        with _translated(self.folder):
            return self._cursor().execute(query).fetchall()

    def table(self, query: str) -> "pa.Table":
        """The rows of `query`, as Arrow, in the order of the chunk."""
        with _translated(self.folder):
            return self._cursor().execute(query).to_arrow_table()

    def batches(self, query: str, rows: int) -> "Iterator[pa.RecordBatch]":
        """The rows of `query`, in batches of at most `rows`."""
        cursor = self._connection.cursor()
        try:
            with _translated(self.folder):
                yield from cursor.execute(query).to_arrow_reader(rows)
        finally:
            cursor.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        cursor: duckdb.DuckDBPyConnection = self._local.cursor
        return cursor

    # -- whole loads ---------------------------------------------------------------------------------------

    def repeated(self, files: Sequence[Path], key: str) -> bool:
        """Whether two rows share their key. Compares hashes: false means no, true means most likely.

        Sorting 64-bit integers costs a third of what counting distinct ones does; by parts, the memory is bounded.
        """
        import numpy as np

        if not files:
            return False
        source = scan(files)
        parts = 1 + self.rows(f"SELECT count(*) FROM {source}")[0][0] // PART
        for part in range(parts):
            clause = f"WHERE h % {parts} = {part}" if parts > 1 else ""
            found = self.table(f'SELECT h FROM (SELECT hash("{key}") AS h FROM {source}) {clause}').column("h")
            hashes = np.sort(found.to_numpy())
            if bool((hashes[1:] == hashes[:-1]).any()):
                return True
        return False

    def merge_repeats(self, files: Sequence[Path], key: str, ignored: Sequence[str]) -> tuple[list[Path], Repeats]:
        """Keeps the last row of each key. Rows are identical when they are but for the columns `ignored`."""
        self._mark_repeats(files, key, ignored)
        found = self.rows("SELECT count(*) FILTER (same), count(*) FILTER (NOT same) FROM marked WHERE from_end > 1")
        renewed = self._rewritten(files, "", "WHERE from_end IS NULL OR from_end = 1")
        return renewed, Repeats(*found[0])

    def number_repeats(self, files: Sequence[Path], key: str) -> list[Path]:
        """Gives the second row of a key the suffix -2, and so on: all are kept, each with its own key."""
        self._mark_repeats(files, key, ())
        numbered = f"""CASE WHEN from_start > 1 THEN "{key}" || '-' || from_start ELSE "{key}" END AS "{key}\""""
        return self._rewritten(files, f"REPLACE ({numbered})", "")

    def _mark_repeats(self, files: Sequence[Path], key: str, ignored: Sequence[str]) -> None:
        """The table `marked`: every row whose key is repeated, its ranks, and whether it is like the last one."""
        names = [name for name in self.columns(files) if name not in {*ignored, key}]
        listing = ", ".join(f'"{name}"' for name in names)
        within = f'PARTITION BY "{key}" ORDER BY seq, _file, file_row_number'
        self.rows(
            f"CREATE OR REPLACE TABLE marked AS "
            f'WITH repeated AS (SELECT hash("{key}") AS k FROM {scan(files)} GROUP BY k HAVING count(*) > 1), '
            f'found AS (SELECT "{key}", seq, _file, file_row_number, hash({listing}) AS mark '
            f'FROM {scan(files, named=True, numbered=True)} SEMI JOIN repeated ON hash("{key}") = k) '
            f"SELECT _file, file_row_number, row_number() OVER ({within}) AS from_start, "
            f'count(*) OVER (PARTITION BY "{key}") - row_number() OVER ({within}) + 1 AS from_end, '
            f"mark = last_value(mark) OVER ({within} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS same "
            f"FROM found"
        )

    def _rewritten(self, files: Sequence[Path], replaced: str, clause: str) -> list[Path]:
        """The files, those that hold a marked row written again."""
        touched = {name for (name,) in self.rows("SELECT DISTINCT _file FROM marked WHERE from_start + from_end > 2")}
        made = []
        for file in files:
            if str(file) not in touched:
                made.append(file)
                continue
            draft = file.with_name(f"{file.stem}-again.parquet")
            source = scan([file], named=True, numbered=True)
            columns = f"* EXCLUDE (_file, file_row_number, from_start, from_end, same) {replaced}"
            query = f"SELECT {columns} FROM {source} LEFT JOIN marked USING (_file, file_row_number) {clause}"
            if self.write(query, draft):
                made.append(draft)
            file.unlink()
        return made

    def columns(self, files: Sequence[Path]) -> list[str]:
        """The names of the columns of Parquet files."""
        return [str(row[0]) for row in self.rows(f"DESCRIBE SELECT * FROM {scan(files)}")]


@contextmanager
def _translated(folder: Path) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise _failed(error, folder) from error


def _failed(error: duckdb.Error, folder: Path) -> StoreError:
    words = str(error).partition("\n")[0]
    full = any(sign in words for sign in ("No space left", "Disk quota", "File too large", "disk space"))
    if full or getattr(error, "errno", None) == errno.ENOSPC:
        return disk_full(folder)
    if isinstance(error, duckdb.OutOfMemoryException):
        return StoreError(
            Text(
                "there is not enough memory to prepare the load.", "la mémoire ne suffit pas à préparer le chargement."
            ),
            where=str(folder),
            hint=Text("Raise `memory` in timonier.toml.", "Augmentez `memory` dans timonier.toml."),
        )
    return StoreError(
        Text(f"the load cannot be prepared: {words}.", f"le chargement ne peut être préparé : {words}."),
        where=str(folder),
    )


def disk_full(folder: Path) -> StoreError:
    """No room left to prepare a load in `folder`."""
    return StoreError(
        Text(
            "the disk is full: nothing was loaded, and what was there is intact.",
            "le disque est plein : rien n’a été chargé, et ce qui s’y trouvait est intact.",
        ),
        where=str(folder),
        hint=Text("Free some space, then load again.", "Libérez de la place, puis relancez le chargement."),
    )


def _half(memory: str) -> str:
    """Half of a limit of memory: the other half is for the chunks themselves."""
    number = memory.rstrip("BbiKkMmGgTt% ")
    unit = memory[len(number) :].strip() or "GB"
    return f"{float(number) / 2:g}{unit}"
