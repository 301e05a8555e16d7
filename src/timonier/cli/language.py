"""The language of a person: what they ask for, else their environment, else their workspace."""

import os
from collections.abc import Mapping
from contextvars import ContextVar

import typer

from timonier.text import Lang, language

LANG_HELP = "Language of the answer: fr or en (default: TIMONIER_LANG, the locale, the workspace)."
LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")

_settled: ContextVar[bool] = ContextVar("language_settled", default=False)


def choose_language(asked: str | None) -> None:
    """Set the language in force. Raises typer.BadParameter for one that we do not speak."""
    if asked is not None and asked not in ("fr", "en"):
        raise typer.BadParameter(f"'{asked}' is not one of fr, en", param_hint="--lang")
    found: Lang | None = asked if asked in ("fr", "en") else spoken(os.environ)  # type: ignore[assignment]
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
