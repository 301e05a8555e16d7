"""The lake: every fact table of a workspace, behind one small interface.

>>> commit = lake.commit("answers", staged_files, Receipt(batch="…", source="answers.csv"))  # doctest: +SKIP
>>> lake.files("answers")  # doctest: +SKIP
"""

import difflib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from timonier.errors import StoreError, UnknownName, UsageError
from timonier.facts.damage import Damage, examine, verify
from timonier.facts.ledger import Ledger
from timonier.facts.locks import Locks
from timonier.facts.log import Entry
from timonier.facts.receipts import Commit, Receipt
from timonier.facts.rewriting import Workshop
from timonier.facts.schema import Table
from timonier.facts.settings import Settings
from timonier.facts.snapshot import Snapshot
from timonier.facts.store import TableStore
from timonier.text import Text

if TYPE_CHECKING:  # what changes a table starts an engine: imported when asked for, so that opening stays instant
    from timonier.facts.erasure import Erasure
    from timonier.facts.maintenance import Cleaning
    from timonier.facts.repair import Repair


class Lake:
    """The tables under `root`. `patience`: how many seconds to wait for another writer.

    `settings` bound the engine used to compare keys and rewrite files, in a folder beside the lake.
    """

    def __init__(
        self, root: Path, tables: Mapping[str, Table], *, settings: Settings | None = None, patience: float = 10.0
    ) -> None:
        self.root = root
        self.tables = tables
        self.workshop = Workshop(root.parent / "staging" / ".rewriting", settings or Settings())
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

    def commit(self, table: str, files: Sequence[Path], receipt: Receipt, *, unique: bool = False) -> Commit:
        """Makes the staged `files` part of `table`, by natural key, in one durable commit.

        The files are Parquet in the schema of `arrow_schema(table)` (an optional column may be absent), on the
        same file system; they are moved. A row whose key is in the table replaces it; an identical row is left
        out. `unique` says that the caller has made sure that no key comes twice in `files`. When it returns, a power
        cut loses nothing. Raises StoreLocked, StoreError, DataError.
        """
        from timonier.facts.upsert import upsert

        commit = upsert(self.store(table), files, receipt, self.workshop, unique=unique)
        with suppress(StoreError):  # the commit stands; the next one will try again
            self.compact(table)
        return commit

    def compact(self, table: str, *, force: bool = False) -> Commit | None:
        """Joins the small files when there are a hundred of them, or as soon as two when `force`."""
        from timonier.facts.maintenance import PILE, compact

        return compact(self.store(table), self.workshop, pile=2 if force else PILE)

    def clean(self, table: str, *, keep: timedelta = timedelta(days=7)) -> "Cleaning":
        """Removes the files of interrupted writes and those replaced more than `keep` ago."""
        from timonier.facts.maintenance import clean

        return clean(self.store(table), keep=keep)

    def rebuild(self, table: str) -> Commit | None:
        """Writes the log of the table anew in another folder and switches to it; its history is no longer read."""
        from timonier.facts.maintenance import rebuild

        return rebuild(self.store(table))

    def erase(
        self, customer_id: str | None = None, *, account_id: str | None = None, beside: Sequence[Path] = ()
    ) -> "Erasure":
        """Erases a customer, or an account with its customers, from every table and from every file.

        The folders `beside` (staging, rejects, rollups) are searched too. When it returns no file of theirs
        holds the identifier or the rows; versions that needed such a file can no longer be read.
        """
        from timonier.facts.erasure import erase

        stores = [self.store(name) for name in self.tables]
        beside = (*beside, self.root / ".torn")
        return erase(stores, beside, self.workshop, customer_id=customer_id, account_id=account_id)

    # -- health --------------------------------------------------------------------------------------------

    def verify(self) -> list[Damage]:
        """What is torn or missing, from the last commit of each table; adopts whole commits. Cheap."""
        return [damage for name in self.tables for damage in verify(self.store(name))]

    def examine(self) -> list[Damage]:
        """What is torn or missing, every data file included."""
        return [damage for name in self.tables for damage in examine(self.store(name), deep=True)]

    def repair(self) -> "list[Repair]":
        """Repairs what can be; says which sources to load again. Raises StoreDamaged for what cannot be."""
        from timonier.facts.repair import repair

        done = [repair(self.store(name)) for name in self.tables]
        return [one for one in done if one.damages]

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
            version = store.version_at(as_of)
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
        return self.store(table).receipts()

    def has_source(self, table: str, checksum: str) -> bool:
        """Whether this content was loaded and acknowledged."""
        return self.store(table).has_source(checksum)

    def days_changed(self, table: str, since_version: int) -> set[date] | None:
        """The days whose rows changed after `since_version`; None when only a full reading can tell."""
        entries = self.history(table)
        if entries and since_version < entries[0].version:
            return None  # the log was written anew since
        later = [entry for entry in entries if entry.version > since_version]
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
