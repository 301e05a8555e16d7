"""What the tests of loading share: a recipe and a file in, facts out."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from timonier.facts.intake.load import load
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.intake.report import LoadReport
from timonier.facts.workspace import Workspace

ANSWERS = """version = 1
[[table]]
into = "answers"
[table.columns]
answer_id = "id"
score = { column = "note", missing = ["NSP"], scale = [0, 10], direction = "up" }
answered_at = "date"
channel = "canal"
"""

ROWS = """id;note;date;canal
A1;9;2024-01-10 10:00:00;web
A2;NSP;2024-01-11 23:30:00;web
A3;0;2024-07-01 00:30:00;magasin
"""


def put(folder: Path, text: str, name: str = "answers.csv") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def load_text(workspace: Workspace, recipe: str, text: str, name: str = "answers.csv", **options: Any) -> LoadReport:
    """Loads a file that holds `text`."""
    path = put(workspace.root.parent, text, name)
    return load(workspace, parse_recipe(recipe, workspace.tables()), [path], **options)


def facts(workspace: Workspace, table: str = "answers") -> list[dict[str, Any]]:
    """The rows of a table, in the order of its key."""
    rows = [row for file in workspace.lake.files(table) for row in pq.read_table(file).to_pylist()]
    return sorted(rows, key=lambda row: row[workspace.tables()[table].key])


def column(workspace: Workspace, name: str, table: str = "answers") -> list[Any]:
    """One column of a table, in the order of its key."""
    return [row[name] for row in facts(workspace, table)]
