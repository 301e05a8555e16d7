"""What must be on the disk before what, and a disk that refuses at every step."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from lakes import answer, load, scores, stage

from timonier.errors import StoreError
from timonier.facts import durability
from timonier.facts.receipts import Receipt
from timonier.facts.workspace import Workspace

PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); from lakes import *; "
    "load(Workspace.open(sys.argv[2]), [answer('b', 2)]); print('ACKNOWLEDGED', flush=True)"
)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    workspace = Workspace.create(tmp_path / "w", threads=1, memory="256MB")
    load(workspace, [answer("a", 1)])
    return workspace


def synced(work: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files and folders that `work` made durable, in order."""
    order: list[str] = []
    real = os.fsync

    def noting(descriptor: int) -> None:
        order.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noting)
    work()
    monkeypatch.undo()
    return order


def in_order(order: list[str]) -> bool:
    """Data file, its folder, log entry, its folder, ledger, its folder: and nothing after."""
    kinds = [kind for name in order for pattern, kind in _KINDS if re.fullmatch(pattern, name)]
    return kinds == ["data", "table", "entry", "log", "ledger", "lake"]


_KINDS = (
    (r".*\.parquet", "data"),
    (r"answers", "table"),
    (r"\d{20}\.json", "entry"),
    (r"_delta_log", "log"),
    (r"ledger\.json.*", "ledger"),
    (r"lake", "lake"),
)


def test_the_order_of_a_commit(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    assert in_order(synced(lambda: load(workspace, [answer("b", 2)]), monkeypatch))


@pytest.mark.parametrize("step", ["sync_file", "sync_folder"])
def test_a_store_that_skips_a_step_is_seen(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Control."""
    with monkeypatch.context() as patch:
        patch.setattr(durability, step, lambda _: None)
        assert not in_order(synced(lambda: load(workspace, [answer("b", 2)]), patch))


@pytest.mark.skipif(shutil.which("strace") is None, reason="not on this system: no strace")
def test_the_order_as_the_kernel_saw_it(workspace: Workspace, tmp_path: Path) -> None:
    """The same, from outside: the log entry is synced after it got its name, before the acknowledgement."""
    trace = tmp_path / "trace"
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat,write"
    words = ["strace", "-f", "-y", "-s", "80", "-e", calls, "-o", str(trace), sys.executable, "-c", PROGRAM]
    folder = str(Path(__file__).parents[1] / "facts")
    ran = subprocess.run([*words, folder, str(workspace.root)], capture_output=True, text=True, check=False)
    if "ptrace" in ran.stderr:
        pytest.skip("not on this system: tracing is not permitted")
    assert ran.returncode == 0, ran.stderr
    lines = trace.read_text(errors="replace").splitlines()

    def first(pattern: str) -> int:
        return next(number for number, line in enumerate(lines) if re.search(pattern, line))

    entry = r"0000000002\.json"
    named = first(rf'(rename|link)\w*\(.*{entry}"')
    data, log_entry = first(r"fsync\(.*\.parquet>"), first(rf"fsync\(.*{entry}>")
    log, ledger = first(r"fsync\(.*_delta_log>"), first(r'rename\(.*ledger\.json"')
    told = first(r"write\(1<.*ACKNOWLEDGED")
    assert data < named < log_entry < log < ledger < told


@pytest.mark.parametrize("number", range(1, 7))
@pytest.mark.parametrize("code", [5, 28], ids=["EIO", "ENOSPC"])
def test_a_disk_that_refuses_at_any_step(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    """Never acknowledged, never half there; the same load again ends right."""
    count = 0
    real = os.fsync

    def failing(descriptor: int) -> None:
        nonlocal count
        count += 1
        if count == number:
            raise OSError(code, os.strerror(code))
        real(descriptor)

    rows = [answer("a", 5), answer("b", 2)]
    staged = stage(workspace.staging, workspace.lake, "answers", rows)
    copy = staged.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", failing)
        with pytest.raises(StoreError):
            workspace.lake.commit("answers", [staged], Receipt("b1"))
    workspace = Workspace.open(workspace.root)
    assert scores(workspace) in ({"a": 1}, {"a": 5, "b": 2})
    staged.write_bytes(copy)
    workspace.lake.commit("answers", [staged], Receipt("b1"))
    assert scores(workspace) == {"a": 5, "b": 2}
    workspace.lake.clean("answers")
    assert workspace.lake.examine() == []
