"""kill −9 in the middle of loads, compactions and erasures: what was acknowledged is there, once."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).parent / "store_crash.py"


def crash(root: Path, rounds: int, *, early: bool = False) -> dict[str, Any]:
    words = [sys.executable, str(PROGRAM), str(root), str(rounds), "7", "early" if early else "honest"]
    ran = subprocess.run(words, capture_output=True, text=True, check=True, timeout=280)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_nothing_acknowledged_is_lost_or_counted_twice(tmp_path: Path) -> None:
    found = crash(tmp_path / "w", 20)
    assert found["wrong"] == []
    assert found["kills"] == 20
    assert found["acknowledged"] >= 20


def test_the_harness_sees_a_store_that_acknowledges_too_early(tmp_path: Path) -> None:
    """Control: the same rounds on a writer that lies must fail."""
    assert crash(tmp_path / "w", 20, early=True)["wrong"]
