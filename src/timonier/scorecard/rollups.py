"""Rollups: the sums of each indicator by day and segment, kept beside the facts, so that a dashboard reads little.

They are exact, not approximate: what is kept is the integers that the engine would have counted. A fact loaded later
changes the days it touches, and only those are counted again. What does not add up over days (sums clustered by
customer) is kept by calendar month, for the breakdowns declared in the settings, and used for those only.
"""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, cast

import narwhals as nw

from timonier.errors import TimonierError
from timonier.facts.engines import duckdb as engine
from timonier.facts.snapshot import Snapshot
from timonier.facts.workspace import Workspace
from timonier.indicators.definition import Frames, Indicator, Query, Variant
from timonier.indicators.engine import grouped, prepared
from timonier.indicators.estimate import Period
from timonier.indicators.periods import Every, bucket, index_of, period_at
from timonier.indicators.reading import Columns, Words, read_sums
from timonier.indicators.sums import Stats
from timonier.scorecard.sources import FactSource, LakeSource, answerable, can_carry, frames_for

FORMAT = 2
_EPOCH = date(1970, 1, 1).toordinal()
ANSWERS_KEPT = 128  # a dashboard of some thirty cards asks few different questions
_FROM_MONTHS = ("month", "quarter", "semester", "year", "all")


@dataclass(frozen=True)
class Rollups:
    """The rollups of a workspace; `source` must read its latest facts. Sums by month stay in memory once read."""

    workspace: Workspace
    source: FactSource
    _by_month: dict[Path, tuple[tuple[int, int], Columns]] = field(default_factory=dict, repr=False, compare=False)
    _answers: dict[object, tuple[Columns, Stats]] = field(default_factory=dict, repr=False, compare=False)

    def stats(self, indicator: Indicator, variant: Variant, query: Query) -> Stats | None:
        """The parts that answer `query`, brought up to date first; None when only the facts can answer."""
        if not eligible(indicator, variant, query):
            return None
        breakdown = self._breakdown(indicator, query)
        if breakdown is None:
            return None
        by_month = query.every in _FROM_MONTHS and _on_months(query.window)
        if indicator.cluster is not None and not (by_month and query.every == "month"):
            return None
        kept = _Kept(self, indicator, query, breakdown)
        kept.refresh()
        columns = kept.columns("month" if by_month else "day")
        question = (kept.folder, query.every, query.window, query.by, query.fiscal_year_start)
        known = self._answers.get(question)
        if known is None or known[0] is not columns:
            if len(self._answers) >= ANSWERS_KEPT:
                self._answers.clear()
            known = self._answers[question] = columns, _answer(indicator, columns, query, by_month=by_month)
        return known[1]

    def refresh(self, indicators: Iterable[Indicator]) -> int:
        """Bring the rollups of these indicators up to date, for every declared breakdown; how many there are."""
        done = 0
        for indicator in indicators:
            query = Query(params=dict(indicator.defaults))
            variant = indicator.variants[indicator.default_variant]
            if not eligible(indicator, variant, query) or not answerable(indicator, self.source):
                continue
            for breakdown in self._declared(indicator):
                if all(can_carry(indicator, self.source, name) for name in breakdown):
                    _Kept(self, indicator, query, breakdown).refresh()
                    done += 1
        return done

    def values(self, indicator: Indicator, variant: Variant, query: Query, name: str) -> set[str | None] | None:
        """The values of a column among the units that count, whatever their day; None when none is kept by it."""
        breakdown = self._breakdown(indicator, replace(query, by=(name,)), exact=False)
        if breakdown is None or not eligible(indicator, variant, query):
            return None
        kept = _Kept(self, indicator, query, breakdown)
        kept.refresh()
        columns = kept.columns("month")
        words, counted = columns[name], columns["cell"] >= 0
        return {words.values[code] for code in set(words.codes[counted].tolist())}

    def _declared(self, indicator: Indicator) -> list[tuple[str, ...]]:
        """The breakdowns of the settings; what an indicator never pools is kept apart in each."""
        declared = [(), *(tuple(names) for names in self.workspace.settings.breakdowns)]
        apart = indicator.apart
        if apart is None or not can_carry(indicator, self.source, apart):
            return declared
        return [names if apart in names else (apart, *names) for names in declared]

    def _breakdown(self, indicator: Indicator, query: Query, *, exact: bool = True) -> tuple[str, ...] | None:
        """The smallest declared breakdown that answers; clustered sums need exactly theirs."""
        asked = set(query.by)
        fits = [names for names in self._declared(indicator) if asked <= set(names)]
        if exact and indicator.cluster is not None:
            fits = [names for names in fits if set(names) == asked]
        fits = [names for names in fits if all(can_carry(indicator, self.source, name) for name in names)]
        return min(fits, key=len, default=None)


