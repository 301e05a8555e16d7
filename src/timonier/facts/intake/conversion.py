# ruff: noqa: S608  statements are made of our own words; texts that people typed go through `quote`
"""From a recipe to SQL: the statements that turn a chunk of text into typed facts, in one reading.

A chunk is a table `chunk` of text columns `c0`, `c1`… (trimmed, null when empty), `place` (rank in the chunk) and
`line`. Expressions are laid in floors, each naming what the next one uses, so that nothing is computed twice:

    rows (kept, exploded) → t: text, translated → p: parsed (n: before its scale is looked at) → m: instants in UTC →
    facts, or reasons of refusal

A value is refused when there is a text and no parsed value; a row is refused when one of its values is.
Texts that are kept as they are do not pass through SQL: they are taken from the chunk, at the `place` of each fact.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from timonier.facts.intake import instants_sql, numbers_sql
from timonier.facts.intake.numbers_sql import Mark, quote
from timonier.facts.intake.quick import Quick
from timonier.facts.intake.recipe_model import ColumnRecipe, TableRecipe
from timonier.facts.intake.rows_sql import counts, rows
from timonier.facts.schema import Column, Table

HASH = "__hash"
GOOD = "__good"
_SEPARATOR = "chr(31)"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a conversion takes from outside the recipe. `machine`: the format stores numbers as numbers."""

    zone: str
    currency: str
    source: str
    received_at: datetime
    machine: bool = False


@dataclass(frozen=True, slots=True)
class Conversion:
    """Statements over `chunk`, whose columns `c0`… are the columns `needed` of the file, in that order.

    facts: the rows: `place`, the computed columns of the table, and whether the row is `GOOD`; not filtered there: the
    engine would compute twice what it filters by. quick: columns that the chunk has besides. taken: the columns of the
    table that are those of the chunk. constants: those that hold one text. order: all of them. refusals: line,
    "column:code" joined by "|", key. counts: rows left by the conditions, rows after explode, those left by the
    conditions. local: the columns that may hold local times, with their zone; `moments` gives their microseconds in
    local time as `m_name`.
    """

    needed: tuple[str, ...]
    quick: tuple[Quick, ...]
    facts: str
    taken: Mapping[str, str]
    constants: Mapping[str, str]
    order: tuple[str, ...]
    refusals: str
    counts: str | None
    local: Mapping[str, str]
    moments: str


@dataclass(frozen=True, slots=True)
class _Filled:
    """One column of the table: the recipe that fills it, its type and its rank."""

    recipe: ColumnRecipe
    column: Column
    rank: int
    mark: Mark
    zone: str
    quick: tuple[Quick, ...]

    @property
    def text(self) -> str:
        return f"t{self.rank}"

    @property
    def parsed(self) -> str:
        return f"p{self.rank}"

    @property
    def unbounded(self) -> str:
        return f"n{self.rank}"

    @property
    def dated(self) -> bool:
        return self.column.type in {"instant", "date"}

    @property
    def fails(self) -> str | None:
        """The condition under which a row is refused because of this column."""
        reasons = [f"{self.text} IS NULL"] if self.column.required else []
        if self.column.type != "text":
            reasons.append(f"({self.text} IS NOT NULL AND {self.parsed} IS NULL)")
        return " OR ".join(reasons) if reasons else None


