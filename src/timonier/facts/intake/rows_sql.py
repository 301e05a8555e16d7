# ruff: noqa: S608  statements are made of our own words; texts that people typed go through `quote`
"""Which rows of a file concern a table, in SQL: conditions met, multi-valued columns exploded."""

from collections.abc import Mapping, Sequence

from timonier.facts.intake.numbers_sql import quote
from timonier.facts.intake.recipe_model import Keep, TableRecipe


def conditions(keep: Sequence[Keep], named: Mapping[str, str]) -> str:
    """The SQL of all the conditions; a missing value is the empty text."""
    return " AND ".join(_condition(one, f"coalesce({named[one.column]}, '')") for one in keep) or "true"


def _condition(keep: Keep, text: str) -> str:
    if keep.filled is not None:
        return f"{text} <> ''" if keep.filled else f"{text} = ''"
    if keep.among is not None or keep.not_among is not None:
        listing = ", ".join(quote(one) for one in keep.among or keep.not_among or ())
        wanted = f"{text} IN ({listing})" if listing else "false"
        return wanted if keep.among is not None else f"NOT ({wanted})"
    prefixes = keep.prefix if keep.prefix is not None else keep.not_prefix or ()
    wanted = " OR ".join(f"starts_with({text}, {quote(one)})" for one in prefixes) or "false"
    return f"({wanted})" if keep.prefix is not None else f"NOT ({wanted})"


def rows(recipe: TableRecipe, named: Mapping[str, str]) -> str:
    """The rows of `chunk` that concern the table, once exploded into the column `x`."""
    before, after = _split(recipe)
    rows = f"SELECT * FROM chunk WHERE {conditions(before, named)}" if before else "SELECT * FROM chunk"
    if recipe.explode is None:
        return rows
    exploded = f"SELECT *, unnest({_values(recipe, named)}) AS x FROM ({rows})"
    return f"SELECT * FROM ({exploded}) WHERE {conditions(after, {recipe.explode.name: 'x'})}"


def _split(recipe: TableRecipe) -> tuple[list[Keep], list[Keep]]:
    """The conditions on the columns of the file, and those on the exploded one. With `latest_by`, the conditions
    on every row were applied before."""
    keep = [one for one in recipe.keep if recipe.latest_by is None or one.when == "latest"]
    name = recipe.explode.name if recipe.explode else None
    return [one for one in keep if one.column != name], [one for one in keep if one.column == name]


def _values(recipe: TableRecipe, named: Mapping[str, str]) -> str:
    """The values of the multi-valued columns as a list; [null] when there is none."""
    explode = recipe.explode
    if explode is None:
        return "[]"
    mark = quote(explode.separator)
    together = f"concat_ws({mark}, {', '.join(named[name] for name in explode.columns)})"
    values = f"list_filter(list_transform(string_split({together}, {mark}), v -> trim(v)), v -> v <> '')"
    values = f"list_distinct({values})" if explode.distinct else values
    return f"CASE WHEN len({values}) > 0 THEN {values} ELSE [NULL] END"


def counts(recipe: TableRecipe, named: Mapping[str, str]) -> str | None:
    """Rows that meet the conditions, rows once exploded, those of them that meet the others; None when all do."""
    before, after = _split(recipe)
    if not before and recipe.explode is None:
        return None
    kept = f"SELECT * FROM chunk WHERE {conditions(before, named)}"
    if recipe.explode is None:
        return f"SELECT count(*), count(*), count(*) FROM ({kept})"
    exploded = f"SELECT *, unnest({_values(recipe, named)}) AS x FROM ({kept})"
    return (
        f"SELECT (SELECT count(*) FROM ({kept})), count(*), "
        f"count(*) FILTER ({conditions(after, {recipe.explode.name: 'x'})}) "
        f"FROM ({exploded})"
    )
