"""A recipe is read without a mistake, or its mistake is told with its place and what was meant."""

from pathlib import Path

import pytest

from timonier.errors import RecipeError
from timonier.facts.intake.recipe import parse_recipe, read_recipe
from timonier.facts.schema import TABLES
from timonier.text import language

GOOD = """version = 1
[read]
decimal = ","
[[table]]
into = "answers"
explode = { column = "Canaux", separator = "," }
latest_by = { key = "number", column = "sys_mod_count" }
[[table.keep]]
column = "Statut"
in = ["Terminé"]
[table.columns]
answer_id = { columns = ["id", "Canaux"], join = "/" }
score = { column = "note", missing = ["NSP"], values = { "Très satisfait" = 5 }, scale = [0, 10], direction = "up" }
answered_at = { column = "date", order = "dmy", zone = "Europe/Paris" }
survey = { constant = "relation 2026" }
test = { constant = true }
"""


def test_a_recipe_is_read() -> None:
    recipe = parse_recipe(GOOD, TABLES)
    (table,) = recipe.tables
    columns = {one.name: one for one in table.columns}
    assert columns["answer_id"].columns == ("id", "Canaux")
    assert columns["answer_id"].join == "/"
    assert columns["score"].values == {"Très satisfait": "5"}
    assert columns["score"].decimal == ","  # declared for the whole file
    assert columns["test"].constant == "true"
    assert table.keep[0].among == ("Terminé",)
    assert table.explode is not None
    assert table.explode.name == "Canaux"


def test_the_fingerprint_follows_the_meaning_and_not_the_layout() -> None:
    same = GOOD.replace('survey = { constant = "relation 2026" }\ntest', "test") + 'survey.constant = "relation 2026"\n'
    other = GOOD.replace('missing = ["NSP"]', "missing = []")
    fingerprint = parse_recipe(GOOD, TABLES).tables[0].fingerprint
    assert parse_recipe(same, TABLES, where="elsewhere.toml").tables[0].fingerprint == fingerprint
    assert parse_recipe(other, TABLES).tables[0].fingerprint != fingerprint


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("version = 1", "version = 2", "recipe, version", "version = 1"),
        ('into = "answers"', 'into = "answer"', "into", "Did you mean `answers`?"),
        ('into = "answers"', "", "into", "which table"),
        ("[read]", "[reed]", "reed", "Did you mean `read`?"),
        ('decimal = ","', 'decimal = ";"', "[read], decimal", "Possible: ., ,"),
        ("score = {", "scor = {", "table answers, column scor", "Did you mean `score`?"),
        ("survey = {", "humeur = {", "column humeur", "[dimensions.answers] of timonier.toml"),
        ("scale = [0, 10]", "scale = [0, inf]", "column score, scale", "from the least to the greatest"),
        ("scale = [0, 10]", "scale = [10, 0]", "column score, scale", "from the least to the greatest"),
        ("scale = [0, 10], ", "reverse = true, ", "column score, reverse", "needs the scale"),
        ('direction = "up"', 'direction = "upp"', "column score, direction", "Did you mean `up`?"),
        ('order = "dmy"', 'order = "french"', "column answered_at, order", "iso, dmy, mdy, ymd"),
        ('order = "dmy"', 'format = "jj/mm/aaaa"', "column answered_at, format", "%d/%m/%Y"),
        ("Europe/Paris", "Europe/Pariss", "column answered_at, zone", "no time zone"),
        ('constant = "relation 2026"', 'constant = "a", column = "b"', "column survey", "exactly one"),
        ('constant = "relation 2026"', 'column = "b", zone = "UTC"', "column survey, zone", "type text"),
        ('in = ["Terminé"]', "", "table answers, keep 1", "one of in, not_in"),
        ('in = ["Terminé"]', 'in = "Terminé"', "table answers, keep 1, in", "list of texts"),
        ("[[table.keep]]", "[table.keep]", "keep", "two brackets"),
        ('column = "Statut"', 'column = "Canaux"', "table answers, keep", 'says when = "latest"'),
        ("test = { constant = true }", 'test = { column = "x", prefix = "a" }', "column test, prefix", "type bool"),
        ('separator = ","', 'separateur = ","', "explode, separateur", "Did you mean `separator`?"),
        ('column = "sys_mod_count"', 'order = "dmy"', "latest_by", "write latest_by"),
        ("answer_id = {", "customer_id = {", "table answers, columns", "answer_id is required"),
        ("version = 1", "version = 1 1", "recipe", "not valid TOML"),
    ],
)
def test_a_mistake_is_told_with_its_place(old: str, new: str, place: str, words: str) -> None:
    assert old in GOOD
    with pytest.raises(RecipeError) as caught:
        parse_recipe(GOOD.replace(old, new, 1), TABLES)
    assert place in caught.value.where
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('amount = { product = ["a"] }', "multiplies two columns"),
        ("order_id = { row_hash = false }", "row_hash = true"),
        ('amount = { columns = ["a", "b"] }', "only a text can join"),
        ('repeats = "number"', "row_hash"),
    ],
)
def test_mistakes_of_orders(line: str, words: str) -> None:
    columns = {"order_id": 'order_id = "a"', "ordered_at": 'ordered_at = "b"'}
    columns.pop(line.partition(" ")[0], None)
    head = line if line.startswith("repeats") else ""
    body = "" if head else line
    text = "\n".join(["version = 1", "[[table]]", 'into = "orders"', head, "[table.columns]", *columns.values(), body])
    with pytest.raises(RecipeError, match=words):
        parse_recipe(text, TABLES)


def test_a_recipe_speaks_french() -> None:
    token = language.set("fr")
    try:
        with pytest.raises(RecipeError, match="Vouliez-vous dire «\u00a0score\u00a0»"):
            parse_recipe(GOOD.replace("score = {", "scor = {"), TABLES)
    finally:
        language.reset(token)


def test_a_recipe_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="does not exist"):
        read_recipe(tmp_path / "none.toml", TABLES)
