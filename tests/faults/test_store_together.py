"""Several processes on one table: they take turns, and no row is lost or there twice."""

import subprocess
import sys
from pathlib import Path

from lakes import Workspace, answer, load, scores

FACTS = str(Path(__file__).parents[1] / "facts")
PROGRAM = """
import sys
sys.path.insert(0, sys.argv[1])
from lakes import *
workspace, me = Workspace.open(sys.argv[2]), sys.argv[3]
workspace.lake.patience = 60
for number in range(6):
    load(workspace, [answer(f"{me}-{number}"), answer(f"shared-{number}", 1)], batch=f"{me}-{number}")
"""


def test_two_writers_and_a_compactor(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "w", threads=1, memory="256MB")
    load(workspace, [answer("first")])
    words = [sys.executable, "-c", PROGRAM, FACTS, str(workspace.root)]
    writers = [subprocess.Popen([*words, name]) for name in ("x", "y")]
    while any(writer.poll() is None for writer in writers):
        workspace.lake.compact("answers", force=True)
    assert [writer.wait() for writer in writers] == [0, 0]
    expected = {"first", *(f"{name}-{n}" for name in ("x", "y", "shared") for n in range(6))}
    assert set(scores(Workspace.open(workspace.root))) == expected
    assert workspace.lake.examine() == []
    load_counts = [one for one in workspace.lake.receipts("answers") if one.kind == "load"]
    assert len(load_counts) == 13
