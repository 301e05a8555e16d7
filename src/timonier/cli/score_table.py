"""The scorecard as tables for a terminal: grouped by family, or one table an indicator."""

from itertools import groupby
from typing import TYPE_CHECKING

from rich.padding import Padding
from rich.table import Table

from timonier import formats
from timonier.cli.screen import screen, seen, sheet
from timonier.scorecard import words
from timonier.scorecard.judged import Judged, judged_lines
from timonier.text import Text, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from timonier.indicators.definition import Indicator
    from timonier.scorecard.score import Line, Scorecard


def print_scorecard(scorecard: "Scorecard", console: "Console | None" = None) -> None:
    """Print everything that a person needs to read the figures, on stdout unless a console is given."""
    console = console or screen()
    if scorecard.request.every == "all" and not scorecard.request.by:
        console.print(overview(scorecard))
    else:
        judged = zip(scorecard.lines, judged_lines(scorecard.lines), strict=True)
        for place, (_, found) in enumerate(groupby(judged, key=lambda one: one[0].indicator.name)):
            together = list(found)
            line = together[0][0]
            console.print("\n" * bool(place), end="")
            console.print(name_of(line.indicator, line), style="bold", markup=False, highlight=False)
            console.print(detail(together, scorecard))
    for text in below(scorecard):
        console.print(text, highlight=False, markup=False, style="dim")


def overview(scorecard: "Scorecard") -> Table:
    """One line an indicator, grouped by family."""
    compared, drawn = scorecard.request.compare != "none", any(line.trend for line in scorecard.lines)
    table = sheet()
    table.add_column(say(Text("indicator", "indicateur")), overflow="fold")
    _figure_columns(table, compared=compared, drawn=drawn)
    judged = iter(judged_lines(scorecard.lines))
    for place, (family, lines) in enumerate(groupby(scorecard.lines, key=lambda line: line.indicator.family)):
        if place:
            table.add_row()
        table.add_row(say(words.FAMILIES[family]), style="bold")
        for line in lines:
            named = Padding(seen(_full_name(line)), (0, 0, 0, 1))
            table.add_row(named, *_cells(line, next(judged), compared=compared, drawn=drawn))
    return table


def detail(judged: "Sequence[tuple[Line, Judged]]", scorecard: "Scorecard") -> Table:
    """One line a period and segment of one indicator."""
    request = scorecard.request
    compared, drawn = request.compare != "none", any(line.trend for line, _ in judged)
    table = sheet()
    if request.every != "all":
        table.add_column(say(Text("period", "période")), no_wrap=True)
    for dimension, _ in judged[0][0].estimate.by:
        table.add_column(seen(dimension), overflow="fold", min_width=8)
    _figure_columns(table, compared=compared, drawn=drawn)
    for line, one in judged:
        when = [words.period_label(line.estimate.period, request.every)] if request.every != "all" else []
        table.add_row(*when, *map(seen, _segment(line)), *_cells(line, one, compared=compared, drawn=drawn))
    return table


def _segment(line: "Line") -> list[str]:
    """The values of its breakdown: those asked for, and what is never pooled by default (surveys)."""
    return [value if value is not None else "—" for _, value in line.estimate.by]


def _full_name(line: "Line") -> str:
    """The name, then what is never pooled by default, when there are several: "NPS — relation"."""
    name, unnamed = name_of(line.indicator, line), say(Text("not stated", "non précisé"))
    if not line.estimate.by:
        return name
    short = name.partition(" (")[0]  # one line an indicator and survey: what it stands for can be left to `explain`
    return " — ".join([short, *(unnamed if value is None else value for _, value in line.estimate.by)])


def name_of(indicator: "Indicator", line: "Line") -> str:
    """The name of the indicator, with its variant when it is not the usual one."""
    label, variant = say(indicator.label), line.estimate.variant
    if variant == indicator.default_variant:
        return label
    return f"{label.partition(' (')[0]}, {say(indicator.variants[variant].label)}"


def _figure_columns(table: Table, *, compared: bool, drawn: bool) -> None:
    table.add_column(say(Text("value", "valeur")), justify="right", no_wrap=True)
    table.add_column(say(Text("interval", "intervalle")))
    table.add_column("n", justify="right", no_wrap=True)
    if compared:
        table.add_column(say(Text("change", "évolution")), justify="right", no_wrap=True)
        table.add_column(say(Text("verdict", "verdict")), no_wrap=True)
    if drawn:
        table.add_column(say(Text("trend", "tendance")), no_wrap=True)


def _cells(line: "Line", judged: Judged, *, compared: bool, drawn: bool) -> list[str]:
    estimate, difference = line.estimate, line.difference
    suppressed = estimate.state == "suppressed"
    figure = [words.value(estimate), words.bounds(estimate)]
    if suppressed or estimate.value is None:
        figure = ["—", formats.estimate_value(estimate)]  # why there is none is as long as an interval, not as a value
    cells = [*figure, "" if suppressed else formats.count(estimate.n)]
    if compared:
        style, verdict = words.style_among(judged), seen(words.judgement(judged))
        cells += [words.change(difference, estimate), f"[{style}]{verdict}[/]" if style else verdict]
    if drawn:
        values = _course(line)
        cells.append(formats.sparkline(values) if set(values) != {None} else "")
    return [cell if place == 4 else seen(cell) for place, cell in enumerate(cells)]


