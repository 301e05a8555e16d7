"""What each step of the import shows, put together from what is known of the file."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from timonier.errors import TimonierError
from timonier.facts.intake.inspection import Glance, Inspection
from timonier.facts.intake.questions import Question
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.schema import Column, Table
from timonier.text import Text
from timonier.web.core.desks import workspace
from timonier.web.intake import looking, reading, trial
from timonier.web.intake.choices import Answer, Choices, Fill
from timonier.web.intake.drafting import Draft, draft, mapped, used_columns
from timonier.web.intake.findings import question_key
from timonier.web.intake.forms import COLUMN
from timonier.web.intake.models import Run, Upload
from timonier.web.intake.words import INSTRUMENTS, ORDERS, TABLES, column_name, table_name

STEPS = (
    ("intake_reading", Text("Reading", "Lecture")),
    ("intake_columns", Text("Columns", "Colonnes")),
    ("intake_questions", Text("Questions", "Questions")),
    ("intake_rehearsal", Text("Dry run, then load", "Essai, puis chargement")),
)


@dataclass(frozen=True, slots=True)
class Option:
    """An entry of a choice."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the table: what may fill it, what does, and what came out of the rows tried out."""

    name: str
    label: str
    column: Column
    options: tuple[Option, ...]
    fixed: str
    orders: tuple[Option, ...]
    tried: trial.Tried | None
    seen: Glance | None
    instruments: tuple[Option, ...]

    @property
    def chosen(self) -> str:
        """What fills it."""
        return next((one.value for one in self.options if one.chosen), "none")

    @property
    def lacking(self) -> bool:
        """Whether rows would be rejected for want of it."""
        return self.column.required and self.chosen == "none"


@dataclass(frozen=True, slots=True)
class ColumnsStep:
    """The step of the columns."""

    found: Inspection
    table: Table
    tables: tuple[Option, ...]
    fields: tuple[Field, ...]
    unused: tuple[Glance, ...]
    trial: trial.Trial | None
    error: TimonierError | None

    @property
    def filled(self) -> tuple[Field, ...]:
        """Those that are filled, or should be."""
        return tuple(one for one in self.fields if one not in self.others)

    @property
    def others(self) -> tuple[Field, ...]:
        """Those that nothing fills and that may stay so."""
        scored = any(one.name == "score" and one.chosen != "none" for one in self.fields)
        return tuple(
            one
            for one in self.fields
            if one.chosen == "none" and not one.column.required and not (one.name == "instrument" and scored)
        )

    @property
    def lacking(self) -> tuple[Field, ...]:
        """Columns without which the table cannot be filled."""
        return tuple(one for one in self.fields if one.lacking)

    @property
    def unscored(self) -> bool:
        """Whether a score would not be counted, for want of the kind of question it answers."""
        by_name = {one.name: one.chosen for one in self.fields}
        return by_name.get("score", "none") != "none" and by_name.get("instrument", "none") == "none"


def columns_step(upload: Upload, choices: Choices) -> ColumnsStep | None:
    """The step as these choices make it; None when the file must be looked at first."""
    found = looking.found(upload, looking.Asked(choices.reading, choices.table))
    if found is None:
        return None
    table = workspace().tables()[choices.table or found.table]
    section = mapped(found, choices, table)
    toml = draft(found, choices, table, ()).toml
    result: trial.Trial | None = None
    error: TimonierError | None = None
    try:
        source = reading.sources(upload, parse_recipe(toml, _relaxed()).read, beginning=True)[0]
        result = trial.tried(workspace(), toml, source)
        result = replace(result, whole=result.whole and reading.is_small(upload))
    except TimonierError as refused:
        error = refused
    seen = {one.name: one for one in found.columns}
    fields = tuple(_field(one, table, section["columns"], seen, result, choices) for one in table.columns)
    used = used_columns(section)
    unclear = any(one.kind == "table_unclear" for one in found.questions) and not choices.table
    tables = tuple(Option(name, table_name(name), not unclear and name == table.name) for name in workspace().tables())
    unused = tuple(one for one in found.columns if one.name not in used)
    return ColumnsStep(found, table, tables, fields, unused, result, error)


