"""Reading a recipe: TOML in, checked words out. Every mistake is a RecipeError that tells its place.

A recipe maps the columns of a file to the columns of one or several fact tables; `recipe_model` says what each word
means.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from timonier.errors import RecipeError
from timonier.facts.intake.contract import ReadOptions
from timonier.facts.intake.recipe_columns import column_recipe
from timonier.facts.intake.recipe_model import ColumnRecipe, Explode, Keep, LatestBy, Recipe, TableRecipe
from timonier.facts.intake.recipe_values import Place
from timonier.facts.schema import Table
from timonier.text import Text

VERSION = 1
_READ = ("encoding", "delimiter", "quote", "decimal", "sheet", "header_row")
_TABLE = ("into", "columns", "keep", "explode", "latest_by", "sum_by", "distinct", "repeats")
_CONDITIONS = {
    "in": "among",
    "not_in": "not_among",
    "filled": "filled",
    "prefix": "prefix",
    "not_prefix": "not_prefix",
}


def read_recipe(path: Path, tables: Mapping[str, Table]) -> Recipe:
    """The recipe in the file `path`, checked against `tables`; raises RecipeError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RecipeError(Text("this recipe does not exist.", "cette recette n’existe pas."), where=str(path)) from None
    except OSError as error:
        what = error.strerror or str(error)
        raise RecipeError(
            Text(f"this recipe cannot be read: {what}.", f"cette recette est illisible : {what}."),
            where=str(path),
        ) from None
    except UnicodeDecodeError:
        raise RecipeError(
            Text("a recipe is a text file in UTF-8.", "une recette est un fichier texte en UTF-8."),
            where=str(path),
        ) from None
    return parse_recipe(text, tables, where=str(path))


