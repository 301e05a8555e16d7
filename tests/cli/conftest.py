"""The company of the command line tests, as fixtures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_company import make_workspace

from timonier.text import language


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """What one run chooses must not leak into the next test."""
    token = language.set("en")
    yield
    language.reset(token)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace, for tests that only read."""
    return make_workspace(tmp_path_factory.mktemp("company"))


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    """The workspace, for tests that change it."""
    return make_workspace(tmp_path)
