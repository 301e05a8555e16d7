"""The lake: every fact table of a workspace, behind one small interface.

>>> commit = lake.commit("answers", staged_files, Receipt(batch="…", source="answers.csv"))  # doctest: +SKIP
>>> lake.files("answers")  # doctest: +SKIP
"""

import difflib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path

from timonier.errors import UnknownName, UsageError
from timonier.facts.ledger import Ledger
from timonier.facts.locks import Locks
from timonier.facts.receipts import Commit, Receipt
from timonier.facts.schema import Table
from timonier.facts.snapshot import Snapshot
from timonier.facts.store import Entry, TableStore
from timonier.facts.upsert import Work, upsert
from timonier.text import Text


class Lake:
    """The tables under `root`. `patience`: how many seconds to wait for another writer.

    `work` bounds the engine used to compare keys and rewrite files.
    """

    def __init__(
        self, root: Path, tables: Mapping[str, Table], *, work: Work | None = None, patience: float = 10.0
    ) -> None:
        self.root = root
        self.tables = tables
        self.work = work or Work(root.parent / "staging" / "spill")
        self.locks = Locks(root / ".locks")
        self.ledger = Ledger(root / "ledger.json", self.locks)
        self.patience = patience
        self._stores: dict[str, TableStore] = {}

    def store(self, table: str) -> TableStore:
        """The store of one table; raises UnknownName."""
        if table not in self._stores:
            definition = self._definition(table)
            self._stores[table] = TableStore(self.root, definition, self.ledger, self.locks, self.patience)
        return self._stores[table]

    # -- writing -------------------------------------------------------------------------------------------

    def commit(self, table: str, files: Sequence[Path], receipt: Receipt) -> Commit:
        """Makes the staged `files` part of `table`, by natural key, in one durable commit.

        The files are Parquet in the schema of `arrow_schema(table)` (an optional column may be absent), on the
        same file system; they are moved. A row whose key is in the table replaces it; an identical row is left
        out. When it returns, a power cut loses nothing. Raises StoreLocked, StoreError, DataError.
        """
        return upsert(self.store(table), files, receipt, self.work)

    def writing(self, table: str, what: str) -> AbstractContextManager[None]:
        """Holds the table against other writers for longer than one commit."""
        return self.store(table).writing(what)

    # -- reading -------------------------------------------------------------------------------------------

    def snapshot(self, table: str, *, version: int | None = None, as_of: datetime | None = None) -> Snapshot:
        """The table at a version, or as it was known at an instant (with its zone)."""
        store = self.store(table)
        if as_of is not None:
            if version is not None or as_of.tzinfo is None:
                raise UsageError(
                    Text(
                        "give either a version or an instant with its zone.",
                        "donnez une version, ou un instant avec son fuseau.",
                    )
                )
            version = _version_at(store.entries(), as_of)
            if version is None:
                return Snapshot(store.table, 0, ())
        return store.snapshot(version)

    def files(self, table: str, *, version: int | None = None, as_of: datetime | None = None) -> list[Path]:
        """The Parquet files of the table, oldest first."""
        return list(self.snapshot(table, version=version, as_of=as_of).files)

    def version(self, table: str) -> int:
        """The acknowledged version; 0 before the first commit."""
        return self.store(table).version()

    def row_count(self, table: str) -> int:
        """How many rows the table has, from its log."""
        return self.snapshot(table).rows

    def null_columns(self, table: str) -> frozenset[str]:
        """The columns without one value, from its log."""
        return self.snapshot(table).null_columns

    def history(self, table: str) -> list[Entry]:
        """The acknowledged log entries, oldest first."""
        return self.store(table).entries()

    def receipts(self, table: str) -> list[Commit]:
        """What each of our commits said of itself, oldest first."""
        return [entry.commit for entry in self.history(table) if entry.commit is not None]

    def has_source(self, table: str, checksum: str) -> bool:
        """Whether this content was loaded and acknowledged."""
        return self.store(table).has_source(checksum)

    def days_changed(self, table: str, since_version: int) -> set[date] | None:
        """The days whose rows changed after `since_version`; None when only a full reading can tell."""
        later = [entry for entry in self.history(table) if entry.version > since_version]
        if since_version != 0 and len(later) != self.version(table) - since_version:
            return None
        found: set[date] = set()
        for entry in later:
            if entry.commit is not None:
                found |= entry.commit.touched()
            elif entry.changes_data:
                return None
        return found

    def _definition(self, table: str) -> Table:
        if table in self.tables:
            return self.tables[table]
        close = difflib.get_close_matches(table, self.tables, n=1)
        hint = Text(f"Did you mean `{close[0]}`?", f"Vouliez-vous dire « {close[0]} » ?") if close else ""
        raise UnknownName(Text(f"no table {table}.", f"aucune table {table}."), hint=hint)


def _version_at(entries: Sequence[Entry], instant: datetime) -> int | None:
    """The last version written at or before `instant`. A clock set back never hides an earlier version."""
    known = [entry.version for entry in entries if entry.at <= instant]
    return max(known) if known else None
