"""What a power cut or a failing disk can do to a table: seen at opening, by comparing its log with the ledger.

Entries past the ledger are commits that were made and never acknowledged: whole, they are adopted; torn, they
are damage that `repair` drops without loss. Anything that the ledger told and the log no longer has is a loss
that is never passed over.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from timonier.errors import StoreDamaged, StoreLocked
from timonier.facts import durability
from timonier.facts.ledger import Told
from timonier.facts.log import Entry, entry_name, read_entry
from timonier.facts.parquet import is_whole
from timonier.facts.store import TableStore
from timonier.text import Text

type Kind = Literal["ledger", "unacknowledged", "entry", "gap", "data", "checkpoint"]


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing torn or missing. `lossless`: repairing it loses nothing that was acknowledged."""

    table: str
    kind: Kind
    path: Path
    version: int
    lossless: bool

    def error(self) -> StoreDamaged:
        """The damage as an error that says what to do."""
        en, fr = _WORDS[self.kind]
        return StoreDamaged(
            Text(f"table {self.table}: {en}.", f"table {self.table} : {fr}."),
            where=str(self.path),
            hint=_LOSSLESS if self.lossless else _LOSSY,
        )


_WORDS: dict[Kind, tuple[str, str]] = {
    "ledger": (
        "the ledger of acknowledged versions is torn or missing",
        "le registre des versions confirmées est abîmé ou absent",
    ),
    "unacknowledged": (
        "the last commit is torn; it had not been acknowledged",
        "la dernière écriture est incomplète ; elle n’avait pas été confirmée",
    ),
    "entry": (
        "the log entry of an acknowledged commit is torn or missing",
        "l’entrée de journal d’une écriture confirmée est abîmée ou absente",
    ),
    "gap": ("an entry inside the log is torn or missing", "une entrée au milieu du journal est abîmée ou absente"),
    "data": ("a data file is torn or missing", "un fichier de données est abîmé ou absent"),
    "checkpoint": ("a checkpoint of the log is torn", "un point de reprise du journal est abîmé"),
}
_LOSSLESS = Text(
    "Repair the store (`timonier doctor --repair`): nothing acknowledged is lost.",
    "Réparez l’entrepôt (`timonier doctor --repair`) : rien de confirmé n’est perdu.",
)
_LOSSY = Text(
    "Repair the store (`timonier doctor --repair`): it names the sources to load again.",
    "Réparez l’entrepôt (`timonier doctor --repair`) : les sources à recharger seront nommées.",
)


def examine(store: TableStore, *, deep: bool = False) -> list[Damage]:
    """What is wrong with a table. `deep` checks every data file, not only those of the last commit."""
    if not store.ledger.path.exists() and any(store.lake.glob("*/_delta_log/*.json")):
        return [Damage(store.table.name, "ledger", store.ledger.path, 0, lossless=True)]
    try:
        told = store.told()
    except StoreDamaged:
        return [Damage(store.table.name, "ledger", store.ledger.path, 0, lossless=True)]
    log = store.folder(told) / "_delta_log"
    found = [*_of_checkpoints(store, log), *_of_entries(store, log, told, deep=deep)]
    if not found:
        found = [*_of_data(store, told, deep=deep), *_of_unacknowledged(store, log, told)]
    return found


def settle(store: TableStore) -> list[Damage]:
    """Adopts whole commits that were never acknowledged; returns what is wrong. The lock must be held."""
    found = examine(store)
    if not found:
        told = store.told()
        last = max(versions(store.folder(told) / "_delta_log"), default=-1)
        if last > (told.version if told else -1):
            _adopt(store, told, last)
    return found


@contextmanager
def settled(store: TableStore, what: str) -> Iterator[None]:
    """Holds the table for writing, sound and settled; raises StoreLocked or StoreDamaged."""
    with store.writing(what):
        for damage in settle(store):
            raise damage.error()
        yield


