"""Committing staged files by natural key: new rows added, changed rows replaced, identical rows left out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from timonier.facts.receipts import Commit, Receipt
from timonier.facts.store import TableStore


@dataclass(frozen=True, slots=True)
class Work:
    """Where and within what limits files are compared and rewritten."""

    folder: Path
    memory: str = "1GB"
    threads: int | None = None


def upsert(store: TableStore, files: Sequence[Path], receipt: Receipt, work: Work) -> Commit:
    """See `Lake.commit`."""
    with store.writing(f"loading {receipt.source or receipt.batch}"):
        for entry in store.entries():
            if entry.commit is not None and entry.commit.receipt.batch == receipt.batch:
                return replace(entry.commit, replayed=True)
        commit = Commit(store.table.name, 0, "load", receipt)
        return store.transact(lambda version: replace(commit, version=version), files)
