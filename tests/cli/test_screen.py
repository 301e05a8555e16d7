"""The terminal: what is laid out keeps its numbers on one line."""

import io
import unicodedata

import pytest

from timonier.cli.screen import Screen, sheet

NUMBER = "2\u202f140\u00a0€"


def printed(width: int, *texts: str) -> list[str]:
    """The lines of a table of one row."""
    table = sheet()
    for number in range(len(texts)):
        table.add_column(f"n\u00a0{number}")
    table.add_row(*texts)
    file = io.StringIO()
    Screen(file=file, width=width).print(table)
    return file.getvalue().splitlines()


@pytest.mark.parametrize("width", range(15, 40))
def test_a_number_is_never_cut_where_its_space_does_not_break(width: int) -> None:
    lines = printed(width, f"un panier de {NUMBER} en moyenne", NUMBER)
    assert sum(line.count(NUMBER) for line in lines) == 2
    assert not any(unicodedata.category(letter) == "Co" for line in lines for letter in line)


def test_a_text_that_is_no_table_is_cut_at_plain_spaces_only() -> None:
    file = io.StringIO()
    Screen(file=file, width=10).print("Écartés\u00a0: 12 tests", highlight=False)
    assert file.getvalue().splitlines() == ["Écartés\u00a0: ", "12 tests"]


def test_what_is_recorded_has_its_spaces_too() -> None:
    console = Screen(file=io.StringIO(), width=40, record=True)
    console.print(NUMBER, highlight=False)
    assert console.export_text().rstrip("\n") == NUMBER
