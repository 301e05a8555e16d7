"""Reading the entries of a Delta log, one JSON file a version."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from timonier.facts.receipts import EARLIER_KEY, METADATA_KEY, Commit, from_metadata


@dataclass(frozen=True, slots=True)
class Entry:
    """One readable log entry: its time, what it says of itself (None for another writer's) and its files."""

    version: int
    at: datetime
    commit: Commit | None
    added: Mapping[str, int]
    removed: tuple[str, ...]
    changes_data: bool
    earlier: tuple[Commit, ...] = ()

    def said(self) -> Iterator[Commit]:
        """Its commit, after those that a rebuild brought along."""
        yield from self.earlier
        if self.commit is not None:
            yield self.commit


def entry_name(version: int) -> str:
    """The file name of a log entry."""
    return f"{version:020d}.json"


def read_entry(text: str, version: int, base: int = 0) -> Entry:
    """The content of a log entry; raises ValueError when it is torn."""
    added: dict[str, int] = {}
    removed: list[str] = []
    info: dict[str, Any] | None = None
    changes = False
    for line in text.splitlines():
        action = json.loads(line)
        if "commitInfo" in action:
            info = action["commitInfo"]
        for kind in ("add", "remove"):
            if kind in action:
                changes = changes or action[kind]["dataChange"]
        if "add" in action:
            added[action["add"]["path"]] = action["add"]["size"]
        elif "remove" in action:
            removed.append(action["remove"]["path"])
    if info is None:
        raise ValueError(f"no commitInfo in version {version}")
    told = info.get(METADATA_KEY)
    return Entry(
        version=base + version,
        at=datetime.fromtimestamp(info["timestamp"] / 1000, UTC),
        commit=from_metadata(told, base + version) if told else None,
        added=added,
        removed=tuple(removed),
        changes_data=changes,
        earlier=tuple(from_metadata(one, one["version"]) for one in info.get(EARLIER_KEY, ())),
    )
