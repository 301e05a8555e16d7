"""The settings of a workspace: what `timonier.toml` and the environment may say, checked, each with its origin.

A value comes from the environment (`TIMONIER_ZONE`…) first, else from `timonier.toml`, else from the default.
Nothing unknown is skipped: a misspelt key is an error that proposes the right one.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, cast, get_args
from zoneinfo import ZoneInfo

from timonier.errors import SettingsError
from timonier.facts.schema import SYSTEM_COLUMNS, TABLES, ColumnType
from timonier.text import Text

FILE_NAME = "timonier.toml"
COLUMN_TYPES: tuple[str, ...] = get_args(ColumnType.__value__)

type Dimensions = Mapping[str, Mapping[str, ColumnType]]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a workspace decides. `origins` tells where each value comes from: default, file or variable.

    `fiscal_year_start` is a month (1 to 12); `threads` None means every core; `memory` is written as DuckDB
    writes it (``1GB``, ``512MiB``). `weighted`: answers count for their weight in scorecards. `dimensions` are
    further columns of the fact tables, by table then name.
    """

    zone: str = "Europe/Paris"
    currency: str = "EUR"
    language: Literal["fr", "en"] = "fr"
    fiscal_year_start: int = 1
    minimum_n: int = 5
    alsace_moselle: bool = False
    weighted: bool = False
    threads: int | None = None
    memory: str = "1GB"
    dimensions: Dimensions = field(default_factory=dict)
    breakdowns: tuple[tuple[str, ...], ...] = (("channel",),)
    indicators: tuple[Mapping[str, Any], ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def tzinfo(self) -> ZoneInfo:
        """The workspace's zone."""
        return ZoneInfo(self.zone)

    @property
    def memory_bytes(self) -> int:
        """`memory` as a number of bytes."""
        number, unit = re.fullmatch(r"([\d.]+) ?(\w+)", self.memory).groups()  # type: ignore[union-attr]
        scale = 1024 if "i" in unit else 1000
        return int(float(number) * scale ** ("KMGT".index(unit[0]) + 1))


def load_settings(path: Path, environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from the file at `path` (which may be absent) and the environment; raises SettingsError."""
    environment = os.environ if environment is None else environment
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    raw = _parse(path, text)
    values = {**_from_file(path, text, raw), **_from_environment(environment)}
    origins = {one.name: "default" for one in fields(Settings) if one.name != "origins"}
    origins.update({name: origin for name, (_, origin) in values.items()})
    return Settings(**{name: value for name, (value, _) in values.items()}, origins=origins)


def check_settings(**values: object) -> Settings:
    """Settings given by a program, under the same checks as the file's."""
    checked: dict[str, Any] = {}
    for name, value in values.items():
        _known(name, (*_SCALARS, "dimensions", "breakdowns", "indicators"), name)
        if name in _SCALARS:
            checked[name] = _SCALARS[name](value, name)
        elif name == "dimensions":
            checked[name] = _dimensions(value, name)
        elif name == "breakdowns":
            checked[name] = _breakdowns({"breakdowns": value}, name)
        else:
            checked[name] = _indicators(value, name)
    return Settings(**checked)


type _Found = dict[str, tuple[Any, str]]


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(
            Text(f"this is not valid TOML: {error}.", f"le TOML n’est pas valide : {error}."),
            where=str(path),
        ) from None


def _from_file(path: Path, text: str, raw: dict[str, Any]) -> _Found:
    found: _Found = {}
    for name, value in raw.items():
        where = f"{path}:{_line(text, name)}"
        _known(name, (*_SCALARS, "dimensions", "rollups", "indicator"), where)
        if name in _SCALARS:
            found[name] = (_SCALARS[name](value, where), FILE_NAME)
        elif name == "dimensions":
            found["dimensions"] = (_dimensions(value, where), FILE_NAME)
        elif name == "rollups":
            found["breakdowns"] = (_breakdowns(value, where), FILE_NAME)
        else:
            found["indicators"] = (_indicators(value, where), FILE_NAME)
    return found


def _from_environment(environment: Mapping[str, str]) -> _Found:
    found: _Found = {}
    for name, check in _SCALARS.items():
        variable = f"TIMONIER_{name.upper()}"
        if text := environment.get(variable, ""):
            found[name] = (check(_from_text(name, text), variable), variable)
    return found


def _from_text(name: str, text: str) -> object:
    """Variables are text: `2`, `true`."""
    if name in {"fiscal_year_start", "minimum_n", "threads"} and re.fullmatch(r"-?\d+", text):
        return int(text)
    if name in {"alsace_moselle", "weighted"}:
        return {"true": True, "1": True, "false": False, "0": False}.get(text.lower(), text)
    return text


def _line(text: str, name: str) -> int:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[*\s*\"?{re.escape(name)}\b", line):
            return number
    return 1


def _known(name: str, names: tuple[str, ...], where: str) -> None:
    if name in names:
        return
    close = difflib.get_close_matches(name, names, n=1)
    hint = Text(f"Did you mean `{close[0]}`?", f"Vouliez-vous dire « {close[0]} » ?") if close else None
    listing = ", ".join(names)
    raise SettingsError(
        Text(f"unknown setting `{name}`.", f"réglage inconnu : « {name} »."),
        where=where,
        hint=hint or Text(f"Known: {listing}.", f"Réglages connus : {listing}."),
    )


def _wrong(where: str, name: str, value: object, en: str, fr: str) -> SettingsError:
    return SettingsError(
        Text(f"`{name}` is {value!r}; it must be {en}.", f"« {name} » vaut {value!r} ; il faut {fr}."),
        where=where,
    )


def _zone(value: object, where: str) -> str:
    from zoneinfo import available_timezones

    try:
        return ZoneInfo(cast("str", value)).key
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        close = difflib.get_close_matches(str(value), available_timezones(), n=1)
        hint = Text(f"Did you mean `{close[0]}`?", f"Vouliez-vous dire « {close[0]} » ?") if close else ""
        error = _wrong(where, "zone", value, "a zone like Europe/Paris", "un fuseau comme Europe/Paris")
        error.hint = hint
        raise error from None


def _currency(value: object, where: str) -> str:
    if isinstance(value, str) and re.fullmatch(r"[A-Z]{3}", value):
        return value
    raise _wrong(where, "currency", value, "three capitals like EUR", "trois capitales comme EUR")


def _language(value: object, where: str) -> str:
    if value in ("fr", "en"):
        return str(value)
    raise _wrong(where, "language", value, "fr or en", "fr ou en")


def _memory(value: object, where: str) -> str:
    if isinstance(value, str) and re.fullmatch(r"\d+(\.\d+)? ?[KMGT]i?B", value):
        return value
    raise _wrong(where, "memory", value, "a size like 1GB or 512MB", "une taille comme 1GB ou 512MB")


def _flag(name: str) -> Callable[[object, str], bool]:
    def check(value: object, where: str) -> bool:
        if isinstance(value, bool):
            return value
        raise _wrong(where, name, value, "true or false", "true ou false")

    return check


def _whole(name: str, low: int, high: int, *, optional: bool = False) -> Callable[[object, str], int | None]:
    def check(value: object, where: str) -> int | None:
        if optional and value is None:
            return None
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        raise _wrong(
            where,
            name,
            value,
            f"a whole number from {low} to {high}",
            f"un nombre entier de {low} à {high}",
        )

    return check


_SCALARS: Mapping[str, Callable[[object, str], Any]] = {
    "zone": _zone,
    "currency": _currency,
    "language": _language,
    "fiscal_year_start": _whole("fiscal_year_start", 1, 12),
    "minimum_n": _whole("minimum_n", 1, 1000),
    "alsace_moselle": _flag("alsace_moselle"),
    "weighted": _flag("weighted"),
    "threads": _whole("threads", 1, 1024, optional=True),
    "memory": _memory,
}


def _dimensions(value: object, where: str) -> Dimensions:
    found: dict[str, dict[str, ColumnType]] = {}
    for table, columns in _table(value, "dimensions", where).items():
        _known(table, tuple(TABLES), where)
        reserved = {*TABLES[table].by_name, *(column.name for column in SYSTEM_COLUMNS)}
        found[table] = {}
        for name, kind in _table(columns, f"dimensions.{table}", where).items():
            found[table][name] = _dimension(table, name, kind, reserved, where)
    return found


def _dimension(table: str, name: str, kind: object, reserved: set[str], where: str) -> ColumnType:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        en, fr = "a name of lower-case letters, digits and _", "un nom en minuscules, chiffres et _"
        raise _wrong(where, f"dimensions.{table}", name, en, fr)
    if name in reserved:
        en, fr = f"another name: {table} already has it", f"un autre nom : {table} l’a déjà"
        raise _wrong(where, f"dimensions.{table}", name, en, fr)
    if kind not in COLUMN_TYPES:
        listing = ", ".join(COLUMN_TYPES)
        raise _wrong(where, f"dimensions.{table}.{name}", kind, f"one of {listing}", f"l’un de {listing}")
    return cast("ColumnType", kind)


def _breakdowns(value: object, where: str) -> tuple[tuple[str, ...], ...]:
    rollups = _table(value, "rollups", where)
    for name in rollups:
        _known(name, ("breakdowns",), where)
    groups = rollups.get("breakdowns", [])
    if not isinstance(groups, (list, tuple)) or not all(_names(group) for group in groups):
        en, fr = 'a list of lists of columns, as [["channel"]]', 'une liste de listes, comme [["channel"]]'
        raise _wrong(where, "rollups.breakdowns", groups, en, fr)
    return tuple(tuple(group) for group in groups)


def _names(group: object) -> bool:
    return isinstance(group, (list, tuple)) and bool(group) and all(isinstance(name, str) for name in group)


def _indicators(value: object, where: str) -> tuple[Mapping[str, Any], ...]:
    if isinstance(value, (list, tuple)) and all(isinstance(one, dict) for one in value):
        return tuple(value)
    raise _wrong(where, "indicator", value, "written [[indicator]]", "écrire [[indicator]]")


def _table(value: object, name: str, where: str) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    raise _wrong(where, name, value, f"a section [{name}]", f"une section [{name}]")
