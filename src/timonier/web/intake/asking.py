"""The engine's questions on the columns that a person mapped, when they are not those that it proposed."""

import datetime as dt
from collections.abc import Iterator, Mapping

from timonier.facts.intake import detectors, row_detectors
from timonier.facts.intake.questions import Question
from timonier.facts.intake.sampling import Sample
from timonier.facts.intake.scale_detectors import scales
from timonier.facts.schema import Table

IDENTIFIERS = ("customer_id", "account_id", "issue_id", "case_id")


def questions_on(sample: Sample, table: Table, mapping: Mapping[str, str], today: dt.date) -> tuple[Question, ...]:
    """All that the detectors say; `mapping` gives the column of the file for each column of `table`."""
    known = {target: name for target, name in mapping.items() if name in sample.columns}
    found = list(_on_columns(sample, table, known, today))
    key = known.get(table.key)
    found += row_detectors.duplicate_rows(sample)
    found += row_detectors.repeated_keys(sample, key, row_detectors.latest_by(sample, key))
    found += row_detectors.negative_durations(sample)
    if table.name == "answers":
        found += scales(sample, known.get("score"), known.get("comment"), known.get("answered_at"))
    return tuple(found)


def _on_columns(sample: Sample, table: Table, mapping: Mapping[str, str], today: dt.date) -> Iterator[Question]:
    keys = {mapping.get(name) for name in (table.key, *IDENTIFIERS)}
    for name in dict.fromkeys(mapping.values()):
        column = sample.columns[name]
        yield from detectors.dates(column, today)
        yield from detectors.identifiers(column, mapped=name in keys)
        yield from detectors.decimal_marks(column)
        yield from detectors.invisible(column)
        yield from detectors.unknown_values(column)
        if name != mapping.get("comment"):
            yield from detectors.several_values(column)
