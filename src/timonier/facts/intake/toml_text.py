"""Writing a recipe as TOML a person can read: one table, one column a line."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from timonier.text import Text, say


def recipe_text(recipe: Mapping[str, Any], remarks: tuple[Text, ...] = ()) -> str:
    """The TOML of a recipe (as a dict); `remarks` stand above it as comments, in the language in force."""
    lines = [f"# {line}" for remark in remarks for line in say(remark).splitlines()]
    lines += [f"version = {recipe['version']}"]
    if recipe.get("read"):
        lines += ["", "[read]", *_pairs(recipe["read"])]
    for table in recipe["table"]:
        lines += ["", "[[table]]", *_pairs({k: v for k, v in table.items() if k not in {"columns", "keep"}})]
        for keep in table.get("keep", ()):
            lines += ["", "[[table.keep]]", *_pairs(keep)]
        lines += ["", "[table.columns]", *_pairs(table["columns"])]
    return "\n".join(lines) + "\n"


def _pairs(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        yield f"{_key(name)} = {_value(value)}"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _value(name)


def _value(value: object) -> str:
    """JSON is TOML for texts (but DEL), numbers, booleans and lists of them."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(_pairs(value)) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
