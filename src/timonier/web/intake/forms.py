"""Reading the forms of the steps: what no form offers counts as nothing chosen."""

from collections.abc import Iterable, Mapping

from django.http import QueryDict

from timonier.facts.intake.questions import Question
from timonier.facts.schema import Table
from timonier.web.intake.choices import Answer, Fill, Reading, order_of
from timonier.web.intake.findings import question_key
from timonier.web.intake.words import DECIMALS, DELIMITERS, ENCODINGS

LONGEST = 200
COLUMN = "col:"


def reading_of(told: QueryDict) -> Reading:
    """How to read the file."""
    row = told.get("entetes", "")
    return Reading(
        encoding=_among(told.get("encodage", ""), ENCODINGS),
        delimiter=_among({"tab": "\t"}.get(told.get("separateur", ""), told.get("separateur", "")), DELIMITERS),
        decimal=_among(told.get("decimale", ""), DECIMALS),
        sheet=told.get("feuille", "").replace("\x00", "")[:LONGEST],
        header_row=int(row) if row.isascii() and row.isdigit() and len(row) < 6 else 0,
        order=order_of(told.get("dates", "")),
    )


def _among(word: str, known: Iterable[str]) -> str:
    return word if word in known else ""


def fills_of(told: QueryDict, table: Table, columns: Iterable[str]) -> dict[str, Fill] | None:
    """What fills each column of the table; None when the form says nothing of it."""
    known = set(columns)
    fills = {}
    for one in table.columns:
        word = told.get(f"c.{one.name}")
        if word is None:
            continue
        order = order_of(told.get(f"o.{one.name}", ""))
        value = told.get(f"v.{one.name}", "").replace("\x00", "").strip()[:LONGEST]
        if word.startswith(COLUMN) and word.removeprefix(COLUMN) in known:
            fills[one.name] = Fill("column", word.removeprefix(COLUMN), order)
        elif word == "fixed":
            fills[one.name] = Fill("constant", value)
        elif word in ("hash", "product"):
            fills[one.name] = Fill("hash" if word == "hash" else "product")
        else:
            fills[one.name] = Fill("none")
    return fills or None


def answers_of(told: QueryDict, questions: Iterable[Question]) -> dict[str, Answer]:
    """The choices made on the questions; those left open are not there."""
    answers = {}
    for one in questions:
        key = question_key(one)
        chosen = told.get(f"q.{key}", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 6 and int(chosen) < len(one.choices):
            answers[key] = Answer(
                int(chosen),
                told.get(f"q.{key}.bas", "")[:20],
                told.get(f"q.{key}.haut", "")[:20],
                told.get(f"q.{key}.sens", "") == "bas",
                _labels(told, key, one),
            )
    return answers


def _labels(told: QueryDict, key: str, one: Question) -> Mapping[str, str]:
    """The number given to each word of a scale of words."""
    if one.kind != "scale_unclear" or len(one.choices) != 2:
        return {}
    return {word: told.get(f"q.{key}.{rank}", "")[:20] for rank, word in enumerate(one.values)}
