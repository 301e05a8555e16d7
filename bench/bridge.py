"""The bridge, as a browser meets it: its time on few and on many facts, its weight, the memory of the whole.

python -m bench bridge --facts 1 50 --people 10
"""

import re
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.running import free_port, link_of, running, stop, timonier

from bench.dataset import dataset
from bench.report import Finding, Section, bounded, say
from bench.visitor import Answer, Visitor

NOTES = """\
The application as `timonier serve` starts it, asked by a program on the same machine over one connection a person,
who is signed in. The first page is that of the year 2025, over {facts} facts in all, a third each of answers, orders
and contacts, with their kept sums made beforehand. *Cold* is the first page of a server just started; *again* the
same page, which the process remembers; *another question* a period that nobody asked for before; the page of an
indicator is that of customer value, counted from the facts, for such periods. Seconds until the last byte, p95 over
the requests; *whole* is the time until no figure is missing: a page comes first with those that are known, then asks
for the others. Memory is what the processes have of their own, plus their part of what they share (PSS), database
included."""
YEAR = "/?du=2025-01-01&au=2025-12-31"
COLD, AGAIN, OTHERS, WHOLE, INDICATOR = 3, 60, 24, 3, 3
MISSING = b'hx-trigger="load delay:1s"'
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds of each page, at one number of facts."""

    cold: tuple[float, ...]
    again: tuple[float, ...]
    others: tuple[float, ...]
    whole: tuple[float, ...]
    page: tuple[float, ...]
    page_whole: tuple[float, ...]
    together: tuple[float, ...]
    rest: int
    after: int
    weight: dict[str, int]


def measure(folder: Path, millions: Sequence[int], people: int) -> Section:
    """The bridge at each number of facts, then the demo from nothing and again."""
    findings = [*_demo(folder)]
    found = {size: _times(folder, size, people) for size in millions}
    findings += [finding for size, times in found.items() for finding in _findings(size, times, people)]
    least, most = min(found), max(found)
    if most > least:
        for what, name in (("again", "again"), ("another question", "others")):
            ratio = p95(getattr(found[most], name)) / p95(getattr(found[least], name))
            findings.append(bounded(f"{what}, {most} million over {least}", ratio, 1.5))
    facts = " and ".join(f"{size} million" for size in millions)
    return Section("The bridge", NOTES.format(facts=facts), tuple(findings))


def p95(values: Sequence[float]) -> float:
    """The value that one in twenty passes."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def _findings(size: int, times: Times, people: int) -> list[Finding]:
    largest = sorted(times.weight.items(), key=lambda pair: -pair[1])[:3]
    parts = ", ".join(f"{Path(name).name or 'page'} {weight / 1000:.0f}" for name, weight in largest)
    at = f"at {size} million"
    return [
        bounded(f"cold, {at}", statistics.median(times.cold), 1, "s"),
        bounded(f"again, {at} (p95)", 1000 * p95(times.again), 150, "ms"),
        bounded(f"another question, {at} (p95)", 1000 * p95(times.others), 1000, "ms"),
        Finding(f"another question, whole, {at} (median)", f"{statistics.median(times.whole):.1f} s"),
        Finding(f"page of an indicator, {at} (longest)", f"{max(times.page):.1f} s"),
        Finding(f"page of an indicator, whole, {at} (median)", f"{statistics.median(times.page_whole):.1f} s"),
        bounded(f"{people} people at once, {at} (p95)", 1000 * p95(times.together), 500, "ms"),
        bounded(f"weight of the page, {at}", sum(times.weight.values()) / 1000, 150, "KB", more=f" ({parts})"),
        bounded(f"memory at rest, {at}", times.rest / MEGABYTE, 450, "MB"),
        Finding(f"memory after these pages, {at}", f"{times.after / MEGABYTE:.0f} MB"),
    ]