def verify(store: TableStore) -> list[Damage]:
    """At opening: what is wrong, whole commits adopted. While another process writes, its commit is its own."""
    if not examine(store):
        told = store.told()
        if max(versions(store.folder(told) / "_delta_log"), default=-1) == (told.version if told else -1):
            return []
    try:
        with store.writing("opening", patience=0.2):
            return settle(store)
    except StoreLocked:
        return []


def versions(log: Path) -> list[int]:
    """The versions that a log folder names, in order."""
    if not log.exists():
        return []
    return sorted(int(path.stem) for path in log.iterdir() if re.fullmatch(r"\d{20}\.json", path.name))


def readable(path: Path, version: int) -> Entry | None:
    """The entry, or None when it is torn or missing."""
    try:
        return read_entry(path.read_text(encoding="utf-8"), version)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def restorable(told: Told, version: int, last: int) -> bool:
    """Whether the ledger's copy can stand for the entry `version`, when the log goes as far as `last`."""
    return version == told.version and bool(told.entry) and last in (version - 1, version)


def _of_checkpoints(store: TableStore, log: Path) -> list[Damage]:
    return [
        Damage(store.table.name, "checkpoint", path, int(path.name[:20]), lossless=True)
        for path in log.glob("*.checkpoint*.parquet")
        if not is_whole(path)
    ]


def _of_entries(store: TableStore, log: Path, told: Told | None, *, deep: bool) -> list[Damage]:
    if told is None:
        return []
    present = versions(log)
    last = present[-1] if present else -1
    name, entry = store.table.name, log / entry_name(told.version)
    missing = sorted(set(range(told.version)) - set(present))
    if deep:
        missing += [one for one in present if one < told.version and not readable(log / entry_name(one), one)]
    if missing:
        return [Damage(name, "gap", log / entry_name(missing[0]), missing[0], lossless=False)]
    intact = readable(entry, told.version) is not None
    if intact and told.entry:
        intact = entry.read_text(encoding="utf-8") == told.entry
    if intact:
        return []
    return [Damage(name, "entry", entry, told.version, restorable(told, told.version, last))]


def _of_data(store: TableStore, told: Told | None, *, deep: bool) -> list[Damage]:
    if told is None:
        return []
    folder = store.folder(told)
    if deep:
        sizes = {file.name: file.size for file in store.snapshot().data}
    else:
        entry = readable(folder / "_delta_log" / entry_name(told.version), told.version)
        sizes = dict(entry.added) if entry else {}
    return [
        Damage(store.table.name, "data", folder / name, told.version, lossless=False)
        for name, size in sizes.items()
        if not is_whole(folder / name, size)
    ]


def _of_unacknowledged(store: TableStore, log: Path, told: Told | None) -> list[Damage]:
    start = told.version + 1 if told else 0
    for version in versions(log):
        if version < start:
            continue
        entry = readable(log / entry_name(version), version)
        whole = entry is not None and version == start
        if entry is None or not whole or not _has_its_files(entry, log.parent):
            path = log / entry_name(version)
            return [Damage(store.table.name, "unacknowledged", path, version, lossless=True)]
        start += 1
    return []


def _has_its_files(entry: Entry, folder: Path) -> bool:
    return all(is_whole(folder / name, size) for name, size in entry.added.items())


def _adopt(store: TableStore, told: Told | None, last: int) -> None:
    folder = store.folder(told)
    log = folder / "_delta_log"
    for version in range(told.version + 1 if told else 0, last + 1):
        entry = readable(log / entry_name(version), version)
        for name in entry.added if entry else ():
            durability.sync_file(folder / name)
        durability.sync_file(log / entry_name(version))
    durability.sync_folder(folder)
    durability.sync_folder(log)
    text = (log / entry_name(last)).read_text(encoding="utf-8")
    store.ledger.tell(store.table.name, Told(folder.name, last, told.base if told else 0, text))
