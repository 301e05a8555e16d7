"""What may be wrong between rows and between columns: repeats, update logs, durations below zero."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations

from timonier.facts.intake.questions import Question, examples
from timonier.facts.intake.sampling import Column, Sample
from timonier.facts.intake.synonyms import plain
from timonier.facts.intake.values import moment
from timonier.text import Text

_MAX_DATES = 6
_VERSION_WORDS = ("mod count", "version", "revision", "update", "sequence", "seq", "maj", "updated")


def duplicate_rows(sample: Sample) -> Iterator[Question]:
    """Rows equal in every column."""
    seen = Counter(zip(*(column.texts for column in sample.columns.values()), strict=True))
    extra = sum(n - 1 for n in seen.values() if n > 1)
    if extra:
        yield Question(
            "duplicate_rows",
            "",
            Text(
                f"Rows that repeat another one exactly: {extra}. Are they the same fact twice?",
                f"Lignes qui en répètent exactement une autre : {extra}. Est-ce deux fois le même fait ?",
            ),
            (
                Text("the same fact: keep one", "le même fait : en garder une"),
                Text("different facts: keep all", "des faits différents : tout garder"),
            ),
        )


def latest_by(sample: Sample, key: str | None) -> dict[str, str]:
    """Key and version column of an update log, or nothing: keys repeat, a version hardly ever within a key."""
    if key is None:
        return {}
    keys = sample.columns[key].texts
    if len(keys) < 1.2 * len(set(keys)):
        return {}
    named = [name for name in sample.columns if any(word in plain(name) for word in _VERSION_WORDS)]
    for name in named:
        column = sample.columns[name]
        if column.numbers and len(set(zip(keys, column.texts, strict=True))) >= 0.99 * len(keys):
            return {"key": key, "column": name}
    return {}


def repeated_keys(sample: Sample, key: str | None, log: Mapping[str, str]) -> Iterator[Question]:
    """A key that stands in several rows: an update log if `log` is filled, else a doubt on what a row is."""
    if key is None:
        return
    column = sample.columns[key]
    repeated = [text for text, n in column.counts.items() if n > 1]
    if log:
        yield Question(
            "update_log",
            key,
            Text(
                f"“{key}” repeats, and “{log['column']}” numbers its versions: the file is a log of updates. Counting "
                "its rows would count the busiest cases most.",
                f"« {key} » se répète, et « {log['column']} » en numérote les versions : le fichier est un journal de "
                "mises à jour. Compter ses lignes donnerait plus de poids aux cas les plus mouvementés.",
            ),
            (
                Text(
                    f"keep the latest row of each {key}",
                    f"garder la dernière ligne de chaque {key}",
                ),
                Text("each row is a fact", "chaque ligne est un fait"),
            ),
        )
    elif repeated:
        yield Question(
            "repeated_keys",
            key,
            Text(
                f"Values of “{key}” that stand in several rows: {len(repeated)} ({examples(repeated)}). Is it the "
                "identifier of a row?",
                f"Valeurs de « {key} » présentes sur plusieurs lignes : {len(repeated)} ({examples(repeated)}). Est-ce "
                "bien l’identifiant d’une ligne ?",
            ),
            (
                Text("yes: the last row replaces the others", "oui : la dernière ligne remplace les autres"),
                Text("no: each row is a fact of its own", "non : chaque ligne est un fait à part"),
            ),
        )


def negative_durations(sample: Sample) -> Iterator[Question]:
    """Two dates nearly always in one order, and sometimes in the other; or a duration below zero."""
    dated = [one for column in sample.columns.values() if (one := _moments(column))][:_MAX_DATES]
    for one, other in combinations(dated, 2):
        yield from _upside_down(one, other)
    for column in sample.columns.values():
        if any(word in plain(column.name) for word in ("duree", "duration", "delai", "temps de")):
            below = [value for value in column.numbers or () if value < 0]
            if below:
                yield _negative(column.name, len(below), examples(f"{value:g}" for value in below))


@dataclass(frozen=True, slots=True)
class _Moments:
    """A column of dates read in the one order that it allows."""

    name: str
    texts: list[str]
    moments: list[dt.datetime | None]


def _moments(column: Column) -> _Moments | None:
    evidence = column.dates
    if evidence is None or evidence.order is None:
        return None
    read = {text: moment(text, evidence.order) for text in column.counts}
    return _Moments(column.name, column.texts, [read.get(text) for text in column.texts])


def _upside_down(one: _Moments, other: _Moments) -> Iterator[Question]:
    pairs = [(rank, a, b) for rank, (a, b) in enumerate(zip(one.moments, other.moments, strict=True)) if a and b]
    after = [rank for rank, a, b in pairs if b > a]
    before = [rank for rank, a, b in pairs if b < a]
    if len(before) > len(after):
        one, other, before, after = other, one, after, before
    if before and len(after) >= 30 and len(before) * 10 <= len(after):
        shown = examples((f"{one.texts[rank]} → {other.texts[rank]}" for rank in before), 2)
        yield _negative(f"{one.name} → {other.name}", len(before), shown)


def _negative(name: str, count: int, shown: str) -> Question:
    return Question(
        "negative_duration",
        name,
        Text(
            f"Durations of “{name}” below zero: {count} ({shown}). What should be done?",
            f"Durées négatives de « {name} » : {count} ({shown}). Que faire ?",
        ),
        (
            Text("leave these rows out", "écarter ces lignes"),
            Text("keep them, without a duration", "les garder, sans durée"),
            Text("correct the order of day and month", "corriger l’ordre du jour et du mois"),
        ),
    )
