"""What the bridge's bench counts: percentiles, the memory of a family of processes, and no error taken for a page."""

import subprocess
import sys
from pathlib import Path

import pytest
from bench.bridge import OTHERS, checked, memory, other, p95
from bench.visitor import Answer


def test_one_in_twenty_passes_the_95th_percentile() -> None:
    assert p95([float(number) for number in range(1, 101)]) == pytest.approx(95.05)
    assert p95([3.0]) == 3.0


def test_every_question_is_another_and_lies_in_the_year() -> None:
    asked = [other(number) for number in range(OTHERS + 2)]
    assert len(set(asked)) == len(asked)
    assert all("/?du=2025-0" in one and "&au=2025-1" in one for one in asked)


def test_an_error_is_no_page() -> None:
    with pytest.raises(RuntimeError, match="500"):
        checked(Answer(500, b"NPS", 0.001, {}))
    with pytest.raises(RuntimeError, match="not the bridge"):
        checked(Answer(200, b"sign in", 0.001, {}))


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs the kernel's account of memory (Linux)")
def test_memory_counts_children_and_what_works_in_the_database_folder(tmp_path: Path) -> None:
    (tmp_path / "database").mkdir()
    holding = (
        "import sys; held = bytearray(60_000_000); held[::4096] = b'1' * len(held[::4096]); "
        "print(1, flush=True); sys.stdin.read()"
    )
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", holding], cwd=tmp_path / "database", **pipes) as database:  # type: ignore[call-overload]
        database.stdout.readline()
        with subprocess.Popen([sys.executable, "-c", holding], **pipes) as server:  # type: ignore[call-overload]
            server.stdout.readline()
            both, alone = memory(server.pid, tmp_path), memory(server.pid, tmp_path / "elsewhere")
            server.communicate()
        database.communicate()
    assert 60_000_000 < alone < 110_000_000
    assert both - alone > 60_000_000
