"""What was seen of a file, kept in its row: looking again costs a reading of the whole file."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from timonier.facts.intake.contract import Detected
from timonier.facts.intake.inspection import Glance, Inspection
from timonier.facts.intake.questions import Question
from timonier.text import Text

KEPT = 8  # ways of reading whose findings are kept
MOST_VALUES = 500  # beyond, a question keeps no values: what needs them is not offered


def as_json(found: Inspection) -> dict[str, Any]:
    """The inspection as values that a JSON column takes."""
    values = asdict(found) | {"path": "", "toml": ""}
    values["questions"] = [question_json(one) for one in found.questions]
    cleaned: dict[str, Any] = scrubbed(values)
    return cleaned


def inspection_of(stored: Mapping[str, Any]) -> Inspection:
    """The reverse of `as_json`; `path` and `toml` are not kept."""
    return Inspection(
        **{
            **stored,
            "path": Path(),
            "detected": Detected(**{**stored["detected"], "notes": _texts(stored["detected"]["notes"])}),
            "columns": tuple(Glance(**{**one, "commonest": tuple(one["commonest"])}) for one in stored["columns"]),
            "questions": tuple(question_of(one) for one in stored["questions"]),
            "notes": _texts(stored["notes"]),
            "others": tuple(stored["others"]),
        }
    )


def question_json(one: Question) -> dict[str, Any]:
    """A question as JSON values."""
    values = asdict(one)
    if len(one.values) > MOST_VALUES:
        values["values"] = ()
    cleaned: dict[str, Any] = scrubbed(values)
    return cleaned


def question_of(stored: Mapping[str, Any]) -> Question:
    """The reverse of `question_json`."""
    return Question(
        stored["kind"], stored["column"], Text(*stored["text"]), _texts(stored["choices"]), tuple(stored["values"])
    )


def question_key(one: Question) -> str:
    """A short name of a question, the same each time it is asked: it stands in forms."""
    return hashlib.sha256(f"{one.kind}|{one.column}".encode()).hexdigest()[:12]


def _texts(stored: list[list[str]]) -> tuple[Text, ...]:
    return tuple(Text(*one) for one in stored)


def scrubbed(value: Any) -> Any:
    """The same without what PostgreSQL refuses in JSON: NUL, and halves of a character."""
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {scrubbed(name): scrubbed(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [scrubbed(one) for one in value]
    return value
