"""Writes the reference pages that come from the code: indicators, errors, commands. `--check` only compares.

python tools/reference.py            # rewrite docs/reference/ and docs/fr/reference/
python tools/reference.py --check    # exit 1 and name the pages that are out of date
"""

import inspect
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from timonier import errors
from timonier.cli.command import FILE_PROBLEM, READER_GONE, UNEXPECTED
from timonier.cli.interruption import INTERRUPTED
from timonier.facts import schema
from timonier.indicators.catalogue import CATALOGUE
from timonier.indicators.definition import Indicator, Parameter, Variant
from timonier.scorecard.words import DIRECTIONS, FAMILIES, UNITS
from timonier.text import Lang, Text, say

DOCS = Path(__file__).parents[1] / "docs"
GENERATED = Text(
    "*This page is written from the code by `tools/reference.py`; change the code, not the page.*",
    "*Cette page est tirée du code par `tools/reference.py` : modifiez le code, pas la page.*",
)
IF_THERE = Text("if there:", "si présent :")
OTHER_CODES = {
    UNEXPECTED: "An error that should not happen: please report it, with what `--debug` says.",
    FILE_PROBLEM: "The system refused a file: absent, not allowed, disk full.",
    INTERRUPTED: "Ctrl-C.",
    READER_GONE: "The program that was reading our output stopped reading.",
}


def pages() -> dict[Path, str]:
    """Every generated page with its text."""
    return {
        DOCS / "reference/indicators.md": _page(indicators("en")),
        DOCS / "fr/reference/indicateurs.md": _page(indicators("fr")),
        DOCS / "reference/facts.md": _page(fact_tables()),
        DOCS / "reference/cli.md": _page(commands()),
        DOCS / "reference/errors.md": _page(error_codes()),
    }


def indicators(lang: Lang) -> Iterator[str]:
    """One section a family, one heading an indicator."""
    yield "# " + say(Text("Indicators", "Indicateurs"), lang)
    yield ""
    yield say(GENERATED, lang)
    yield ""
    yield say(
        Text(
            "Each card says what the number means. `timonier explain NAME` prints the same.",
            "Chaque fiche dit ce que le chiffre veut dire. `timonier explain NOM` affiche la même.",
        ),
        lang,
    )
    for family, label in FAMILIES.items():
        mine = [indicator for indicator in CATALOGUE.values() if indicator.family == family]
        if mine:
            yield from ("", f"## {say(label, lang)}")
        for indicator in mine:
            yield from card(indicator, lang)


def card(indicator: Indicator, lang: Lang) -> Iterator[str]:
    """Name, facts read, accounting date, variants, parameters, source, version."""
    yield from ("", f"### {say(indicator.label, lang)} {{ #{indicator.name} }}", "", f"`{indicator.name}`")
    if indicator.notes.en:
        yield from ("", say(indicator.notes, lang))
    yield ""
    for need in indicator.needs:
        optional = f"; {say(IF_THERE, lang)} {_names(need.optional)}" if need.optional else ""
        yield f"- {_lead('Reads', 'Lit', lang)} `{need.table}` ({_names(need.columns)}{optional})"
    yield f"- {_lead('Dated by', 'Daté par', lang)} {say(indicator.dated_by, lang)}"
    yield f"- {_lead('Source', 'Source', lang)} {say(indicator.source, lang)}"
    yield f"- {_lead('Version of the definition', 'Version de la définition', lang)} {indicator.version}"
    yield from ("", *table(("Variant", "Formula", "Unit", "Direction"), _variants(indicator, lang), lang))
    if indicator.parameters:
        rows = (_parameter(parameter, lang) for parameter in indicator.parameters)
        yield from ("", *table(("Parameter", "Default", "What it changes"), rows, lang))


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def _lead(english: str, french: str, lang: Lang) -> str:
    return f"{french} :" if lang == "fr" else f"{english}:"


def _variants(indicator: Indicator, lang: Lang) -> Iterator[tuple[str, ...]]:
    for name, variant in indicator.variants.items():
        yield f"`{name}`: {say(variant.label, lang)}", *_sense(variant, lang)


def _sense(variant: Variant, lang: Lang) -> tuple[str, str, str]:
    return say(variant.formula, lang), say(UNITS[variant.unit], lang), say(DIRECTIONS[variant.direction], lang)


def _parameter(parameter: Parameter, lang: Lang) -> tuple[str, str, str]:
    return f"`{parameter.name}`", f"`{parameter.default}`", say(parameter.text, lang)


HEADINGS = {
    "Variant": "Variante",
    "Formula": "Formule",
    "Unit": "Unité",
    "Direction": "Sens",
    "Parameter": "Paramètre",
    "Default": "Par défaut",
    "What it changes": "Ce qu’il change",
}


