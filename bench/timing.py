"""Clocks: contenders in alternation, medians of ratios, and the peak memory of a program.

Other programs may share the machine, so seconds alone say little: each round runs every contender once, and a ratio
is the median of the ratios of the rounds.
"""

import json
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Clock:
    """What one contender took in each round: seconds on the wall, and seconds of all its processors."""

    wall: tuple[float, ...]
    cpu: tuple[float, ...]

    @property
    def seconds(self) -> float:
        return statistics.median(self.wall)

    @property
    def cpu_seconds(self) -> float:
        return statistics.median(self.cpu)

    def over(self, other: "Clock") -> float:
        """How many times the other's time: the median over the rounds."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.wall, other.wall, strict=True))

    def cpu_over(self, other: "Clock") -> float:
        """The same on processor time, which other programs disturb less."""
        return statistics.median(mine / theirs for mine, theirs in zip(self.cpu, other.cpu, strict=True))

    def __add__(self, other: "Clock") -> "Clock":
        """Two contenders one after the other, round by round."""
        return Clock(
            tuple(a + b for a, b in zip(self.wall, other.wall, strict=True)),
            tuple(a + b for a, b in zip(self.cpu, other.cpu, strict=True)),
        )


def alternate(contenders: Mapping[str, Callable[[], object]], rounds: int, *, warm: bool = True) -> dict[str, Clock]:
    """Runs each contender once a round, `rounds` times; when `warm`, after a round that is not counted."""
    walls: dict[str, list[float]] = {name: [] for name in contenders}
    cpus: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds + warm):
        for name, work in contenders.items():
            wall, cpu = time.perf_counter(), time.process_time()
            work()
            if turn or not warm:
                walls[name].append(time.perf_counter() - wall)
                cpus[name].append(time.process_time() - cpu)
    return {name: Clock(tuple(walls[name]), tuple(cpus[name])) for name in contenders}


@dataclass(frozen=True, slots=True)
class Ran:
    """A program that ended: its seconds, those of the processors, the peak of its memory (bytes), what it printed."""

    seconds: float
    cpu_seconds: float
    peak: int
    output: str

    @property
    def answer(self) -> Any:
        """Its last line, as JSON."""
        return json.loads(self.output.strip().splitlines()[-1])


_WATCH = """
import re, resource, runpy, sys
sys.argv = sys.argv[1:]
try:
    if sys.argv[0] == "-m":
        sys.argv = sys.argv[1:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")
finally:
    with open("/proc/self/status") as status:
        print(re.search(r"VmHWM:.*", status.read())[0], file=sys.stderr)
"""


def ran(arguments: Sequence[str | Path]) -> Ran:
    """Runs `python` with these arguments in a process of its own; raises CalledProcessError when it fails."""
    command = [sys.executable, "-c", _WATCH, *map(str, arguments)]
    start, cpu = time.perf_counter(), _children_cpu()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, cpu = time.perf_counter() - start, _children_cpu() - cpu
    peak = re.search(r"VmHWM:\s+(\d+) kB", done.stderr)
    return Ran(seconds, cpu, int(peak[1]) * 1024 if peak else 0, done.stdout)


def _children_cpu() -> float:
    """Seconds of processor of the programs that ran and ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
