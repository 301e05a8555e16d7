"""The commands, put together: one line each, in the order of the help."""

from typing import Annotated

import typer

from timonier.cli.command import Command, speaking
from timonier.cli.erase import erase
from timonier.cli.explain import explain
from timonier.cli.files import inspect, load
from timonier.cli.language import choose_language
from timonier.cli.make_demo import demo
from timonier.cli.one_file import kpi
from timonier.cli.options import LangOption
from timonier.cli.program import Program
from timonier.cli.rows import rows
from timonier.cli.score import score
from timonier.cli.serve import serve, worker
from timonier.cli.store import compact, doctor, init, repair, rollup

app = typer.Typer(
    cls=Program,
    help="Steer your customer relationship: indicators that can be trusted, from your own files.",
    epilog="Exit codes and every option: docs/reference/cli.md",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # a help page drawn by rich costs 0.3 s of imports
    context_settings={"help_option_names": ["-h", "--help"]},
)

for function in (
    score,
    explain,
    rows,
    kpi,
    init,
    inspect,
    load,
    demo,
    serve,
    worker,
    doctor,
    repair,
    compact,
    rollup,
    erase,
):
    app.command(cls=Command)(speaking(function))


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"timonier {version('timonier')}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
    lang: LangOption = None,
    debug: Annotated[
        bool, typer.Option("--debug", envvar="TIMONIER_DEBUG", help="Show the traceback of an unexpected error.")
    ] = False,
) -> None:
    """Steer your customer relationship: indicators that can be trusted, from your own files."""
    del version
    if lang is not None:
        choose_language(lang)
    Command.debug = debug
