"""One table on the disk: its Delta log, its files, and the only function that makes a change durable.

The order of `transact` is the promise of the store: data files on the disk, then the log entry, then both
folders, then the ledger; only then does it return. A kill or a power cut between two steps leaves either the old
version or the new one, and the ledger tells which was acknowledged.
"""

import json
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from timonier.errors import TimonierError, UsageError
from timonier.facts import durability
from timonier.facts.arrow import arrow_schema
from timonier.facts.ledger import Ledger, Told
from timonier.facts.locks import Locks
from timonier.facts.log import Entry, entry_name, read_entry
from timonier.facts.parquet import describe
from timonier.facts.receipts import Commit, Receipt, to_metadata
from timonier.facts.refusals import refused
from timonier.facts.schema import Table
from timonier.facts.snapshot import DataFile, Snapshot
from timonier.text import Text

CHECKPOINT_EVERY = 50  # versions; entries are all kept, a checkpoint only shortens the opening
_ATTEMPTS = 5
FORGOTTEN = -1  # a mark whose rows were lost: its source may be loaded again
_CONFIGURATION = {"delta.enableExpiredLogCleanup": "false", "delta.checkpointInterval": "1000000000"}


class TableStore:
    """One table of a lake. Methods that change it take the lock of the table themselves."""

    def __init__(self, lake: Path, table: Table, ledger: Ledger, locks: Locks, patience: float) -> None:
        self.lake = lake
        self.table = table
        self.ledger = ledger
        self._locks = locks
        self._patience = patience
        self._entries: dict[Path, tuple[tuple[int, int], Entry]] = {}

    # -- where it is ---------------------------------------------------------------------------------------

    def told(self) -> Told | None:
        """What was acknowledged; None before the first commit."""
        return self.ledger.read().get(self.table.name)

    def folder(self, told: Told | None = None) -> Path:
        """The folder of the Delta table."""
        told = told or self.told()
        return self.lake / (told.folder if told else self.table.name)

    def version(self) -> int:
        """The acknowledged version; 0 before the first commit."""
        told = self.told()
        return told.base + told.version if told else 0

    @contextmanager
    def writing(self, what: str, patience: float | None = None) -> Iterator[None]:
        """Holds the lock of the table; waits for another writer during `patience` seconds."""
        wait = self._patience if patience is None else patience
        with self._locks.hold(self.table.name, what, wait):
            yield

    # -- reading -------------------------------------------------------------------------------------------

    def snapshot(self, version: int | None = None) -> Snapshot:
        """The table at `version` (default: the acknowledged one)."""
        told = self.told()
        if told is None:
            return Snapshot(self.table, 0, ())
        wanted = told.version if version is None else version - told.base
        if not (1 if told.base else 0) <= wanted <= told.version:
            raise self.unreachable(version)
        delta = self._delta(self.folder(told), wanted)
        data = tuple(self._data_files(delta, self.folder(told)))
        if version is not None and not all(file.path.exists() for file in data):
            raise self.unreachable(version)
        return Snapshot(self.table, told.base + wanted, data)

    def version_at(self, instant: datetime) -> int:
        """The last version written at or before `instant`; 0 when there was none yet."""
        entries = self.entries()
        known = [entry.version for entry in entries if entry.at <= instant]
        if not known and entries and entries[0].version > 0:
            raise self.unreachable(instant)  # the log was written anew since
        return max(known, default=0)

    def entries(self) -> list[Entry]:
        """The acknowledged log entries, oldest first."""
        told = self.told()
        if told is None:
            return []
        log = self.folder(told) / "_delta_log"
        return [self._entry(log / entry_name(v), v, told.base) for v in range(told.version + 1)]

    def has_source(self, checksum: str) -> bool:
        """Whether a load with this checksum was acknowledged."""
        told = self.told()
        if told is None:
            return False
        return self._mark(told, f"source:{checksum}") is not None

    def batch(self, batch: str) -> Commit | None:
        """The commit of a batch, if it was made and acknowledged."""
        told = self.told()
        if told is None or not batch or self._mark(told, f"batch:{batch}") is None:
            return None
        return next((one for one in reversed(self.receipts()) if one.receipt.batch == batch), None)

    def _mark(self, told: Told, mark: str) -> int | None:
        """The version that carries `mark`: the log finds it without being read whole."""
        delta = self._delta(self.folder(told), told.version)
        found: int | None = delta.transaction_version(mark)
        return None if found == FORGOTTEN else found

    def receipts(self) -> list[Commit]:
        """What each of our commits said of itself, oldest first, those before a rebuild included."""
        return [commit for entry in self.entries() for commit in entry.said()]

    # -- the one change ------------------------------------------------------------------------------------

    def transact(
        self,
        describe_commit: Callable[[int], Commit],
        add: Sequence[Path] = (),
        remove: Sequence[DataFile] = (),
        *,
        changes_data: bool = True,
        forget: Sequence[Receipt] = (),
    ) -> Commit:
        """Moves the files of `add` into the table, takes those of `remove` out, in one durable commit.

        `describe_commit` receives the version it will have. The lock must be held. Raises StoreError when
        nothing was committed (the files of `add` are back where they were) or when the disk refused to confirm.
        """
        told = self.told()
        folder = self.folder(told)
        delta = self._prepared(folder, told)
        base = told.base if told else 0
        commit = describe_commit(base + delta.version() + 1)
        moved = self._move_in(add, folder)
        try:
            marks = {mark: FORGOTTEN for lost in forget for mark in marks_of(lost)}
            write_entry(delta, Change(commit, [new for _, new in moved], remove, changes_data, marks))
        except Exception as error:
            self._move_back(moved, folder / "_delta_log" / entry_name(delta.version() + 1))
            raise refused(error, folder) from error
        try:
            self._acknowledge(delta, folder, base, commit)
        except TimonierError:
            raise
        except OSError as error:
            raise refused(error, folder) from error
        return replace(commit, version=base + delta.version())

    def _acknowledge(self, delta: Any, folder: Path, base: int, commit: Commit) -> None:
        """The log entry and its folder on the disk, then the ledger: from there on the commit is promised."""
        version = delta.version()
        entry = folder / "_delta_log" / entry_name(version)
        durability.sync_file(entry)
        durability.sync_folder(entry.parent)
        source = commit.receipt.source if commit.kind == "load" else ""
        text = entry.read_text(encoding="utf-8")
        self.ledger.tell(self.table.name, Told(folder.name, version, base, text, source))
        if version % CHECKPOINT_EVERY == 0:
            self._checkpoint(delta, entry.parent)

    # -- inside --------------------------------------------------------------------------------------------

    def delta(self) -> Any:
        """The `deltalake.DeltaTable` as acknowledged."""
        told = self.told()
        return self._delta(self.folder(told), told.version if told else None)

    def _delta(self, folder: Path, version: int | None = None) -> Any:
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        try:
            return DeltaTable(str(folder), version=version)
        except (DeltaError, OSError) as error:
            raise refused(error, folder) from error

    def _prepared(self, folder: Path, told: Told | None) -> Any:
        """The Delta table, created or given its new columns when the settings declare some."""
        from deltalake import Field, Schema

        schema = Schema.from_arrow(arrow_schema(self.table))
        if told is None:
            self.ledger.start()
            if not (folder / "_delta_log" / entry_name(0)).exists():
                new_table(folder, schema, self.table.name)
                durability.sync_folder(folder.parent)
        delta = self._delta(folder)
        present = {one.name for one in delta.schema().fields}
        missing = [Field(one.name, one.type) for one in schema.fields if one.name not in present]
        if missing:
            delta.alter.add_columns(missing)
            durability.sync_file(folder / "_delta_log" / entry_name(delta.version()))
        return delta

    def _move_in(self, files: Sequence[Path], folder: Path) -> list[tuple[Path, Path]]:
        moved: list[tuple[Path, Path]] = []
        stamp = f"{time.time_ns():x}-{secrets.token_hex(3)}"
        try:
            for number, file in enumerate(files):
                durability.sync_file(file)
                target = folder / f"part-{stamp}-{number:05d}.parquet"
                file.rename(target)
                moved.append((file, target))
            durability.sync_folder(folder)
        except OSError as error:
            self._move_back(moved, None)
            raise refused(error, folder) from error
        return moved

    @staticmethod
    def _move_back(moved: Sequence[tuple[Path, Path]], entry: Path | None) -> None:
        """Undoes `_move_in`, unless the log entry became visible: then the rows count, acknowledged or not."""
        if entry is not None and entry.exists():
            return
        for origin, target in moved:
            if target.exists():
                target.rename(origin)

    @staticmethod
    def _checkpoint(delta: Any, log: Path) -> None:
        """Shortens the next openings. The commit is promised already: a failure here is no failure of it."""
        from deltalake.exceptions import DeltaError

        with suppress(OSError, DeltaError):
            TableStore._write_checkpoint(delta, log)

    @staticmethod
    def _write_checkpoint(delta: Any, log: Path) -> None:
        delta.create_checkpoint()
        for path in log.glob(f"{delta.version():020d}.checkpoint*.parquet"):
            durability.sync_file(path)
        durability.sync_file(log / "_last_checkpoint")
        durability.sync_folder(log)

    @staticmethod
    def _data_files(delta: Any, folder: Path) -> Iterator[DataFile]:
        actions = delta.get_add_actions(flatten=True)
        prefix = "null_count."
        kept = ["path", "size_bytes", "num_records"]
        kept += [name for name in actions.column_names if name.startswith(prefix)]
        days = [
            actions.column(name).to_pylist() if name in actions.column_names else [None] * actions.num_rows
            for name in ("min.day", "max.day")
        ]
        spans = dict(zip(actions.column("path").to_pylist(), zip(*days, strict=True), strict=True))
        columns = {name.removeprefix(prefix): actions.column(name).to_pylist() for name in kept}
        rows = (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
        for row in sorted(rows, key=lambda one: one["path"]):
            name, size, count = row.pop("path"), row.pop("size_bytes"), row.pop("num_records") or 0
            nulls = {column: value for column, value in row.items() if value is not None}
            first, last = spans[name]
            yield DataFile(folder / name, name, size, count, nulls or None, (first, last) if first and last else None)

    def _entry(self, path: Path, version: int, base: int) -> Entry:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        known = self._entries.get(path)
        if known is None or known[0] != stamp:
            known = (stamp, read_entry(path.read_text(encoding="utf-8"), version, base))
            self._entries[path] = known
        return known[1]

    def unreachable(self, version: int | datetime | None) -> UsageError:
        """The error of a version that maintenance took away."""
        return UsageError(
            Text(
                f"version {version} of {self.table.name} can no longer be read.",
                f"la version {version} de {self.table.name} n’est plus lisible.",
            ),
            hint=Text(
                "Its files were removed by maintenance or by an erasure, which wins over history.",
                "Ses fichiers ont été retirés par l’entretien ou par un effacement, qui prime sur l’historique.",
            ),
        )


def new_table(folder: Path, schema: Any, name: str) -> Any:
    """An empty Delta table in `folder`, its first entry on the disk."""
    from deltalake import DeltaTable

    folder.mkdir(parents=True, exist_ok=True)
    delta = DeltaTable.create(str(folder), schema=schema, name=name, configuration=_CONFIGURATION)
    durability.sync_file(folder / "_delta_log" / entry_name(0))
    durability.sync_folder(folder / "_delta_log")
    durability.sync_folder(folder)
    return delta


@dataclass(frozen=True, slots=True)
class Change:
    """What one log entry will hold. `marks`: further ones, by name; `more`: further metadata."""

    commit: Commit
    added: Sequence[Path] = ()
    removed: Sequence[DataFile] = ()
    changes_data: bool = True
    marks: Mapping[str, int] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)


