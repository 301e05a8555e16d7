"""Help and mistyped command lines, in the reader's language."""

import inspect
from typing import Any

import pytest
import typer.main
from cli_company import run

from timonier.cli.application import app
from timonier.cli.in_french import FRENCH
from timonier.cli.program import said
from timonier.text import language

WRITTEN_BY_TYPER = frozenset(
    {"Arguments", "Options", "Commands", "COMMAND [ARGS]...", "required", "default", "env var"}
)


def texts() -> set[str]:
    """Every paragraph of every help page."""
    program: Any = typer.main.get_command(app)
    commands = [program, *program.commands.values()]
    parameters = [one for command in commands for one in command.get_params(typer.Context(command))]
    whole = [program.epilog, *(one.help for one in (*commands, *parameters))]
    paragraphs = (paragraph for text in whole for paragraph in inspect.cleandoc(text or "").split("\n\n"))
    return {" ".join(paragraph.split()) for paragraph in paragraphs} - {""}


def test_every_help_text_has_its_french_and_no_french_is_left_over() -> None:
    assert set(FRENCH) - WRITTEN_BY_TYPER == texts()


def test_help_is_in_the_language_asked_for_wherever_it_stands() -> None:
    before, after = ("--lang", "fr", "load", "--help"), ("load", "-h", "--lang", "fr")
    for arguments in (before, after, ("load", "--lang=fr", "--help")):
        page = run(*arguments).out
        assert page.startswith("Usage : ")
        assert "Charger des fichiers dans l’espace de travail." in page
        assert "[obligatoire]" in page
    assert "Load files into the workspace." in run("load", "--help", "--lang", "en", lang="fr").out


def test_variables_and_defaults_are_named_in_french() -> None:
    page = " ".join(run("compact", "--help", lang="fr").out.split())
    assert "[variable : TIMONIER_WORKSPACE ; par défaut : .]" in page.replace("\u00a0", " ")
    assert "env var" not in page
    assert "default" not in page


def test_the_list_of_commands_is_in_french() -> None:
    page = run("--help", lang="fr").out
    assert "Commandes:" in page
    assert "  rollup   Mettre à jour les sommes par jour." in page
    assert "COMMANDE [ARGS]" in page


@pytest.mark.parametrize(
    ("typed", "english", "french"),
    [
        (("load",), "Missing argument 'RECIPE'.", "argument manquant : 'RECIPE'."),
        (("load", "--nope"), "No such option: --nope", "option inconnue : --nope"),
        (
            ("explain", "--form", "json"),
            "No such option: --form (Possible options: --format)",
            "option inconnue : --form (options proches : --format)",
        ),
        (
            ("scroe",),
            "No such command 'scroe'. Did you mean 'score'?",
            "commande inconnue : 'scroe'. Vouliez-vous dire : 'score' ?",
        ),
        (("score", "--from"), "Option '--from' requires an argument.", "l’option '--from' attend une valeur."),
        (("doctor", "--deep=1"), "Option '--deep' does not take a value.", "l’option '--deep' ne prend pas de valeur."),
        (("doctor", "a", "b"), "Got unexpected extra argument(s) (a b)", "de trop : a b"),
        (
            ("score", "--min-n", "x"),
            "Invalid value for '--min-n': Input should be a valid integer, unable to parse string as an integer",
            "valeur refusée pour '--min-n' : un nombre entier est attendu.",
        ),
        (
            ("score", "--min-n", "-1"),
            "Invalid value for '--min-n': Input should be greater than or equal to 0",
            "valeur refusée pour '--min-n' : au moins 0 est attendu.",
        ),
        (
            ("score", "--format", "xml"),
            "Invalid value for '--format' / '-f': 'xml' is not one of 'table', 'json', 'csv'.",
            "valeur refusée pour '--format' / '-f' : 'xml' ne figure pas parmi 'table', 'json', 'csv'.",
        ),
    ],
)
def test_a_mistyped_command_line_is_refused_in_words(typed: tuple[str, ...], english: str, french: str) -> None:
    for lang, mark, words in (("en", "error:", english), ("fr", "erreur :", french)):
        ran = run(*typed, lang=lang)
        assert ran.code == 2
        assert ran.out == ""
        assert ran.err.splitlines()[-1] == f"{mark} {words}"


def test_the_language_on_the_mistyped_line_itself_is_heard() -> None:
    assert "option inconnue" in run("load", "--nope", "--lang", "fr").err


def test_what_nobody_translated_stays_in_english() -> None:
    token = language.set("fr")
    assert said("Some new trouble.") == "Some new trouble."
    language.reset(token)


def test_no_word_at_all_shows_the_help() -> None:
    ran = run(lang="fr")
    assert ran.code == 2
    assert "Commandes:" in ran.err


def test_a_question_without_an_answer_does_nothing(fresh: object) -> None:
    ran = run("erase", "C01", "-w", str(fresh), lang="fr")
    assert ran.code == 1
    assert "erreur : rien n’a été tapé : rien n’est fait." in ran.err
