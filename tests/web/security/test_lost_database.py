"""A database that stops: a page that says so at once; everything again when it is back, without restarting."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from looked_at import Page

PROGRAM = Path(__file__).with_name("losing_database.py")
AT_MOST = 2.0  # seconds


@pytest.fixture(scope="module")
def told(company: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the process in which the database was lost saw."""
    folder = tmp_path_factory.mktemp("lost") / "company"
    shutil.copytree(company, folder, ignore=shutil.ignore_patterns("exports", "cache"))
    environment = {**os.environ, "TIMONIER_WORKSPACE": str(folder), "DATABASE_URL": ""}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(PROGRAM), str(folder)],
        env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_page_says_so_within_two_seconds(told: dict[str, Any]) -> None:
    assert told["before"]["status"] == told["health before"]["status"] == 200
    for name in ("without", "health without", "sending without"):
        lost = told[name]
        assert lost["status"] == 503, name
        assert lost["seconds"] < AT_MOST
        assert lost["retry"] == "5"
        assert "base de données ne répond pas" in lost["page"]
        assert "default-src 'none'" in lost["policy"]
        assert Page(lost["page"]).regrets == []


def test_it_recovers_by_itself(told: dict[str, Any]) -> None:
    assert told["after"]["status"] == 200
    assert 'value="dark" selected' not in told["after"]["page"], "what could not be kept was not half kept"
    assert told["health after"]["status"] == 200
    assert told["health after"]["page"] == "ok"
