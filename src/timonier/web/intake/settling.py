"""What each choice on a question does to a recipe. Nothing is done without a choice; a choice that no recipe can apply
stops the import and says what to do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from timonier.facts.intake.questions import Kind, Question
from timonier.facts.schema import Table
from timonier.text import Text
from timonier.web.intake.choices import Answer

type Section = dict[str, Any]

GET_IT_AGAIN = Text(
    "Get the file again, corrected, then send it: this one is not loaded.",
    "Redemandez le fichier corrigé, puis déposez-le : celui-ci n’est pas chargé.",
)
TAKE_ROWS_OUT = Text(
    "Take these rows out of the file, then send it again: this one is not loaded.",
    "Retirez ces lignes du fichier, puis déposez-le de nouveau : celui-ci n’est pas chargé.",
)
CUT_IN_TWO = Text(
    "Cut the file in two at the change of scale, then send each part with its own scale.",
    "Coupez le fichier en deux au changement d’échelle, puis déposez chaque partie avec son échelle.",
)
BACK_TO_DATES = Text(
    "Go back to the columns and change the order of day and month of these dates.",
    "Revenez aux colonnes et changez l’ordre du jour et du mois de ces dates.",
)


@dataclass(frozen=True, slots=True)
class Settled:
    """A choice that was applied; with `stop`, one that ends the import."""

    stop: Text | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """What a choice bears on."""

    section: Section
    table: Table
    question: Question
    answer: Answer

    def fillers(self) -> Iterator[dict[str, Any]]:
        """The words for the columns of the table that the column in question fills."""
        return (words for words in self.section["columns"].values() if words.get("column") == self.question.column)

    def row_is_key(self) -> None:
        """Each row of the file is a fact of its own."""
        self.section["columns"][self.table.key] = {"row_hash": True}


def settle(section: Section, table: Table, question: Question, answer: Answer) -> Settled | None:
    """Applies a choice to `section`. None when it is not complete (a scale without its ends), or is no choice."""
    if not 0 <= answer.choice < len(question.choices):
        return None
    return _WAYS[question.kind](Case(section, table, question, answer))


def _kept(_case: Case) -> Settled:
    return Settled()


def _stopped(stop: Text, at: int) -> Callable[[Case], Settled]:
    """A question of which the choice `at` stops the import, the others changing nothing."""

    def way(case: Case) -> Settled:
        return Settled(stop if case.answer.choice == at else None)

    return way


def _order(case: Case) -> Settled:
    if case.answer.choice > 1:
        return Settled(GET_IT_AGAIN)
    for words in case.fillers():
        words["order"] = ("dmy", "mdy")[case.answer.choice]
    return Settled()


def _left_out(case: Case) -> Settled:
    if case.answer.choice == 2:
        return Settled(GET_IT_AGAIN)
    if case.answer.choice == 1:
        if not case.question.values:
            return Settled(TAKE_ROWS_OUT)
        case.section.setdefault("keep", []).append(
            {"column": case.question.column, "not_in": list(case.question.values)}
        )
    return Settled()


def _unknown(case: Case) -> Settled:
    for words in case.fillers():
        words.pop("missing", None)
        if case.answer.choice == 0:
            words["missing"] = sorted(case.question.values)
    return Settled()


def _decimal(case: Case) -> Settled:
    """With both marks for decimals, each number tells by itself; else the point alone is one."""
    for words in case.fillers():
        words.pop("decimal", None)
        if case.answer.choice == 1:
            words["decimal"] = "."
    return Settled()


def _lists(case: Case) -> Settled:
    if case.answer.choice == 0:
        case.section["explode"] = {"column": case.question.column, "separator": case.question.values[0]}
        case.section["repeats"] = "number"
    return Settled()


def _log(case: Case) -> Settled:
    if case.answer.choice == 1:
        case.section.pop("latest_by", None)
        case.row_is_key()
    return Settled()


def _repeats(case: Case) -> Settled:
    if case.answer.choice == 1:
        case.row_is_key()
    return Settled()


def _copies(case: Case) -> Settled:
    if case.answer.choice == 1:
        case.section.pop("latest_by", None)
        case.row_is_key()
        case.section["repeats"] = "number"
    return Settled()


def _from_one(case: Case) -> Settled:
    return _scaled(case, 0.0 if case.answer.choice == 0 else 1.0, 10.0, reverse=False)


def _scale(case: Case) -> Settled | None:
    if len(case.question.choices) == 2:
        return _labels(case)
    told, answer = case.question.values, case.answer
    low, high = (told[0], told[1]) if answer.choice < 2 else (answer.low, answer.high)
    ends = _number(low), _number(high)
    if ends[0] is None or ends[1] is None or ends[0] >= ends[1]:
        return None
    return _scaled(case, ends[0], ends[1], reverse=answer.choice == 1 or (answer.choice == 2 and answer.reverse))


def _labels(case: Case) -> Settled | None:
    """Words in place of notes: each is given its number, and the least and the greatest are the ends of the scale."""
    if case.answer.choice == 1:
        case.section["columns"].pop("score", None)
        return Settled()
    worth = {word: _number(case.answer.values.get(word, "")) for word in case.question.values}
    numbers = [one for one in worth.values() if one is not None]
    if not worth or len(numbers) < len(worth) or min(numbers) >= max(numbers):
        return None
    for words in case.fillers():
        words["values"] = {word: f"{one:g}" for word, one in worth.items()}
    return _scaled(case, min(numbers), max(numbers), reverse=False)


def _scaled(case: Case, low: float, high: float, *, reverse: bool) -> Settled:
    score = case.section["columns"]["score"]
    score |= {"scale": [_plain(low), _plain(high)], "direction": "up"}
    score.pop("reverse", None)
    if reverse:
        score["reverse"] = True
    return Settled()


def _backwards(case: Case) -> Settled | None:
    score = case.section["columns"]["score"]
    if case.answer.choice == 1:
        if "scale" not in score:
            return None
        score["reverse"] = True
    return Settled()


def _number(text: str) -> float | None:
    """A small number as a person types it."""
    try:
        found = float(text.strip().replace(",", "."))
    except ValueError:
        return None
    return found if abs(found) <= 1_000_000 else None


def _plain(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _negative(case: Case) -> Settled:
    return Settled((TAKE_ROWS_OUT, None, BACK_TO_DATES)[case.answer.choice])


_WAYS: Mapping[Kind, Callable[[Case], Settled | None]] = {
    "sheet": _kept,
    "table_unclear": _kept,
    "column_missing": _kept,
    "date_order": _order,
    "date_mixed": _order,
    "date_future": _left_out,
    "date_swapped": _left_out,
    "identifier_damaged": _stopped(GET_IT_AGAIN, 0),
    "identifier_zeros": _stopped(GET_IT_AGAIN, 0),
    "identifier_lengths": _stopped(GET_IT_AGAIN, 1),
    "scale_from_one": _from_one,
    "scale_unclear": _scale,
    "scale_reversed": _backwards,
    "scale_change": _stopped(CUT_IN_TWO, 0),
    "negative_duration": _negative,
    "duplicate_rows": _copies,
    "repeated_keys": _repeats,
    "unknown_values": _unknown,
    "decimal_mixed": _decimal,
    "invisible_characters": _stopped(GET_IT_AGAIN, 1),
    "multi_valued": _lists,
    "update_log": _log,
}
