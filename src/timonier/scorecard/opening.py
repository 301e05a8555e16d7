"""Gathering on one desk what a scorecard needs, from an open workspace: the command line and the web share it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta

from timonier.facts.workspace import Workspace
from timonier.indicators.definition import Indicator
from timonier.indicators.own import catalogue_with
from timonier.scorecard.rollups import Rollups
from timonier.scorecard.score import Desk
from timonier.scorecard.sources import LakeSource


def catalogue_of(workspace: Workspace) -> Mapping[str, Indicator]:
    """Our indicators and those that the workspace declares."""
    columns = {
        name: {**{column.name: column.type for column in table.columns}, "day": "date"}
        for name, table in workspace.tables().items()
    }
    return catalogue_with(workspace.settings.indicators, columns, workspace.settings.zone)


def desk_of(workspace: Workspace, as_of: date | None = None, *, rollups: bool = True) -> Desk:
    """Facts, catalogue and settings; with `as_of`, the facts as they were known at the end of that day.

    Rollups follow the latest facts: they are left aside when older ones are asked for.
    """
    settings = workspace.settings
    today = datetime.now(settings.tzinfo).date()
    known = None
    if as_of is not None and as_of < today:
        known = datetime.combine(as_of + timedelta(days=1), time(), settings.tzinfo).astimezone(UTC)
    source = LakeSource(workspace, known)
    return Desk(
        source,
        catalogue_of(workspace),
        today,
        settings.currency,
        settings.minimum_n,
        settings.fiscal_year_start,
        settings.alsace_moselle,
        Rollups(workspace, source) if rollups and known is None else None,
        settings.zone,
    )
