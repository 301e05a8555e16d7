"""Target 5: how soon the command line answers, the demo, and what an installation weighs."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.report import Finding, Section, bounded, say
from bench.timing import ROOT, alternate, ran

NOTES = """\
`timonier --version` and `timonier --help` in a process of their own, as a shell starts them, against a Python that does
nothing; processor time is that of the process. The demo company is the default one of `make demo`. The installation
is the base without development tools, in an environment of its own, Python itself apart."""
COMMAND = Path(sys.executable).with_name("timonier")


def measure(rounds: int, *, installation: bool = True) -> Section:
    """Start-up in alternation, then the demo twice, its scorecard, and the size of an installation."""
    say("starting the command line…")
    clocks = alternate(
        {
            "python": lambda: _quiet([sys.executable, "-c", "pass"]),
            "version": lambda: _quiet([COMMAND, "--version"]),
            "help": lambda: _quiet([COMMAND, "--help"]),
        },
        2 * rounds,
    )
    findings = [Finding("python, nothing else", f"{clocks['python'].seconds:.2f} s")]
    for name in ("version", "help"):
        clock = clocks[name]
        findings.append(bounded(f"`timonier --{name}`", clock.seconds, 0.3, "s"))
        findings.append(bounded(f"`timonier --{name}`, fastest", min(clock.wall), 0.3, "s"))
        findings.append(bounded(f"`timonier --{name}`, processor", _processor([COMMAND, f"--{name}"]), 0.3, "s"))
    findings += _demo()
    if installation:
        findings += _installation()
    return Section("Starting, the demo, the installation", NOTES, tuple(findings))


def _quiet(command: Sequence[str | Path]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _processor(command: Sequence[str | Path], rounds: int = 7) -> float:
    """Processor seconds of a command, the median."""
    found = []
    for _ in range(rounds):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        _quiet(command)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    return sorted(found)[rounds // 2]


def _demo() -> list[Finding]:
    with tempfile.TemporaryDirectory() as folder:
        findings = []
        for turn in ("first", "second"):
            say(f"the demo, {turn} run…")
            start = time.perf_counter()
            _quiet([COMMAND, "demo", "--no-serve", "--workspace", Path(folder) / "demo"])
            findings.append(Finding(f"`timonier demo`, {turn} run", f"{time.perf_counter() - start:.1f} s"))
        size = _size(Path(folder) / "demo")
        scored = ran([COMMAND, "score", "--workspace", Path(folder) / "demo"])
        text = f"{scored.seconds:.1f} s, {scored.peak / 1e6:.0f} MB of memory"
        return [*findings, Finding("the demo on the disk", f"{size / 1e6:.0f} MB"), Finding("`timonier score`", text)]


def _installation() -> list[Finding]:
    """The base in a temporary environment; nothing when there is no uv."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(ROOT / ".tools"))
    if uv is None:
        return [Finding("installation", "not measured: no uv here")]
    say("installing the base in a temporary environment…")
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "UV_PROJECT_ENVIRONMENT": folder, "UV_LINK_MODE": "copy"}
        command = [uv, "sync", "--locked", "--no-dev", "--quiet", "--python", sys.executable]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        return [Finding("installation, on the disk", f"{_size(Path(folder)) / 1e6:.0f} MB")]


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
