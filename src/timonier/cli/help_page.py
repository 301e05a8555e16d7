"""Help in the reader's language: the English of the code, each text swapped as it is written on the page."""

import re
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand

from timonier.cli.in_french import FRENCH
from timonier.text import Text, language, say

_EXTRAS = re.compile(r"^(.*?)(?:  \[((?:env var|default|required|x[<>]).*)\])?$", re.DOTALL)
"""A help text, then what typer says of the option: `[env var: X; default: Y; required]`."""


def translated(text: str) -> str:
    """The text in the language in force; as it is when nobody wrote its French."""
    if language.get() != "fr":
        return text
    paragraphs = (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))
    return "\n\n".join(say(Text(one, FRENCH.get(one, one))) for one in paragraphs)


def described(text: str) -> str:
    """The same for an option, with its variable, its default and whether it is required."""
    if language.get() != "fr" or not (found := _EXTRAS.match(text)):
        return text
    said, extras = found.groups()
    words = []
    for extra in (extras or "").split("; ") if extras else ():
        name, colon, value = extra.partition(": ")
        words.append(translated(name) + (say(Text(": ", " : ")) + value if colon else ""))
    return translated(said) + (f"  [{' ; '.join(words)}]" if words else "")


_Formatter: Any = typer.Context.formatter_class  # that of typer has no public name


class Formatter(_Formatter):  # type: ignore[misc]
    """Writes the page of a command."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The line of usage."""
        super().write_usage(prog, args, prefix or say(Text("Usage: ", "Usage : ")))

    def write_heading(self, heading: str) -> None:
        """Arguments, options, commands."""
        super().write_heading(translated(heading))

    def write_text(self, text: str) -> None:
        """What the command does, or what ends the page."""
        super().write_text(translated(text))

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options and commands, each with its text."""
        super().write_dl([(name, described(text)) for name, text in rows], col_max, col_spacing)


class Page(typer.Context):
    """The context of a command, whose help is written so."""

    formatter_class = Formatter


class Bilingual(TyperCommand):
    """A command that is summed up in the reader's language in the list of commands."""

    context_class = Page

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence, cut at `limit`."""
        english = self.help
        try:
            self.help = translated(english or "")
            return super().get_short_help_str(limit)
        finally:
            self.help = english
