"""Which days a commit touches: those of its facts, and those of every fact bound to them (the same issue, wave…)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import narwhals as nw

from timonier.errors import TimonierError
from timonier.facts.engines import duckdb as engine
from timonier.facts.snapshot import Snapshot
from timonier.facts.workspace import Workspace
from timonier.scorecard.sources import LakeSource

type Change = tuple[str, int, int, tuple[str, ...]]  # table, from a version to another, entity

_REMEMBERED = 64


@dataclass(frozen=True)
class Touched:
    """Remembers what it found: every breakdown, and every indicator of a table, asks for the same search."""

    workspace: Workspace
    found: dict[Change, set[date] | None] = field(default_factory=dict)

    def days(
        self, source: LakeSource, known: Mapping[str, int] | None, own: set[str], entity: tuple[str, ...]
    ) -> set[date] | None:
        """The days touched from the versions `known` to those of `source`; None when everything must be counted again.

        `own` are the tables of the facts; another (the customers that a breakdown comes from) may change any day.
        """
        if known is None:
            return None
        days: set[date] = set()
        for table, since in known.items():
            version = source.version(table)
            if version == since:
                continue
            found = self._remembered(source, (table, since, version, entity)) if table in own else None
            if found is None:
                return None
            days |= found
        return days

    def _remembered(self, source: LakeSource, change: Change) -> set[date] | None:
        if change not in self.found:
            if len(self.found) >= _REMEMBERED:
                self.found.clear()
            table, since, _, entity = change
            self.found[change] = self._changed(source, table, since, entity)
        return self.found[change]

    def _changed(self, source: LakeSource, table: str, since: int, entity: tuple[str, ...]) -> set[date] | None:
        """The days whose units changed with the facts since that version; None when it can no longer be read.

        The entities of the former rows count too: a fact that moved to another customer changes both. A column
        that gets its first value, or loses its last, is read otherwise: everything is then counted again.
        """
        days = self.workspace.lake.days_changed(table, since)
        if not days:
            return days
        try:
            before, now = self.workspace.lake.snapshot(table, version=since), source.snapshot(table)
        except TimonierError:  # erased or cleaned since
            return None
        if not before.rows or before.null_columns != now.null_columns:
            return None
        if not entity or now.null_columns.intersection(entity):
            return days
        return _spread(source, before, now, entity, days)


def _spread(
    source: LakeSource, before: Snapshot, now: Snapshot, entity: tuple[str, ...], days: set[date]
) -> set[date] | None:
    """The days of every fact bound by the entity to one that came, changed or went.

    Those facts are in the files that only one of the two versions has.
    """
    kept = set(before.files) & set(now.files)
    apart = [path for path in (*before.files, *now.files) if path not in kept]
    if not all(path.exists() for path in apart):
        return None
    changed = nw.from_native(source.connection.sql(engine.conform(now.table, apart)))
    keys = changed.filter(nw.col("day").is_in(sorted(days)) & named(entity)).select(*entity).unique()
    bound = source.frame(now.table.name).join(keys, on=list(entity), how="semi")
    found = bound.select("day").unique().collect()
    return days | {day for day in found["day"].to_list() if day is not None}


def named(entity: tuple[str, ...]) -> nw.Expr:
    """Facts whose entity is known: the others are bound to none."""
    return nw.all_horizontal(*(~nw.col(name).is_null() for name in entity), ignore_nulls=False)