def write_entry(delta: Any, change: Change) -> None:
    """One Delta commit; `delta` is at the version before, and afterwards at the one written."""
    from deltalake.exceptions import CommitFailedError

    for attempt in range(_ATTEMPTS):
        try:
            _write_once(delta, change)
        except CommitFailedError:  # another program took the version: our lock binds our own writers only
            if change.removed or attempt == _ATTEMPTS - 1:
                raise
            delta.update_incremental()
        else:
            delta.update_incremental()
            return


def _write_once(delta: Any, change: Change) -> None:
    from deltalake.transaction import CommitProperties, PostCommitHookProperties, Transaction

    version = delta.version() + 1
    marks = {**change.marks, **dict.fromkeys(marks_of(change.commit.receipt), version)}
    delta.create_write_transaction(
        _actions(delta, change),
        "append",
        delta.schema(),
        commit_properties=CommitProperties(
            custom_metadata={**to_metadata(change.commit), **change.more},
            max_commit_retries=0,
            app_transactions=[Transaction(mark, value) for mark, value in marks.items()],
        ),
        post_commithook_properties=PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False),
    )


def _actions(delta: Any, change: Change) -> list[Any]:
    from deltalake.transaction import AddAction, RemoveAction

    now = int(time.time() * 1000)
    names = [one.name for one in delta.schema().fields]
    actions: list[Any] = []
    for path in change.added:
        about = describe(path, names)
        actions.append(AddAction(path.name, about.size, {}, now, change.changes_data, json.dumps(about.stats)))
    return actions + [RemoveAction(old.name, change.changes_data, now, old.size) for old in change.removed]


def marks_of(receipt: Receipt) -> list[str]:
    """What a commit leaves in the log to be found again without reading it whole."""
    marks = [f"batch:{receipt.batch}"] * bool(receipt.batch)
    return marks + [f"source:{receipt.checksum}"] * bool(receipt.checksum)
