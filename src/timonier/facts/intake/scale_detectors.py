"""What may be wrong with a scale: it starts at 1, it counts backwards, it changed on the way."""

import datetime as dt
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from statistics import StatisticsError, correlation

from timonier import formats
from timonier.facts.intake.answer_words import NEGATIVE, POSITIVE
from timonier.facts.intake.questions import Question, examples
from timonier.facts.intake.sampling import Column, Sample
from timonier.facts.intake.synonyms import TABLES, likeness, plain
from timonier.facts.intake.values import moment, number, paired
from timonier.text import Text

ENOUGH = 30
_UP = Text("high is good", "une note haute est bonne")
_DOWN = Text("low is good", "une note basse est bonne")
_SCORE_WORDS = (*TABLES["answers"]["score"], "difficulty", "difficulte", "facilite", "ease", "qualite", "quality")


def scales(sample: Sample, score: str | None, comment: str | None, at: str | None) -> Iterator[Question]:
    """Questions on the column that fills the score, seen beside the comment, the other scores and the dates."""
    if score is None:
        return
    column = sample.columns[score]
    found = column.numbers
    if not found:
        yield from _labels(column)
        return
    yield from _bounds(column, found)
    yield from _reversed(sample, column, comment)
    if at:
        yield from _changed(column, sample.columns[at])


def _labels(column: Column) -> Iterator[Question]:
    listed = ", ".join(f"« {text} »" for text in list(column.counts)[:7])
    yield Question(
        "scale_unclear",
        column.name,
        Text(
            f"“{column.name}” holds words: {listed}. Which number is each worth?",
            f"« {column.name} » contient des mots : {listed}. Quelle note vaut chacun ?",
        ),
        (
            Text("give each its number", "donner sa note à chacun"),
            Text("not a score", "ce n’est pas une note"),
        ),
        tuple(column.counts),
    )


def _bounds(column: Column, found: Counter[float]) -> Iterator[Question]:
    inside = [value for value in found if 0 <= value <= 11]
    beyond = examples(f"{value:g}" for value in sorted(found) if inside and not 0 <= value <= 11)
    out = Text(f" {beyond} would be rejected.", f" {beyond} : hors échelle, serait rejeté.") if beyond else Text("", "")
    low, high = (min(inside), max(inside)) if inside else (min(found), max(found))
    named = any(word in plain(column.name) for word in ("nps", "recom", "reco"))
    if (low, high) == (1, 10) and found.total() >= ENOUGH:
        yield Question(
            "scale_from_one",
            column.name,
            Text(
                f"“{column.name}” runs from 1 to 10 and never says 0. The NPS is asked from 0 to 10: which scale was "
                "shown?",
                f"« {column.name} » va de 1 à 10, jamais 0. Le NPS se demande de 0 à 10 : quelle échelle a été montrée "
                "?",
            ),
            (
                Text("0 to 10, and nobody gave 0", "0 à 10, et personne n’a mis 0"),
                Text("1 to 10: not comparable with an NPS", "1 à 10 : non comparable à un NPS"),
            ),
        )
    elif not (named and (low, high) == (0, 10)):
        yield Question(
            "scale_unclear",
            column.name,
            Text(
                f"“{column.name}” runs from {low:g} to {high:g}.{out.en} Which scale was shown, and which end is good?",
                f"« {column.name} » va de {low:g} à {high:g}.{out.fr} Quelle échelle a été montrée, et quel bout est "
                "le bon ?",
            ),
            (
                Text(f"{low:g} to {high:g}, high is good", f"{low:g} à {high:g}, une note haute est bonne"),
                Text(f"{low:g} to {high:g}, low is good", f"{low:g} à {high:g}, une note basse est bonne"),
                Text("another scale", "une autre échelle"),
            ),
            (f"{low:g}", f"{high:g}"),
        )


def _reversed(sample: Sample, column: Column, comment: str | None) -> Iterator[Question]:
    """One question at most: against the words of the comments if there are some, else against another score."""
    if comment:
        r, n = _agreement(zip(*_with_words(column, sample.columns[comment]), strict=True))
        if n >= ENOUGH and r * math.sqrt(n) < -2:
            yield _backwards(column.name, f"« {comment} »", r, n)
            return
    for other in sample.columns.values():
        if other is column or not _is_score(other):
            continue
        r, n = _agreement(paired(column.texts, other.texts))
        if n >= ENOUGH and r * math.sqrt(n) < -2:
            yield _backwards(column.name, f"« {other.name} »", r, n)
            return


def _backwards(name: str, other: str, r: float, n: int) -> Question:
    return Question(
        "scale_reversed",
        name,
        Text(
            f"“{name}” goes down when {other} goes up (correlation {r:.2f} over {n} rows): one of the two counts "
            "backwards. Which end is good?",
            f"« {name} » baisse quand {other} monte (corrélation {formats.number(r, 2, 'fr')} sur {n} lignes) : "
            "l’une des deux compte à l’envers. Quel bout est le bon ?",
        ),
        (_UP, _DOWN),
    )


def _is_score(column: Column) -> bool:
    found = column.numbers
    if not found or len(found) > 11 or likeness(column.name, _SCORE_WORDS) < 1:
        return False
    return all(value.is_integer() and 0 <= value <= 10 for value in found)


def _with_words(score: Column, comment: Column) -> tuple[list[float], list[float]]:
    """Scores, and happy words minus unhappy ones, of the rows whose comment has some."""
    scores, moods = [], []
    for note, text in zip(score.texts, comment.texts, strict=True):
        words = set(re.findall(r"\w+", plain(text)))
        mood = len(words & POSITIVE) - len(words & NEGATIVE)
        value = number(note)
        if mood and value is not None:
            scores.append(value)
            moods.append(float(mood))
    return scores, moods


def _agreement(pairs: Iterable[tuple[float, float]]) -> tuple[float, int]:
    """Pearson's correlation and the number of pairs; 0 when one side is constant."""
    rows = list(pairs)
    try:
        return correlation([x for x, _ in rows], [y for _, y in rows]), len(rows)
    except StatisticsError:
        return 0.0, len(rows)


def _changed(column: Column, at: Column) -> Iterator[Question]:
    """Compares the highest note of each month; a note given by under 1 % of the month is a slip of the hand."""
    evidence = at.dates
    if evidence is None or evidence.order is None:
        return
    months: defaultdict[dt.date, Counter[float]] = defaultdict(Counter)
    for note, when in zip(column.texts, at.texts, strict=True):
        value, day = number(note), moment(when, evidence.order)
        if value is not None and day is not None:
            months[day.date().replace(day=1)][value] += 1
    tops = {
        month: max(value for value, n in notes.items() if n >= 0.01 * notes.total())
        for month, notes in sorted(months.items())
        if notes.total() >= ENOUGH
    }
    for (_, before), (month, after) in zip(list(tops.items())[:-1], list(tops.items())[1:], strict=True):
        if abs(after - before) >= 2 and max(before, after) >= 1.4 * min(before, after):
            yield Question(
                "scale_change",
                column.name,
                Text(
                    f"the highest note of “{column.name}” goes from {before:g} to {after:g} in {month:%Y-%m}: the "
                    "scale "
                    "seems to have changed. The two must not be pooled.",
                    f"la note la plus haute de « {column.name} » passe de {before:g} à {after:g} en {month:%Y-%m} : "
                    "l’échelle semble avoir changé. Les deux ne doivent pas être mêlées.",
                ),
                (
                    Text("two scales: load the two periods apart", "deux échelles : charger les deux périodes à part"),
                    Text("one scale", "une seule échelle"),
                ),
            )
            return
