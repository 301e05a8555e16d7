"""A workspace in a temporary folder."""

from pathlib import Path

import pytest

from timonier.facts.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "company", threads=1, memory="256MB")
