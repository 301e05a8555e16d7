# ruff: noqa: S608 -- names come from the schema and paths from us; what people typed is a parameter
"""Erasing a person: the rows in every table, then every file that still holds a byte of them.

Neither the log nor its checkpoints ever hold a personal value: commits are described by counts and days. When a
receipt does (a source named after a customer), the log is written anew without it.
"""

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from timonier.errors import UsageError
from timonier.facts import durability
from timonier.facts.damage import settled
from timonier.facts.engines.duckdb import SPILL, Connection, columns_in, scan
from timonier.facts.maintenance import rebuild
from timonier.facts.parquet import is_whole
from timonier.facts.receipts import Commit, Receipt, ranges
from timonier.facts.rewriting import Bench, Workshop
from timonier.facts.side_files import erase_beside
from timonier.facts.store import TableStore
from timonier.text import Text

PERSONAL = ("customer_id", "account_id")


@dataclass(frozen=True, slots=True)
class Erasure:
    """What an erasure did: rows by table, files removed or cut, commits made."""

    rows: Mapping[str, int]
    files: int
    commits: tuple[Commit, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    """Who is erased: one customer, or an account with all its customers."""

    customers: tuple[str, ...]
    account: str | None

    @property
    def words(self) -> re.Pattern[str]:
        """Their identifiers as whole words."""
        names = [re.escape(name) for name in (*self.customers, *filter(None, [self.account]))]
        return re.compile(rf"(?<![\w-])(?:{'|'.join(names)})(?![\w-])")


def erase(
    stores: Sequence[TableStore],
    beside: Sequence[Path],
    workshop: Workshop,
    *,
    customer_id: str | None = None,
    account_id: str | None = None,
) -> Erasure:
    """See `Lake.erase`."""
    if not (customer_id or account_id):
        raise UsageError(Text("say whom to erase.", "indiquez qui effacer."))
    with _all_locked(stores):
        workshop.clear()
        person = _person(stores, workshop, customer_id, account_id)
        commits, rows, files = [], {}, 0
        for store in stores:
            with workshop.bench(store.lake) as bench:
                _list_person(bench.connection, person)
                if commit := _take_rows(bench, store):
                    commits.append(commit)
                    rows[store.table.name] = commit.removed
                files += _purge(bench.connection, store)
            _redact(store, person)
        files += erase_beside(beside, person.words)
        _clear_spills([stores[0].lake, *beside])
    return Erasure(rows, files, tuple(commits))


@contextmanager
def _all_locked(stores: Sequence[TableStore]) -> Iterator[None]:
    with ExitStack() as stack:
        for store in sorted(stores, key=lambda one: one.table.name):
            stack.enter_context(settled(store, "erasure"))
        yield


def _person(
    stores: Sequence[TableStore], workshop: Workshop, customer_id: str | None, account_id: str | None
) -> _Person:
    found = {customer_id} if customer_id else set()
    if account_id:
        for store in stores:
            files = store.snapshot().files
            with workshop.bench(store.lake) as bench:
                if set(PERSONAL) <= columns_in(bench.connection, files):
                    query = f"SELECT DISTINCT customer_id FROM {scan(files)} WHERE account_id = $1"
                    rows = bench.connection.execute(query, [account_id]).fetchall()
                    found |= {customer for (customer,) in rows if customer}
    return _Person(tuple(sorted(found)), account_id)


def _list_person(connection: Connection, person: _Person) -> None:
    """Temporary tables of the identifiers: values never enter the text of a query."""
    connection.execute("CREATE TEMP TABLE erased_customer_id AS SELECT unnest($1::VARCHAR[]) AS k", [person.customers])
    accounts = [person.account] if person.account else []
    connection.execute("CREATE TEMP TABLE erased_account_id AS SELECT unnest($1::VARCHAR[]) AS k", [accounts])


def _holding(connection: Connection, files: Sequence[Path]) -> tuple[str, ...]:
    """The conditions that tell a row of theirs in these files; none when no column could."""
    names = columns_in(connection, files)
    return tuple(f"{name} IN (SELECT k FROM erased_{name})" for name in PERSONAL if name in names)


def _take_rows(bench: Bench, store: TableStore) -> Commit | None:
    snapshot = store.snapshot()
    if not (conditions := _holding(bench.connection, snapshot.files)):
        return None
    theirs = " OR ".join(conditions)
    found = bench.connection.execute(
        f"SELECT _file, count(*), list(DISTINCT day), count(*) > count(day) "
        f"FROM {scan(snapshot.files, named=True)} WHERE {theirs} GROUP BY _file"
    ).fetchall()
    if not found:
        return None
    names = {name for name, *_ in found}
    stale = [file for file in snapshot.data if str(file.path) in names]
    kept = bench.rewritten([[file.path] for file in stale], f"WHERE ({theirs}) IS NOT TRUE")
    commit = Commit(
        store.table.name,
        0,
        "erase",
        Receipt(batch=""),
        removed=sum(count for _, count, _, _ in found),
        days=ranges(day for _, _, days, _ in found for day in days if day),
        undated=any(undated for *_, undated in found),
    )
    return store.transact(lambda version: replace(commit, version=version), kept, stale)


def _purge(connection: Connection, store: TableStore) -> int:
    """Removes the files, of old versions or of nobody, that hold a row of theirs or cannot be read."""
    current = set(store.snapshot().files)
    removed = 0
    for path in [*store.folder().glob("*.parquet"), *(store.lake / ".torn").glob("*/*.parquet")]:
        if path in current:
            continue
        if not is_whole(path) or _has_rows(connection, path):
            path.unlink()
            removed += 1
    if removed:
        durability.sync_folder(store.folder())
    return removed


def _has_rows(connection: Connection, path: Path) -> bool:
    conditions = _holding(connection, [path])
    if not conditions:
        return False
    query = f"SELECT 1 FROM {scan([path])} WHERE {' OR '.join(conditions)} LIMIT 1"
    return connection.execute(query).fetchone() is not None


def _clear_spills(folders: Sequence[Path]) -> None:
    """What engines spilt on the disk and a kill left there; a live one keeps its open files."""
    for folder in folders:
        for spill in folder.rglob(SPILL):
            shutil.rmtree(spill, ignore_errors=True)


def _redact(store: TableStore, person: _Person) -> None:
    """Writes the log anew when a receipt names them."""

    def hidden(text: str) -> str:
        return person.words.sub("…", text)

    def redacted(said: Commit) -> Commit:
        old = said.receipt
        notes = {hidden(name): hidden(value) for name, value in old.notes.items()}
        batch, source = hidden(old.batch), hidden(old.source)
        receipt = replace(old, batch=batch, source=source, recipe=hidden(old.recipe), notes=notes)
        return replace(said, receipt=receipt)

    said = store.receipts()
    if any(redacted(one) != one for one in said):
        rebuild(store, redacted)
