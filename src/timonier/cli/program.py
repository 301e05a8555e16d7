"""The program around its commands: its language from the first word, and how it ends when a word is wrong."""

import re
import sys
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperGroup

from timonier.cli.help_page import Page, translated
from timonier.cli.interruption import INTERRUPTED, tell
from timonier.cli.language import asked_in, choose_language
from timonier.cli.messages import problem
from timonier.text import Text, language, say

NOT_TYPED = 1
"""Somebody was asked and did not answer (end of the input)."""
_FRENCH = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"^Missing argument (.*)\.$", r"argument manquant : \1."),
        (r"^Missing option (.*)\.$", r"option manquante : \1."),
        (r"^Missing command\.$", "commande manquante."),
        (r"^No such option: (\S+)", r"option inconnue : \1"),
        (r"\(Possible options: (.*)\)$", r"(options proches : \1)"),
        (r"^No such command ('.*?')", r"commande inconnue : \1"),
        (r"\. Did you mean (.*)\?$", r". Vouliez-vous dire : \1 ?"),
        (r"^Option ('.*') requires an argument\.$", r"l’option \1 attend une valeur."),
        (r"^Option ('.*') does not take a value\.$", r"l’option \1 ne prend pas de valeur."),
        (r"^Got unexpected extra argument\(s\) \((.*)\)$", r"de trop : \1"),
        (r"^Invalid value for (.*?): (?:Value error, )?", r"valeur refusée pour \1 : "),
        (r"Input should be a valid integer.*", "un nombre entier est attendu."),
        (r"Input should be a valid number.*", "un nombre est attendu."),
        (r"Input should be greater than or equal to (\S+)", r"au moins \1 est attendu."),
        (r"('.*') is not one of (.*)$", r"\1 ne figure pas parmi \2"),
    )
)


def said(message: str) -> str:
    """What typer says of a mistyped command line, in the language in force; what we do not know stays in English."""
    if language.get() == "fr":
        for pattern, words in _FRENCH:
            message = pattern.sub(words, message)
        return say(Text(message, message))
    return message.replace("Value error, ", "")


class Program(TyperGroup):
    """`timonier` itself."""

    context_class = Page

    def main(self, args: Sequence[str] | None = None, *given: Any, **named: Any) -> Any:
        """Run a command line; ends the process with its exit code, unless not `standalone_mode`."""
        arguments = list(sys.argv[1:] if args is None else args)
        choose_language(asked_in(arguments))
        alone, named["standalone_mode"] = named.get("standalone_mode", True), False
        if not alone:
            return super().main(arguments, *given, **named)
        sys.exit(self._code(arguments, *given, **named))

    def _code(self, arguments: list[str], *given: Any, **named: Any) -> int:
        try:
            code = super().main(arguments, *given, **named) or 0
        except typer.Abort:
            problem(Text("nothing was typed: nothing is done.", "rien n’a été tapé : rien n’est fait."))
            return NOT_TYPED
        except typer.TyperException as error:
            return _refused(error)
        if code == INTERRUPTED:
            tell()
        return int(code)

    def collect_usage_pieces(self, ctx: Any) -> list[str]:
        """`[OPTIONS] COMMAND [ARGS]...`"""
        return [translated(piece) for piece in super().collect_usage_pieces(ctx)]


def _refused(error: typer.TyperException) -> int:
    """A command line that cannot be read: usage, where to look, what is wrong."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.message, err=True)
        return error.exit_code
    if context is not None:
        path, option = context.command_path, context.help_option_names[0]
        typer.echo(context.get_usage(), err=True)
        typer.echo(say(Text(f"Try '{path} {option}' for help.\n", f"Essayez '{path} {option}'.\n")), err=True)
    problem(said(error.format_message()))
    return error.exit_code
