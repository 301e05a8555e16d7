"""A workspace has one server; what is left of one that was killed is waited for, and leaves no database running."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from timonier.web.launch.alone import NotAlone, alone
from timonier.web.launch.cluster import Cluster
from timonier.web.launch.serving import WORK
from timonier.web.launch.together import PARENT

HOLD = """
import sys, time
from pathlib import Path
from timonier.web.launch.alone import alone, ending
kind, workspace, seconds = sys.argv[1:]
with alone(Path(workspace), "http://there") if kind == "serving" else ending(Path(workspace)):
    print("held", flush=True)
    time.sleep(float(seconds))
"""


@contextmanager
def held(kind: str, workspace: Path, seconds: float) -> Iterator[None]:
    """Another process holds the workspace: a lock of this one would not be in its own way."""
    command = [sys.executable, "-c", HOLD, kind, str(workspace), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        yield
        holder.kill()


def test_a_workspace_that_is_served_is_refused_at_once_with_its_address(tmp_path: Path) -> None:
    with held("serving", tmp_path, 60), pytest.raises(NotAlone) as refused, alone(tmp_path, "http://here"):
        pass
    assert "http://there" in str(refused.value.hint)


def test_what_ends_after_a_server_was_killed_is_waited_for(tmp_path: Path) -> None:
    with held("ending", tmp_path, 1.0):
        start = time.monotonic()
        with alone(tmp_path, "http://here") as killed:
            assert time.monotonic() - start > 0.5
            assert killed
    with alone(tmp_path, "http://here") as killed:
        assert not killed


def test_that_a_server_was_killed_is_known_after_its_database_was_stopped(tmp_path: Path) -> None:
    with held("serving", tmp_path, 60):
        pass  # killed
    with held("ending", tmp_path, 60):
        pass
    with alone(tmp_path, "http://here") as killed:
        assert killed


def test_a_worker_whose_server_is_killed_while_it_starts_stops_the_database(tmp_path: Path) -> None:
    cluster = Cluster(tmp_path / "database")
    cluster.start()
    try:
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        surroundings = {**os.environ, PARENT: str(gone.pid), "TIMONIER_WORKSPACE": str(tmp_path)}
        worker = subprocess.run([sys.executable, "-c", WORK], env=surroundings, timeout=60, check=False)
        assert worker.returncode == 0
        assert not cluster.running()
    finally:
        cluster.stop()
