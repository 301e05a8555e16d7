"""Indicators that people declare in their workspace: a new formula over a fact table, or one of ours, set up.

[[indicator]]                               [[indicator]]
name = "web_share"                          name = "card_next_day"
label = { fr = "…", en = "…" }              label = { fr = "…", en = "…" }
table = "orders"                            base = "on_time"
where = "status != 'cancelled'"             parameters = { start_step = "asked", end_step = "sent" }
numerator = "channel = 'web'"
denominator = "1"
unit = "share"
direction = "up"
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

import narwhals as nw

from timonier.errors import DefinitionError
from timonier.indicators.catalogue import CATALOGUE, find
from timonier.indicators.cells import CODES, columns_of
from timonier.indicators.definition import Frames, Indicator, Needs, Parameter, Query, Units, Variant
from timonier.indicators.estimate import Direction
from timonier.indicators.formulas import per_thousand, ratio, share
from timonier.indicators.grammar import (
    NUMBERS,
    Compiled,
    Kind,
    compile_condition,
    compile_text,
    names_in,
    scale_of,
    scaled_integer,
)
from timonier.indicators.stats import MONEY_SCALE
from timonier.text import Text

KEYS = frozenset(
    {
        "name",
        "label",
        "table",
        "where",
        "numerator",
        "denominator",
        "unit",
        "direction",
        "base",
        "parameters",
        "version",
    }
)
UNITS = ("share", "per_1000", "money", "days", "score", "ratio")
DIRECTIONS: tuple[str, ...] = get_args(Direction.__value__)

type Columns = Mapping[str, Mapping[str, Kind]]


def catalogue_with(declared: Sequence[Mapping[str, Any]], columns: Columns, zone: str = "UTC") -> dict[str, Indicator]:
    """Our catalogue and the declared indicators; `columns` gives the kinds of each fact table's columns."""
    found = dict(CATALOGUE)
    for place, raw in enumerate(declared, 1):
        indicator = declare(raw, columns, where=f"[[indicator]] no. {place}", zone=zone)
        if indicator.name in found:
            raise DefinitionError(
                Text(
                    f"the name “{indicator.name}” is already taken.",
                    f"le nom « {indicator.name} » est déjà pris.",
                ),
                where=f"[[indicator]] no. {place}",
            )
        found[indicator.name] = indicator
    return found


def declare(raw: Mapping[str, Any], columns: Columns, *, where: str = "[[indicator]]", zone: str = "UTC") -> Indicator:
    """Compile one declaration; DefinitionError names the place of whatever is wrong."""
    unknown = set(raw) - KEYS
    if unknown:
        raise DefinitionError(
            Text(f"unknown key “{min(unknown)}”.", f"clé inconnue : « {min(unknown)} »."),
            where=where,
            hint=Text(f"Keys are: {', '.join(sorted(KEYS))}.", f"Les clés sont : {', '.join(sorted(KEYS))}."),
        )
    name = _text(raw, "name", where)
    if not name.isidentifier():
        raise DefinitionError(
            Text(
                f"“{name}” is not a name: letters, digits, _.",
                f"« {name} » n’est pas un nom : lettres, chiffres, _.",
            ),
            where=where,
        )
    label = _label(raw.get("label", name), where)
    return _preset(raw, name, label, where) if "base" in raw else _formula(raw, name, label, columns, where, zone)


def _preset(raw: Mapping[str, Any], name: str, label: Text, where: str) -> Indicator:
    base = find(str(raw["base"]))
    parameters = raw.get("parameters", {})
    known = {parameter.name for parameter in base.parameters}
    for key in parameters:
        if key not in known:
            raise DefinitionError(
                Text(f"{base.name} has no parameter “{key}”.", f"{base.name} n’a pas de paramètre « {key} »."),
                where=where,
                hint=Text(f"It has: {', '.join(sorted(known))}.", f"Il a : {', '.join(sorted(known))}."),
            )
    settled = tuple(
        Parameter(parameter.name, parameters.get(parameter.name, parameter.default), parameter.text)
        for parameter in base.parameters
    )
    made = replace(base, name=name, label=label, parameters=settled, on_request=False, family=base.family)
    if made.lacks_steps:
        raise DefinitionError(
            Text(
                f"{base.name} goes from one step to another: which?",
                f"{base.name} va d’une étape à une autre : lesquelles ?",
            ),
            where=where,
            hint=Text(
                'Write parameters = { start_step = "…", end_step = "…" }.',
                'Écrivez parameters = { start_step = "…", end_step = "…" }.',
            ),
        )
    if not made.needs:
        raise DefinitionError(
            Text(
                f"{base.name} is computed in Python, from no table.", f"{base.name} se calcule en Python, sans table."
            ),
            where=where,
        )
    return made


