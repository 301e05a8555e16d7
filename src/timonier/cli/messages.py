"""Messages for people, on stderr: never mixed with the data that a program reads on stdout."""

import typer

from timonier.text import Text, say


def note(text: Text | str) -> None:
    """Something worth knowing."""
    typer.echo(say(text), err=True)


def warning(text: Text | str) -> None:
    """Something that may change how a figure is read."""
    typer.echo(f"{say(Text('note:', 'à noter :'))} {say(text)}", err=True)


def problem(text: Text | str) -> None:
    """Why the command ends without its answer."""
    typer.echo(f"{say(Text('error:', 'erreur :'))} {say(text)}", err=True)


def ask(question: Text) -> str:
    """What the person types."""
    return str(typer.prompt(say(question), err=True, prompt_suffix=say(Text(": ", "\u00a0: "))))
