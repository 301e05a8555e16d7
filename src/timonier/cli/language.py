"""The language of a person: what they ask for, else their environment, else their workspace."""

import os
from collections.abc import Mapping, Sequence
from contextvars import ContextVar

from timonier.text import Lang, language

LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")

_settled: ContextVar[bool] = ContextVar("language_settled", default=False)


def choose_language(asked: Lang | None) -> None:
    """Set the language in force."""
    found = asked or spoken(os.environ)
    _settled.set(found is not None)
    language.set(found or "en")


def asked_in(arguments: Sequence[str]) -> Lang | None:
    """The language of `--lang` wherever it stands, for what is said before options are read: help, mistyped options."""
    for option, value in zip(arguments, [*arguments[1:], ""], strict=False):
        name, _, given = option.partition("=")
        if name == "--lang" and (lang := known(given or value)):
            return lang
    return None


def known(text: str) -> Lang | None:
    """The language that this word begins with."""
    if text.startswith("fr"):
        return "fr"
    return "en" if text.startswith("en") else None


def spoken(environment: Mapping[str, str]) -> Lang | None:
    """The language that the environment says; None when it says nothing of French or English (C, POSIX…)."""
    asked = environment.get("TIMONIER_LANG", "")
    locale = next((environment[name] for name in LOCALE if environment.get(name)), "")
    return known(asked) or known(locale)


def suggest_language(of_workspace: Lang) -> None:
    """Speak the language of the workspace, unless the person chose."""
    if not _settled.get():
        language.set(of_workspace)
