"""The sheet of a subject: its rows, and what makes the file readable a year later."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from timonier import formats
from timonier.scorecard import words
from timonier.text import Text, say
from timonier.web.charts.distribution import scores_of
from timonier.web.core.desks import workspace
from timonier.web.exports import facts, figures
from timonier.web.exports.sheet import Column, Sheet
from timonier.web.figures.facts import COLUMNS, rows_found
from timonier.web.figures.indicator_charts import distribution
from timonier.web.sharing.subject import Subject

MOST_ROWS: Final = 100_000


def sheet_of(subject: Subject, *, permalink: str = "", comments: bool = False) -> Sheet:
    """The sheet. `comments`: rows show what people wrote."""
    zone = workspace().settings.zone
    now = datetime.now(workspace().settings.tzinfo)
    if subject.asked is None:
        found = subject.scorecard()
        told = {"filters": subject.filters_told, "permalink": permalink}
        sheet = figures.of_scorecard(found, title=subject.title, generated_at=now, **told)
    elif subject.what.part == "lignes":
        sheet = _rows(subject, now, permalink, comments=comments)
    elif subject.what.part == "distribution":
        sheet = _distribution(subject, now, permalink)
    else:
        indicator = subject.asked.indicator
        more = {**_about(subject, permalink), "contrasts": subject.contrasts(), "apart": subject.apart}
        sheet = figures.of_lines(indicator, subject.lines(), title=subject.title, generated_at=now, **more)
    return replace(sheet, zone=zone)


def _about(subject: Subject, permalink: str) -> dict[str, Any]:
    return {"filters": subject.filters_told, "as_of": subject.state.as_of, "permalink": permalink}


def _rows(subject: Subject, now: datetime, permalink: str, *, comments: bool) -> Sheet:
    asked = subject.known()
    found = rows_found(asked, comments=comments, limit=MOST_ROWS)
    about = figures.about_of(
        asked.indicator,
        asked.variant,
        generated_at=now,
        period=words.span(asked.state.window),
        n=found.total,
        **_about(subject, permalink),
    )
    if found.total > len(found.records):
        about = replace(about, notes=(cut_note(found.total, len(found.records)), *about.notes))
    return facts.of_rows(found, title=subject.title, about=about, zone="UTC", names=COLUMNS)


def cut_note(total: int, kept: int) -> str:
    """What a file of rows says when it does not hold them all."""
    shown, every = formats.count(kept), formats.count(total)
    text = Text(
        f"Only the {shown} latest rows of {every}: choose a shorter period for the others.",
        f"Seulement les {shown} lignes les plus récentes sur {every} : choisissez une période plus courte.",
    )
    return say(text)


def cut_told(sheet: Sheet) -> Sheet:
    """The same with its rows' note as a last row, for files that have no sheet to say it on."""
    total = sheet.about.n
    if total is None or total <= len(sheet.rows) or len(sheet.rows) < MOST_ROWS:
        return sheet
    note = cut_note(total, len(sheet.rows))
    return replace(sheet, rows=[*sheet.rows, [note, *[None] * (len(sheet.columns) - 1)]])


def _distribution(subject: Subject, now: datetime, permalink: str) -> Sheet:
    asked = subject.known()
    found = distribution(asked)
    counts = scores_of(found) if found else {}
    total = sum(counts.values())
    about = figures.about_of(
        asked.indicator,
        asked.variant,
        generated_at=now,
        period=words.span(asked.state.window),
        n=total or None,
        **_about(subject, permalink),
    )
    columns = (
        Column("score", Text("score", "note"), "number"),
        Column("count", Text("answers", "réponses"), "number"),
        Column("share", Text("share", "part"), "number", "share"),
    )
    rows = [[score, count, count / total] for score, count in counts.items()]
    return Sheet(subject.title, columns, rows, about)