def _relaxed() -> dict[str, Table]:
    return {name: trial.relaxed(one) for name, one in workspace().tables().items()}


def _field(
    column: Column,
    table: Table,
    words: Mapping[str, Mapping[str, Any]],
    seen: Mapping[str, Glance],
    result: trial.Trial | None,
    choices: Choices,
) -> Field:
    filled = words.get(column.name, {})
    chosen = _chosen(filled, (choices.columns or {}).get(column.name))
    options = [Option("none", "", chosen == "none")]
    if column.name == table.key:
        options[0] = Option("hash", "", chosen == "hash")
    if "product" in filled:
        options.append(Option("product", " × ".join(filled["product"]), chosen=True))
    options += [Option(COLUMN + name, name, chosen == COLUMN + name) for name in seen]
    if column.name != table.key:
        options.append(Option("fixed", "", chosen == "fixed"))
    order = str(filled.get("order", ""))
    dated = column.type in ("instant", "date")
    fixed = str(filled.get("constant", ""))
    return Field(
        column.name,
        column_name(column.name),
        column,
        tuple(options),
        fixed,
        tuple(Option(name, str(label), name == order) for name, label in ORDERS.items()) if dated else (),
        result.columns.get(column.name) if result else None,
        seen.get(str(filled.get("column", ""))),
        tuple(Option(name, str(label), name == fixed) for name, label in INSTRUMENTS.items())
        if column.name == "instrument"
        else (),
    )


def _chosen(filled: Mapping[str, Any], fill: Fill | None) -> str:
    if "row_hash" in filled:
        return "hash"
    if "product" in filled:
        return "product"
    if "constant" in filled or (fill is not None and fill.kind == "constant"):
        return "fixed"
    return COLUMN + filled["column"] if "column" in filled else "none"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the page asks it. `kind` tells which further fields a choice needs."""

    key: str
    question: Question
    answer: Answer | None
    open: bool

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """For a scale of words: each word, with the number given to it so far."""
        if self.question.kind != "scale_unclear" or len(self.question.choices) != 2:
            return ()
        given = self.answer.values if self.answer else {}
        return tuple((word, given.get(word, "")) for word in self.question.values[:30])

    @property
    def other_scale(self) -> bool:
        """Whether another scale than those proposed may be typed."""
        return self.question.kind == "scale_unclear" and len(self.question.choices) == 3


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be loaded: the recipe, the questions on it, why it cannot be loaded yet."""

    toml: str
    draft: Draft | None
    questions: tuple[Asked, ...]
    error: TimonierError | None

    @property
    def ready(self) -> bool:
        """Whether it may be loaded."""
        return self.error is None and (self.draft is None or self.draft.ready)


def plan(upload: Upload, choices: Choices) -> Plan | None:
    """The recipe as it stands; None when the file must be looked at first."""
    if choices.recipe:
        return Plan(choices.recipe, None, (), _error_of(choices.recipe))
    found = looking.found(upload, looking.Asked(choices.reading, choices.table))
    asked = looking.questions(upload, looking.asked_of(choices))
    if found is None or asked is None:
        return None
    table = workspace().tables()[choices.table or found.table]
    made = draft(found, choices, table, asked)
    shown = tuple(
        Asked(question_key(one), one, choices.answers.get(question_key(one)), one in made.open)
        for one in made.questions
    )
    return Plan(made.toml, made, shown, _error_of(made.toml))


def _error_of(toml: str) -> TimonierError | None:
    try:
        parse_recipe(toml, workspace().tables())
    except TimonierError as wrong:
        return wrong
    return None


def rehearsed(upload: Upload, toml: str) -> Run | None:
    """The last dry run of this very recipe, under way or ended."""
    return upload.runs.filter(kind=Run.Kind.REHEARSE, recipe=toml).first()


def table_rows() -> dict[str, Text]:
    """What a row of each table is."""
    return {name: words.row for name, words in TABLES.items()}
