"""The facts of a workspace read by Apache Spark: the same indicators over the same tables, past one machine.

from timonier.facts.engines.spark import session
score(replace(desk, source=SparkSource(workspace, session(workspace.settings)), rollups=None), request)
"""

from collections.abc import Mapping
from dataclasses import dataclass
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

    @property
    def tables(self) -> Mapping[str, Table]:
        return self.workspace.tables()

    def has(self, table: str) -> bool:
        return self.workspace.lake.snapshot(table, as_of=self.as_of).rows > 0

    def frame(self, table: str) -> nw.LazyFrame[Any]:
        from timonier.facts.engines import spark as engine  # an extra: this module is imported without it

        return engine.frame(self.session, self.workspace.lake, table, as_of=self.as_of)

    def last_day(self, table: str) -> date | None:
        return latest_day(self.frame(table))

    def first_day(self, table: str) -> date | None:
        return earliest_day(self.frame(table))
