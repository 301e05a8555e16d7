"""Looking at a file before loading it: what it seems to be, a recipe to start from, and what a person must settle.

Nothing ambiguous is settled here: the recipe leaves it out, so that loading refuses rather than guesses.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from timonier.facts.intake import detectors, row_detectors
from timonier.facts.intake.contract import Detected, ReadOptions
from timonier.facts.intake.proposal import Proposal, propose, recipe_of
from timonier.facts.intake.questions import Question
from timonier.facts.intake.sampling import SAMPLE_ROWS, Sample, take_sample
from timonier.facts.intake.scale_detectors import scales
from timonier.facts.intake.source import SheetChoice, open_sources
from timonier.facts.intake.toml_text import recipe_text
from timonier.facts.schema import TABLES
from timonier.text import Text

_DETECTED_IN = ("customer_id", "account_id", "issue_id", "case_id")


@dataclass(frozen=True, slots=True)
class Glance:
    """One column of the file: how many rows have a value, how many values differ, the commonest ones.

    `fills` is the column of the fact table that it would fill, or nothing.
    """

    name: str
    filled: int
    distinct: int
    commonest: tuple[str, ...]
    fills: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was seen of the first table at `path`.

    `rows` are the rows of the whole file that can be read, `malformed` those that cannot; the rest was looked at in
    the first `sampled` rows. `recipe` is what `toml` parses to. `others`: tables of the same folder or archive.
    """

    path: Path
    name: str
    detected: Detected
    rows: int
    malformed: int
    sampled: int
    table: str
    columns: tuple[Glance, ...]
    recipe: dict[str, Any]
    toml: str
    questions: tuple[Question, ...]
    notes: tuple[Text, ...]
    others: tuple[str, ...] = ()


def inspect(
    path: Path,
    options: ReadOptions = ReadOptions(),  # noqa: B008  frozen
    *,
    into: str | None = None,
    today: dt.date | None = None,
) -> Inspection:
    """Reads the file once and proposes a recipe; `into` names the fact table when a person knows it.

    Raises SourceError when the file cannot be read. With several filled sheets, the first is looked at and a
    question asks which.
    """
    asked: list[Question] = []
    try:
        sources = open_sources(path, options)
    except SheetChoice as choice:
        asked.append(_which_sheet(choice))
        sources = open_sources(path, ReadOptions(sheet=choice.sheets[0]))
    source = sources[0]
    sample = take_sample(source)
    proposal = propose(sample, into)
    log = row_detectors.latest_by(sample, proposal.key)
    asked += _about_mapping(proposal)
    asked += _about_columns(sample, proposal, today or dt.datetime.now(tz=dt.UTC).date())
    asked += row_detectors.duplicate_rows(sample)
    asked += row_detectors.repeated_keys(sample, proposal.key, log)
    asked += row_detectors.negative_durations(sample)
    found = proposal.mapping
    if proposal.table == "answers":
        asked += scales(sample, found.get("score"), found.get("comment"), found.get("answered_at"))
    recipe = recipe_of(proposal, sample, source.detected, log)
    return Inspection(
        path=Path(path),
        name=source.name,
        detected=source.detected,
        rows=sample.rows,
        malformed=len(sample.malformed),
        sampled=len(sample.lines),
        table=proposal.table,
        columns=tuple(_glances(sample, proposal)),
        recipe=recipe,
        toml=recipe_text(recipe, tuple(question.text for question in asked)),
        questions=tuple(asked),
        notes=(*source.detected.notes, *_notes(sample)),
        others=tuple(other.name for other in sources[1:]),
    )


def _glances(sample: Sample, proposal: Proposal) -> Iterator[Glance]:
    fills = {name: target for target, name in proposal.mapping.items()}
    for name, column in sample.columns.items():
        commonest = tuple(text[:60] for text, _ in column.counts.most_common(3))
        yield Glance(name, column.filled, len(column.counts), commonest, fills.get(name, ""))


def _about_columns(sample: Sample, proposal: Proposal, today: dt.date) -> Iterator[Question]:
    used = set(proposal.mapping.values())
    keys = {proposal.mapping.get(name) for name in (TABLES[proposal.table].key, *_DETECTED_IN)}
    for name, column in sample.columns.items():
        yield from detectors.dates(column, today)
        yield from detectors.identifiers(column, mapped=name in keys)
        yield from detectors.decimal_marks(column)
        yield from detectors.invisible(column)
        if name in used:
            yield from detectors.unknown_values(column)
        if name != proposal.mapping.get("comment"):
            yield from detectors.several_values(column)


def _about_mapping(proposal: Proposal) -> Iterator[Question]:
    if not proposal.sure:
        yield Question(
            "table_unclear",
            "",
            Text(
                f"nothing tells for sure what a row of this file is; “{proposal.table}” is only a guess. What is it?",
                f"rien ne dit avec certitude ce qu’est une ligne de ce fichier ; « {proposal.table} » n’est qu’une "
                "supposition. Que contient-il ?",
            ),
            tuple(Text(name, name) for name in TABLES),
        )
    elif proposal.rival:
        yield Question(
            "table_unclear",
            "",
            Text(
                f"the file looks like “{proposal.table}”, and as much like “{proposal.rival}”. Which is it?",
                f"le fichier ressemble à « {proposal.table} », et autant à « {proposal.rival} ». Lequel est-ce ?",
            ),
            (Text(proposal.table, proposal.table), Text(proposal.rival, proposal.rival)),
        )
    for name in proposal.missing:
        yield Question(
            "column_missing",
            "",
            Text(
                f"“{proposal.table}” needs {name}, and no column seems to give it. Which one does?",
                f"« {proposal.table} » a besoin de {name}, et aucune colonne ne semble le donner. Laquelle le donne ?",
            ),
            (
                Text("name the column in the recipe", "nommer la colonne dans la recette"),
                Text("one value for the whole file", "une seule valeur pour tout le fichier"),
            ),
        )


def _which_sheet(choice: SheetChoice) -> Question:
    return Question(
        "sheet",
        "",
        Text(
            f"several sheets hold data; the first one, “{choice.sheets[0]}”, is looked at here. Which one to load?",
            f"plusieurs feuilles contiennent des données ; la première, « {choice.sheets[0]} », est examinée ici. "
            "Laquelle charger ?",
        ),
        tuple(Text(name, name) for name in choice.sheets),
    )


def _notes(sample: Sample) -> Iterator[Text]:
    if sample.malformed:
        first = sample.malformed[0]
        yield Text(
            f"Rows that cannot be split into columns: {len(sample.malformed)}. The first is line {first.line}: "
            f"{first.reason.en}",
            f"Lignes impossibles à découper en colonnes : {len(sample.malformed)}. La première est la ligne "
            f"{first.line} : {first.reason.fr}",
        )
    if not sample.complete:
        yield Text(
            f"the columns were looked at over the first {len(sample.lines):,} rows of {sample.rows:,} (at most "
            f"{SAMPLE_ROWS:,}).",
            f"les colonnes ont été examinées sur les {len(sample.lines)} premières lignes, sur {sample.rows} (au plus "
            f"{SAMPLE_ROWS}).",
        )
