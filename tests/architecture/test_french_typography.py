"""French is printed with the typographic apostrophe: every French text of the code has no straight one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "src").rglob("*.py"))
STRAIGHT = re.compile(r"[^\W\d_]'[^\W\d_]")
QUOTED_CODE = re.compile(r"`[^`]*`")


def french(tree: ast.AST) -> Iterator[ast.expr]:
    """The second argument of every `Text(en, fr)`, and every `fr=` of a call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            yield from node.args[1:2] if name == "Text" else ()
            yield from (keyword.value for keyword in node.keywords if keyword.arg == "fr")


def straight(source: str) -> list[str]:
    """The pieces of French that have a straight apostrophe between two letters; what is between ` is code."""
    pieces = (
        (part.lineno, part.value)
        for text in french(ast.parse(source))
        for part in ast.walk(text)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )
    return [f"{line}: {piece}" for line, piece in pieces if STRAIGHT.search(QUOTED_CODE.sub("", piece))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_straight_apostrophe_in_french(path: Path) -> None:
    assert straight(path.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("""Text("it's", "c'est")""", 1),
        ("""Text(en="it's", fr=f"{n} clients n'ont rien")""", 1),
        ("""text.Text("a", "l'un " + "d'eux")""", 2),
        ("""Text("it's", "c’est")""", 0),
        ("""Text("a", "la condition `nom = l'autre`, 'entre guillemets'")""", 0),
        ("""other("a", "c'est")""", 0),
    ],
)
def test_what_the_contract_sees(source: str, count: int) -> None:
    assert len(straight(source)) == count
