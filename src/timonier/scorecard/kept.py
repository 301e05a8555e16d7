"""One rollup on the disk: the sums of an indicator by day (or month) and segment, and how they follow the facts.

Several threads and processes may ask at once: whoever finds it behind takes its lock, counts, and puts whole files in
place of the former ones, so that readers never wait nor see half of one.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, reduce
from operator import or_
from pathlib import Path
from typing import Any, cast

import narwhals as nw

from timonier.facts.locks import Locks
from timonier.facts.workspace import Workspace
from timonier.indicators.definition import Frames, Indicator, Query
from timonier.indicators.engine import grouped, prepared
from timonier.indicators.periods import Every, index_of, period_at, within
from timonier.indicators.reading import Columns, Words
from timonier.scorecard.sources import LakeSource, frames_for
from timonier.scorecard.touched import Touched, named

FORMAT = 3
PATIENCE = 3600.0  # seconds to wait for another who counts the same sums: counting again would take as long
REBUILD = 1 / 3  # share of the periods touched from which everything is counted again: measured, patching takes more
type Memory = dict[Path, tuple[tuple[int, int], Columns]]  # by file: when it was written, its columns

_EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True)
class Kept:
    """An indicator, its parameters, a breakdown; `memory` holds the sums by month once read."""

    workspace: Workspace
    source: LakeSource
    touched: Touched
    memory: Memory
    indicator: Indicator
    query: Query
    breakdown: tuple[str, ...]

    @cached_property
    def folder(self) -> Path:
        params = {name: self.query.params.get(name) for name in sorted(self.indicator.defaults)}
        identity = [FORMAT, self.indicator.name, self.indicator.version, params, self._words(), list(self.breakdown)]
        digest = hashlib.sha256(json.dumps(identity, default=str).encode()).hexdigest()[:16]
        return self.workspace.rollups / f"{self.indicator.name}-{digest}"

    def _words(self) -> list[str]:
        """The formulas, so that a redefined indicator never reads the sums of its former self."""
        return [variant.formula.en for variant in self.indicator.variants.values()]

    def columns(self, grain: Every) -> Columns:
        """The kept rows, by column; `_last` only for an indicator that waits for what follows."""
        import pyarrow.parquet as pq

        path = self.folder / f"{grain}.parquet"
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_ino)
        known = self.memory.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        texts = [*self.breakdown]
        table = pq.ParquetFile(path, read_dictionary=texts).read(use_threads=False)
        columns = {name: _column(table[name]) for name in table.column_names}
        if self.indicator.follow_up is None:
            columns.pop("_last", None)
        if grain == "month":
            self.memory[path] = (stamp, columns)
        return columns

    def versions(self) -> dict[str, int]:
        """The versions of the tables that the sums come from, as the source reads them."""
        tables = {need.table for need in self.indicator.needs}
        own = self.source.tables
        if any(name not in own[table].by_name for table in tables for name in self.breakdown):
            tables.add("customers")
        return {table: self.source.version(table) for table in sorted(tables)}

    def refresh(self) -> None:
        """Count again what the commits since the last time have touched; everything when that cannot be told.

        Sums may be ahead of what this source reads, when another has just followed a commit: they are kept.
        """
        if self._follows():
            return
        locks = Locks(self.workspace.rollups / ".locks")
        with locks.hold(self.folder.name, "counting sums", PATIENCE):
            if not self._follows():
                replace(self, source=self.source.pinned())._count()

    def _follows(self) -> bool:
        known, versions = self._known(), self.versions()
        return (
            known is not None
            and known.keys() == versions.keys()
            and all(known[table] >= version for table, version in versions.items())
        )

    def _count(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(".*"):  # by a process that was killed: we hold the lock
            left.unlink(missing_ok=True)
        versions, known = self.versions(), self._known()
        if known is not None and known.keys() != versions.keys():
            known = None
        own = {need.table for need in self.indicator.needs}
        days = self.touched.days(self.source, known, own, self.indicator.entity)
        if self.indicator.cluster is None:
            table = self._recount("day", days)
            self._write("day", table)
            self._write("month", _by_month(table, self.breakdown))
        else:
            self._write("month", self._recount("month", days))
        temporary = self._temporary("versions")
        temporary.write_text(json.dumps(versions), encoding="utf-8")
        temporary.replace(self.folder / "versions.json")

    def _known(self) -> dict[str, int] | None:
        """The versions counted; None when a file is missing (an erasure removes those that name the person)."""
        grains = ("month",) if self.indicator.cluster is not None else ("day", "month")
        if not all((self.folder / f"{grain}.parquet").exists() for grain in grains):
            return None
        try:
            return cast("dict[str, int]", json.loads((self.folder / "versions.json").read_text("utf-8")))
        except FileNotFoundError:
            return None

    def _temporary(self, name: str) -> Path:
        return self.folder / f".{name}-{secrets.token_hex(8)}"

    def _bound(self, frames: Frames, grain: Every, periods: list[int]) -> Frames:
        """The facts that units of these periods are made of: theirs, and those bound to them by the entity."""
        entity = self.indicator.entity
        if not entity or len(frames) > 1:
            return frames
        ((table, frame),) = frames.items()
        (need,) = (one for one in self.indicator.needs if one.table == table)
        read = {*need.columns, *need.optional, *self.breakdown, *entity, "day", "received_at", "seq"}
        frame = frame.select(*(name for name in frame.columns if name in read))
        if not set(entity) <= set(frame.columns):
            return frames
        inside = _inside(grain, periods)
        keys = frame.filter(inside & named(entity)).select(*entity).unique()
        linked = frame.join(keys, on=list(entity), how="semi")
        bound = nw.concat([frame.filter(inside & ~named(entity)), linked], how="vertical").collect("pyarrow")
        # read once: units look at their facts several times, and each look would search them again
        return {table: nw.from_native(self.source.connection.from_arrow(bound.to_native()))}

    def _recount(self, grain: Every, days: set[date] | None) -> Any:
        """The grouped rows at that grain: those kept, with the touched days (or months) counted again."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        source = self.source
        query = replace(self.query, window=None, every=grain, by=self.breakdown, carry=self.breakdown)
        frames = frames_for(self.indicator, source, self.breakdown)

        def counted(facts: Frames) -> nw.LazyFrame[Any]:
            return prepared(self.indicator.units(facts, query), query)

        if days is None:
            return _plain(grouped(self.indicator, counted(frames), query))
        kept = pq.read_table(self.folder / f"{grain}.parquet")
        periods = sorted({index_of(day, grain) for day in days})
        if len(periods) > REBUILD * pc.count_distinct(kept["period"]).as_py():
            return _plain(grouped(self.indicator, counted(frames), query))
        units = counted(self._bound(frames, grain, periods)).filter(_inside(grain, periods))
        fresh = _plain(grouped(self.indicator, units, query))
        kept = kept.filter(pc.invert(pc.is_in(kept["period"], value_set=pa.array(periods, pa.int64()))))
        return pa.concat_tables([kept.cast(_widest(kept.schema)), fresh.select(kept.column_names)])

    def _write(self, grain: Every, table: Any) -> None:
        import pyarrow.parquet as pq

        temporary = self._temporary(grain)
        pq.write_table(_narrowest(table), temporary)
        temporary.replace(self.folder / f"{grain}.parquet")