def _formula(raw: Mapping[str, Any], name: str, label: Text, columns: Columns, where: str, zone: str) -> Indicator:
    table = _one_of(raw, "table", tuple(columns), where)
    kinds = columns[table]
    unit, direction = _one_of(raw, "unit", UNITS, where), _one_of(raw, "direction", DIRECTIONS, where)
    texts = {key: str(raw.get(key, default)) for key, default in (("numerator", ""), ("denominator", "1"))}
    top, bottom = (compile_text(texts[key], kinds, where=f"{where}, {key}", zone=zone) for key in texts)
    for key, compiled in zip(texts, (top, bottom), strict=True):
        _countable(compiled, f"{where}, {key}")
    condition = str(raw["where"]) if "where" in raw else None
    kept = compile_condition(condition, kinds, where=f"{where}, where", zone=zone) if condition else None
    counted = top.kind == "bool" and (bottom.kind == "bool" or bottom.literal == 1)
    formula = _in_words(texts["numerator"], "" if bottom.literal == 1 else texts["denominator"], condition, counted)
    if unit == "per_1000" and not counted:
        raise DefinitionError(
            Text(
                "per_1000 counts rows that meet a condition.",
                "per_1000 compte des lignes qui remplissent une condition.",
            ),
            where=f"{where}, unit",
            hint=Text("Make the numerator true or false.", "Faites du numérateur une condition vraie ou fausse."),
        )
    finish = per_thousand({1}) if unit == "per_1000" else share(lambda _query: {1})
    if not counted:
        finish = ratio_of(top, bottom)
    used = sorted(set().union(*(names_in(text) for text in (*texts.values(), condition or ""))) & set(kinds))
    return Indicator(
        name=name,
        label=label,
        family="own",
        needs=(Needs(table, tuple(used)),),
        dated_by=Text("accounting day of the fact", "jour comptable du fait"),
        units=_cell_units(table, kept, top, bottom)
        if counted
        else _sum_units(table, next(iter(kinds)), kept, top, bottom),
        variants={"default": Variant(label, formula, unit, direction, finish)},  # type: ignore[arg-type]
        source=Text("declared in timonier.toml", "déclaré dans timonier.toml"),
        form="cells" if counted else "moments",
        cluster=None if counted else "_who",
        wide=True,
        version=int(raw.get("version", 1)),
    )


def _in_words(numerator: str, denominator: str, condition: str | None, counted: bool) -> Text:
    """The formula as a person reads it; `denominator` "" is every row."""
    en, fr = (f"rows where {numerator}", f"lignes où {numerator}") if counted else (f"Σ {numerator}",) * 2
    if not denominator:
        en, fr = f"{en} / rows", f"{fr} / lignes"
    elif counted:
        en, fr = f"{en} / rows where {denominator}", f"{fr} / lignes où {denominator}"
    else:
        en, fr = f"{en} / Σ {denominator}", f"{fr} / Σ {denominator}"
    kept = Text(f", among rows where {condition}", f", parmi les lignes où {condition}") if condition else Text("", "")
    return Text(en + kept.en, fr + kept.fr)


def _countable(compiled: Compiled, where: str) -> None:
    if compiled.kind != "bool" and compiled.kind not in NUMBERS:
        raise DefinitionError(
            Text("this can be neither counted nor summed.", "cela ne se compte ni ne s’additionne."),
            where=where,
            hint=Text(
                "Write a condition, such as channel = 'web', or a number, such as amount.",
                "Écrivez une condition, comme channel = 'web', ou un nombre, comme amount.",
            ),
        )


def ratio_of(top: Compiled, bottom: Compiled) -> Any:
    """The ratio of two sums in the scales that they were summed in."""
    whole = scale_of(bottom) == 1
    return ratio(scale_of(top) if whole else 1, of_units=whole)


def _with_columns(
    frame: nw.LazyFrame[Any], kept: Compiled | None, top: Compiled, bottom: Compiled
) -> nw.LazyFrame[Any]:
    """The rows kept, with the columns that both sums read."""
    return bottom.on(top.on(frame if kept is None else kept.keep(frame)))


def _cell_units(table: str, kept: Compiled | None, top: Compiled, bottom: Compiled) -> Units:
    def units(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
        frame = _with_columns(frames[table], kept, top, bottom)
        if bottom.kind == "bool":
            frame = frame.filter(bottom.expr)
        missing = nw.lit(CODES["missing"])
        cell = nw.when(top.expr.is_null()).then(missing).when(top.expr).then(nw.lit(1)).otherwise(nw.lit(0))
        return frame.with_columns(cell=cell)

    return units


def _sum_units(table: str, key: str, kept: Compiled | None, top: Compiled, bottom: Compiled) -> Units:
    """Rows with y and x; a row without customer is a cluster of its own (`key`: the table's natural key)."""

    def units(frames: Frames, _query: Query) -> nw.LazyFrame[Any]:
        frame = _with_columns(frames[table], kept, top, bottom)
        y, x = scaled_integer(top), scaled_integer(bottom)
        if scale_of(bottom) != 1 and scale_of(top) == 1:
            y = y * MONEY_SCALE
        frame = frame.with_columns(y=y, x=x)
        absent = nw.col("y").is_null() | nw.col("x").is_null()
        frame = frame.with_columns(cell=nw.when(absent).then(nw.lit(CODES["missing"])).otherwise(nw.lit(1)))
        if "customer_id" not in columns_of(frame):
            return frame
        alone = nw.col(key) if key in columns_of(frame) else nw.lit("")
        return frame.with_columns(
            _who=nw.when(nw.col("customer_id").is_null()).then(alone).otherwise(nw.col("customer_id"))
        )

    return units


def _text(raw: Mapping[str, Any], key: str, where: str) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not value:
        raise DefinitionError(Text(f"“{key}” is missing.", f"« {key} » manque."), where=where)
    return value


def _one_of(raw: Mapping[str, Any], key: str, allowed: tuple[str, ...], where: str) -> str:
    value = _text(raw, key, where)
    if value not in allowed:
        raise DefinitionError(
            Text(f"{key} cannot be “{value}”.", f"{key} ne peut pas être « {value} »."),
            where=where,
            hint=Text(f"Choose among: {', '.join(allowed)}.", f"Choisissez parmi : {', '.join(allowed)}."),
        )
    return value


def _label(raw: Any, where: str) -> Text:
    if isinstance(raw, str):
        return Text(raw, raw)
    if isinstance(raw, Mapping) and set(raw) == {"en", "fr"}:
        return Text(str(raw["en"]), str(raw["fr"]))
    raise DefinitionError(
        Text("a label is a text, or { fr = …, en = … }.", "un libellé est un texte, ou { fr = …, en = … }."),
        where=where,
    )
