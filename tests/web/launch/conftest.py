"""An empty workspace: starting and stopping need no facts."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from timonier.facts.workspace import Workspace

    return Workspace.create(tmp_path_factory.mktemp("w") / "empty").root


@pytest.fixture(autouse=True)
def in_company() -> None:
    """These tests start servers of their own."""
