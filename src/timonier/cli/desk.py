"""Opening a workspace for a command: the language of the company is spoken unless the person chose one."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from timonier.cli.language import suggest_language

if TYPE_CHECKING:
    from collections.abc import Mapping

    from timonier.facts.workspace import Workspace
    from timonier.indicators.definition import Indicator
    from timonier.scorecard.score import Desk


def open_workspace(folder: Path, *, verify: bool = True) -> "Workspace":
    """The workspace in `folder`, whose language is spoken unless the person chose one."""
    from timonier.facts.workspace import Workspace

    workspace = Workspace.open(folder, verify=verify)
    suggest_language(workspace.settings.language)
    return workspace


def catalogue_of(workspace: "Workspace") -> "Mapping[str, Indicator]":
    """As `timonier.scorecard.opening.catalogue_of`, imported when it is needed."""
    from timonier.scorecard.opening import catalogue_of as found

    return found(workspace)


def desk_of(workspace: "Workspace", as_of: date | None = None, *, rollups: bool = True) -> "Desk":
    """As `timonier.scorecard.opening.desk_of`, imported when it is needed."""
    from timonier.scorecard.opening import desk_of as opened

    return opened(workspace, as_of, rollups=rollups)
