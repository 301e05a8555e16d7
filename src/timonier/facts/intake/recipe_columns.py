"""Reading how one column of a fact table is filled."""

import math
from collections.abc import Mapping
from typing import Any, cast

from timonier.facts.intake.recipe_model import ColumnRecipe, DateOrder, Decimal, Direction
from timonier.facts.intake.recipe_values import Place
from timonier.facts.schema import Column, ColumnType

_ORIGINS = ("column", "columns", "constant", "product", "row_hash")
_KEYS: Mapping[str, tuple[ColumnType, ...]] = {
    "join": ("text",),
    "prefix": ("text",),
    "missing": ("text", "int", "float", "bool", "money", "instant", "date"),
    "values": ("text", "int", "float", "bool", "money", "instant", "date"),
    "scale": ("float",),
    "direction": ("float",),
    "reverse": ("float",),
    "decimal": ("float", "int", "money"),
    "order": ("instant", "date"),
    "format": ("instant", "date"),
    "zone": ("instant", "date"),
}


def column_recipe(place: Place, column: Column, value: object, decimal: str | None) -> ColumnRecipe:
    """What fills `column`; `decimal` is the mark declared for the whole file. A bare text names a column."""
    raw = {"column": value} if isinstance(value, str) else place.mapping(value, "")
    place.known(raw, (*_ORIGINS, *_KEYS))
    origins = [name for name in _ORIGINS if name in raw and not (name == "columns" and "row_hash" in raw)]
    if len(origins) != 1:
        names = ", ".join(_ORIGINS)
        raise place.error(f"exactly one of {names} is expected", f"un mot et un seul est attendu parmi {names}")
    for name in raw:
        if column.type not in _KEYS.get(name, (column.type,)):
            en = f"{name} means nothing for a column of type {column.type}"
            raise place.error(en, f"{name} n’a pas de sens pour une colonne de type {column.type}", name)
    single = place.text(raw, "column")
    return ColumnRecipe(
        column.name,
        columns=() if "row_hash" in raw else (single,) if single else _columns(place, raw, column),
        join=_join(place, raw),
        prefix=place.text(raw, "prefix") or "",
        constant=_constant(place, raw),
        product=_product(place, raw, column),
        row_hash=_row_hash(place, raw, column),
        missing=place.texts(raw, "missing"),
        values=_values(place, raw),
        scale=_scale(place, raw, column),
        direction=cast("Direction | None", place.choice(raw, "direction", ("up", "down"))),
        reverse=place.flag(raw, "reverse"),
        decimal=cast("Decimal | None", place.choice(raw, "decimal", (".", ",")) or _inherited(column, decimal)),
        order=cast("DateOrder", place.choice(raw, "order", ("iso", "dmy", "mdy", "ymd")) or "iso"),
        format=place.date_format(raw),
        zone=place.zone(raw),
    )


def _inherited(column: Column, decimal: str | None) -> str | None:
    return decimal if column.type in _KEYS["decimal"] else None


def _columns(place: Place, raw: Mapping[str, Any], column: Column) -> tuple[str, ...]:
    columns = place.texts(raw, "columns")
    if len(columns) > 1 and column.type != "text":
        raise place.error(
            "only a text can join several columns", "seul un texte peut réunir plusieurs colonnes", "columns"
        )
    if "columns" in raw and not columns:
        raise place.error("columns is empty", "columns est vide", "columns")
    return columns


def _join(place: Place, raw: Mapping[str, Any]) -> str:
    join = raw.get("join", "-")
    if not isinstance(join, str):
        raise place.error("a text is expected", "un texte est attendu", "join")
    return join


def _constant(place: Place, raw: Mapping[str, Any]) -> str | None:
    """As written in TOML: a number, a date or true are welcome without quotes."""
    if "constant" not in raw:
        return None
    value = raw["constant"]
    if isinstance(value, (dict, list)):
        raise place.error("one value is expected", "une seule valeur est attendue", "constant")
    return str(value).lower() if isinstance(value, bool) else str(value)


def _product(place: Place, raw: Mapping[str, Any], column: Column) -> tuple[str, ...]:
    factors = place.texts(raw, "product")
    if "product" in raw and (len(factors) != 2 or column.type != "money"):
        raise place.error(
            "a product multiplies two columns, for a column of money",
            "un produit multiplie deux colonnes, pour une colonne de montants",
            "product",
        )
    return factors


def _row_hash(place: Place, raw: Mapping[str, Any], column: Column) -> tuple[str, ...] | None:
    if "row_hash" not in raw:
        return None
    if column.type != "text" or not place.flag(raw, "row_hash"):
        raise place.error(
            "row_hash = true fills a column of text", "row_hash = true remplit une colonne de texte", "row_hash"
        )
    return place.texts(raw, "columns")


def _values(place: Place, raw: Mapping[str, Any]) -> Mapping[str, str]:
    values = place.mapping(raw.get("values", {}), "values")
    for word, meaning in values.items():
        if isinstance(meaning, (dict, list)):
            en, fr = f"{word!r} must become one value", f"{word!r} doit devenir une seule valeur"
            raise place.error(en, fr, "values")
    return {
        word: str(meaning).lower() if isinstance(meaning, bool) else str(meaning) for word, meaning in values.items()
    }


def _scale(place: Place, raw: Mapping[str, Any], column: Column) -> tuple[float, float] | None:
    scale = raw.get("scale")
    if raw.get("reverse") and scale is None:
        raise place.error(
            "reverse needs the scale, as scale = [0, 10]", "reverse demande l’échelle : scale = [0, 10]", "reverse"
        )
    if scale is None:
        return None
    numbers = isinstance(scale, list) and all(type(one) in {int, float} and math.isfinite(one) for one in scale)
    if not numbers or len(scale) != 2 or not scale[0] < scale[1] or column.name != "score":
        raise place.error(
            "a scale goes with score, from the least to the greatest: scale = [0, 10]",
            "une échelle va avec score, de la plus petite note à la plus grande : scale = [0, 10]",
            "scale",
        )
    return float(scale[0]), float(scale[1])