def parse_recipe(text: str, tables: Mapping[str, Table], *, where: str = "recipe") -> Recipe:
    """The recipe written in `text`, checked against `tables`; raises RecipeError."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RecipeError(
            Text(f"this is not valid TOML: {error}.", f"le TOML n’est pas valide : {error}."), where=where
        ) from None
    place = Place(where)
    place.known(raw, ("version", "read", "table"))
    if raw.get("version") != VERSION:
        en, fr = f"a recipe starts with version = {VERSION}", f"une recette commence par version = {VERSION}"
        raise place.error(en, fr, "version")
    sections = place.tables(raw, "table")
    if not sections:
        raise place.error("no [[table]]: nothing to load", "aucune [[table]] : rien à charger")
    read = _read(place.within("[read]"), place.mapping(raw.get("read", {}), "read"))
    decimal = read.decimal
    made = tuple(_table(place, section, tables, decimal) for section in sections)
    return Recipe(made, read, where)


def _read(place: Place, raw: Mapping[str, Any]) -> ReadOptions:
    place.known(raw, _READ)
    row = raw.get("header_row")
    if row is not None and (not isinstance(row, int) or isinstance(row, bool) or row < 1):
        raise place.error("header_row counts from 1", "header_row se compte à partir de 1", "header_row")
    words = {name: place.text(raw, name) for name in _READ if name != "header_row"}
    place.choice(raw, "decimal", (".", ","))
    return ReadOptions(**words, header_row=row)


def _table(place: Place, raw: Mapping[str, Any], tables: Mapping[str, Table], decimal: str | None) -> TableRecipe:
    into = place.text(raw, "into")
    if into is None:
        raise place.error("a [[table]] says into which table", "une [[table]] dit dans quelle table", "into")
    place.one_of(into, tables, "into", Text("no fact table", "aucune table de faits"))
    place = place.within(f"table {into}")
    place.known(raw, _TABLE)
    table = tables[into]
    columns = _columns(place, raw, table, decimal)
    made = TableRecipe(
        into,
        columns,
        keep=tuple(_keep(place.within(f"keep {rank}"), one) for rank, one in enumerate(place.tables(raw, "keep"), 1)),
        explode=_explode(place.within("explode"), raw["explode"]) if "explode" in raw else None,
        latest_by=_latest(place.within("latest_by"), raw["latest_by"]) if "latest_by" in raw else None,
        sum_by=place.text(raw, "sum_by"),
        distinct=place.flag(raw, "distinct"),
        repeats=place.choice(raw, "repeats", ("merge", "number")) or "merge",  # type: ignore[arg-type]
        where=place.where,
    )
    _check(place, made, table)
    return replace(made, fingerprint=_fingerprint(made))


def _columns(place: Place, raw: Mapping[str, Any], table: Table, decimal: str | None) -> tuple[ColumnRecipe, ...]:
    given = place.mapping(raw.get("columns", {}), "columns")
    made = []
    for name, value in given.items():
        inner = place.within(f"column {name}")
        inner.one_of(name, table.by_name, "", Text("no column", "aucune colonne"), _undeclared(table))
        made.append(column_recipe(inner, table.by_name[name], value, decimal))
    missing = [one.name for one in table.columns if one.required and one.name not in given]
    if missing:
        raise place.error(
            f"the column {missing[0]} is required and nothing fills it",
            f"la colonne {missing[0]} est obligatoire et rien ne la remplit",
            "columns",
        )
    return tuple(made)


def _undeclared(table: Table) -> Text:
    return Text(
        f"A further column is declared under [dimensions.{table.name}] of timonier.toml.",
        f"Une colonne de plus se déclare sous [dimensions.{table.name}] de timonier.toml.",
    )


def _keep(place: Place, raw: Mapping[str, Any]) -> Keep:
    place.known(raw, ("column", "when", *_CONDITIONS))
    column = place.text(raw, "column")
    chosen = [name for name in _CONDITIONS if name in raw]
    if column is None or len(chosen) != 1:
        names = ", ".join(_CONDITIONS)
        raise place.error(
            f"a condition has a column and one of {names}", f"une condition a une colonne et un mot parmi {names}"
        )
    when = place.choice(raw, "when", ("rows", "latest")) or "rows"
    name = chosen[0]
    value: Any = place.flag(raw, name) if name == "filled" else place.texts(raw, name)
    return Keep(column, when=when, **{_CONDITIONS[name]: value})  # type: ignore[arg-type]


def _explode(place: Place, value: object) -> Explode:
    raw = place.mapping(value, "")
    place.known(raw, ("column", "columns", "separator", "as", "distinct"))
    single = place.text(raw, "column")
    columns = place.texts(raw, "columns") or ((single,) if single else ())
    name = place.text(raw, "as") or (single if single else None)
    separator = place.text(raw, "separator")
    if not columns or not separator or not name:
        raise place.error(
            'write explode = { column = "…", separator = "," }, with as = "…" for several columns',
            'écrivez explode = { column = "…", separator = "," }, avec as = "…" pour plusieurs colonnes',
        )
    return Explode(columns, separator, name, place.flag(raw, "distinct", absent=True))


def _latest(place: Place, value: object) -> LatestBy:
    raw = place.mapping(value, "")
    place.known(raw, ("key", "column", "order", "format"))
    key, column = place.text(raw, "key"), place.text(raw, "column")
    if not key or not column:
        raise place.error(
            'write latest_by = { key = "…", column = "…" }', 'écrivez latest_by = { key = "…", column = "…" }'
        )
    order = place.choice(raw, "order", ("iso", "dmy", "mdy", "ymd"))
    return LatestBy(key, column, order, place.date_format(raw))  # type: ignore[arg-type]


def _check(place: Place, made: TableRecipe, table: Table) -> None:
    key = next(one for one in made.columns if one.name == table.key)
    if made.repeats == "number" and key.row_hash is None and made.explode is None:
        raise place.error(
            f'repeats = "number" goes with {table.key} = {{ row_hash = true }}, or with explode',
            f'repeats = "number" va avec {table.key} = {{ row_hash = true }}, ou avec explode',
            "repeats",
        )
    if made.sum_by is not None and key.columns != (made.sum_by,):
        raise place.error(
            f"sum_by is the column that fills {table.key}", f"sum_by est la colonne qui remplit {table.key}", "sum_by"
        )
    if made.distinct and made.sum_by is None:
        raise place.error("distinct goes with sum_by", "distinct va avec sum_by", "distinct")
    if made.latest_by and any(
        made.explode and one.column == made.explode.name and one.when == "rows" for one in made.keep
    ):
        raise place.error(
            'with latest_by, a condition on the exploded column says when = "latest"',
            'avec latest_by, une condition sur la colonne éclatée dit when = "latest"',
            "keep",
        )
    if any(one.when == "latest" for one in made.keep) and made.latest_by is None:
        raise place.error('when = "latest" goes with latest_by', 'when = "latest" va avec latest_by', "keep")


def _fingerprint(made: TableRecipe) -> str:
    """Of what shapes the rows; the place of the file and the order of the columns do not."""
    content = asdict(made)
    del content["where"], content["fingerprint"]
    content["columns"] = sorted(content["columns"], key=lambda one: str(one["name"]))
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
