"""What `timonier inspect` shows: how the file reads, its columns, what a person must settle, the recipe proposed."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from timonier import formats
from timonier.cli.screen import screen, seen, sheet
from timonier.errors import UsageError
from timonier.scorecard.words import agreed
from timonier.text import Text, say

if TYPE_CHECKING:
    from rich.table import Table

    from timonier.facts.intake.inspection import Inspection

# The word of the recipe that settles a kind of question, for those who write the recipe by hand.
RECIPE_KEYS = {
    "sheet": "sheet",
    "column_missing": "column, constant",
    "date_order": "order",
    "date_mixed": "order",
    "date_future": "keep",
    "date_swapped": "keep",
    "scale_from_one": "scale",
    "scale_unclear": "scale, reverse, values",
    "scale_reversed": "reverse",
    "unknown_values": "missing",
    "decimal_mixed": "decimal",
    "multi_valued": "explode",
    "update_log": "latest_by",
}


def print_inspection(found: "Inspection", *, with_recipe: bool) -> None:
    """Print it all on stdout; the recipe too, unless it went to a file."""
    console = screen()
    console.print(headline(found), style="bold", markup=False, highlight=False)
    for text in found.notes:
        console.print(f"  {say(text)}", markup=False, highlight=False)
    console.print()
    console.print(columns(found))
    console.print()
    for line in questions(found):
        console.print(line, markup=False, highlight=False)
    if with_recipe:
        console.print(say(Text("Recipe proposed:", "Recette proposée :")), style="bold")
        typer.echo(found.toml)


def headline(found: "Inspection") -> str:
    """The file in one line: format, encoding, delimiter, rows, the table that it looks like."""
    seen = found.detected
    marks = {"\t": "tab"}
    shown = [seen.format.upper(), seen.encoding, marks.get(seen.delimiter, seen.delimiter), seen.sheet]
    size = (
        f"{formats.count(found.rows)} {agreed(found.rows, Text('rows', 'lignes'))}, "
        f"{len(found.columns)} {agreed(len(found.columns), Text('columns', 'colonnes'))}"
    )
    text = say(
        Text(
            f"{size}; looks like “{found.table}”",
            f"{size} ; ressemble à « {found.table} »",
        )
    )
    others = say(Text("also here: ", "aussi ici : ")) + ", ".join(found.others) if found.others else ""
    return f"{found.name} ({' · '.join(filter(None, shown))}) — {text}" + (f" ({others})" if others else "")


def columns(found: "Inspection") -> "Table":
    """One row a column of the file."""
    table = sheet()
    for title in (
        Text("column", "colonne"),
        Text("fills", "remplit"),
        Text("filled", "remplies"),
        Text("distinct", "différentes"),
        Text("commonest", "les plus fréquentes"),
    ):
        count = title.en in ("filled", "distinct")
        table.add_column(say(title), justify="right" if count else "left", overflow="fold", no_wrap=count)
    for one in found.columns:
        table.add_row(
            seen(one.name),
            one.fills or "—",
            formats.count(one.filled),
            formats.count(one.distinct),
            seen(", ".join(one.commonest)),
        )
    return table


def questions(found: "Inspection") -> Iterator[str]:
    """What to settle before loading, numbered."""
    if not found.questions:
        yield say(Text("Nothing to settle.", "Rien à trancher."))
        return
    yield say(Text("To settle before loading:", "À trancher avant de charger :"))
    for number, one in enumerate(found.questions, 1):
        key = RECIPE_KEYS.get(one.kind)
        yield f"  {number}. {say(one.text)}" + (f" [{key}]" if key else "")
        if one.choices:
            yield "     → " + say(Text(" | ", " | ")).join(say(choice) for choice in one.choices)


def as_record(found: "Inspection") -> dict[str, Any]:
    """The same as an object, in the language in force."""
    return {
        "file": str(found.path),
        "name": found.name,
        "detected": {name: value for name, value in asdict(found.detected).items() if name != "notes"},
        "rows": found.rows,
        "malformed": found.malformed,
        "table": found.table,
        "columns": [asdict(one) for one in found.columns],
        "questions": [
            {
                "kind": one.kind,
                "column": one.column,
                "text": say(one.text),
                "choices": [say(choice) for choice in one.choices],
            }
            for one in found.questions
        ],
        "notes": [say(text) for text in found.notes],
        "others": list(found.others),
        "recipe": found.toml,
    }


def write_recipe(found: "Inspection", path: Path) -> None:
    """Write the recipe proposed; a file that is there is never replaced."""
    if path.exists():
        raise UsageError(
            Text("this file is there already.", "ce fichier existe déjà."),
            where=str(path),
            hint=Text("Choose another name, or remove it.", "Choisissez un autre nom, ou supprimez-le."),
        )
    path.write_text(found.toml, encoding="utf-8")