def _inside(grain: Every, periods: list[int]) -> nw.Expr:
    """Days of these periods, as dates compared with dates: the engine then skips most files and rows.

    Asking for the index of the period of each row instead took 100 times longer.
    """
    days = [period_at(index, grain) for index in periods]
    if grain == "day":
        return nw.col("day").is_in([one.start for one in days])
    return reduce(or_, (within(one, nw.col("day")) for one in days))


def _plain(frame: nw.LazyFrame[Any]) -> Any:
    """Grouped rows as an Arrow table: cells and counts as integers, sums that may be wide as exact decimals."""

    table = frame.collect().to_arrow()
    return table.cast(_widest(table.schema))


def _widest(schema: Any) -> Any:
    """Whole numbers in 64 bits, but sums that may be wide, exact decimals; the others as texts, or dates."""
    import pyarrow as pa

    def kind_of(name: str, kind: Any) -> Any:
        if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
            wide = name.startswith("_") and name not in ("_count", "_last", "_n", "_units")
            return pa.decimal128(38, 0) if wide else pa.int64()
        return kind if pa.types.is_date(kind) or name.startswith("_") else pa.string()

    return pa.schema([pa.field(one.name, kind_of(one.name, one.type)) for one in schema])


def _by_month(table: Any, breakdown: tuple[str, ...]) -> Any:
    """Day rows summed by calendar month: sums add up, whatever the segment."""
    import pyarrow as pa

    months = [index_of(period_at(day, "day").start, "month") for day in table["period"].to_pylist()]
    table = table.set_column(table.column_names.index("period"), "period", pa.array(months, pa.int64()))
    keys = ["period", *breakdown, "cell"]
    sums = [name for name in table.column_names if name.startswith("_") and name != "_last"]
    last = [("_last", "max")] if "_last" in table.column_names else []
    total = table.group_by(keys).aggregate([*((name, "sum") for name in sums), *last])
    total = total.rename_columns([name.removesuffix("_sum").removesuffix("_max") for name in total.column_names])
    return total.select(table.column_names).cast(table.schema)


def _narrowest(table: Any) -> Any:
    """Exact decimals as 64-bit integers where they fit: several times faster to read."""
    import pyarrow as pa

    for place, column in enumerate(table.columns):
        if pa.types.is_decimal(column.type):
            try:
                table = table.set_column(place, table.column_names[place], column.cast(pa.int64()))
            except pa.ArrowInvalid:
                continue
    return table


def _column(column: Any) -> Any:
    """A column of a kept table: texts as the few that differ, dates as ordinals (0 for none), numbers exact."""
    import numpy as np
    import pyarrow as pa

    column = column.combine_chunks()
    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
        words = [*coded.dictionary.to_pylist(), None]
        codes = coded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
        return Words(words, codes.astype(np.int64))
    if pa.types.is_date(column.type):
        return column.cast(pa.int32()).fill_null(-_EPOCH).to_numpy(zero_copy_only=False).astype(np.int64) + _EPOCH
    try:
        return column.cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:  # wider than 64 bits
        return np.array([int(value or 0) for value in column.to_pylist()], dtype=object)
