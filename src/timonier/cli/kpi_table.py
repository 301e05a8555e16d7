"""The figures of one file, as a table with its definition."""

from typing import TYPE_CHECKING

from timonier import formats
from timonier.cli.screen import screen, seen, sheet
from timonier.scorecard import words
from timonier.text import Text, say

if TYPE_CHECKING:
    from timonier.estimates import Estimates
    from timonier.indicators.definition import Indicator


def print_estimates(found: "Estimates", indicator: "Indicator", every: str | None) -> None:
    """Print one row a figure, then what it means and what was left out."""
    variant = indicator.variants[found[0].variant if len(found) else indicator.default_variant]
    dimensions = list(dict.fromkeys(name for one in found for name, _ in one.by))
    table = sheet()
    if every:
        table.add_column(say(Text("period", "période")), no_wrap=True)
    for name in dimensions:
        table.add_column(seen(name), overflow="fold", min_width=8)
    table.add_column(say(Text("value", "valeur")), justify="right", no_wrap=True)
    table.add_column(say(Text("interval", "intervalle")), no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column(say(Text("left out", "écartés")), overflow="fold")
    for one in found:
        when = [words.period_label(one.period, every)] if every else []
        segment = [seen(one.segment.get(name) or "—") for name in dimensions]
        n = "" if one.state == "suppressed" else formats.count(one.n)
        table.add_row(*when, *segment, words.value(one), seen(words.bounds(one)), n, words.left_out(one.excluded))
    console = screen()
    console.print(f"{say(indicator.label)} — {say(variant.label)}", style="bold", markup=False, highlight=False)
    console.print(table)
    console.print()
    method, level = (found[0].method, formats.share(found[0].confidence, decimals=0)) if len(found) else ("—", "—")
    text = say(Text("{}; interval at {} ({}).", "{} ; intervalle à {} ({}).")).format(
        say(variant.formula), level, method
    )
    console.print(text, highlight=False, markup=False, style="dim")