def _times(folder: Path, millions: int, people: int) -> Times:
    data = dataset(folder, millions * 1_000_000 // 3)
    root = data.workspace.root
    say(f"the bridge at {millions} million facts: kept sums…")
    with served(root) as (visitor, _):
        until_whole(visitor, YEAR)  # makes the sums that are missing
    say("cold…")
    cold = []
    for _ in range(COLD - 1):
        with served(root) as (visitor, _):
            cold.append(until_whole(visitor, YEAR))
    with served(root) as (visitor, pid):
        time.sleep(3)
        rest = memory(pid, root)
        cold.append(until_whole(visitor, YEAR))
        say("again, another question, together…")
        again = [checked(visitor.get(YEAR)).seconds for _ in range(AGAIN)]
        others = [checked(visitor.get(other(number))).seconds for number in range(OTHERS)]
        whole = [until_whole(visitor, other(number)) for number in range(OTHERS + 2, OTHERS + 2 + WHOLE)]
        pages = [_first_and_whole(visitor, _indicator(number)) for number in range(INDICATOR)]
        together = _together(visitor, people)
        after, weight = memory(pid, root), visitor.weight(YEAR)
        page, page_whole = zip(*pages, strict=True)
        kept = (tuple(cold), tuple(again), tuple(others), tuple(whole), page, page_whole)
        return Times(*kept, together, rest, after, weight)


def until_whole(visitor: Visitor, path: str) -> float:
    """Seconds until a page misses no figure."""
    start = time.perf_counter()
    while MISSING in checked(visitor.get(path)).body:
        time.sleep(0.05)
    return time.perf_counter() - start


def other(number: int) -> str:
    """The address of a period, of the year, of its own."""
    return f"/?du=2025-{1 + number // 12:02}-{1 + number % 12:02}&au=2025-{10 + number % 3:02}-{1 + number:02}"


def _first_and_whole(visitor: Visitor, path: str) -> tuple[float, float]:
    """Seconds until a page comes, and until it misses no figure."""
    first = checked(visitor.get(path)).seconds
    return first, first + until_whole(visitor, path)


def _indicator(number: int) -> str:
    """The page of customer value over a period that nobody asked for before."""
    return f"/indicateur/customer_value/?du=2025-02-{1 + number:02}&au=2025-09-{11 + number:02}"


def _together(visitor: Visitor, people: int) -> tuple[float, ...]:
    """Each asks for a dozen pages, among those that were asked for before and two that were not."""
    pages = [YEAR, *(other(number) for number in range(9)), *(other(OTHERS + number) for number in range(2))]

    def visit(one: int) -> list[float]:
        mine = visitor.another()
        return [checked(mine.get(pages[(one + turn) % len(pages)])).seconds for turn in range(len(pages))]

    with ThreadPoolExecutor(people) as pool:
        return tuple(seconds for found in pool.map(visit, range(people)) for seconds in found)


def checked(answer: Answer) -> Answer:
    """Raises RuntimeError for anything but a page with figures, or the places kept for them: an error is fast."""
    if answer.status != 200 or not any(name in answer.body for name in (b"NPS", b"Valeur client")):
        raise RuntimeError(f"not the bridge: {answer.status}\n{answer.body[:500]!r}")
    return answer


@contextmanager
def served(root: Path) -> Iterator[tuple[Visitor, int]]:
    """A visitor of that workspace, signed in, and the process that serves."""
    with running(root) as application:
        visitor = Visitor(application.address)
        visitor.sign_in(application.link)
        yield visitor, application.pid


def memory(pid: int, root: Path) -> int:
    """Bytes (PSS) of the processes that the server started, and of the database that works in the workspace."""
    children: dict[int, list[int]] = {}
    roots = [pid]
    for each in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((each / "stat").read_text("utf-8").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(each.name))
            if (each / "cwd").readlink() == root / "database":
                roots.append(int(each.name))
        except OSError:
            continue
    seen: set[int] = set()
    while roots:
        each_pid = roots.pop()
        if each_pid not in seen:
            seen.add(each_pid)
            roots += children.get(each_pid, [])
    return sum(_pss(process) for process in seen)


def _pss(process: int) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text("utf-8"), re.MULTILINE)
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def _demo(folder: Path) -> list[Finding]:
    """Seconds from the command to the bridge, from nothing then with all that the first run left."""
    root = folder / "demo"
    shutil.rmtree(root, ignore_errors=True)
    findings = []
    for turn in ("from nothing", "set up"):
        say(f"timonier demo, {turn}…")
        port = free_port()
        start = time.perf_counter()
        started = subprocess.Popen(
            timonier("--lang", "fr", "demo", "--workspace", str(root), "--port", str(port)),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        try:
            link = link_of(started)
            told = time.perf_counter() - start
            visitor = Visitor(link.partition("/compte/")[0])
            visitor.sign_in(link)
            checked(visitor.get("/"))
            seconds = time.perf_counter() - start
        finally:
            stop(started)
        what = f"`timonier demo`, {turn}: first page"
        more = f" (link: {told:.1f} s)"
        findings.append(
            bounded(what, seconds, 10, "s", more=more) if turn == "set up" else Finding(what, f"{seconds:.1f} s{more}")
        )
    return findings
