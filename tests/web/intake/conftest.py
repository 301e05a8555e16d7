"""A company that has loaded nothing, for tests that load."""

from pathlib import Path
from typing import Any

import pytest

from timonier.facts.workspace import Workspace


@pytest.fixture
def empty(tmp_path: Path, settings: Any) -> Workspace:
    """Its workspace, which the pages read."""
    workspace = Workspace.create(tmp_path / "company", zone="Europe/Paris", language="fr")
    settings.WORKSPACE = workspace.root
    return workspace
