"""What each choice does to the recipe, and that a recipe stays one: on questions that the detectors ask."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from timonier.facts.intake.inspection import Inspection, inspect
from timonier.facts.intake.questions import Kind
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.schema import TABLES
from timonier.web.intake import settling
from timonier.web.intake.choices import Answer, Choices, Fill, Reading, choices_of
from timonier.web.intake.drafting import Draft, draft
from timonier.web.intake.findings import as_json, inspection_of, question_key

type Made = Callable[..., Inspection]


@pytest.fixture
def seen(tmp_path: Path) -> Made:
    """The inspection of a file with this content."""

    def look(content: str, into: str) -> Inspection:
        path = tmp_path / "fichier.csv"
        path.write_text(content, encoding="utf-8")
        return inspect(path, into=into)

    return look


def settled(found: Inspection, **answers: Answer) -> Draft:
    """The draft once the questions of each kind are answered so."""
    told = {question_key(one): answers[one.kind] for one in found.questions if one.kind in answers}
    return draft(found, Choices(table=found.table, answers=told), TABLES[found.table], found.questions)


def section(made: Draft) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(made.toml)["table"][0]
    return table


def scores(notes: str, rows: int = 60) -> str:
    """Answers whose notes go through the words of `notes`."""
    words = notes.split()
    lines = (f"r{n},2026-01-{n % 28 + 1:02d},{words[n % len(words)]}\n" for n in range(rows))
    return "answer id,answer date,score\n" + "".join(lines)


def test_scale_of_words(seen: Made) -> None:
    found = seen(scores("Positif Neutre Négatif"), "answers")
    incomplete = settled(found, scale_unclear=Answer(0, values={"Positif": "3", "Neutre": "2"}))
    assert [one.kind for one in incomplete.open] == ["scale_unclear"]
    worth = {"Positif": "3", "Neutre": "2", "Négatif": "1"}
    made = settled(found, scale_unclear=Answer(0, values=worth))
    assert made.ready
    score = section(made)["columns"]["score"]
    assert (score["values"], score["scale"], score["direction"]) == (worth, [1, 3], "up")
    assert "score" not in section(settled(found, scale_unclear=Answer(1)))["columns"]


@pytest.mark.parametrize(
    ("answer", "scale", "reverse"),
    [
        (Answer(0), [1, 7], False),
        (Answer(1), [1, 7], True),
        (Answer(2, "0", "10"), [0, 10], False),
        (Answer(2, "0,5", "7", reverse=True), [0.5, 7], True),
    ],
)
def test_scale_of_numbers(seen: Made, answer: Answer, scale: list[float], reverse: bool) -> None:
    made = settled(seen(scores("1 2 3 4 5 6 7"), "answers"), scale_unclear=answer)
    score = section(made)["columns"]["score"]
    assert made.ready
    assert (score["scale"], score.get("reverse", False)) == (scale, reverse)
    parse_recipe(made.toml, TABLES)


@pytest.mark.parametrize("ends", [("", ""), ("5", "1"), ("a", "b"), ("1", "1"), ("nan", "5"), ("1e99", "1e100")])
def test_scale_without_ends_stays_open(seen: Made, ends: tuple[str, str]) -> None:
    assert not settled(seen(scores("1 2 3 4 5 6 7"), "answers"), scale_unclear=Answer(2, *ends)).ready


def test_rows_of_future_dates_are_left_out_by_their_texts(seen: Made) -> None:
    content = "order id,date,amount\n" + "".join(f"o{n},{n % 28 + 1:02d}/01/2026,10\n" for n in range(40))
    found = seen(content + "o98,25/01/2999,10\no99,26/01/2999,10\n", "orders")
    assert section(settled(found, date_future=Answer(1)))["keep"] == [
        {"column": "date", "not_in": ["25/01/2999", "26/01/2999"]}
    ]
    assert "keep" not in section(settled(found, date_future=Answer(0)))


def test_unknown_values(seen: Made) -> None:
    found = seen(scores("0 1 2 3 4 5 6 7 8 9 10 NSP 99"), "answers")
    missing = section(settled(found, unknown_values=Answer(0)))["columns"]["score"]["missing"]
    assert missing == ["99", "NSP"]
    assert "missing" not in section(settled(found, unknown_values=Answer(1)))["columns"]["score"]


def test_lists_become_one_row_each(seen: Made) -> None:
    lines = "".join(
        f"c{n},{n % 28 + 1:02d}/01/2026,{('mail', 'tel', 'mail;tel', 'tel;mail')[n % 4]}\n" for n in range(60)
    )
    made = settled(seen("contact id,opened,channel\n" + lines, "contacts"), multi_valued=Answer(0))
    assert section(made)["explode"] == {"column": "channel", "separator": ";"}
    assert section(made)["repeats"] == "number"
    parse_recipe(made.toml, TABLES)


def test_rows_that_repeat(seen: Made) -> None:
    content = "order id,date,amount\n" + "".join(f"o{n},{n % 28 + 1:02d}/01/2026,10\n" for n in range(40))
    found = seen(content + content.split("\n", 1)[1], "orders")
    apart = section(settled(found, duplicate_rows=Answer(1), repeated_keys=Answer(1)))
    assert apart["columns"]["order_id"] == {"row_hash": True}
    assert apart["repeats"] == "number"
    same = section(settled(found, duplicate_rows=Answer(0), repeated_keys=Answer(0)))
    assert same["columns"]["order_id"] == {"column": "order id"}


def test_a_choice_that_no_recipe_can_apply_stops(seen: Made) -> None:
    content = "customer id,date\n" + "".join(f"1.2345E+{n % 9 + 10},2026-01-0{n % 9 + 1}\n" for n in range(40))
    found = seen(content, "customers")
    assert settled(found, identifier_damaged=Answer(0), repeated_keys=Answer(0), duplicate_rows=Answer(0)).stops
    assert not settled(found, identifier_damaged=Answer(1), repeated_keys=Answer(0), duplicate_rows=Answer(0)).stops


def test_every_kind_of_question_has_its_way() -> None:
    assert set(settling._WAYS) == set(Kind.__value__.__args__)


@pytest.mark.parametrize("choice", [-1, 2, 10**9])
def test_choice_out_of_those_offered_settles_nothing(seen: Made, choice: int) -> None:
    found = seen(scores("0 1 2 3 4 5 6 7 8 9 10 NSP"), "answers")
    assert any(one.kind == "unknown_values" for one in settled(found, unknown_values=Answer(choice)).open)


def test_what_was_seen_comes_back_the_same(seen: Made) -> None:
    found = seen(scores("1 2 3 NSP"), "answers")
    back = inspection_of(as_json(found))
    assert (back.questions, back.columns, back.detected, back.recipe) == (
        found.questions,
        found.columns,
        found.detected,
        found.recipe,
    )


def test_what_postgresql_refuses_is_taken_out(seen: Made) -> None:
    """A NUL or half a character in a cell must not make the row of the upload impossible to keep."""
    stored = as_json(seen(scores("1 2 a\x00b \x07"), "answers"))
    assert "\x00" not in repr(stored)
    assert "\\x00" not in repr(stored)


def test_choices_come_back_the_same() -> None:
    choices = Choices(
        Reading("cp1252", ";", ",", "Feuille 1", 3, "dmy"),
        "answers",
        {"score": Fill("column", "note", "mdy")},
        {"abc": Answer(2, "0", "5", reverse=True, values={"Oui": "1"})},
        "version = 1",
        "nom",
    )
    assert choices_of(choices.as_json()) == choices


def test_another_way_of_reading_forgets_the_columns() -> None:
    kept = Choices(table="answers", columns={"score": Fill("column", "note")})
    assert kept.with_reading(Reading(decimal=",")).columns is not None
    assert kept.with_reading(Reading(delimiter=";")).columns is None