def conversion(recipe: TableRecipe, table: Table, columns: Sequence[str], setting: Setting) -> Conversion:
    """The statements for a file that has these `columns`, all those that the recipe needs among them."""
    needed = tuple(columns) if recipe.needs_all else tuple(recipe.used_columns())
    in_file = {name: f"c{rank}" for rank, name in enumerate(needed)}
    named = in_file | ({recipe.explode.name: "x"} if recipe.explode else {})
    completed = enumerate(_completed(recipe, table, setting))
    filled = [_filled(one, table, rank, setting, in_file) for rank, one in completed]
    wanted = rows(recipe, in_file)
    floors = _floors(filled, wanted, named, recipe, setting)
    fails = " OR ".join(one.fails for one in filled if one.fails) or "false"
    results = dict(_facts(filled, table, recipe, setting))
    taken = {one.column.name: named[one.recipe.columns[0]] for one in filled if _is_taken(one, named)}
    constants = {
        one.column.name: one.recipe.constant
        for one in filled
        if one.column.type == "text" and not (one.recipe.values or one.recipe.missing or one.recipe.prefix)
    }
    fixed = {name: text for name, text in constants.items() if text is not None} | {"source": setting.source}
    computed = [name for name in results if name not in taken and name not in fixed]
    good = f'NOT ({fails}) AS "{GOOD}"'
    facts = ", ".join(["place", *(f'{results[name]} AS "{name}"' for name in computed), good])
    reasons = f"concat_ws('|', {', '.join(_reasons(filled))})"
    key = next(one for one in filled if one.column.name == table.key)
    return Conversion(
        needed,
        quick=tuple(quick for one in filled for quick in one.quick),
        facts=f"SELECT {facts} FROM ({floors})",
        taken=taken,
        constants=fixed,
        order=tuple(results),
        refusals=f"SELECT line, {reasons}, {key.text} FROM ({floors}) WHERE {fails} ORDER BY line",
        counts=counts(recipe, in_file),
        local={one.column.name: one.zone for one in _local(filled)},
        moments=_moments(filled, wanted, named),
    )


def _is_taken(one: _Filled, named: Mapping[str, str]) -> bool:
    recipe = one.recipe
    plain = one.column.type == "text" and len(recipe.columns) == 1 and not recipe.values and not recipe.missing
    plain = plain and not recipe.prefix
    return plain and named[recipe.columns[0]] != "x"


def _completed(recipe: TableRecipe, table: Table, setting: Setting) -> Iterator[ColumnRecipe]:
    """The columns of the recipe, then those that follow from them."""
    given = {one.name for one in recipe.columns}
    for one in recipe.columns:
        yield one
        implied = {
            "scale_min": str(one.scale[0]) if one.scale else None,
            "scale_max": str(one.scale[1]) if one.scale else None,
            "direction": one.direction,
            "currency": setting.currency if one.name == "amount" and "currency" in table.by_name else None,
        }
        for name, constant in implied.items():
            if constant is not None and name not in given:
                given.add(name)
                yield ColumnRecipe(name, constant=constant)


def _filled(recipe: ColumnRecipe, table: Table, rank: int, setting: Setting, in_file: Mapping[str, str]) -> _Filled:
    mark: Mark = recipe.decimal or "auto"
    if setting.machine or recipe.constant is not None:
        mark = "machine"
    column = table.by_name[recipe.name]
    quick = tuple(_quick(recipe, column, rank, mark, in_file))
    return _Filled(recipe, column, rank, mark, recipe.zone or setting.zone, quick)


def _quick(recipe: ColumnRecipe, column: Column, rank: int, mark: Mark, in_file: Mapping[str, str]) -> Iterator[Quick]:
    """What may be read before SQL: a column of the file as it stands, of which no readable text is translated."""
    text = in_file.get(recipe.columns[0]) if len(recipe.columns) == 1 else None
    translated = any(letter.isdigit() for word in (*recipe.missing, *recipe.values) for letter in word)
    if text is None or translated or recipe.prefix or recipe.product:
        return
    if column.type == "money":
        yield Quick("money", text, f"q{rank}", mark)
    elif column.type in {"instant", "date"} and recipe.order == "iso" and recipe.format is None:
        yield Quick("utc", text, f"u{rank}")
        yield Quick("local", text, f"v{rank}")


# -- floors -------------------------------------------------------------------------------------------------


def _floors(
    filled: Sequence[_Filled], wanted: str, named: Mapping[str, str], recipe: TableRecipe, setting: Setting
) -> str:
    texts = [f"{_text(one.recipe, named)} AS {one.text}" for one in filled]
    if recipe.distinct:
        texts.append(f"{_hash(sorted(named), named)} AS h")
    for one in filled:
        if one.recipe.product:
            texts.append(f"{_parsed_product(one, named)} AS {one.parsed}")
    texts += [quick.name for one in filled for quick in one.quick]
    floor = f"SELECT place, line, {', '.join(texts)} FROM ({wanted})"
    parsed = [f"{_parsed(one)} AS {_floor_name(one)}" for one in filled if _needs_parsing(one)]
    floor = f"SELECT *{_after(parsed)} FROM ({floor})"
    scaled = [f"{_on_scale(one)} AS {one.parsed}" for one in filled if one.recipe.scale]
    floor = f"SELECT *{_after(scaled)} FROM ({floor})" if scaled else floor
    dated = [one for one in filled if one.dated]
    if not dated:
        return floor
    floor = f"SELECT *{_after(f'{_local_micros(one)} AS m{one.rank}' for one in dated)} FROM ({floor})"
    return f"SELECT *{_after(f'{_instant(one, setting)} AS {one.parsed}' for one in dated)} FROM ({floor})"


