"""Where a scorecard finds its facts: a workspace's lake, or frames that a program holds."""

import threading
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol

import narwhals as nw

from timonier.errors import UsageError
from timonier.facts.engines import duckdb as engine
from timonier.facts.schema import SYSTEM_COLUMNS, TABLES, ColumnType, Table
from timonier.facts.snapshot import Snapshot
from timonier.facts.workspace import Workspace
from timonier.indicators.definition import Frames, Indicator, Needs
from timonier.indicators.periods import as_date
from timonier.text import Text

DTYPES: Mapping[ColumnType, Any] = {
    "text": nw.String(),
    "int": nw.Int64(),
    "float": nw.Float64(),
    "bool": nw.Boolean(),
    "money": nw.Float64(),
    "instant": nw.Datetime("us", "UTC"),
    "date": nw.Date(),
}

MEMBERS_KEPT = 8  # scopes of many values, a thread
OF_THE_OUTCOME = frozenset({"prospects"})
"""Tables whose customer is known by what is measured: by an attribute of customers, the conversion of prospects is
that of those who converted, 90 % in every region.
"""
HELD_ROWS = 500_000
"""Up to this many rows of a table are read into memory for the time of a scorecard: some 50 MB."""


class FactSource(Protocol):
    """What a scorecard needs of a store of facts."""

    @property
    def tables(self) -> Mapping[str, Table]:
        """The fact tables and their columns."""
        ...

    def has(self, table: str) -> bool:
        """Whether the table has rows."""
        ...

    def frame(self, table: str) -> nw.LazyFrame[Any]:
        """Its rows; columns without one value may be absent."""
        ...

    def first_day(self, table: str) -> date | None:
        """Its earliest accounting day."""
        ...

    def last_day(self, table: str) -> date | None:
        """Its latest accounting day."""
        ...


class _OfThread(threading.local):
    """What a thread keeps for itself: an engine's connection, and the frames that it reads, serve one at a time."""

    def __init__(self, engine_of_all: engine.Connection) -> None:
        self.connection = engine_of_all.cursor()
        self.frames: dict[str, tuple[Snapshot, nw.LazyFrame[Any]]] = {}
        self.members: dict[tuple[str, ...], nw.LazyFrame[Any]] = {}