def below(scorecard: "Scorecard") -> list[str]:
    """What goes with the figures: period, comparison, origin, confidence, what was left out, what is missing."""
    return [
        "",
        *_when(scorecard),
        _how(scorecard),
        *_weighed(scorecard),
        *_legend(scorecard),
        *_left_out(scorecard),
        *_skipped(scorecard),
    ]


def _when(scorecard: "Scorecard") -> list[str]:
    from timonier.scorecard.score import shifted

    request, window = scorecard.request, scorecard.window
    text = say(Text("Period: ", "Période : ")) + words.span(window)
    if request.compare != "none" and request.every == "all":
        before = words.span(shifted(window, request.compare))
        text += say(Text(f", compared with the one {before}", f", comparée à celle {before}"))
    elif request.compare == "last-year":
        text += say(Text(", each compared with the year before", ", chacune comparée à l’année précédente"))
    elif request.compare == "previous":
        text += say(Text(", each compared with the one before", ", chacune comparée à la précédente"))
    where = [say(Text("Facts kept: ", "Faits retenus : ")) + request.where] if request.where else []
    return [f"{text}.", *where]


def _weighed(scorecard: "Scorecard") -> list[str]:
    """Which figures are weighted, when some are: never silently."""
    labels = [line.indicator.label for line in scorecard.lines if line.estimate.detail.get("weighted")]
    if not labels:
        return []
    shown = ", ".join(dict.fromkeys(say(label).partition(" (")[0] for label in labels))
    return [
        say(
            Text(
                f"Weighted by answers.weight: {shown} (linearised intervals). The other figures are not.",
                f"Pondérés par answers.weight : {shown} (intervalles linéarisés). Les autres chiffres ne le sont pas.",
            )
        )
    ]


def _how(scorecard: "Scorecard") -> str:
    origins = {line.origin for line in scorecard.lines}
    computed = Text("Computed on the facts", "Calculé sur les faits")
    if origins == {"rollup"}:
        computed = Text("Computed on the sums kept by day", "Calculé sur les sommes par jour")
    elif "rollup" in origins:
        computed = Text(
            "Computed on the sums kept by day where they suffice, else on the facts",
            "Calculé sur les sommes par jour quand elles suffisent, sinon sur les faits",
        )
    known, level = formats.day(scorecard.as_of), formats.share(scorecard.request.confidence, decimals=0)
    return say(computed) + say(
        Text(
            f"; known until {known}; intervals at {level}; minimum n {scorecard.minimum_n}.",
            f" ; connu jusqu’au {known} ; intervalles à {level} ; effectif minimum {scorecard.minimum_n}.",
        )
    )


def _legend(scorecard: "Scorecard") -> list[str]:
    lines = []
    if any(line.estimate.state == "immature" for line in scorecard.lines):
        lines.append(
            Text(
                f"{words.PROVISIONAL_MARK} provisional: the period still runs, or its follow-up has not passed.",
                f"{words.PROVISIONAL_MARK} provisoire : période en cours, ou dont le délai de suivi n’est pas écoulé.",
            )
        )
    if any(line.estimate.state == "suppressed" for line in scorecard.lines):
        lines.append(
            Text(
                "Suppressed: too few people, or what would reveal them.",
                "Masqué : trop peu de personnes, ou ce qui permettrait de les retrouver.",
            )
        )
    if any(line.difference and line.difference.movement == "within" for line in scorecard.lines):
        lines.append(
            Text(
                "≈ within margin: the change is within the margin of error.",
                "≈ dans la marge : évolution dans la marge d’erreur.",
            )
        )
    if any(one.doubtful for one in judged_lines(scorecard.lines)):
        lines.append(
            Text(
                "? to be confirmed: beyond its own margin, but chance may be enough among so many comparisons.",
                "? à confirmer : au-delà de sa propre marge, mais le hasard peut y suffire parmi tant de comparaisons.",
            )
        )
    if any(None in values and set(values) != {None} for values in map(_course, scorecard.lines)):
        dot = formats.GAP
        lines.append(Text(f"{dot} in a trend: no figure that month.", f"{dot} dans une tendance : mois sans chiffre."))
    return [say(line) for line in lines]


def _course(line: "Line") -> list[float | None]:
    return [one.value for one in line.trend]


def _left_out(scorecard: "Scorecard") -> list[str]:
    totals: dict[str, dict[str, int]] = {}
    for line in scorecard.lines:
        mine = totals.setdefault(say(line.indicator.label), {})
        for reason, count in line.estimate.excluded.items():
            mine[reason] = mine.get(reason, 0) + count
    shown = [f"{label} ({words.left_out(reasons)})" for label, reasons in totals.items() if words.left_out(reasons)]
    return [say(Text("Left out: ", "Écartés : ")) + say(Text("; ", "\u00a0; ")).join(shown) + "."] if shown else []


def _skipped(scorecard: "Scorecard") -> list[str]:
    if not scorecard.skipped:
        return []
    reasons: dict[str, list[str]] = {}
    for one in scorecard.skipped:
        reasons.setdefault(say(one.reason), []).append(say(one.indicator.label))
    shown = [f"{', '.join(labels)} ({reason})" for reason, labels in reasons.items()]
    return [say(Text("Not computed: ", "Non calculés : ")) + say(Text("; ", "\u00a0; ")).join(shown) + "."]
