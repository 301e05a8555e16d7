"""What was measured, against what was promised: a table on the screen and a page of the documentation."""

import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("duckdb", "narwhals", "deltalake", "pyarrow", "numpy", "polars", "pandas")


@dataclass(frozen=True, slots=True)
class Finding:
    """One measure. `met` is None where nothing was promised."""

    what: str
    measured: str
    target: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        return {None: "", True: "met", False: "**not met**"}[self.met]


@dataclass(frozen=True, slots=True)
class Section:
    """The measures of one kind, with what a reader must know of them."""

    title: str
    notes: str
    findings: tuple[Finding, ...]


def bounded(what: str, value: float, limit: float, unit: str = "×", *, least: bool = False, more: str = "") -> Finding:
    """A measure that must not pass `limit`, or must reach it when `least`."""
    met = value >= limit if least else value <= limit
    return Finding(what, f"{value:.2f} {unit}{more}", f"{'≥' if least else '≤'} {limit:g} {unit}", met)


def text_of(section: Section) -> str:
    """The section for a terminal."""
    width = max(len(one.what) for one in section.findings)
    rows = [
        f"  {one.what:<{width}}  {one.measured:<46}  {one.target:<10} {one.verdict.strip('*')}".rstrip()
        for one in section.findings
    ]
    return "\n".join([section.title, *rows, ""])


def page(sections: Sequence[Section], command: str) -> str:
    """The page of the documentation, in Markdown."""
    parts = [_HEAD, *_machine(command)]
    for section in sections:
        parts += ["", f"## {section.title}", "", section.notes, "", "| measure | measured | promised | verdict |"]
        parts.append("|---|---|---|---|")
        parts += [f"| {one.what} | {one.measured} | {one.target} | {one.verdict} |" for one in section.findings]
    return "\n".join(parts) + "\n"


_HEAD = """\
# Benchmarks

Written by `make bench`, which anyone can run; `make bench` computes every figure below again. Contenders do the same
work: a test checks that SQL written by hand, pandas, Polars and Timonier find the same integers. They run in
alternation, and a ratio is the median of the ratios of the rounds. “Processor” ratios count the time of the
processors instead of that of the clock: other programs disturb them less.
"""


def _machine(command: str) -> list[str]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    cores = f"{os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB of memory, {platform.system()}"
    return [
        f"- **Machine**: {cores}; load of the last five minutes at the end: {os.getloadavg()[1]:.1f}",
        f"- **Software**: Python {platform.python_version()}, {libraries}",
        f"- **Date**: {datetime.now(UTC):%Y-%m-%d}",
        f"- **Command**: `{command}`",
    ]


def say(text: str) -> None:
    """Something for whoever waits, on the error output."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def write(path: Path, sections: Sequence[Section], command: str) -> None:
    """Writes the page."""
    path.write_text(page(sections, command), encoding="utf-8")
