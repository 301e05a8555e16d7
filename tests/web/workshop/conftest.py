"""Settings are written: each test has a copy of the company of its own."""

import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def own_company(company: Path, settings: Any, tmp_path: Path) -> Path:
    """A copy that may be written to; facts are shared by links, the settings file is not."""
    folder = tmp_path / "company"
    shutil.copytree(company, folder, ignore=shutil.ignore_patterns("exports", "rollups", "cache"))
    settings.WORKSPACE = folder
    return folder