def _after(expressions: Sequence[str] | Iterator[str]) -> str:
    return "".join(f", {one}" for one in expressions)


def _needs_parsing(one: _Filled) -> bool:
    return one.column.type != "text" and not one.recipe.product


def _floor_name(one: _Filled) -> str:
    return f"l{one.rank}" if one.dated else one.unbounded if one.recipe.scale else one.parsed


def _on_scale(one: _Filled) -> str:
    """The score, null when nobody could give it: 12 on a question from 0 to 10, 99 that means "did not say"."""
    low, high = one.recipe.scale or (-math.inf, math.inf)
    return f"CASE WHEN {one.unbounded} BETWEEN {low} AND {high} THEN {one.unbounded} END"


def _text(recipe: ColumnRecipe, named: Mapping[str, str]) -> str:
    """The text of a column, translated; null when it is missing."""
    text = _unprefixed(recipe, named)
    return f"{quote(recipe.prefix)} || ({text})" if recipe.prefix else text


def _unprefixed(recipe: ColumnRecipe, named: Mapping[str, str]) -> str:
    if recipe.row_hash is not None:
        return _hash(recipe.row_hash or sorted(named), named)
    if recipe.constant is not None:
        text = quote(recipe.constant)
    elif recipe.product:
        left, right = (named[name] for name in recipe.product)
        text = f"{left} || ' × ' || {right}"
    elif len(recipe.columns) == 1:
        text = named[recipe.columns[0]]
    else:
        parts = [named[name] for name in recipe.columns]
        joined = f" || {quote(recipe.join)} || ".join(f"coalesce({part}, '')" for part in parts)
        text = f"CASE WHEN coalesce({', '.join(parts)}) IS NOT NULL THEN {joined} END"
    return _translated(text, recipe)


def _translated(text: str, recipe: ColumnRecipe) -> str:
    meanings = {**dict.fromkeys(recipe.missing, ""), **recipe.values}
    if not meanings:
        return text
    branches = " ".join(
        f"WHEN {f'({text}) = {quote(word)}' if word else f'({text}) IS NULL'} THEN "
        f"{quote(meaning) if meaning else 'NULL'}"
        for word, meaning in meanings.items()
    )
    return f"CASE {branches} ELSE {text} END"


def _hash(names: Sequence[str], named: Mapping[str, str]) -> str:
    """An identifier made of the content of the row, whatever the order of its columns."""
    return f"md5(concat_ws({_SEPARATOR}, {', '.join(f"coalesce({named[name]}, '')" for name in sorted(names))}))"


def _parsed_product(one: _Filled, named: Mapping[str, str]) -> str:
    left, right = (named[name] for name in one.recipe.product)
    return numbers_sql.product(left, right, one.mark)


def _parsed(one: _Filled) -> str:
    """A value; for a date, a local time. What was read quickly is not read again."""
    read = _read(one)
    if not one.quick:
        return read
    known = " AND ".join(f"{quick.name} IS NULL" for quick in one.quick)
    return f"CASE WHEN {known} THEN {read} {'' if one.dated else f'ELSE {one.quick[0].name} '}END"


def _read(one: _Filled) -> str:
    recipe = one.recipe
    match one.column.type:
        case "money":
            return numbers_sql.money(one.text, one.mark)
        case "float":
            return numbers_sql.real(one.text, one.mark)
        case "int":
            return numbers_sql.whole(one.text, one.mark)
        case "bool":
            return numbers_sql.boolean(one.text)
        case _:
            return instants_sql.local(one.text, recipe.order, recipe.format)


def _local_micros(one: _Filled) -> str:
    read = instants_sql.micros(f"l{one.rank}")
    return f"coalesce(v{one.rank}, {read})" if one.quick else read


