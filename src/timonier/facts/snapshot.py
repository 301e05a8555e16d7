"""One table at one version: the files to read, and what is known of them without opening them."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from timonier.facts.schema import Table


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file of a table, from its log entry; `null_counts` and `days` (the first and the last accounting
    day) are None when its writer kept none."""

    path: Path
    name: str
    size: int
    rows: int
    null_counts: dict[str, int] | None
    days: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A table as of a version. Reading it never sees later commits."""

    table: Table
    version: int
    data: tuple[DataFile, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """The Parquet files, oldest first."""
        return tuple(file.path for file in self.data)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return sum(file.rows for file in self.data)

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last accounting day; None without rows, or when a file does not tell."""
        known = [file.days for file in self.data if file.rows]
        told = [days for days in known if days is not None]
        return (min(told)[0], max(last for _, last in told)) if told and len(told) == len(known) else None

    @property
    def null_columns(self) -> frozenset[str]:
        """The columns without one value; empty when the table has no row."""
        if not self.rows:
            return frozenset()
        names = {column.name for column in self.table.columns} | {"day"}
        for file in self.data:
            if file.null_counts is None:
                return frozenset()
            names -= {name for name in names if file.null_counts.get(name, file.rows) < file.rows}
        return frozenset(names)


class Snapshots(Protocol):
    """What an engine needs of the lake."""

    def snapshot(self, table: str, *, version: int | None = None, as_of: datetime | None = None) -> Snapshot: ...
