"""Commands that keep a workspace healthy: init, doctor, repair, compact, rollup."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from timonier import formats
from timonier.cli.desk import desk_of, open_workspace
from timonier.cli.messages import note, problem
from timonier.cli.options import WorkspaceOption
from timonier.scorecard.words import agreed, megabytes
from timonier.text import Text, language, say

if TYPE_CHECKING:
    from timonier.facts.repair import Repair
    from timonier.facts.workspace import Workspace


def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where; it is made when it does not exist.")] = Path(),
    zone: Annotated[str | None, typer.Option("--zone", help="Time zone of the business: Europe/Paris.")] = None,
    currency: Annotated[str | None, typer.Option("--currency", help="Currency of the amounts: EUR.")] = None,
    spoken: Annotated[
        Literal["fr", "en"] | None, typer.Option("--language", help="Language of the workspace (default: yours).")
    ] = None,
) -> None:
    """Create a workspace: a folder for one company, with its settings and its facts."""
    from timonier.facts.workspace import Workspace

    given = {"zone": zone, "currency": currency, "language": spoken or language.get()}
    made = Workspace.create(folder, **{name: value for name, value in given.items() if value is not None})
    typer.echo(str(made.root))
    note(
        Text(
            "Workspace created. Next: `timonier inspect FILE` proposes how to read your files.",
            "Espace de travail créé. Ensuite : `timonier inspect FICHIER` propose comment lire vos fichiers.",
        )
    )


def doctor(
    deep: Annotated[bool, typer.Option("--deep", help="Read every data file, not only the last ones.")] = False,
    repairing: Annotated[bool, typer.Option("--repair", help="Repair what is damaged, then look.")] = False,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Say what is set and where it comes from, what is stored, and whether it is sound (else exit code 7)."""
    from timonier.cli.health import health

    opened = open_workspace(workspace, verify=False)
    if repairing:
        _repair(opened)
    for line in health(opened):
        typer.echo(line)
    damages = opened.lake.examine() if deep else opened.lake.verify()
    for damage in damages:
        problem(str(damage.error()))
    if damages:
        raise typer.Exit(damages[0].error().exit_code)
    typer.echo(say(Text("The store is sound.", "L’entrepôt est sain.")))


def repair(workspace: WorkspaceOption = Path()) -> None:
    """Repair what a power cut or a failing disk damaged; names the sources to load again, if any."""
    _repair(open_workspace(workspace, verify=False))


def _repair(opened: "Workspace") -> None:
    done = opened.lake.repair()
    if not done:
        note(Text("nothing to repair.", "rien à réparer."))
    for one in done:
        typer.echo(_told(one))


def _told(one: "Repair") -> str:
    count = len(one.damages)
    mended = agreed(count, Text("repaired", "réparés"))
    text = say(Text(f"{one.table}: {count} {mended}.", f"{one.table} : {count} {mended}."))
    if one.load_again:
        again = ", ".join(one.load_again)
        text += say(Text(f" Load again: {again}.", f" À recharger : {again}."))
    return text


def compact(
    keep: Annotated[
        int, typer.Option("--keep", metavar="DAYS", min=0, help="Old versions stay readable for this many days.")
    ] = 7,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Join small files, and remove those that no recent version needs. Figures do not change."""
    opened = open_workspace(workspace)
    for table in opened.tables():
        if opened.lake.version(table) == 0 and not opened.lake.row_count(table):
            continue
        before = len(opened.lake.files(table))
        opened.lake.compact(table, force=True)
        cleaned = opened.lake.clean(table, keep=timedelta(days=keep))
        after, freed = len(opened.lake.files(table)), megabytes(cleaned.bytes)
        files = agreed(before, Text("files", "fichiers"))
        typer.echo(
            say(
                Text(
                    f"{table}: {before} {files} → {after}, {freed} freed.",
                    f"{table} : {before} {files} → {after}, {freed} libérés.",
                )
            )
        )


def rollup(workspace: WorkspaceOption = Path()) -> None:
    """Bring the sums kept by day up to date. `score` does it by itself: this does it ahead."""
    desk = desk_of(open_workspace(workspace))
    count = desk.rollups.refresh(desk.catalogue.values()) if desk.rollups is not None else 0
    typer.echo(
        say(
            Text(
                f"Sums by day up to date: {formats.count(count)}.",
                f"Jeux de sommes par jour tenus à jour : {formats.count(count)}.",
            )
        )
    )
