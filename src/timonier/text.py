"""Words for people, in French and in English, side by side where they are written.

A message is one `Text` with both languages. The language in force is a context variable, set once by the
command line (``--lang`` or the locale) or by a web request; `say` picks the words.
"""

import re
import unicodedata
from contextvars import ContextVar
from typing import Literal, NamedTuple

type Lang = Literal["fr", "en"]

language: ContextVar[Lang] = ContextVar("language", default="en")


# French puts a space that never breaks before two-part marks and inside quotation marks.
_BEFORE_MARKS = re.compile(r"(?<=\S) (?=[:;!?%»](?:[\s.,)]|$))|(?<=«) (?=\S)|^ (?=:$)")


def folded(text: str) -> str:
    """Without accents nor capitals: how words are sorted and looked for."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def ascii_slug(text: str) -> str:
    """Small letters without accents, digits, and dashes for anything else: safe in a header and on any disk."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain.lower()).strip("-")


class Text(NamedTuple):
    """One message in both languages."""

    en: str
    fr: str

    def __str__(self) -> str:
        return say(self)


def say(text: Text | str, lang: Lang | None = None) -> str:
    """The words of `text` in `lang`, or in the language in force."""
    if isinstance(text, str):
        return text
    return _BEFORE_MARKS.sub("\u00a0", text.fr) if (lang or language.get()) == "fr" else text.en
