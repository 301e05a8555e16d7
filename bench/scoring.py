"""Target 1: scoring from the facts, against SQL written by hand, Polars and pandas."""

from collections.abc import Callable
from functools import partial

from bench import by_hand, in_pandas, in_polars, ours
from bench.dataset import Dataset
from bench.report import Finding, Section, bounded, say
from bench.timing import Clock, alternate

NOTES = """\
NPS, CSAT, CES, average basket and first contact resolution, by month × channel × region (600 figures each), over
{rows:,} answers (of three instruments), as many orders and as many contacts. *Timonier* is the scorecard from the
facts, intervals, suppression and counts of what was left out included; *SQL* gives the sums and counts only. Both run
in one DuckDB with the same limits. Polars is hand-written, lazy, on its streaming engine; pandas is straightforward.
All read the same Parquet files, and only the columns that they use."""


def measure(data: Dataset, rounds: int, *, pandas: bool = True) -> Section:
    """Every indicator in alternation; pandas runs a single time, after the others."""
    desk, connection = ours.desk_over(data), ours.engine_of(data)
    clocks: dict[str, dict[str, Clock]] = {}
    for indicator, table in by_hand.TABLE.items():
        say(f"scoring {indicator} from the facts…")
        files = data.files(table)
        contenders: dict[str, Callable[[], object]] = {
            "sql": partial(by_hand.run, connection, indicator, files),
            "ours": partial(ours.scorecard, desk, indicator),
            "polars": partial(in_polars.run, indicator, files),
        }
        clocks[indicator] = alternate(contenders, rounds)
        if pandas:
            clocks[indicator]["pandas"] = alternate({"pandas": partial(in_pandas.run, indicator, files)}, 1)["pandas"]
    findings = [line for indicator, found in clocks.items() for line in _lines(indicator, found)]
    findings += _totals(clocks)
    return Section("Scoring from the facts", NOTES.format(rows=data.rows), tuple(findings))


def _lines(indicator: str, found: dict[str, Clock]) -> list[Finding]:
    mine = found["ours"]
    text = f"{mine.seconds:.2f} s; SQL × {mine.over(found['sql']):.2f} (processor × {mine.cpu_over(found['sql']):.2f})"
    text += f"; Polars {found['polars'].seconds:.2f} s"
    if "pandas" in found:
        text += f"; pandas {found['pandas'].seconds:.1f} s"
    return [Finding(indicator, text)]


def _totals(clocks: dict[str, dict[str, Clock]]) -> list[Finding]:
    total = {name: _sum([found[name] for found in clocks.values()]) for name in next(iter(clocks.values()))}
    mine = total["ours"]
    lines = [
        bounded("the five, over SQL by hand", mine.over(total["sql"]), 1.15),
        bounded("the five, over SQL by hand (processor)", mine.cpu_over(total["sql"]), 1.15),
        bounded("the five, over Polars", mine.over(total["polars"]), 1.0),
    ]
    if "pandas" in total:
        lines.append(bounded("the five, faster than pandas", total["pandas"].seconds / mine.seconds, 10, least=True))
    return lines


def _sum(clocks: list[Clock]) -> Clock:
    total = clocks[0]
    for one in clocks[1:]:
        total = total + one
    return total
