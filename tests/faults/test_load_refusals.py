"""Two loads at once, and a disk that refuses: nothing counted twice, nothing half done, the message says what to do."""

import multiprocessing
import os
import resource
import signal
import sys
from pathlib import Path

import pytest
from lakes import scores

from timonier.errors import StoreError, StoreLocked
from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.workspace import Workspace

RECIPE = """version = 1
[[table]]
into = "answers"
[table.columns]
answer_id = "id"
score = "note"
answered_at = "date"
comment = "texte"
"""


def write(path: Path, rows: range, comment: str = "") -> Path:
    lines = [f"{row};{row % 11};2024-01-10;{comment}{row}" for row in rows]
    path.write_text("\n".join(["id;note;date;texte", *lines]), encoding="utf-8")
    return path


def run(root: Path, files: list[Path], told: "multiprocessing.Queue[str]") -> None:
    """Loads, waiting its turn when told that the table is being written."""
    workspace = Workspace.open(root)
    recipe = parse_recipe(RECIPE, workspace.tables())
    while True:
        try:
            load(workspace, recipe, files)
        except StoreLocked:
            continue
        told.put("done")
        return


def test_two_loads_at_once_never_count_twice(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w", threads=1, memory="256MB")
    shared = [write(tmp_path / f"shared{n}.csv", range(n * 100, n * 100 + 150)) for n in range(4)]
    other = [write(tmp_path / "other.csv", range(10_000, 10_300))]
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[str] = context.Queue()
    loads = [context.Process(target=run, args=(tmp_path / "w", files, told)) for files in (shared, shared, other)]
    for one in loads:
        one.start()
    for one in loads:
        one.join(timeout=120)
    assert [one.exitcode for one in loads] == [0, 0, 0]
    found = scores(Workspace.open(tmp_path / "w"))
    assert len(found) == 450 + 300


def run_under_limit(root: Path, file: Path, limit: int, told: "multiprocessing.Queue[str]") -> None:
    """Loads in a process whose files cannot grow past `limit` bytes: a disk that refuses."""
    workspace = Workspace.open(root)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        told.put(f"kept {load(workspace, parse_recipe(RECIPE, workspace.tables()), [file]).kept}")
    except StoreError as error:
        told.put(f"StoreError {error}")


def load_under_limit(root: Path, file: Path, limit: int) -> str:
    context = multiprocessing.get_context("spawn")
    told: multiprocessing.Queue[str] = context.Queue()
    process = context.Process(target=run_under_limit, args=(root, file, limit, told))
    process.start()
    answer = told.get(timeout=60)
    process.join(timeout=60)
    return answer


@pytest.mark.skipif(sys.platform != "linux", reason="not on this system: RLIMIT_FSIZE")
def test_a_disk_that_refuses_leaves_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    Workspace.create(tmp_path / "w", threads=1, memory="256MB")
    noise = os.urandom(200).hex()
    file = write(tmp_path / "a.csv", range(20_000), noise)
    answer = load_under_limit(tmp_path / "w", file, 100_000)
    assert answer.startswith("StoreError")
    assert "the disk is full" in answer
    assert "Free some space" in answer
    assert Workspace.open(tmp_path / "w").lake.version("answers") == 0
    assert list((tmp_path / "w" / "staging").glob("load-*")) == []
    assert load_under_limit(tmp_path / "w", file, 100_000_000) == "kept 20000"
