"""A disk that fills up: what was acknowledged is there, the rest is refused in words, room brings it back."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parent / "store_on_small_disk.py"


def test_disk_full(tmp_path: Path) -> None:
    if shutil.which("unshare") is None:
        pytest.skip("no small disk: no unshare here")
    mount = (
        f"mount -t tmpfs -o size=6m none {tmp_path} 2>/dev/null || exit 77; exec {sys.executable} {PROGRAM} {tmp_path}"
    )
    ran = subprocess.run(
        ["unshare", "--mount", "--map-root-user", "sh", "-c", mount], capture_output=True, text=True, check=False
    )
    if ran.returncode in {1, 77} and "Traceback" not in ran.stderr:
        pytest.skip("no small disk: mounting one is not permitted here")
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["acknowledged"] > 3
    assert "disk is full" in found["message"] or "No space left" in found["message"]
    assert found["present"] in (found["acknowledged"] * 20, found["acknowledged"] * 20 + 20)
    assert found["after"] == found["present"] + 1
    assert found["damages"] == 0
