"""What is known of a file under one way of reading it, and finding it out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from timonier.facts.intake.inspection import Inspection
from timonier.facts.intake.questions import Question
from timonier.facts.intake.sampling import take_sample
from timonier.facts.schema import Table
from timonier.web.core.desks import workspace
from timonier.web.intake import findings, reading
from timonier.web.intake.choices import Choices, Fill, Reading, choices_of
from timonier.web.intake.models import Upload


@dataclass(frozen=True, slots=True)
class Asked:
    """What to find out: the file read one way, for one table ("": whichever it looks like), mapped one way."""

    reading: Reading
    table: str = ""
    mapping: Mapping[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        """Values for a JSON column."""
        choices = Choices(self.reading, self.table).as_json()
        return {"choices": choices, "mapping": None if self.mapping is None else dict(self.mapping)}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Asked":
        """The reverse of `as_json`."""
        choices = choices_of(stored["choices"])
        return cls(choices.reading, choices.table, stored["mapping"])


def asked_of(choices: Choices) -> Asked:
    """What the next step needs to know, from what was settled."""
    return Asked(choices.reading, choices.table, mapping_of(choices.columns))


def mapping_of(columns: Mapping[str, Fill] | None) -> dict[str, str] | None:
    """The column of the file for each column of the table that has one."""
    if columns is None:
        return None
    return {target: fill.value for target, fill in columns.items() if fill.kind == "column"}


def found(upload: Upload, asked: Asked) -> Inspection | None:
    """What was seen, if it was looked at in this way."""
    entry = _entry(upload, asked)
    return findings.inspection_of(entry["found"]) if entry else None


def questions(upload: Upload, asked: Asked) -> tuple[Question, ...] | None:
    """The questions on the columns as mapped, if it was looked at in this way."""
    entry = _entry(upload, asked)
    if entry is None:
        return None
    seen = findings.inspection_of(entry["found"])
    if asked.mapping is None or _proposed(seen) == asked.mapping:
        return seen.questions
    stored = entry["mapped"].get(_mapping_key(asked))
    return None if stored is None else tuple(findings.question_of(one) for one in stored)


def look(upload: Upload, asked: Asked) -> None:
    """Finds out what is not known yet, and keeps it in `upload.findings` (the caller saves). Raises SourceError."""
    entry = _entry(upload, asked)
    if entry is None:
        seen = reading.look(upload, asked.reading, asked.table or None)
        entry = {
            "reading": asked.reading.key,
            "into": asked.table,
            "found": findings.as_json(seen),
            "mapped": {},
        }
        kept = upload.findings.get("entries", [])[-(findings.KEPT - 1) :]
        upload.findings = {"entries": [*kept, entry]}
    if questions(upload, asked) is None:
        entry["mapped"][_mapping_key(asked)] = _questions_mapped(upload, asked)


def _questions_mapped(upload: Upload, asked: Asked) -> list[dict[str, Any]]:
    from timonier.web.intake.asking import questions_on

    sample = take_sample(reading.sources(upload, asked.reading.options)[0])
    today = datetime.now(tz=UTC).date()
    table: Table = workspace().tables()[asked.table]
    return [findings.question_json(one) for one in questions_on(sample, table, asked.mapping or {}, today)]


def _entry(upload: Upload, asked: Asked) -> dict[str, Any] | None:
    """An inspection for whichever table it looks like serves for that table too, when nothing was in doubt."""
    for one in reversed(upload.findings.get("entries", [])):
        if one["reading"] != asked.reading.key:
            continue
        sure = not any(question["kind"] == "table_unclear" for question in one["found"]["questions"])
        if one["into"] == asked.table or (not one["into"] and sure and one["found"]["table"] == asked.table):
            entry: dict[str, Any] = one
            return entry
    return None


def _proposed(seen: Inspection) -> dict[str, str]:
    return {name: one["column"] for name, one in seen.recipe["table"][0]["columns"].items() if "column" in one}


def _mapping_key(asked: Asked) -> str:
    return json.dumps(sorted((asked.mapping or {}).items()))