def table(heads: Iterable[str], rows: Iterable[Iterable[str]], lang: Lang = "en") -> Iterator[str]:
    """A Markdown table; a bar inside a cell is escaped."""
    names = [HEADINGS.get(head, head) if lang == "fr" else head for head in heads]
    yield _row(names)
    yield _row("---" for _ in names)
    yield from map(_row, rows)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


TYPES = {"money": "decimal(18, 4)", "instant": "instant, UTC", "int": "whole number", "float": "number"}


def fact_tables() -> Iterator[str]:
    """Every fact table: its key, its accounting date, its columns."""
    yield from ("# Fact tables", "", say(GENERATED, "en"), "")
    yield f"Version {schema.VERSION} of the schema. A workspace may declare further columns, its *dimensions*."
    for one in schema.TABLES.values():
        yield from ("", f"## `{one.name}`", "")
        undated = "; may be absent" if one.undated_allowed else ""
        yield f"Natural key: `{one.key}`. Accounting date: the day of `{one.dated_by}`{undated}."
        yield from ("", *table(("Column", "Type", "Required"), map(_column, one.columns)))
    yield from ("", "## Columns of every table", "", "Written at intake, never by a recipe.", "")
    yield from table(("Column", "Type", "Required"), map(_column, schema.SYSTEM_COLUMNS))


def _column(column: schema.Column) -> tuple[str, str, str]:
    return f"`{column.name}`", TYPES.get(column.type, column.type), "yes" if column.required else ""


def error_codes() -> Iterator[str]:
    """Every error of the tree: exit code, stable code, when it is raised, the builtin that it refines."""
    yield from ("# Errors and exit codes", "", say(GENERATED, "en"), "")
    yield "A message goes to stderr: what happened, where, what to do. `0` means done."
    yield ""
    kinds = sorted(_descendants(errors.TimonierError), key=lambda kind: (kind.exit_code, kind.code))
    yield from table(("Exit", "Code", "Class", "Is also", "Raised when"), map(_error, kinds))
    yield from ("", "Codes that are not errors of ours:", "")
    yield from table(("Exit", "When"), ((str(code), words) for code, words in OTHER_CODES.items()))


def _descendants(kind: type[errors.TimonierError]) -> Iterator[type[errors.TimonierError]]:
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield child
            yield from _descendants(child)


def _error(kind: type[errors.TimonierError]) -> tuple[str, ...]:
    builtins = [base.__name__ for base in kind.__mro__ if base.__module__ == "builtins"]
    words = " ".join((kind.__doc__ or "").split())
    return str(kind.exit_code), f"`{kind.code}`", f"`{kind.__name__}`", f"`{builtins[0]}`", words


def commands() -> Iterator[str]:
    """Every command: what it does, its arguments and options. typer's objects have no public types."""
    import typer.main

    from timonier.cli.application import app

    group: Any = typer.main.get_command(app)
    yield from ("# Command line", "", say(GENERATED, "en"), "")
    yield "stdout carries data, stderr carries messages. [Exit codes](errors.md) tell what went wrong."
    yield from ("", "Options of the program itself come before the name of the command:", "")
    yield from _parameters(group)
    for name, command in group.commands.items():
        usage = " ".join(one.metavar or one.name.upper() for one in command.params if _is_argument(one))
        yield from ("", f"## timonier {name}", "", f"`timonier {name} [OPTIONS] {usage}`".replace(" `", "`"), "")
        yield from (inspect.cleandoc(command.help or "").replace("\b", ""), "")
        yield from _parameters(command)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _parameters(command: Any) -> Iterator[str]:
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    if shown:
        yield from table(("Name", "Default", "What it does"), map(_parameter_row, shown))


def _parameter_row(parameter: Any) -> tuple[str, str, str]:
    names = ", ".join(f"`{name}`" for name in (*parameter.opts, *parameter.secondary_opts))
    if _is_argument(parameter):
        names = f"`{parameter.metavar or parameter.name.upper()}`"
    default = "required" if parameter.required else _default(parameter.default)
    annotation = parameter.type_descriptor.annotation if parameter.type_descriptor else None
    if get_origin(annotation) is Literal:
        names += " " + " or ".join(get_args(annotation))
    elif parameter.metavar and not _is_argument(parameter):
        names += f" {parameter.metavar.replace('|', ' or ')}"
    variable = f" Variable: `{parameter.envvar}`." if parameter.envvar else ""
    return names, default, (parameter.help or "") + variable


def _default(value: object) -> str:
    plain = isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
    return f"`{value}`" if plain else ""


def _page(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def main(arguments: list[str]) -> int:
    old = [path for path, text in pages().items() if not path.is_file() or path.read_text("utf-8") != text]
    for path in old:
        print(path.relative_to(DOCS.parent))
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(pages()[path], encoding="utf-8")
    return 1 if old and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
