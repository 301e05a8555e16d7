"""The command line: every command reads its options here, asks the layers below, and writes the answer.

What people asked for goes to stdout, everything else to stderr. Nothing heavy is imported before a command runs:
`timonier --help` answers at once.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from timonier.cli.application import app

__all__ = ["app", "main"]


def main() -> None:
    """The entry point of the `timonier` command. A Ctrl-C while it starts is answered like any other: 130, one line."""
    try:
        from timonier.cli.application import app

        app(prog_name="timonier")
    except KeyboardInterrupt:
        from timonier.cli.interruption import leave

        leave()


def __getattr__(name: str) -> Any:
    """Import the commands on first use: until `main` runs, nothing here can be interrupted."""
    if name == "app":
        from timonier.cli.application import app

        return app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
