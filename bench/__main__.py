"""`python -m bench`: every measure, a table on the screen, and docs/benchmarks.md."""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import bridge, care, kept_sums, loading, scoring, starting
from bench.dataset import dataset
from bench.report import Section, say, text_of, write
from bench.timing import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
SECTIONS = ("scoring", "rollups", "loading", "care", "starting", "bridge")


def main() -> None:
    """Parses the command line, measures, and says whether every promise is kept (exit code 1 when not)."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"among {', '.join(SECTIONS)}; default: all")
    parser.add_argument("--quick", action="store_true", help="a million rows instead of ten; the page is not written")
    parser.add_argument("--folder", type=Path, help="keep the data sets here for the next time (2 GB)")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each comparison (default: 5)")
    parser.add_argument("--page", type=Path, help=f"where to write (default: {PAGE.relative_to(ROOT)})")
    parser.add_argument(
        "--facts", type=int, nargs="+", metavar="M", help="millions of facts behind the bridge (default: 1 50)"
    )
    parser.add_argument("--people", type=int, default=10, help="people at once on the bridge (default: 10)")
    asked = parser.parse_args()
    if unknown := set(asked.sections) - set(SECTIONS):
        parser.error(f"no section {', '.join(sorted(unknown))}: choose among {', '.join(SECTIONS)}")
    folder = asked.folder or Path(tempfile.mkdtemp(prefix="timonier-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    whole = not asked.sections and not asked.quick
    path = asked.page or (PAGE if whole else None)
    command = "make bench" if whole else " ".join(["python -m bench", *sys.argv[1:]])
    sections: list[Section] = []
    try:
        for section in measured(asked, folder):
            sections.append(section)
            if path is not None:
                write(path, sections, command)
    finally:
        if asked.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(any(one.met is False for section in sections for one in section.findings))


def measured(asked: argparse.Namespace, folder: Path) -> Iterator[Section]:
    """The sections asked for, each shown as soon as it is known."""
    wanted, rounds, quick = asked.sections or SECTIONS, asked.rounds, asked.quick
    rows = 1_000_000 if quick else 10_000_000
    facts = (300_000, 2_400_000) if quick else (1_000_000, 50_000_000)
    work = {
        "scoring": lambda: scoring.measure(dataset(folder, rows), rounds),
        "rollups": lambda: kept_sums.measure(folder, *facts, rounds),
        "loading": lambda: loading.measure(folder, rows, min(rounds, 2)),
        "care": lambda: care.measure(dataset(folder, rows), folder),
        "starting": lambda: starting.measure(rounds, installation=not quick),
        "bridge": lambda: bridge.measure(folder, asked.facts or ([1] if quick else [1, 50]), asked.people),
    }
    for name in SECTIONS:
        if name in wanted:
            say(f"— {name}")
            section = work[name]()
            sys.stdout.write(text_of(section) + "\n")
            sys.stdout.flush()
            yield section


if __name__ == "__main__":
    main()