@dataclass
class LakeSource:
    """The facts of a workspace, read by DuckDB; `as_of` reads them as they were known at an instant.

    Several threads may use it: they share one engine, its limits, and what is known of a table (its files, its latest
    day) until its version changes.
    """

    workspace: Workspace
    as_of: datetime | None = None
    _thread: _OfThread = field(init=False, repr=False, compare=False)
    _tables: Mapping[str, Table] = field(init=False, repr=False, compare=False)
    _pinned: dict[str, Snapshot] | None = field(init=False, default=None, repr=False, compare=False)
    _held: dict[tuple[str, tuple[str, ...]], nw.LazyFrame[Any]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )
    _snapshots: dict[str, Snapshot] = field(init=False, default_factory=dict, repr=False, compare=False)
    _known_days: dict[str, tuple[int, tuple[date | None, date | None]]] = field(
        init=False, default_factory=dict, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        folders: list[Path] = [self.workspace.staging, self.workspace.lake.root, self.workspace.rollups]
        self._thread = _OfThread(engine.connect(self.workspace.settings, folders))
        self._tables = self.workspace.tables()

    @property
    def connection(self) -> engine.Connection:
        """The connection of this thread."""
        return self._thread.connection

    @property
    def tables(self) -> Mapping[str, Table]:
        return self._tables

    def pinned(self) -> "LakeSource":
        """The same facts, each table at the version that it has when it is first read: a load changes nothing."""
        same = copy(self)
        same._pinned, same._held = {}, {}
        return same

    @property
    def is_pinned(self) -> bool:
        """Whether a later commit is never seen."""
        return self._pinned is not None

    def has(self, table: str) -> bool:
        return self.snapshot(table).rows > 0

    def version(self, table: str) -> int:
        """The version of the table that this source reads."""
        return self.snapshot(table).version

    def frame(self, table: str) -> nw.LazyFrame[Any]:
        snapshot, frames = self.snapshot(table), self._thread.frames
        known = frames.get(table)
        if known is None or known[0] is not snapshot:
            lazy = nw.from_native(self.connection.sql(engine.select(snapshot)))
            known = frames[table] = snapshot, lazy
        return known[1]

    def held(self, table: str, frame: nw.LazyFrame[Any], columns: tuple[str, ...]) -> nw.LazyFrame[Any]:
        """Those columns of a frame over a table, read into memory when it is pinned and small: what asks for a dozen
        periods one by one then neither opens its files nor plans its joins a dozen times. The last one is held.
        """
        if self._pinned is None or self.snapshot(table).rows > HELD_ROWS:
            return frame
        if (table, columns) not in self._held:
            self._held.clear()
            rows = frame.select(*columns).collect("pyarrow").to_native()
            self._held[table, columns] = nw.from_native(self.connection.from_arrow(rows))
        return self._held[table, columns]

    def members(self, values: tuple[str, ...]) -> nw.LazyFrame[Any]:
        """A table of one column that holds the values, to be joined with frames of this thread."""
        known = self._thread.members
        if values not in known:
            if len(known) >= MEMBERS_KEPT:
                known.clear()
            known[values] = engine.members(self.connection, values)
        return known[values]

    def last_day(self, table: str) -> date | None:
        return self._days(table)[1]

    def first_day(self, table: str) -> date | None:
        """The earliest accounting day of a table."""
        return self._days(table)[0]

    def _days(self, table: str) -> tuple[date | None, date | None]:
        """The first and last days, as the files tell them, else read once a version."""
        snapshot = self.snapshot(table)
        if snapshot.days is not None:
            return snapshot.days
        known = self._known_days.get(table)
        if known is None or known[0] != snapshot.version:
            frame = self.frame(table)
            known = self._known_days[table] = snapshot.version, (earliest_day(frame), latest_day(frame))
        return known[1]

    def snapshot(self, table: str) -> Snapshot:
        """The table as this source reads it: opening its log again is worth avoiding, telling its version is not."""
        if self._pinned is None:
            return self._current(table)
        if table not in self._pinned:
            self._pinned[table] = self._current(table)
        return self._pinned[table]

    def _current(self, table: str) -> Snapshot:
        lake = self.workspace.lake
        if self.as_of is not None:
            return lake.snapshot(table, as_of=self.as_of)
        known = self._snapshots.get(table)
        if known is None or known.version != lake.version(table):
            known = self._snapshots[table] = lake.snapshot(table)
        return known


@dataclass(frozen=True)
class FrameSource:
    """Facts that a program holds: one lazy frame a table."""

    frames: Frames
    tables: Mapping[str, Table] = field(default_factory=lambda: TABLES)
    _last_days: dict[str, date | None] = field(default_factory=dict, repr=False, compare=False)

    def has(self, table: str) -> bool:
        return table in self.frames

    def frame(self, table: str) -> nw.LazyFrame[Any]:
        return self.frames[table]

    def last_day(self, table: str) -> date | None:
        """Read once: each indicator asks."""
        if table not in self._last_days:
            self._last_days[table] = latest_day(self.frames[table])
        return self._last_days[table]

    def first_day(self, table: str) -> date | None:
        return earliest_day(self.frames[table])


ALIASES: Mapping[str, Mapping[str, str]] = {
    "prospects": {"channel": "entry_channel"},
    "customers": {"channel": "acquisition_channel"},
}


def answerable(indicator: Indicator, source: FactSource) -> bool:
    """Whether every table that the indicator needs has rows (any of them for one that reads either)."""
    tables = [need.table for need in indicator.needs]
    if not tables:
        return False
    found = [source.has(table) for table in tables]
    return any(found) if indicator.defaults.get("start_step", ...) is None else all(found)


def frames_for(indicator: Indicator, source: FactSource, carry: tuple[str, ...]) -> Frames:
    """The frames that an indicator reads, with the columns it needs and those to carry.

    An attribute of the customer (segment, region…) is joined from `customers`, hence its current value.
    """
    return {
        need.table: carried(completed(source.frame(need.table), need, source.tables), need.table, source, carry)
        for need in indicator.needs
        if source.has(need.table)
    }


def frames_to_keep(indicator: Indicator, source: FactSource, carry: tuple[str, ...]) -> Frames:
    """The same, for an indicator that counts each period from the facts: small tables are read once for all."""
    frames = dict(frames_for(indicator, source, carry))
    if indicator.timing != "window" or not isinstance(source, LakeSource):
        return frames
    for need in indicator.needs:
        if need.table in frames and need.columns:
            wanted, frame = {*need.columns, *need.optional, *carry, "day"}, frames[need.table]
            frames[need.table] = source.held(need.table, frame, tuple(name for name in frame.columns if name in wanted))
    return frames


def completed(frame: nw.LazyFrame[Any], need: Needs, tables: Mapping[str, Table]) -> nw.LazyFrame[Any]:
    """Add the needed columns that hold no value, as typed nulls."""
    present = set(frame.columns)
    known = tables[need.table].by_name
    absent = [name for name in need.columns if name not in present]
    nulls = {name: nw.lit(None, dtype=DTYPES[known[name].type]) for name in absent}
    return frame.with_columns(**nulls) if nulls else frame


def carried(frame: nw.LazyFrame[Any], table: str, source: FactSource, carry: tuple[str, ...]) -> nw.LazyFrame[Any]:
    """Bring the columns to carry that the table lacks from `customers`; a declared one without value is null."""
    present = set(frame.columns)
    aliases = {name: other for name, other in ALIASES.get(table, {}).items() if name in carry and other in present}
    if aliases:
        frame = frame.with_columns(**{name: nw.col(other) for name, other in aliases.items()})
    absent = [name for name in carry if name not in present and name not in aliases]
    own = source.tables[table].by_name
    empty = [name for name in absent if name in own]
    joined = [name for name in absent if name not in own and name in source.tables["customers"].by_name]
    if empty:
        frame = frame.with_columns(**{name: nw.lit(None, dtype=DTYPES[own[name].type]) for name in empty})
    if not joined or "customer_id" not in present or table == "customers":
        return frame
    people = completed(source.frame("customers"), Needs("customers", tuple(joined)), source.tables)
    return frame.join(people.select("customer_id", *joined), on="customer_id", how="left")


def can_carry(indicator: Indicator, source: FactSource, name: str) -> bool:
    """Whether the indicator can be broken down or filtered by that column."""
    if name in indicator.not_by:
        return False
    for need in indicator.needs:
        table = source.tables[need.table]
        if name in table.by_name or name in ALIASES.get(need.table, {}):
            continue
        if need.table in OF_THE_OUTCOME or "customer_id" not in table.by_name:
            return False
        if name not in source.tables["customers"].by_name:
            return False
    return True


def dimensions(source: FactSource) -> list[str]:
    """Every text column by which something can be broken down, sorted."""
    keys = {table.key for table in source.tables.values()} | {column.name for column in SYSTEM_COLUMNS}
    keys |= {"customer_id", "issue_id", "order_id", "case_id", "comment"}
    names = {column.name for table in source.tables.values() for column in table.columns if column.type == "text"}
    return sorted(names - keys)


def require_dimension(source: FactSource, name: str) -> None:
    """Raise an error that lists the dimensions when there is none of that name."""
    known = dimensions(source)
    if name not in known:
        raise UsageError(
            Text(f"there is no dimension “{name}”.", f"il n’y a pas de dimension « {name} »."),
            hint=Text(f"Dimensions: {', '.join(known)}.", f"Dimensions : {', '.join(known)}."),
        )


def last_day(source: FactSource) -> date | None:
    """The latest accounting day of any fact."""
    days = [source.last_day(table) for table in source.tables if table != "customers" and source.has(table)]
    return max(filter(None, days), default=None)


def earliest_day(frame: nw.LazyFrame[Any]) -> date | None:
    """The earliest accounting day of a frame."""
    return as_date(frame.select(nw.col("day").min()).collect().item(0, "day"))


def latest_day(frame: nw.LazyFrame[Any]) -> date | None:
    """The latest accounting day of a frame."""
    return as_date(frame.select(nw.col("day").max()).collect().item(0, "day"))
