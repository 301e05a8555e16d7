"""Target 1: scoring from the facts, against SQL written by hand, Polars and pandas."""

from collections.abc import Callable, Sequence
from functools import partial

from bench import by_hand, in_pandas, in_polars, ours, programs
from bench.dataset import Dataset
from bench.report import Finding, Section, bounded, say
from bench.timing import Clock, Ran, alternate

type Clocks = dict[str, Clock]

NOTES = """\
NPS, CSAT, CES, average basket and first contact resolution, by month × channel × region (600 figures each), over
{rows} answers (of three instruments), as many orders and as many contacts. *Timonier* is the scorecard from the
facts, intervals, suppression and counts of what was left out included; *SQL* gives the sums and counts only. Both run
in one DuckDB with the same limits. Polars is hand-written, lazy, on its streaming engine; pandas is careful (below).
All read the same Parquet files, and only the columns that they use. Polars and pandas run once, beside Timonier.
The workspace allows 4 GB of memory (the default is 1 GB); SQL and Timonier ran {rounds} rounds.

The *programs* start, compute the five and end, once each, every one in a process of its own. Straightforward pandas
(`bench/plain_pandas.py`) reads each table whole, once, sets reasons by `loc`, groups by `dt.to_period("M")`, applies a
function to each segment and finds the next contact by a merge. Careful pandas (`bench/in_pandas.py`) reads only the
columns used, keeps months as integers, and sums columns of booleans and shifted rows in one `groupby` each."""


def measure(data: Dataset, rounds: int, *, pandas: bool = True) -> Section:
    """Every indicator: SQL and ours in alternation, then Polars and pandas once beside ours."""
    desk, connection = ours.desk_over(data), ours.engine_of(data)
    clocks: dict[str, tuple[Clocks, Clocks]] = {}
    for indicator, table in by_hand.TABLE.items():
        say(f"scoring {indicator} from the facts…")
        files = data.files(table)
        mine = partial(ours.scorecard, desk, indicator)
        found = alternate({"sql": partial(by_hand.run, connection, indicator, files), "ours": mine}, rounds, warm=False)
        others: dict[str, Callable[[], object]] = {"polars": partial(in_polars.run, indicator, files)}
        if pandas:
            others["pandas"] = partial(in_pandas.run, indicator, files)
        once = alternate({"beside": mine, **others}, 1, warm=False)
        clocks[indicator] = (found, once)
    findings = [line for indicator, pair in clocks.items() for line in _lines(indicator, *pair)]
    findings += _totals(list(clocks.values()))
    if pandas:
        say("scoring: each program on its own…")
        findings += _programs(**programs.measure(data))
    return Section("Scoring from the facts", NOTES.format(rows=f"{data.rows:,}", rounds=rounds), tuple(findings))


def _lines(indicator: str, found: Clocks, once: Clocks) -> list[Finding]:
    mine = found["ours"]
    text = f"{mine.seconds:.2f} s; SQL × {mine.over(found['sql']):.2f} (processor × {mine.cpu_over(found['sql']):.2f})"
    others = "".join(f"; {name} {clock.seconds:.1f} s" for name, clock in once.items() if name != "beside")
    return [Finding(indicator, text + others)]


def _totals(clocks: Sequence[tuple[Clocks, Clocks]]) -> list[Finding]:
    mine, sql = (_sum([found[name] for found, _ in clocks]) for name in ("ours", "sql"))
    beside = {name: _sum([once[name] for _, once in clocks]) for name in clocks[0][1]}
    return [
        bounded("the five, over SQL by hand", mine.over(sql), 1.15),
        bounded("the five, over SQL by hand (processor)", mine.cpu_over(sql), 1.15),
        bounded("the five, over Polars", beside["beside"].over(beside["polars"]), 1.0),
    ]


def _programs(timonier: Ran, plain: Ran, careful: Ran) -> list[Finding]:
    named = {"Timonier": timonier, "straightforward pandas": plain, "careful pandas": careful}
    lines = [Finding(f"program: {name}", _spent(one)) for name, one in named.items()]
    ratio = plain.seconds / timonier.seconds
    what = "the five, faster than straightforward pandas"
    lines.append(bounded(what, ratio, 10, least=True, more=_processor(plain, timonier)))
    ratio = careful.seconds / timonier.seconds
    lines.append(Finding("the five, faster than careful pandas", f"{ratio:.2f} ×{_processor(careful, timonier)}"))
    return lines


def _processor(theirs: Ran, mine: Ran) -> str:
    return f" (processor × {theirs.cpu_seconds / mine.cpu_seconds:.2f})"


def _spent(program: Ran) -> str:
    memory = f"{program.peak / 1e9:.1f} GB of memory at the peak"
    return f"{program.seconds:.1f} s (processor {program.cpu_seconds:.1f} s), {memory}"


def _sum(clocks: Sequence[Clock]) -> Clock:
    total = clocks[0]
    for one in clocks[1:]:
        total = total + one
    return total
