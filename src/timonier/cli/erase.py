"""`timonier erase`: one person out of every table and every file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from timonier import formats
from timonier.cli.desk import open_workspace
from timonier.cli.messages import ask, note
from timonier.cli.options import WorkspaceOption
from timonier.errors import UsageError
from timonier.scorecard.words import agreed
from timonier.text import Text, say

if TYPE_CHECKING:
    from timonier.facts.erasure import Erasure


def erase(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="Identifier of the customer (or account).")],
    account: Annotated[
        bool, typer.Option("--account", help="The identifier is that of an account: erase it with its customers.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask to type the identifier again.")] = False,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Erase a person from every table, old files and logs included. It cannot be undone.

    Reports already published and backups are not reached.
    """
    opened = open_workspace(workspace)
    if not yes:
        _confirm(customer)
    done = opened.erase(account_id=customer) if account else opened.erase(customer)
    for line in told(done):
        typer.echo(line)


def _confirm(customer: str) -> None:
    note(
        Text(
            f"All the facts of {customer} will be erased, old versions included. It cannot be undone.",
            f"Tous les faits de {customer} vont être effacés, anciennes versions comprises. C’est sans retour.",
        )
    )
    if ask(Text("Type the identifier again", "Tapez de nouveau l’identifiant")) != customer:
        raise UsageError(
            Text("that is not the same identifier: nothing was erased.", "identifiant différent : rien n’est effacé.")
        )


def told(done: "Erasure") -> list[str]:
    """What was removed, and where."""
    if not done.rows and not done.files:
        return [say(Text("There was nothing about them.", "Il n’y avait rien à son sujet."))]
    colon = say(Text(":", " :"))
    lines = [
        f"{table}{colon} {formats.count(rows)} {agreed(rows, Text('rows erased', 'lignes effacées'))}."
        for table, rows in done.rows.items()
    ]
    files = formats.count(done.files)
    lines.append(say(Text(f"Files removed or cut: {files}.", f"Fichiers supprimés ou caviardés : {files}.")))
    return lines
