"""The facts of a workspace read by Apache Spark: the same indicators over the same tables, past one machine.

from timonier.facts.engines.spark import session
score(replace(desk, source=SparkSource(workspace, session(workspace.settings)), rollups=None), request)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import narwhals as nw

from timonier.facts.schema import Table
from timonier.facts.workspace import Workspace
from timonier.scorecard.sources import earliest_day, latest_day

if TYPE_CHECKING:
    from timonier.facts.engines.spark import Session


@dataclass(frozen=True)
class SparkSource:
    """The facts of a workspace, read by Spark; `as_of` reads them as they were known at an instant."""

    workspace: Workspace
    session: "Session"
    as_of: datetime | None = None
    _last_days: dict[tuple[str, int], date | None] = field(default_factory=dict, repr=False, compare=False)

    @property
    def tables(self) -> Mapping[str, Table]:
        return self.workspace.tables()

    def has(self, table: str) -> bool:
        return self.workspace.lake.snapshot(table, as_of=self.as_of).rows > 0

    def frame(self, table: str) -> nw.LazyFrame[Any]:
        from timonier.facts.engines import spark as engine  # an extra: this module is imported without it

        return engine.frame(self.session, self.workspace.lake, table, as_of=self.as_of)

    def last_day(self, table: str) -> date | None:
        """As the files tell it, else read once a version: each indicator asks."""
        snapshot = self.workspace.lake.snapshot(table, as_of=self.as_of)
        if snapshot.days is not None:
            return snapshot.days[1]
        key = (table, snapshot.version)
        if key not in self._last_days:
            self._last_days[key] = latest_day(self.frame(table))
        return self._last_days[key]

    def first_day(self, table: str) -> date | None:
        return earliest_day(self.frame(table))
