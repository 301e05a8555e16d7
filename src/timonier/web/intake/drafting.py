"""From what was seen of a file and what a person settled to a recipe: the engine's proposal, their words on top."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from timonier.facts.intake.inspection import Inspection
from timonier.facts.intake.questions import Question
from timonier.facts.intake.toml_text import recipe_text
from timonier.facts.schema import Table
from timonier.text import Text
from timonier.web.intake.choices import Choices, Fill, Reading
from timonier.web.intake.findings import question_key
from timonier.web.intake.settling import Section, settle

STEPS_OF_THEIR_OWN = frozenset({"sheet", "table_unclear", "column_missing"})  # settled where sheets and columns are


@dataclass(frozen=True, slots=True)
class Draft:
    """A recipe in the making: `toml`; the questions that it raises; those without an answer; why it must stop."""

    toml: str
    section: Mapping[str, Any]
    questions: tuple[Question, ...]
    open: tuple[Question, ...]
    stops: tuple[Text, ...]

    @property
    def ready(self) -> bool:
        """Whether nothing is left to settle."""
        return not self.open and not self.stops


def draft(found: Inspection, choices: Choices, table: Table, questions: Sequence[Question]) -> Draft:
    """The recipe for `table`, `questions` being those on its columns."""
    section = mapped(found, choices, table)
    asked = tuple(one for one in questions if _pertinent(one, section, table, choices.reading))
    unanswered, stops = [one for one in found.questions if _step_open(one, choices)], []
    for one in sorted(asked, key=lambda one: one.kind == "scale_reversed"):  # it turns the scale that others give
        answer = choices.answers.get(question_key(one))
        settled = settle(section, table, one, answer) if answer else None
        if settled is None:
            unanswered.append(one)
        elif settled.stop:
            stops.append(settled.stop)
    recipe = {"version": 1, "read": read_of(found, choices.reading), "table": [section]}
    return Draft(recipe_text(recipe), section, asked, tuple(unanswered), tuple(stops))


def _step_open(question: Question, choices: Choices) -> bool:
    """Whether a question that has a step of its own was passed over."""
    return (question.kind == "sheet" and not choices.reading.sheet) or (
        question.kind == "table_unclear" and not choices.table
    )


def mapped(found: Inspection, choices: Choices, table: Table) -> Section:
    """The table of the recipe before any question is answered."""
    section: Section = deepcopy(dict(found.recipe["table"][0]))
    proposed = section["columns"]
    if choices.columns is not None:
        names = [one.name for one in table.columns if one.name in choices.columns]
        section["columns"] = {
            name: filled for name in names if (filled := _filled(choices.columns[name], proposed.get(name, {})))
        }
    section["columns"].setdefault(table.key, {"row_hash": True})
    order = [one.name for one in table.columns]
    columns = section["columns"] = dict(sorted(section["columns"].items(), key=lambda pair: order.index(pair[0])))
    for one in table.columns:
        if one.type in ("instant", "date") and choices.reading.order and "column" in columns.get(one.name, {}):
            columns[one.name]["order"] = choices.reading.order
    latest = section.get("latest_by")
    if latest and columns[table.key].get("column") != latest["key"]:
        del section["latest_by"]
    return section


def _filled(fill: Fill, proposed: Mapping[str, Any]) -> dict[str, Any]:
    """The words of the recipe for one column; none when nothing fills it."""
    if fill.kind == "hash":
        return {"row_hash": True}
    if fill.kind == "constant":
        return {"constant": fill.value} if fill.value else {}
    if fill.kind == "product" and "product" in proposed:
        return dict(proposed)
    if fill.kind != "column":
        return {}
    same = proposed.get("column") == fill.value
    words = dict(proposed) if same else {"column": fill.value}
    return words | ({"order": fill.order} if fill.order else {})


def read_of(found: Inspection, reading: Reading) -> dict[str, Any]:
    """How to read the file: as detected, but for what a person said."""
    read = dict(found.recipe["read"])
    for name in ("encoding", "delimiter", "decimal", "sheet"):
        if value := getattr(reading, name):
            read[name] = value
    if reading.header_row:
        read["header_row"] = reading.header_row
    return read


def used_columns(section: Mapping[str, Any]) -> set[str]:
    """The columns of the file that a table of a recipe reads."""
    return set(_used(section))


def _used(section: Mapping[str, Any]) -> Iterator[str]:
    for words in section["columns"].values():
        if "column" in words:
            yield words["column"]
        yield from words.get("columns", ())
        yield from words.get("product", ())
    if "latest_by" in section:
        yield section["latest_by"]["key"]


def _pertinent(question: Question, section: Section, table: Table, reading: Reading) -> bool:
    """Whether a question bears on what is loaded, and is not settled by the way of reading."""
    if question.kind in STEPS_OF_THEIR_OWN:
        return False
    if question.kind == "date_order" and reading.order:
        return False
    if not question.column:
        return True
    used = used_columns(section)
    if question.kind in ("update_log", "repeated_keys"):
        return bool(section["columns"][table.key].get("column") == question.column)
    if question.kind.startswith("scale_"):
        return bool(section["columns"].get("score", {}).get("column") == question.column)
    return all(part in used for part in question.column.split(" → "))
