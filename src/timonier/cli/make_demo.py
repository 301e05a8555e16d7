"""`timonier demo`: a whole fictional company, loaded as your own files would be."""

import os
import sys
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from timonier import formats
from timonier.cli.desk import desk_of, open_workspace
from timonier.cli.language import suggest_language
from timonier.cli.messages import note
from timonier.cli.serve import HostOption, PortOption, has_web
from timonier.errors import UsageError
from timonier.text import Lang, Text, language

if TYPE_CHECKING:
    from timonier.facts.workspace import Workspace

EXPORTS, RECIPES, MARK, DONE = "exports", "recipes", ".demo", "loaded"
CUSTOMERS = 12_000
"""Enough for what was planted to stand out of the noise."""
LANGUAGE: Lang = "fr"
"""Of the company, which exists before its workspace does."""


def demo(
    customers: Annotated[int, typer.Option("--customers", metavar="N", help="1,000 to 10,000,000.")] = CUSTOMERS,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help="Another company of the same kind.")] = None,
    workspace: Annotated[
        Path, typer.Option("--workspace", "-w", metavar="DIR", help="Where; a second run keeps what is there.")
    ] = Path("demo-workspace"),
    *,
    pages: Annotated[bool, typer.Option("--serve/--no-serve", help="Start the web application on it.")] = True,
    port: PortOption = 8000,
    host: HostOption = "127.0.0.1",
) -> None:
    """Generate a fictional company, load its exports with their recipes, print its scorecard, start its pages.

    What is true of it was planted, and is documented in docs/: see whether the figures find it. A second run starts the
    pages at once. Ctrl-C stops all of it.
    """
    suggest_language(LANGUAGE)
    served = pages and has_web()
    if served:
        from timonier.web.launch.serving import check

        check(workspace, host, port)  # a taken port is said before the minute of work, not after
    mark = workspace / MARK
    kept = mark.exists() and mark.read_text(encoding="utf-8").startswith(DONE)
    if kept:
        opened = open_workspace(workspace)
        note(Text(f"Keeping the company in {workspace}.", f"L’entreprise de {workspace} est gardée."))
    else:
        _generate(workspace, *_begun(mark, customers, seed))
        opened = open_workspace(workspace)
        _load(opened)
        mark.write_text(f"{DONE} {mark.read_text(encoding='utf-8')}", encoding="utf-8")
    if not (served and kept):
        _print(opened)
        _go_on(workspace, pages=pages)
    if served:
        _become_the_server(workspace, host, port)


def _become_the_server(workspace: Path, host: str, port: int) -> NoReturn:
    """This process starts anew as `timonier serve`: its memory is given back, no engine's thread is left to fork."""
    started = "import sys; from timonier.cli import main; sys.exit(main())"
    options = ("--workspace", str(workspace), "--host", host, "--port", str(port))
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-c", started, "--lang", language.get(), "serve", *options])  # noqa: S606


def _go_on(workspace: Path, *, pages: bool) -> None:
    """What to type next."""
    more = f"{_command()} score --workspace {workspace} --indicator nps --every quarter"
    note(Text(f"Go on with: {more}", f"Pour continuer : {more}"))
    if pages and not has_web():
        how = 'pip install "timonier[web]"'
        note(
            Text(
                f"Its pages need the web application: {how}, then the same command again.",
                f"Ses pages demandent l’application web : {how}, puis la même commande.",
            )
        )


def _command() -> str:
    """How this very program is called from here: it is seldom on PATH after `make demo`."""
    return "timonier" if which("timonier") else sys.argv[0]


def _begun(mark: Path, customers: int, seed: int | None) -> tuple[int, int]:
    """Size and seed of the company; those of a run that was interrupted are kept, so that two are never mixed."""
    from timonier.demo import SEED

    if mark.exists():
        begun, seeded = mark.read_text(encoding="utf-8").split()
        return int(begun), int(seeded)
    return customers, SEED if seed is None else seed


def _generate(workspace: Path, customers: int, seed: int) -> None:
    """Write the exports; a folder that holds another workspace is left alone."""
    from timonier.cli.progress_bar import counting_bar
    from timonier.demo import generate

    if (workspace / "timonier.toml").exists() and not (workspace / EXPORTS).is_dir():
        raise UsageError(
            Text("this folder holds a workspace that is not a demo.", "ce dossier a déjà un espace de travail."),
            where=str(workspace),
            hint=Text("Choose another folder with --workspace.", "Choisissez un autre dossier avec --workspace."),
        )
    note(Text("Generating the company…", "Création de l’entreprise…"))
    with counting_bar(Text("customers", "clients")) as progress:
        made = generate(workspace, customers=customers, seed=seed, progress=progress)
    (workspace / MARK).write_text(f"{customers} {seed}\n", encoding="utf-8")
    rows = formats.count(sum(made.rows.values()))
    note(
        Text(
            f"{formats.count(customers)} customers, {rows} rows in {len(made.files)} files.",
            f"{formats.count(customers)} clients, {rows} lignes dans {len(made.files)} fichiers.",
        )
    )


def _load(opened: "Workspace") -> None:
    from timonier.cli.files import cancelled_by_ctrl_c, told
    from timonier.cli.progress_bar import progress_bar
    from timonier.facts.intake.load import load
    from timonier.facts.intake.recipe import read_recipe

    with cancelled_by_ctrl_c() as cancel, progress_bar() as progress:
        for file in sorted((opened.root / EXPORTS).iterdir()):
            recipe = read_recipe(opened.root / RECIPES / f"{file.stem}.toml", opened.tables())
            for line in told(load(opened, recipe, [file], progress=progress, cancel=cancel)):
                note(line)


def _print(opened: "Workspace") -> None:
    from timonier.cli.score import show
    from timonier.scorecard.request import Request
    from timonier.scorecard.score import score

    show(score(desk_of(opened), Request()), "table")
