# ruff: noqa: S608 -- names come from the schema and paths from us; what people typed is a parameter
"""Committing staged files by natural key: new rows added, changed rows replaced, identical rows left out.

The usual load brings new keys only: one narrow pass over the keys shows it, and the staged files become part of
the table as they are. Otherwise the files that hold an older row are written again without it, in the same
commit. Two rows are the same when a 64-bit fingerprint of their columns is (where they came from apart): a
changed row would pass for the same once in 10^19.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from timonier.facts.damage import settled
from timonier.facts.engines.duckdb import Connection, conform, literal, scan
from timonier.facts.receipts import Commit, Receipt, ranges
from timonier.facts.rewriting import Bench, Workshop
from timonier.facts.schema import Table
from timonier.facts.snapshot import DataFile, Snapshot
from timonier.facts.staged import check_staged
from timonier.facts.store import TableStore

PROVENANCE = frozenset({"source", "received_at", "seq"})  # change at each load without changing the fact


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a commit will do: files in, files out, and what to say of it."""

    add: tuple[Path, ...]
    remove: tuple[DataFile, ...]
    commit: Commit


def upsert(
    store: TableStore, files: Sequence[Path], receipt: Receipt, workshop: Workshop, *, unique: bool = False
) -> Commit:
    """See `Lake.commit`."""
    with settled(store, f"load of {receipt.source or receipt.batch}"):
        if done := store.batch(receipt.batch):
            return replace(done, replayed=True)
        files = check_staged(files, store.table)
        with workshop.bench(store.lake, *{file.parent for file in files}) as bench:
            plan = _plan(bench, store, files, receipt, unique=unique)
            commit = store.transact(lambda version: replace(plan.commit, version=version), plan.add, plan.remove)
        for file in files:
            file.unlink(missing_ok=True)  # those that were written again
        return commit


def _plan(bench: Bench, store: TableStore, files: Sequence[Path], receipt: Receipt, *, unique: bool) -> _Plan:
    commit = Commit(store.table.name, 0, "load", receipt)
    if not files:
        return _Plan((), (), commit)
    key = store.table.key
    distinct = "count(*)" if unique else f'count(DISTINCT hash("{key}"))'
    rows, keys = _one(bench.connection, f"SELECT count(*), {distinct} FROM {scan(files)}")
    add = tuple(files)
    if keys < rows:
        add = _without_repeats(bench, store.table, add)
        keys = _one(bench.connection, f"SELECT count(*) FROM {scan(add)}")[0]
    commit = replace(commit, repeated=rows - keys, added=keys)
    snapshot = store.snapshot()
    if met := _met(bench.connection, key, add, snapshot):
        return _replacing(bench, snapshot, add, met, commit)
    return _Plan(add, (), _dated(commit, _days(bench.connection, add)))


def _met(connection: Connection, key: str, files: Sequence[Path], snapshot: Snapshot) -> tuple[DataFile, ...]:
    """The files of the table that hold a key of the staged files. Hashes only: cheap, and never misses one."""
    if not snapshot.rows:
        return ()
    found = connection.execute(
        f'SELECT DISTINCT old._file FROM (SELECT _file, hash("{key}") AS k FROM {scan(snapshot.files, named=True)})'
        f' old JOIN (SELECT hash("{key}") AS k FROM {scan(files)}) new USING (k)'
    ).fetchall()
    names = {Path(name).name for (name,) in found}
    return tuple(file for file in snapshot.data if file.path.name in names)


def _replacing(bench: Bench, snapshot: Snapshot, add: Sequence[Path], met: Sequence[DataFile], commit: Commit) -> _Plan:
    """Compares the rows that share a key, then writes again what must be."""
    sql, key = bench.connection, snapshot.table.key
    _match(sql, snapshot.table, add, met)
    same, changed = _one(sql, "SELECT count(*) FILTER (same), count(*) FILTER (NOT same) FROM matched")
    days: list[date | None] = _column(sql, "SELECT DISTINCT day FROM matched WHERE NOT same")
    if same:
        unlike = f'ANTI JOIN (SELECT k FROM matched WHERE same) gone ON gone.k = "{key}"'
        add = bench.rewritten([[file] for file in add], unlike)
    numbers: set[int] = set(_column(sql, "SELECT DISTINCT file FROM matched WHERE NOT same"))
    stale = [file for number, file in enumerate(met) if number in numbers]
    kept = f'ANTI JOIN (SELECT k FROM matched WHERE NOT same) gone ON gone.k = "{key}"'
    renewed = bench.rewritten([[file.path] for file in stale], kept)
    commit = replace(commit, added=commit.added - same - changed, updated=changed, unchanged=same)
    return _Plan((*add, *renewed), tuple(stale), _dated(commit, [*days, *_days(sql, add)]))


def _match(connection: Connection, table: Table, add: Sequence[Path], met: Sequence[DataFile]) -> None:
    """The temporary table `matched`: key, number of the file that holds it, day of the old row, same or not."""
    names = [column.name for column in table.columns] + ["day"]
    columns = ", ".join(f'"{name}"' for name in names if name not in PROVENANCE | {table.key})
    numbers = ", ".join(f"({literal(str(file.path))}, {number})" for number, file in enumerate(met))
    old = conform(table, [file.path for file in met], named=True)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE matched AS "
        f"SELECT new.k, number AS file, old.day, old.mark = new.mark AS same "
        f'FROM (SELECT "{table.key}" AS k, _file, day, hash({columns}) AS mark FROM ({old})) old '
        f'JOIN (SELECT "{table.key}" AS k, hash({columns}) AS mark FROM ({conform(table, add)})) new USING (k) '
        f"JOIN (VALUES {numbers}) numbered(_file, number) USING (_file)"
    )


def _without_repeats(bench: Bench, table: Table, files: Sequence[Path]) -> tuple[Path, ...]:
    """The staged files with one row a key: the last received, then the last of its source."""
    bench.connection.execute(
        "CREATE OR REPLACE TEMP TABLE repeats AS SELECT k, arg_max(_file || ':' || file_row_number, place) AS chosen "
        f'FROM (SELECT "{table.key}" AS k, _file, file_row_number, '
        f"(received_at, seq, _file, file_row_number) AS place FROM {scan(files, named=True, numbered=True)}) "
        "GROUP BY k HAVING count(*) > 1"
    )
    keep = (
        f'LEFT JOIN repeats ON repeats.k = rows."{table.key}" '
        "WHERE repeats.k IS NULL OR repeats.chosen = rows._file || ':' || rows.file_row_number"
    )
    return bench.rewritten([[file] for file in files], keep, numbered=True)


def _dated(commit: Commit, days: Iterable[date | None]) -> Commit:
    found = set(days)
    return replace(commit, days=ranges(day for day in found if day), undated=None in found)


def _days(connection: Connection, files: Sequence[Path]) -> list[date | None]:
    return _column(connection, f"SELECT DISTINCT day FROM {scan(files)}") if files else []


def _one(connection: Connection, query: str) -> tuple[int, ...]:
    return connection.execute(query).fetchone() or ()


def _column[T](connection: Connection, query: str) -> list[T]:
    return [value for (value,) in connection.execute(query).fetchall()]
