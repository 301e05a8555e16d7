"""The language of a person: what they ask for, else their environment, else their workspace."""

import os
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Annotated, Literal

import typer

from timonier.text import Lang, language

LangOption = Annotated[
    Literal["fr", "en"] | None,
    typer.Option("--lang", help="Language of the answer (default: TIMONIER_LANG, the locale, the workspace)."),
]
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")

_settled: ContextVar[bool] = ContextVar("language_settled", default=False)


def choose_language(asked: Lang | None) -> None:
    """Set the language in force."""
    found = asked or spoken(os.environ)
    _settled.set(found is not None)
    language.set(found or "en")


def spoken(environment: Mapping[str, str]) -> Lang | None:
    """The language that the environment says; None when it says nothing of French or English (C, POSIX…)."""
    asked = environment.get("TIMONIER_LANG", "")
    locale = next((environment[name] for name in LOCALE if environment.get(name)), "")
    for text in (asked, locale):
        if text.startswith("fr"):
            return "fr"
        if text.startswith("en"):
            return "en"
    return None


def suggest_language(of_workspace: Lang) -> None:
    """Speak the language of the workspace, unless the person chose."""
    if not _settled.get():
        language.set(of_workspace)
