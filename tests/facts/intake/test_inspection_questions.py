"""Each trap of real files becomes a question, and a clean file raises none."""

import datetime as dt
import random
import tomllib
from pathlib import Path

import pytest
from workbooks import cell, sheet, xlsx

from timonier.facts.intake.inspection import Inspection, inspect
from timonier.facts.intake.questions import Question
from timonier.text import say

TODAY = dt.date(2026, 6, 30)
HEADER = "id_reponse;n° client;date de réponse;note de recommandation;canal;verbatim"


def clean_rows(count: int = 400, seed: int = 7) -> list[list[str]]:
    """Answers with nothing odd: dates with the day first, notes from 0 to 10 that agree with the comments."""
    draw = random.Random(seed)
    rows = []
    for rank in range(count):
        day = dt.date(2026, 1, 1) + dt.timedelta(days=draw.randrange(150))
        note = draw.choice([0, 2, 4, 6, 7, 8, 9, 9, 10, 10])
        words = "Merci, parfait et rapide" if note >= 7 else "Trop lent, je suis déçu, mauvais"
        rows.append([f"R{rank:05}", f"C{draw.randrange(10**6):06}", f"{day:%d/%m/%Y}", str(note), "web", words])
    return rows


def look(folder: Path, rows: list[list[str]], header: str = HEADER) -> Inspection:
    path = folder / "reponses.csv"
    path.write_text("\n".join([header, *(";".join(row) for row in rows)]) + "\n", encoding="utf-8")
    return inspect(path, today=TODAY)


def asked(inspection: Inspection, kind: str) -> Question:
    (question,) = [one for one in inspection.questions if one.kind == kind]
    return question


def kinds(inspection: Inspection) -> set[str]:
    return {one.kind for one in inspection.questions}


def test_a_clean_file_raises_no_question_and_gives_a_whole_recipe(tmp_path: Path) -> None:
    found = look(tmp_path, clean_rows())
    assert found.questions == ()
    assert (found.table, found.rows, found.sampled, found.malformed) == ("answers", 400, 400, 0)
    assert found.recipe == {
        "version": 1,
        "read": {"delimiter": ";"},
        "table": [
            {
                "into": "answers",
                "columns": {
                    "answer_id": {"column": "id_reponse"},
                    "customer_id": {"column": "n° client"},
                    "score": {"column": "note de recommandation", "scale": [0, 10], "direction": "up"},
                    "answered_at": {"column": "date de réponse", "order": "dmy"},
                    "channel": {"column": "canal"},
                    "comment": {"column": "verbatim"},
                    "instrument": {"constant": "nps"},
                },
            }
        ],
    }
    assert {one.name: one.fills for one in found.columns}["canal"] == "channel"


def test_the_toml_says_what_the_dict_says(tmp_path: Path) -> None:
    rows = [[*row[:4], 'we"b\\', row[5]] for row in clean_rows()]
    found = look(tmp_path, rows, HEADER.replace("canal", 'canal "de\\ contact'))
    assert tomllib.loads(found.toml) == found.recipe


def set_column(rows: list[list[str]], place: int, values: dict[int, str]) -> list[list[str]]:
    return [[*row[:place], values.get(rank, row[place]), *row[place + 1 :]] for rank, row in enumerate(rows)]


def test_days_and_months_that_nothing_tells_apart(tmp_path: Path) -> None:
    rows = [
        [*row[:2], f"{rank % 12 + 1:02}/{rank % 11 + 1:02}/2025", *row[3:]] for rank, row in enumerate(clean_rows())
    ]
    found = look(tmp_path, rows)
    assert len(asked(found, "date_order").choices) == 2
    assert "order" not in found.recipe["table"][0]["columns"]["answered_at"]


def test_two_orders_of_dates_in_one_column(tmp_path: Path) -> None:
    rows = set_column(clean_rows(), 2, dict.fromkeys(range(10), "02/25/2026") | {11: "25/02/2026"})
    found = look(tmp_path, rows)
    assert "10" in asked(found, "date_mixed").text.en
    assert "order" not in found.recipe["table"][0]["columns"]["answered_at"]


def test_dates_after_today(tmp_path: Path) -> None:
    found = look(tmp_path, set_column(clean_rows(), 2, {3: "25/12/2026"}))
    assert asked(found, "date_future").text.en.endswith("after today: 1 (« 25/12/2026 »). Are they real?")


