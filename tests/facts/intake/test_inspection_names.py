"""The names that people give to their columns, in the plain French of an export."""

from pathlib import Path

import pytest

from timonier.facts.intake.inspection import Inspection, inspect

FILES = {
    "contracts": ("contrat;client;début;fin", "K{0};C{0};2025-01-0{1};2026-02-0{1}", ["started_on", "ended_on"]),
    "contacts": ("ticket;client;ouvert le;clos le;résolu", "T{0};C{1};2026-03-0{1};2026-03-0{1};oui", ["opened_at"]),
    "prospects": ("lead;créé le;converti le", "L{0};2026-03-0{1};2026-04-0{1}", ["created_at", "converted_at"]),
    "carts": ("panier;client;créé le;commandé le", "P{0};C{1};2026-03-0{1};2026-03-0{1}", ["created_at", "ordered_at"]),
    "invitations": ("envoyé le;répondu le;statut", "2026-03-0{1};2026-03-0{1};complet", ["sent_at", "answered_at"]),
    "answers": ("date;client;satisfaction;canal", "2026-03-0{1};C{0};{1};web", ["score", "answered_at"]),
}


def look(folder: Path, header: str, row: str) -> Inspection:
    path = folder / "export.csv"
    lines = [row.format(rank, 1 + rank % 5) for rank in range(60)]
    path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    return inspect(path)


@pytest.mark.parametrize("table", FILES)
def test_a_usual_export_is_recognised(tmp_path: Path, table: str) -> None:
    header, row, filled = FILES[table]
    found = look(tmp_path, header, row)
    assert found.table == table
    assert set(filled) <= set(found.recipe["table"][0]["columns"])
    assert "table_unclear" not in {one.kind for one in found.questions}


def test_customers_who_stand_in_many_rows_are_no_list_of_customers(tmp_path: Path) -> None:
    """Loading such a file as customers would keep one row each and call the others duplicates."""
    found = look(tmp_path, "client;couleur;taille", "C{1};bleu;{0}")
    assert "table_unclear" in {one.kind for one in found.questions}