def eligible(indicator: Indicator, variant: Variant, query: Query) -> bool:
    """Whether sums of this indicator are kept at all: one day a unit, no weight, no filter."""
    plain = variant.units is None and query.where is None and not query.weighted
    moved = bool(query.params.get("lag_months"))  # units of other days than those of their facts
    return indicator.rollup and indicator.timing == "dated" and plain and not moved


def _on_months(window: Period | None) -> bool:
    return window is None or (window.start.day == 1 and window.end.day == 1)


@dataclass(frozen=True)
class _Kept:
    """One rollup on disk: an indicator, its parameters, a breakdown."""

    rollups: Rollups
    indicator: Indicator
    query: Query
    breakdown: tuple[str, ...]

    @property
    def folder(self) -> Path:
        params = {name: self.query.params.get(name) for name in sorted(self.indicator.defaults)}
        identity = [FORMAT, self.indicator.name, self.indicator.version, params, self._words(), list(self.breakdown)]
        digest = hashlib.sha256(json.dumps(identity, default=str).encode()).hexdigest()[:16]
        return self.rollups.workspace.rollups / f"{self.indicator.name}-{digest}"

    def _words(self) -> list[str]:
        """The formulas, so that a redefined indicator never reads the sums of its former self."""
        return [variant.formula.en for variant in self.indicator.variants.values()]

    def columns(self, grain: Every) -> Columns:
        """The kept rows, by column; `_last` only for an indicator that waits for what follows."""
        import pyarrow.parquet as pq

        path = self.folder / f"{grain}.parquet"
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_ino)
        known = self.rollups._by_month.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        texts = [*self.breakdown]
        table = pq.ParquetFile(path, read_dictionary=texts).read(use_threads=False)
        columns = {name: _column(table[name]) for name in table.column_names}
        if self.indicator.follow_up is None:
            columns.pop("_last", None)
        if grain == "month":
            self.rollups._by_month[path] = (stamp, columns)
        return columns

    def versions(self) -> dict[str, int]:
        """The versions of the tables that the sums come from."""
        tables = {need.table for need in self.indicator.needs}
        own = self.rollups.source.tables
        if any(name not in own[table].by_name for table in tables for name in self.breakdown):
            tables.add("customers")
        lake = self.rollups.workspace.lake
        return {table: lake.version(table) for table in sorted(tables)}

    def refresh(self) -> None:
        """Count again what the commits since the last time have touched; everything when that cannot be told."""
        versions, known = self.versions(), self._known()
        if known == versions:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        days = self._touched(known, versions)
        if self.indicator.cluster is None:
            table = self._recount("day", days)
            self._write("day", table)
            self._write("month", _by_month(table, self.breakdown))
        else:
            self._write("month", self._recount("month", days))
        text = json.dumps(versions)
        temporary = self.folder / f".versions-{os.getpid()}.json"
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(self.folder / "versions.json")

    def _known(self) -> dict[str, int] | None:
        path = self.folder / "versions.json"
        return cast("dict[str, int]", json.loads(path.read_text("utf-8"))) if path.exists() else None

    def _touched(self, known: dict[str, int] | None, versions: dict[str, int]) -> set[date] | None:
        if known is None or set(known) != set(versions):
            return None
        found: set[date] = set()
        own = {need.table for need in self.indicator.needs}
        for table, version in versions.items():
            if version == known[table]:
                continue
            days = self._changed(table, known[table]) if table in own else None
            if days is None:
                return None
            found |= days
        return found

    def _changed(self, table: str, since: int) -> set[date] | None:
        """The days whose units changed with the facts since that version; None when it can no longer be read.

        The entities of the former rows count too: a fact that moved to another customer changes both. A column
        that gets its first value, or loses its last, is read otherwise: everything is then counted again.
        """
        lake = self.rollups.workspace.lake
        days = lake.days_changed(table, since)
        if not days:
            return days
        try:
            before, now = lake.snapshot(table, version=since), lake.snapshot(table)
        except TimonierError:  # erased or cleaned since
            return None
        if not before.rows or before.null_columns != now.null_columns:
            return None
        entity = self.indicator.entity
        if not entity or now.null_columns.intersection(entity):
            return days
        former = self._former(before)
        return None if former is None else self._spread(table, entity, days, former)

    def _former(self, snapshot: Snapshot) -> nw.LazyFrame[Any] | None:
        source = self.rollups.source
        if not isinstance(source, LakeSource) or not all(path.exists() for path in snapshot.files):
            return None
        return nw.from_native(source.connection.sql(engine.select(snapshot)))

    def _spread(self, table: str, entity: tuple[str, ...], days: set[date], former: nw.LazyFrame[Any]) -> set[date]:
        """The days of every fact bound to one of these days by the entity, as it is or was."""
        frame = self.rollups.source.frame(table)
        touched = nw.col("day").is_in(sorted(days)) & _named(entity)
        keys = nw.concat([one.filter(touched).select(*entity) for one in (former, frame)], how="vertical").unique()
        found = frame.join(keys, on=list(entity), how="semi").select("day").unique().collect()
        return days | {day for day in found["day"].to_list() if day is not None}

    def _bound(self, frames: Frames, grain: Every, periods: list[int]) -> Frames:
        """The facts that units of these periods are made of: theirs, and those bound to them by the entity."""
        entity = self.indicator.entity
        if not entity or len(frames) > 1:
            return frames
        ((table, frame),) = frames.items()
        if not set(entity) <= set(frame.columns):
            return frames
        inside = bucket(nw.col("day"), grain).is_in(periods)
        keys = frame.filter(inside & _named(entity)).select(*entity).unique()
        linked = frame.join(keys, on=list(entity), how="semi")
        return {table: nw.concat([frame.filter(inside & ~_named(entity)), linked], how="vertical")}

    def _recount(self, grain: Every, days: set[date] | None) -> Any:
        """The grouped rows at that grain: those kept, with the touched days (or months) counted again."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        source = self.rollups.source
        query = replace(self.query, window=None, every=grain, by=self.breakdown, carry=self.breakdown)
        frames = frames_for(self.indicator, source, self.breakdown)

        def counted(facts: Frames) -> nw.LazyFrame[Any]:
            return prepared(self.indicator.units(facts, query), query)

        if days is None:
            return _plain(grouped(self.indicator, counted(frames), query))
        kept = pq.read_table(self.folder / f"{grain}.parquet")
        periods = sorted({index_of(day, grain) for day in days})
        if 2 * len(periods) > pc.count_distinct(kept["period"]).as_py():  # telling them apart would cost more
            return _plain(grouped(self.indicator, counted(frames), query))
        units = counted(self._bound(frames, grain, periods)).filter(nw.col("period").is_in(periods))
        fresh = _plain(grouped(self.indicator, units, query))
        kept = kept.filter(pc.invert(pc.is_in(kept["period"], value_set=pa.array(periods, pa.int64()))))
        return pa.concat_tables([kept, fresh.select(kept.column_names).cast(kept.schema)])

    def _write(self, grain: str, table: Any) -> None:
        import pyarrow.parquet as pq

        temporary = self.folder / f".{grain}-{os.getpid()}.parquet"
        pq.write_table(table, temporary)
        temporary.replace(self.folder / f"{grain}.parquet")


def _named(entity: tuple[str, ...]) -> nw.Expr:
    """Facts whose entity is known: the others are bound to none."""
    return nw.all_horizontal(*(~nw.col(name).is_null() for name in entity), ignore_nulls=False)


def _plain(frame: nw.LazyFrame[Any]) -> Any:
    """Grouped rows as an Arrow table: cells and counts as integers, sums that may be wide as exact decimals."""
    import pyarrow as pa

    table = frame.collect().to_arrow()
    fields = []
    for name, kind in zip(table.column_names, table.schema.types, strict=True):
        wide = name.startswith("_") and name not in ("_count", "_last", "_n", "_units")
        whole = pa.decimal128(38, 0) if wide else pa.int64()
        text = pa.string() if not (pa.types.is_date(kind) or name.startswith("_")) else kind
        number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
        fields.append(pa.field(name, whole if number else text))
    return table.cast(pa.schema(fields))


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


def _answer(indicator: Indicator, columns: Columns, query: Query, *, by_month: bool) -> Stats:
    """Kept rows, those of the window, numbered by the periods asked for."""
    import numpy as np

    grain: Every = "month" if by_month else "day"
    indices, place = np.unique(columns["period"], return_inverse=True)
    starts = [period_at(index, grain).start for index in indices.tolist()]
    window = query.window
    inside = np.array([window is None or window.start <= start < window.end for start in starts], dtype=np.bool_)
    numbers = np.array([_number(start, query) for start in starts], dtype=np.int64)
    if not inside.all():
        rows = np.flatnonzero(inside[place])
        columns = {name: one.where(rows) if isinstance(one, Words) else one[rows] for name, one in columns.items()}
        place = place[rows]
    return read_sums(indicator, {**columns, "period": numbers[place]}, query)


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


def _number(start: date, query: Query) -> int:
    return index_of(start, query.every, query.fiscal_year_start)
