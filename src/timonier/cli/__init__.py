"""The command line: every command reads its options here, asks the layers below, and writes the answer.

What people asked for goes to stdout, everything else to stderr. Nothing heavy is imported before a command runs:
`timonier --help` answers at once.
"""

from timonier.cli.application import app

__all__ = ["app", "main"]


def main() -> None:
    """The entry point of the `timonier` command."""
    app(prog_name="timonier")
