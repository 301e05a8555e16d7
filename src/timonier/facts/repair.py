"""Repairing a table: back to what was acknowledged, or, when that is lost, naming what to load again."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from timonier.errors import StoreDamaged
from timonier.facts import durability
from timonier.facts.damage import Damage, examine, readable, settle, versions
from timonier.facts.ledger import Told
from timonier.facts.log import entry_name
from timonier.facts.maintenance import generation
from timonier.facts.parquet import is_whole
from timonier.facts.receipts import Commit, Receipt
from timonier.facts.snapshot import DataFile
from timonier.facts.store import TableStore
from timonier.text import Text


@dataclass(frozen=True, slots=True)
class Repair:
    """What was repaired, and the sources whose rows are lost and must be loaded again."""

    table: str
    damages: tuple[Damage, ...]
    load_again: tuple[str, ...] = ()


def repair(store: TableStore) -> Repair:
    """Repairs one table; raises StoreDamaged when it cannot, naming the sources known."""
    done: list[Damage] = []
    again: dict[str, None] = {}
    with store.writing("repair"):
        while damages := settle(store) or examine(store, deep=True):
            damage = damages[0]
            if any(damage.path == one.path and damage.kind == one.kind for one in done):
                raise _beyond(store, damage)
            again.update(dict.fromkeys(_repair_one(store, damage)))
            done.append(damage)
    return Repair(store.table.name, tuple(done), tuple(again))


def _repair_one(store: TableStore, damage: Damage) -> Iterable[str]:
    """Repairs, and returns the sources to load again."""
    match damage.kind:
        case "ledger":
            rebuild_ledger(store)
        case "checkpoint":
            damage.path.unlink()
            (damage.path.parent / "_last_checkpoint").unlink(missing_ok=True)
            durability.sync_folder(damage.path.parent)
        case "unacknowledged":
            _drop_from(store, damage.version)
        case "entry" if damage.lossless:
            _restore_entry(damage.path, store)
        case "entry":
            return _roll_back(store, damage)
        case "data":
            return _without_torn(store, damage)
        case "gap":
            raise _beyond(store, damage)
    return ()


def rebuild_ledger(store: TableStore) -> None:
    """Writes the ledger from the tables, each as far as its log is whole."""
    tables: dict[str, Told] = {}
    logs = [log for log in store.lake.glob("*/_delta_log") if not log.parent.name.endswith(".building")]
    for log in sorted(logs, key=lambda one: generation(one.parent)):
        last = -1
        while readable(log / entry_name(last + 1), last + 1) is not None:
            last += 1
        if last >= 0:
            text = (log / entry_name(last)).read_text(encoding="utf-8")
            tables[log.parent.name.partition(".g")[0]] = Told(log.parent.name, last, _base(log), text)
    store.ledger.rewrite(tables)


def _base(log: Path) -> int:
    """What a rebuilt log adds to its versions: its first commit says it."""
    first = readable(log / entry_name(1), 1)
    return int(first.commit.receipt.notes.get("base", 0)) if first and first.commit else 0


def _restore_entry(path: Path, store: TableStore) -> None:
    told = store.told()
    if told is not None:
        durability.write_atomically(path, told.entry.encode())


def _drop_from(store: TableStore, version: int) -> list[Commit]:
    """Sets aside the entries from `version` on; their data files become orphans. Returns what they said."""
    log = store.folder() / "_delta_log"
    aside = store.lake / ".torn" / store.table.name
    aside.mkdir(parents=True, exist_ok=True)
    said = []
    for number in versions(log):
        if number >= version:
            entry = readable(log / entry_name(number), number)
            if entry is not None and entry.commit is not None:
                said.append(entry.commit)
            shutil.move(log / entry_name(number), aside / f"{store.folder().name}-{entry_name(number)}")
    for path in log.glob("*.checkpoint*.parquet"):
        if int(path.name[:20]) >= version:
            path.unlink()
            (log / "_last_checkpoint").unlink(missing_ok=True)
    durability.sync_folder(log)
    return said


def _roll_back(store: TableStore, damage: Damage) -> list[str]:
    """Back to the last version whose entry is whole and whose files are there."""
    told = store.told()
    if told is None:
        return []
    log = store.folder(told) / "_delta_log"
    last = damage.version - 1
    while last in versions(log) and readable(log / entry_name(last), last) is None:
        last -= 1
    if last < 0 or last not in versions(log):
        raise _beyond(store, damage)
    lost = [told.source] if told.source else []
    lost += [commit.receipt.source for commit in _drop_from(store, last + 1) if commit.kind == "load"]
    text = (log / entry_name(last)).read_text(encoding="utf-8")
    store.ledger.tell(store.table.name, replace(told, version=last, entry=text, source=""))
    return lost


def _without_torn(store: TableStore, damage: Damage) -> list[str]:
    """The table without its torn files, and the sources that may have been in them.

    The last commit is undone when what it replaced is still there. Else the torn files are taken out: their
    rows may come from any load when a rewriting had mixed them.
    """
    torn = [file for file in store.snapshot().data if not is_whole(file.path, file.size)]
    names = {file.name for file in torn}
    entries = store.entries()
    last = entries[-1]
    back = all(is_whole(store.folder() / name) for name in last.removed)
    undoable = last.commit is not None and last.commit.kind in {"load", "compact"}
    if names <= set(last.added) and back and undoable:
        return _roll_back(store, damage)
    first = [entry for entry in entries if names & set(entry.added)]
    direct = all(entry.commit and entry.commit.kind == "load" and not entry.removed for entry in first)
    said = [commit for entry in (first if direct else entries) for commit in entry.said()]
    loads = [commit for commit in said if commit.kind == "load"]
    _remove(store, torn, loads)
    return [commit.receipt.source or commit.receipt.batch for commit in loads]


def _remove(store: TableStore, torn: list[DataFile], loads: list[Commit]) -> None:
    lost = sum(file.rows for file in torn)
    note = Receipt(batch=f"repair-{store.version() + 1}", notes={"files": ", ".join(f.name for f in torn)})
    commit = Commit(store.table.name, 0, "repair", note, removed=lost)
    store.transact(lambda version: replace(commit, version=version), remove=torn, forget=[one.receipt for one in loads])


def _beyond(store: TableStore, damage: Damage) -> StoreDamaged:
    error = damage.error()
    log = store.folder() / "_delta_log"
    entries = [readable(log / entry_name(version), version) for version in versions(log)]
    loads = [one for entry in entries if entry for one in entry.said() if one.kind == "load"]
    named = ", ".join(dict.fromkeys(one.receipt.source or one.receipt.batch for one in loads)) or "?"
    error.hint = Text(
        f"It cannot be repaired: restore the folder from a backup, or remove it and load again: {named}…",
        f"Réparation impossible : restaurez le dossier depuis une sauvegarde, ou retirez-le et rechargez : {named}…",
    )
    return error
