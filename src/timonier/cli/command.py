"""What every command does alike: choose the language, say errors in one line, end with the documented code."""

import os
import sys
import traceback
from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Any

import typer

from timonier.cli.help_page import Bilingual
from timonier.cli.interruption import INTERRUPTED
from timonier.cli.language import choose_language
from timonier.cli.messages import problem
from timonier.cli.options import LangOption
from timonier.errors import TimonierError
from timonier.text import Lang, Text

UNEXPECTED, FILE_PROBLEM, READER_GONE = 70, 74, 141


class Command(Bilingual):
    """A command whose errors are told in one line, in the reader's language."""

    debug = False

    def invoke(self, ctx: Any) -> Any:
        """Run the command; only typer's own ends and exits pass through."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except (typer.Exit, typer.Abort):
            raise
        except TimonierError as error:
            problem(str(error))
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            _let_go_of_stdout()
            raise typer.Exit(READER_GONE) from None
        except KeyboardInterrupt:
            raise typer.Exit(INTERRUPTED) from None  # the program says it, whenever it comes
        except OSError as error:
            raise typer.Exit(self._system(error)) from None
        except Exception as error:  # noqa: BLE001 -- the edge of the program: said in one line, or whole with --debug
            raise typer.Exit(self._unexpected(error)) from None
        return result

    def _system(self, error: OSError) -> int:
        if Command.debug:
            traceback.print_exc()
        problem(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        return FILE_PROBLEM

    def _unexpected(self, error: Exception) -> int:
        if Command.debug:
            traceback.print_exc()
            return UNEXPECTED
        name = type(error).__name__
        problem(
            Text(
                f"unexpected error ({name}: {error}). Run it again as `timonier --debug …` and report what it says.",
                f"erreur inattendue ({name} : {error}). Relancez par `timonier --debug …` et signalez ce qui sort.",
            )
        )
        return UNEXPECTED


def speaking(function: Callable[..., None]) -> Callable[..., None]:
    """The command with `--lang` after its own options, so that it may stand before or after its name."""

    @wraps(function)
    def run(*, lang: Lang | None = None, **given: Any) -> None:
        if lang is not None:
            choose_language(lang)
        function(**given)

    own = signature(function)
    added = Parameter("lang", Parameter.KEYWORD_ONLY, default=None, annotation=LangOption)
    run.__signature__ = own.replace(parameters=[*own.parameters.values(), added])  # type: ignore[attr-defined]
    return run


def _let_go_of_stdout() -> None:
    """Nobody reads any more: what is still in the buffer goes nowhere, quietly."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
