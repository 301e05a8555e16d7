"""kill −9 in the middle of loads: what is visible is whole files, and the next run ends with exact counts."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).parent / "load_crash.py"


def crash(root: Path, kind: str) -> dict[str, Any]:
    words = [sys.executable, str(PROGRAM), str(root), "24", "11", kind]
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=280)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


@pytest.mark.slow
def test_killed_loads_end_with_exact_counts(tmp_path: Path) -> None:
    found = crash(tmp_path, "honest")
    assert found["wrong"] == []
    assert found["kills"] + found["finished"] == 24
    assert found["kills"] >= 10
    assert found["left"] == 0  # what killed loads had prepared is cleaned


@pytest.mark.slow
def test_the_harness_sees_a_loader_that_forgets(tmp_path: Path) -> None:
    """Control: the same rounds with a loader that does not know what it loaded must be caught."""
    assert crash(tmp_path, "forgetful")["wrong"]
