"""What each commit says of itself: where its rows came from, how many, and which days they touch."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from typing import Any, Literal

type Kind = Literal["load", "erase", "compact", "rebuild", "repair"]
METADATA_KEY = "timonier"
EARLIER_KEY = "timonier_earlier"  # in a rebuilt log: what the former one said


@dataclass(frozen=True, slots=True)
class Receipt:
    """Given with a commit and kept in the log. `batch` identifies the attempt: the same batch commits once.

    `checksum` identifies the content loaded (file and recipe); rows_* are what intake counted.
    """

    batch: str
    source: str = ""
    checksum: str = ""
    rows_read: int = 0
    rows_kept: int = 0
    rows_rejected: int = 0
    rows_duplicate: int = 0
    recipe: str = ""
    notes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Commit:
    """What a commit did, as kept in the log.

    added: rows with a new key; updated: rows that replaced another content under their key; unchanged: rows
    already there, not written again; repeated: rows of the batch superseded by a later row of the same key;
    removed: rows taken away. `days` are those whose rows changed, as inclusive ranges; `undated` is true when
    rows without a day changed too. `replayed`: this batch had been committed before; nothing was done.
    """

    table: str
    version: int
    kind: Kind
    receipt: Receipt
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    removed: int = 0
    days: tuple[tuple[date, date], ...] = ()
    undated: bool = False
    replayed: bool = False

    def touched(self) -> set[date]:
        """Every day whose rows changed."""
        return {low + timedelta(days=step) for low, high in self.days for step in range((high - low).days + 1)}


def ranges(days: Iterable[date]) -> tuple[tuple[date, date], ...]:
    """The days as inclusive ranges of consecutive days: years of them fit in one line of the log."""
    found: list[tuple[date, date]] = []
    for day in sorted(set(days)):
        if found and day - found[-1][1] <= timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


def to_metadata(commit: Commit) -> dict[str, Any]:
    """The commit as JSON values, for the log entry; version and `replayed` are not part of it."""
    content = asdict(commit)
    del content["version"], content["replayed"]
    content["days"] = [[low.isoformat(), high.isoformat()] for low, high in commit.days]
    return {METADATA_KEY: content}


def from_metadata(content: Mapping[str, Any], version: int) -> Commit:
    """The reverse of `to_metadata`; what a later version may have added is ignored."""
    known = {one.name for one in fields(Commit)}
    values = {name: value for name, value in content.items() if name in known}
    in_receipt = {one.name for one in fields(Receipt)}
    receipt = {name: value for name, value in content["receipt"].items() if name in in_receipt}
    days = tuple((date.fromisoformat(low), date.fromisoformat(high)) for low, high in content["days"])
    return Commit(**{**values, "version": version, "receipt": Receipt(**receipt), "days": days})
