"""A small company whose figures are known by hand, loaded by the commands themselves."""

import csv
import re
from pathlib import Path
from typing import NamedTuple

from typer.testing import CliRunner

from timonier.cli import app
from timonier.facts.workspace import Workspace

WEAK = [10] * 8 + [7] * 6 + [3] * 6  # 20 answers, NPS 10
STRONG = [10] * 14 + [8] * 4 + [2] * 2  # 20 answers, NPS 60

ANSWERS = """
version = 1
[[table]]
into = "answers"
[table.columns]
answer_id = "id"
customer_id = "client"
score = { column = "note", scale = [0, 10], direction = "up", missing = ["NSP"] }
instrument = { constant = "nps" }
answered_at = "date"
channel = "canal"
comment = "verbatim"
segment = "segment"
"""
ORDERS = """
version = 1
[[table]]
into = "orders"
[table.columns]
order_id = "commande"
customer_id = "client"
ordered_at = "date"
amount = "montant"
status = "statut"
"""


class Ran(NamedTuple):
    """One run of the command line."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path, lang: str = "en", typed: str | None = None) -> Ran:
    """Run `timonier` with these arguments, in this process.

    Spaces that do not break are given as plain ones before the marks of French, so that tests can be typed.
    """
    environment = {"TIMONIER_LANG": lang, "COLUMNS": "100", "TIMONIER_WORKSPACE": ""}
    result = CliRunner().invoke(app, [str(one) for one in arguments], env=environment, input=typed)
    return Ran(result.exit_code, _typed(result.stdout), _typed(result.stderr))


def _typed(text: str) -> str:
    return re.sub(r"\u00a0(?=[:;!?»])|(?<=«)\u00a0", " ", text)


def write_csv(path: Path, header: str, rows: list[list[object]]) -> Path:
    """A CSV file as a French spreadsheet writes it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(header.split())
        writer.writerows(rows)
    return path


def make_files(folder: Path) -> None:
    """Exports and recipes: 2025, NPS 10 in the first half and 60 in the second; six orders, one cancelled."""
    answers: list[list[object]] = []
    for month in range(1, 13):
        for rank, score in enumerate(WEAK if month <= 6 else STRONG):
            channel, segment = ("web", "tel")[rank % 2], ("pme", "part")[rank % 4 == 0]
            identity, when = f"R{month:02d}{rank:02d}", f"2025-{month:02d}-{rank + 1:02d}T10:00"
            answers.append([identity, f"C{rank:02d}", score, when, channel, "=2+3 secret", segment])
    answers.append(["R9998", "C98", "NSP", "2025-12-31T10:00", "web", "", "pme"])
    write_csv(folder / "reponses.csv", "id client note date canal verbatim segment", answers)
    (folder / "reponses.toml").write_text(ANSWERS, encoding="utf-8")
    amounts = [
        ("A", 40, "ok"),
        ("A", 60, "ok"),
        ("A", 20, "ok"),
        ("B", 100, "ok"),
        ("C", 35, "ok"),
        ("C", 45, "annulée"),
    ]
    orders: list[list[object]] = [
        [f"O{rank}", client, f"2025-1{rank % 2}-0{rank + 1}", amount, status]
        for rank, (client, amount, status) in enumerate(amounts)
    ]
    write_csv(folder / "commandes.csv", "commande client date montant statut", orders)
    (folder / "commandes.toml").write_text(ORDERS, encoding="utf-8")


def make_workspace(folder: Path) -> Path:
    """A workspace with those files loaded by `timonier load`."""
    make_files(folder)
    root = folder / "ws"
    own = {
        "name": "promoters",
        "label": {"fr": "Part de promoteurs", "en": "Share of promoters"},
        "table": "answers",
        "numerator": "score >= 9",
        "denominator": "1",
        "unit": "share",
        "direction": "up",
    }
    Workspace.create(root, dimensions={"answers": {"segment": "text"}}, indicators=[own], language="fr")
    for name in ("reponses", "commandes"):
        loaded = run("load", folder / f"{name}.toml", folder / f"{name}.csv", "-w", root)
        assert loaded.code == 0, loaded.err
    return root
