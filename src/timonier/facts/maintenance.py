"""Keeping a table light: small files joined, files of no use removed, and the whole written anew when it must."""

import os
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from timonier.facts import durability
from timonier.facts.damage import settled
from timonier.facts.ledger import Told
from timonier.facts.log import entry_name
from timonier.facts.receipts import EARLIER_KEY, Commit, Receipt, to_metadata
from timonier.facts.rewriting import Workshop
from timonier.facts.snapshot import DataFile
from timonier.facts.store import Change, TableStore, marks_of, new_table, write_entry

SMALL = 32 * 2**20  # bytes: a file below it is small
LARGE = 256 * 2**20  # bytes: small files are joined up to about this
PILE = 100  # this many small files call for compaction


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What a clean-up removed: files that no version names, and files that only old versions name."""

    table: str
    orphans: int
    expired: int
    bytes: int


def compact(store: TableStore, workshop: Workshop, *, pile: int = PILE) -> Commit | None:
    """Joins the small files when there are `pile` of them; the rows and their figures stay the same.

    None when there was nothing to do. Old versions stay readable until `clean`.
    """
    if len(_small(store)) < max(pile, 2):
        return None
    with settled(store, "compaction"), workshop.bench(store.lake) as bench:
        small = _small(store)
        joined = bench.rewritten([[file.path for file in group] for group in _groups(small)], "")
        commit = Commit(store.table.name, 0, "compact", Receipt(batch=""))
        return store.transact(lambda version: replace(commit, version=version), joined, small, changes_data=False)


def clean(store: TableStore, *, keep: timedelta = timedelta(days=7)) -> Cleaning:
    """Removes the files of interrupted writes, and those replaced more than `keep` ago.

    Versions older than `keep` can then no longer be read.
    """
    with settled(store, "clean-up"):
        folder = store.folder()
        current = {file.name for file in store.snapshot().data}
        named, recent = _named(store, datetime.now(UTC) - keep)
        orphans = expired = size = 0
        for path in folder.glob("*.parquet"):
            if path.name in current | recent:
                continue
            size += path.stat().st_size
            orphans += path.name not in named
            expired += path.name in named
            path.unlink()
        if orphans or expired:
            durability.sync_folder(folder)
        return Cleaning(store.table.name, orphans, expired, size)


def rebuild(store: TableStore, change: Callable[[Commit], Commit] = lambda said: said) -> Commit | None:
    """Writes the log anew in another folder, with the same data files, then switches the ledger to it.

    `change` rewrites what each former commit said. A kill in between leaves the former folder in force.
    """
    with settled(store, "rebuild"):
        told = store.told()
        if told is None:
            return None
        former = store.folder(told)
        target = store.lake / f"{store.table.name}.g{generation(former) + 1}"
        shutil.rmtree(target, ignore_errors=True)
        draft = target.with_name(f"{target.name}.building")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        base = told.base + told.version  # the rebuilt log has two entries, 0 and 1
        said = [change(commit) for commit in store.receipts()]
        commit = Commit(store.table.name, base + 1, "rebuild", Receipt(batch="", notes={"base": str(base)}))
        _fill(store, draft, commit, said)
        draft.rename(target)
        durability.sync_folder(store.lake)
        text = (target / "_delta_log" / entry_name(1)).read_text(encoding="utf-8")
        store.ledger.tell(store.table.name, Told(target.name, 1, base, text))
        shutil.rmtree(former)
        durability.sync_folder(store.lake)
        return commit


def _fill(store: TableStore, draft: Path, commit: Commit, said: Sequence[Commit]) -> None:
    delta = new_table(draft, store.delta().schema(), store.table.name)
    files = []
    for file in store.snapshot().data:
        os.link(file.path, draft / file.name)
        files.append(draft / file.name)
    earlier: list[dict[str, Any]] = [
        {**content, "version": one.version} for one in said for content in to_metadata(one).values()
    ]
    marks = {mark: 1 for one in said for mark in marks_of(one.receipt)}
    write_entry(delta, Change(commit, files, changes_data=False, marks=marks, more={EARLIER_KEY: earlier}))
    for path in (*files, *(draft / "_delta_log").iterdir()):
        durability.sync_file(path)
    durability.sync_folder(draft / "_delta_log")
    durability.sync_folder(draft)


def generation(folder: Path) -> int:
    """How many times the table in `folder` was written anew."""
    found = re.search(r"\.g(\d+)$", folder.name)
    return int(found[1]) if found else 0


def _small(store: TableStore) -> list[DataFile]:
    return [file for file in store.snapshot().data if file.size < SMALL]


def _groups(files: Sequence[DataFile]) -> list[list[DataFile]]:
    """Files in order, joined up to LARGE."""
    groups: list[list[DataFile]] = [[]]
    for file in files:
        if sum(one.size for one in groups[-1]) + file.size > LARGE and groups[-1]:
            groups.append([])
        groups[-1].append(file)
    return groups


def _named(store: TableStore, since: datetime) -> tuple[set[str], set[str]]:
    """The files that the log ever named; and those that a version after `since` still needed."""
    named: set[str] = set()
    recent: set[str] = set()
    for entry in store.entries():
        named |= set(entry.added) | set(entry.removed)
        if entry.at >= since:
            recent |= set(entry.removed)
    return named, recent
