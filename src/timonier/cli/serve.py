"""`timonier serve` and `timonier worker`: the web application."""

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from timonier.cli.desk import open_workspace
from timonier.cli.messages import note
from timonier.cli.options import WorkspaceOption
from timonier.errors import UsageError
from timonier.text import Text

PortOption = Annotated[int, typer.Option("--port", "-p", min=1, max=65535, help="The port to listen on.")]
HostOption = Annotated[str, typer.Option("--host", help="The address to listen on.")]


def serve(
    *,
    port: PortOption = 8000,
    host: HostOption = "127.0.0.1",
    worker: Annotated[bool, typer.Option("--worker/--no-worker", help="Do the jobs here too.")] = True,
    workspace: WorkspaceOption = Path(),
) -> None:
    """Start the web application: the database, the jobs, the pages. Ctrl-C stops all of it."""
    require_web()
    opened = open_workspace(workspace)
    from timonier.web.launch.serving import Serving
    from timonier.web.launch.serving import serve as run

    run(Serving(opened.root, host, port, worker), note)


def worker(workspace: WorkspaceOption = Path()) -> None:
    """Do the jobs of the web application, apart from its pages. Needs DATABASE_URL."""
    import os

    require_web()
    opened = open_workspace(workspace)
    from timonier.web.launch.database import given

    if not given():
        raise UsageError(
            Text("the worker needs a database that others reach.", "le worker a besoin d’une base partagée."),
            where="DATABASE_URL",
            hint=Text("Without one, `timonier serve` does the jobs.", "Sans elle, `timonier serve` fait les travaux."),
        )
    os.environ["DATABASE_URL"], os.environ["TIMONIER_WORKSPACE"] = given(), str(opened.root)
    from timonier.web.launch.worker import main

    raise typer.Exit(main())


def has_web() -> bool:
    """Whether the web part was installed."""
    return find_spec("django") is not None and find_spec("granian") is not None


def require_web() -> None:
    """Raises UsageError when the web part was not installed."""
    if not has_web():
        raise UsageError(
            Text("the web application is not installed.", "l’application web n’est pas installée."),
            hint=Text("Install timonier[web].", "Installez timonier[web]."),
        )