def test_days_and_months_swapped_in_some_rows(tmp_path: Path) -> None:
    """As when a spreadsheet reads 05/02/2026 as May 2nd wherever it can: months that have not come yet get dates."""
    rows = [row for row in clean_rows() if row[2][3:5] <= "04"]
    swapped = [
        [*row[:2], f"{row[2][3:5]}/{row[2][:2]}/2025" if rank % 3 == 0 and row[2][:2] <= "12" else row[2], *row[3:]]
        for rank, row in enumerate(rows)
    ]
    assert "date_swapped" not in kinds(look(tmp_path, rows))
    assert "swapped" in asked(look(tmp_path, swapped), "date_swapped").text.en


@pytest.mark.parametrize("value", ["1.23E+11", "1,23E+11", "73000.0"])
def test_identifiers_turned_into_numbers(tmp_path: Path, value: str) -> None:
    found = look(tmp_path, set_column(clean_rows(), 1, {5: value}))
    assert asked(found, "identifier_damaged").column == "n° client"


def test_zeros_lost_at_the_beginning(tmp_path: Path) -> None:
    rows = [[*row, "35000" if rank % 3 else "1000"] for rank, row in enumerate(clean_rows())]
    assert "« 1000 »" in asked(look(tmp_path, rows, HEADER + ";code postal"), "identifier_zeros").text.en


def test_an_identifier_of_another_length(tmp_path: Path) -> None:
    rows = [[*row[:1], f"{10**9 + rank}", *row[2:]] for rank, row in enumerate(clean_rows())]
    assert "identifier_lengths" not in kinds(look(tmp_path, rows))
    assert asked(look(tmp_path, set_column(rows, 1, {9: "99"})), "identifier_lengths").column == "n° client"


def test_a_scale_from_one_to_ten(tmp_path: Path) -> None:
    rows = [[*row[:3], str(max(int(row[3]), 1)), *row[4:]] for row in clean_rows()]
    found = look(tmp_path, rows)
    assert asked(found, "scale_from_one").column == "note de recommandation"
    assert "scale" not in found.recipe["table"][0]["columns"]["score"]


