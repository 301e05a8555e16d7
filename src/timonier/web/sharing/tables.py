"""The figures of a subject as a table to read, in the words of the pages."""

from dataclasses import dataclass

from timonier import formats
from timonier.indicators.estimate import Estimate, State
from timonier.scorecard import words
from timonier.scorecard.judged import Judged, judged_lines
from timonier.scorecard.score import Line
from timonier.text import Text, say
from timonier.web.charts import sentences
from timonier.web.charts.distribution import scores_of
from timonier.web.charts.rows import named
from timonier.web.figures.bridge import title_of
from timonier.web.figures.filtering import label_of
from timonier.web.figures.indicator_charts import distribution
from timonier.web.sharing.subject import Subject, every_of


@dataclass(frozen=True)
class Cell:
    """A cell in words, under the name of its column; `number`: aligned with the others of its column."""

    label: str
    text: str
    number: bool = True


@dataclass(frozen=True)
class Table:
    """The first cell of a row names it."""

    titles: tuple[Cell, ...]
    rows: tuple[tuple[Cell, ...], ...]


VALUE = Text("Value", "Valeur")
INTERVAL = Text("Interval", "Intervalle")
AGAINST = Text("Compared with", "Comparé à")
CHANGE = Text("Change", "Évolution")
MARGIN = Text("Interval of the change", "Intervalle de l’évolution")
VERDICT = Text("Verdict", "Verdict")
APART = Text("Difference from the others", "Écart aux autres")
BESIDE = Text("Compared with the others", "Face aux autres")


def table_of(subject: Subject) -> Table:
    """The table of what files hold, but for rows of facts."""
    if subject.what.part == "distribution":
        return _distribution(subject)
    lines, found = subject.lines(), subject.contrasts()
    compared = any(line.reference is not None for line in lines)
    name = _first(subject)
    rows = tuple(
        (
            Cell(name, name_of(subject, line), number=False),
            *_figures(line, judged, compared),
            *(_standing(line.estimate, found.get(line.estimate.by, Judged())) if found else ()),
        )
        for line, judged in zip(lines, judged_lines(lines), strict=True)
    )
    beside = tuple(Cell("", say(text), number=text is APART) for text in (APART, BESIDE)) if found else ()
    return Table((*_titles(name, compared), *beside), rows)


def _standing(estimate: Estimate, contrast: Judged) -> tuple[Cell, ...]:
    """A segment beside all the others; empty where it is not compared."""
    text, apart = words.standing(contrast), contrast.difference
    size = sentences.brought(apart, estimate) if apart is not None and text else ""
    return Cell(say(APART), size), Cell(say(BESIDE), text, number=False)


def _first(subject: Subject) -> str:
    """The name of the first column."""
    if subject.what.part == "tendance":
        return say(Text("Period", "Période"))
    return label_of(subject.what.dimension) if subject.what.dimension else say(Text("Indicator", "Indicateur"))


def name_of(subject: Subject, line: Line) -> str:
    """What a line is about: a period, a segment, an indicator."""
    if subject.what.part == "tendance":
        return sentences.when(line.estimate, every_of(subject))
    if subject.what.part == "ventilation":
        return named(line.estimate.by)
    return title_of(line.indicator, line.estimate.by)


def _titles(name: str, compared: bool) -> tuple[Cell, ...]:
    more = (AGAINST, CHANGE, MARGIN) if compared else ()
    numbers = (Cell("", say(text)) for text in (VALUE, INTERVAL, Text("n", "n"), *more))
    verdict = (Cell("", say(VERDICT), number=False),) if compared else ()
    return (Cell("", name, number=False), *numbers, *verdict)


def _figures(line: Line, judged: Judged, compared: bool) -> tuple[Cell, ...]:
    estimate, reference, difference = line.estimate, line.reference, line.difference
    figures = (
        Cell(say(VALUE), words.value(estimate)),
        Cell(say(INTERVAL), words.bounds(estimate)),
        Cell("n", "" if estimate.state == State.SUPPRESSED else formats.count(estimate.n)),
    )
    if not compared:
        return figures
    return (
        *figures,
        Cell(say(AGAINST), words.value(reference) if reference else ""),
        Cell(say(CHANGE), words.moved_by(difference, estimate)),
        Cell(say(MARGIN), words.margin(difference, estimate)),
        Cell(say(VERDICT), words.judgement(judged), number=False),
    )


def _distribution(subject: Subject) -> Table:
    found = distribution(subject.known())
    counts = scores_of(found) if found else {}
    total = sum(counts.values())
    score, answers, share = (
        say(text) for text in (Text("Score", "Note"), Text("Answers", "Réponses"), Text("Share", "Part"))
    )
    rows = tuple(
        (
            Cell(score, f"{value}", number=False),
            Cell(answers, formats.count(count)),
            Cell(share, formats.share(count / total)),
        )
        for value, count in counts.items()
    )
    return Table((Cell("", score, number=False), Cell("", answers), Cell("", share)), rows)