def _instant(one: _Filled, setting: Setting) -> str:
    """Microseconds in UTC for an instant; a date for a date."""
    stated = instants_sql.stated(one.text, one.recipe.order, one.recipe.format)
    stated = f"coalesce(u{one.rank}, {stated})" if one.quick else stated
    local = f"m{one.rank}"
    if one.column.type == "instant":
        return f"CASE WHEN {local} IS NOT NULL THEN {instants_sql.to_utc(local, one.zone)} ELSE {stated} END"
    day = instants_sql.to_day(f"({stated})", setting.zone) if stated != "NULL::BIGINT" else "NULL::DATE"
    return f"CASE WHEN {local} IS NOT NULL THEN make_timestamp({local})::DATE ELSE {day} END"


# -- results ------------------------------------------------------------------------------------------------


def _facts(filled: Sequence[_Filled], table: Table, recipe: TableRecipe, setting: Setting) -> Iterator[tuple[str, str]]:
    names = {one.column.name for one in filled}
    for one in filled:
        if one.recipe.reverse and one.recipe.scale and one.column.name == "score":
            yield "score", f"{sum(one.recipe.scale)} - {one.parsed}"
            if "raw_score" not in names:
                yield "raw_score", one.parsed
        else:
            yield one.column.name, _fact(one)
    dated = next((one for one in filled if one.column.name == table.dated_by), None)
    yield "day", _day(dated, setting)
    yield "source", quote(setting.source)
    yield "received_at", f"make_timestamptz({_micros(setting.received_at)})"
    yield "seq", "line"
    if recipe.distinct:
        yield HASH, "h"


def _fact(one: _Filled) -> str:
    if one.column.type == "text":
        return one.text
    return f"make_timestamptz({one.parsed})" if one.column.type == "instant" else one.parsed


def _day(dated: _Filled | None, setting: Setting) -> str:
    if dated is None:
        return "NULL::DATE"
    if dated.column.type == "date":
        return dated.parsed
    elsewhere = instants_sql.day_of(dated.parsed, setting.zone)
    if dated.zone != setting.zone:
        return elsewhere
    local = f"m{dated.rank}"
    return f"CASE WHEN {local} IS NOT NULL THEN make_timestamp({local})::DATE ELSE {elsewhere} END"


def _micros(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000_000)


def _reasons(filled: Sequence[_Filled]) -> Iterator[str]:
    for one in filled:
        if one.fails is None:
            continue
        name = quote(f"{one.column.name}:")
        codes = [f"WHEN {one.text} IS NULL THEN 'required'"] if one.column.required else []
        yield f"CASE WHEN {one.fails} THEN {name} || CASE {' '.join(codes)} WHEN true THEN {_code(one)} END END"


def _code(one: _Filled) -> str:
    """Why the value is refused, in one word; see rejects.py for the sentences."""
    match one.column.type:
        case "money" if one.recipe.product:
            return "'product'"
        case "money":
            return numbers_sql.why_not(one.text, one.mark, decimals=4)
        case "float":
            code = numbers_sql.why_not(one.text, one.mark, decimals=None)
            return f"CASE WHEN {one.unbounded} IS NOT NULL THEN 'scale' ELSE {code} END" if one.recipe.scale else code
        case "int":
            return numbers_sql.why_not(one.text, one.mark, decimals=0)
        case "bool":
            return "'bool'"
        case _:
            return quote(f"date_{one.recipe.order}" if one.recipe.format is None else "date_format")


def _local(filled: Sequence[_Filled]) -> list[_Filled]:
    """The instants that the file may give in local time."""
    return [one for one in filled if one.column.type == "instant" and one.recipe.constant is None]


def _moments(filled: Sequence[_Filled], wanted: str, named: Mapping[str, str]) -> str:
    local = _local(filled)
    texts = "".join(f", {_text(one.recipe, named)} AS {one.text}" for one in local)
    read = "".join(
        f", {instants_sql.local(one.text, one.recipe.order, one.recipe.format)} AS l{one.rank}" for one in local
    )
    micros = "".join(f', {instants_sql.micros(f"l{one.rank}")} AS "m_{one.column.name}"' for one in local)
    return f"SELECT place{micros} FROM (SELECT *{read} FROM (SELECT place{texts} FROM ({wanted})))"