def test_a_scale_without_a_name_is_asked_for(tmp_path: Path) -> None:
    rows = [[*row[:3], str(int(row[3]) // 2 + 1), *row[4:]] for row in clean_rows()]
    assert (
        "1 to 6"
        in asked(look(tmp_path, rows, HEADER.replace("note de recommandation", "note")), "scale_unclear").text.en
    )


def test_what_is_beyond_the_scale_is_told_and_a_code_is_still_asked_about(tmp_path: Path) -> None:
    rows = set_column(clean_rows(), 3, {2: "12", 7: "99"})
    found = look(tmp_path, rows, HEADER.replace("note de recommandation", "note"))
    told = asked(found, "scale_unclear").text
    assert "0 to 10. « 12 », « 99 » would be rejected." in told.en
    assert "« 12 », « 99 » : hors échelle, serait rejeté." in told.fr
    assert asked(found, "unknown_values").values == ("99",)
    within = [[*row[:3], str(int(row[3]) // 2 + 1), *row[4:]] for row in clean_rows()]
    plain = look(tmp_path, within, HEADER.replace("note de recommandation", "note"))
    assert "rejeté" not in asked(plain, "scale_unclear").text.fr


def test_a_scale_that_contradicts_the_comments(tmp_path: Path) -> None:
    rows = [[*row[:3], str(10 - int(row[3])), *row[4:]] for row in clean_rows()]
    assert "verbatim" in asked(look(tmp_path, rows), "scale_reversed").text.en


def test_a_scale_that_contradicts_another_score(tmp_path: Path) -> None:
    rows = [[*row[:5], "", str(10 - int(row[3]))] for row in clean_rows()]
    assert "satisfaction" in asked(look(tmp_path, rows, HEADER + ";satisfaction"), "scale_reversed").text.en
    agreeing = [[*row[:5], "", row[3]] for row in clean_rows()]
    assert "scale_reversed" not in kinds(look(tmp_path, agreeing, HEADER + ";satisfaction"))


def test_a_scale_that_changes_on_the_way(tmp_path: Path) -> None:
    rows = [
        [*row[:3], str(int(row[3]) // 2) if row[2][3:5] < "04" else row[3], *row[4:]] for row in clean_rows(count=600)
    ]
    assert "2026-04" in asked(look(tmp_path, rows), "scale_change").text.en


def test_notes_that_mean_no_answer(tmp_path: Path) -> None:
    found = look(tmp_path, set_column(clean_rows(), 3, {1: "NSP", 2: "99", 4: "?"}))
    shown = asked(found, "unknown_values").text.fr
    assert all(f"« {value} »" in shown for value in ("NSP", "99", "?"))
    assert found.recipe["table"][0]["columns"]["score"]["missing"] == ["?", "NSP"]


def test_words_instead_of_notes(tmp_path: Path) -> None:
    rows = [[*row[:3], "Oui" if int(row[3]) > 6 else "Non", *row[4:]] for row in clean_rows()]
    assert "« Oui »" in asked(look(tmp_path, rows), "scale_unclear").text.fr


def test_decimals_written_in_two_ways(tmp_path: Path) -> None:
    rows = [[*row, "12,50" if rank % 2 else "12.50"] for rank, row in enumerate(clean_rows())]
    assert asked(look(tmp_path, rows, HEADER + ";montant"), "decimal_mixed").column == "montant"


def test_characters_that_nobody_sees(tmp_path: Path) -> None:
    found = look(tmp_path, set_column(clean_rows(), 5, {3: "l\x92avis", 4: "\u200bbien", 5: "👩\u200d🚀 merci"}))
    assert ": 2 (" in asked(found, "invisible_characters").text.en
    assert "U+0092" in asked(found, "invisible_characters").text.en


def test_cells_that_hold_several_values(tmp_path: Path) -> None:
    rows = set_column(clean_rows(), 4, {n: ["mail", "web,mail", "web,tel", "tel"][n % 4] for n in range(200)})
    assert "“,”" in asked(look(tmp_path, rows), "multi_valued").choices[0].en
    sentences = [[*row[:4], f"service {rank}, agence {rank}", *row[5:]] for rank, row in enumerate(clean_rows())]
    assert "multi_valued" not in kinds(look(tmp_path, sentences))


def test_rows_twice_and_keys_twice(tmp_path: Path) -> None:
    rows = clean_rows()
    assert asked(look(tmp_path, [*rows, *rows[:7]]), "duplicate_rows").text.en.startswith(
        "Rows that repeat another one exactly: 7."
    )
    again = [*rows, [rows[0][0], *rows[1][1:]]]
    assert "« R00000 »" in asked(look(tmp_path, again), "repeated_keys").text.en


def test_a_log_of_updates(tmp_path: Path) -> None:
    rows = [
        [f"T{ticket:04}", "tel", f"{ticket % 28 + 1:02}/01/2026 10:00", f"{ticket % 28 + 1:02}/01/2026 1{v}:30", str(v)]
        for ticket in range(100)
        for v in range(3)
    ]
    found = look(tmp_path, rows, "n° ticket;canal;date ouverture;date clôture;version")
    assert found.table == "contacts"
    assert found.recipe["table"][0]["latest_by"] == {"key": "n° ticket", "column": "version"}
    assert "version" in asked(found, "update_log").text.en
    assert "repeated_keys" not in kinds(found)


def test_durations_below_zero(tmp_path: Path) -> None:
    rows = [
        [f"T{n:04}", "tel", f"{n % 20 + 2:02}/01/2026", f"{n % 20 + (1 if n == 7 else 3):02}/01/2026"]
        for n in range(100)
    ]
    found = look(tmp_path, rows, "n° ticket;canal;date ouverture;date clôture")
    assert " below zero: 1 (" in asked(found, "negative_duration").text.en


def test_a_file_of_which_nothing_is_sure(tmp_path: Path) -> None:
    found = look(tmp_path, [["bleu", "rond"], ["rouge", "carré"]], "couleur;forme")
    assert "answers" in {say(choice) for choice in asked(found, "table_unclear").choices}
    assert tomllib.loads(found.toml) == found.recipe


def test_a_person_may_name_the_table(tmp_path: Path) -> None:
    look(tmp_path, clean_rows())
    found = inspect(tmp_path / "reponses.csv", into="contacts", today=TODAY)
    assert found.recipe["table"][0]["into"] == "contacts"
    assert "column_missing" in kinds(found)


def test_two_sheets_are_a_question_and_the_first_is_looked_at(tmp_path: Path) -> None:
    one = sheet(
        [[cell("id_reponse"), cell("note nps")], [cell("a"), cell(9)], [cell("b"), cell(0)], [cell("c"), cell(10)]]
    )
    found = inspect(xlsx(tmp_path / "f.xlsx", {"2025": one, "2026": one}), today=TODAY)
    assert [choice.en for choice in asked(found, "sheet").choices] == ["2025", "2026"]
    assert found.detected.sheet == "2025"


def test_malformed_rows_are_told(tmp_path: Path) -> None:
    found = look(tmp_path, [*clean_rows(), ["x", "y"]])
    assert found.malformed == 1
    assert "line 402" in found.notes[-1].en
