"""`timonier inspect` and `timonier load`: from the files that people have to facts."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from timonier import formats
from timonier.cli.desk import open_workspace
from timonier.cli.messages import note
from timonier.cli.options import WorkspaceOption
from timonier.errors import UnknownName
from timonier.scorecard.words import agreed
from timonier.text import Text, say

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

    from timonier.facts.intake.report import LoadReport, TableLoad


def inspect(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to look at.")],
    *,
    recipe_out: Annotated[
        Path | None, typer.Option("--recipe-out", metavar="FILE.toml", help="Write the proposed recipe there.")
    ] = None,
    into: Annotated[
        str | None, typer.Option("--into", metavar="TABLE", help="The fact table that it holds, if you know.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", metavar="NAME", help="Sheet of a workbook.")] = None,
    output: Annotated[Literal["table", "json"], typer.Option("--format", "-f", help="How to write it.")] = "table",
) -> None:
    """Look at a file and propose a recipe: what was detected, what is ambiguous and left for you to settle."""
    from timonier.cli import inspection, records
    from timonier.facts.intake.contract import ReadOptions
    from timonier.facts.intake.inspection import inspect as look

    found = look(file, ReadOptions(sheet=sheet), into=_table(into))
    if recipe_out is not None:
        inspection.write_recipe(found, recipe_out)
    if output == "json":
        records.write_json([inspection.as_record(found)])
    else:
        inspection.print_inspection(found, with_recipe=recipe_out is None)
    if recipe_out is not None:
        note(Text(f"Recipe written in {recipe_out}.", f"Recette écrite dans {recipe_out}."))


def _table(name: str | None) -> str | None:
    from timonier.facts.schema import TABLES

    if name is not None and name not in TABLES:
        listing = ", ".join(TABLES)
        raise UnknownName(
            Text(f"there is no table “{name}”.", f"il n’y a pas de table « {name} »."),
            where="--into",
            hint=Text(f"Tables: {listing}.", f"Tables : {listing}."),
        )
    return name


def load(
    recipe: Annotated[Path, typer.Argument(metavar="RECIPE", help="The recipe (TOML): what each column becomes.")],
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Files, or folders of them.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything but keep nothing.")] = False,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Load files into the workspace. The same file twice changes nothing; Ctrl-C leaves nothing half done."""
    from timonier.cli.progress_bar import progress_bar
    from timonier.facts.intake.load import load as load_files
    from timonier.facts.intake.recipe import read_recipe

    opened = open_workspace(workspace)
    read = read_recipe(recipe, opened.tables())
    with cancelled_by_ctrl_c() as cancel, progress_bar() as progress:
        report = load_files(opened, read, files, progress=progress, cancel=cancel, dry_run=dry_run)
    for line in told(report):
        typer.echo(line)


@contextmanager
def cancelled_by_ctrl_c() -> "Iterator[Callable[[], bool]]":
    """A first Ctrl-C asks to stop; a second one stops at once."""
    asked = False

    def stop(_number: int, _frame: "FrameType | None") -> None:
        nonlocal asked
        if asked:
            raise KeyboardInterrupt
        asked = True
        note(Text("stopping…", "arrêt en cours…"))

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield lambda: asked
    finally:
        signal.signal(signal.SIGINT, before)


def told(report: "LoadReport") -> Iterator[str]:
    """One paragraph a source and table, then the total: every row of the file is in one of the counts."""
    for one in report.loads:
        yield from _source(one)
    if len(report.loads) > 1:
        counts = report.counts
        yield say(Text("Total: ", "Total : ")) + _counts(counts.read, counts.kept, counts.rejected, counts.duplicate)
    if report.dry_run:
        yield say(Text("Dry run: nothing was kept.", "À blanc : rien n’a été gardé."))


def _source(one: "TableLoad") -> Iterator[str]:
    if one.already:
        yield say(Text(f"{one.source} → {one.table}: loaded already.", f"{one.source} → {one.table} : déjà chargé."))
        return
    counts = one.counts
    colon = say(Text(":", " :"))
    yield f"{one.source} → {one.table}{colon} " + _counts(counts.read, counts.kept, counts.rejected, counts.duplicate)
    yield from _details(one)
    if one.rejects_file is not None:
        path = one.rejects_file
        yield "  " + say(Text(f"rejected rows and why: {path}", f"lignes rejetées et raisons : {path}"))
    for sample in one.samples[:3]:
        where = formats.count(sample.line)
        yield "  " + say(Text(f"line {where}: ", f"ligne {where} : ")) + sample.reason()


COUNTED = (
    Text("read", "lues"),
    Text("kept", "gardées"),
    Text("rejected", "rejetées"),
    Text("duplicates", "doublons"),
)


def _counts(*values: int) -> str:
    """Rows read, kept, rejected, duplicate."""
    shown = (f"{formats.count(value)} {agreed(value, text)}" for value, text in zip(values, COUNTED, strict=True))
    return f"{', '.join(shown)}."


ROWS, FACTS = Text("rows", "lignes"), Text("facts", "faits")


def _details(one: "TableLoad") -> Iterator[str]:
    """Counts that are not always there."""
    counts = one.counts
    for value, noun, rest in (
        (counts.made, ROWS, Text("made from lists of values", "issues de listes de valeurs")),
        (counts.filtered, ROWS, Text("left out by the recipe’s conditions", "hors des conditions de la recette")),
        (counts.collapsed, ROWS, Text("merged with another", "mises en commun avec une autre")),
        (counts.conflicting, Text("duplicates", "doublons"), Text("with another content", "au contenu différent")),
        (one.updated, FACTS, Text("whose content changed", "dont le contenu a changé")),
        (one.unchanged, FACTS, Text("there already", "déjà là")),
    ):
        if value:
            yield f"  {formats.count(value)} {agreed(value, noun)} {say(rest)}"
    for column, keys in one.differing:
        sums = agreed(keys, Text("sums", "sommes"))
        yield "  " + say(
            Text(
                f"{column}: {formats.count(keys)} {sums} of lines that disagree",
                f"{column} : {formats.count(keys)} {sums} de lignes qui se contredisent",
            )
        )
