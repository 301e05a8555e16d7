"""Checking the words of a recipe: each method returns the value, or says where it is wrong and what is expected."""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from timonier.errors import RecipeError
from timonier.text import Text

_DIRECTIVES = frozenset("aAbBdfHIjmMpSyYzZ-%")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a recipe, and the checks of what is written there."""

    where: str

    def within(self, part: str) -> "Place":
        """A place inside this one."""
        return Place(f"{self.where}, {part}")

    def error(self, en: str, fr: str, key: str = "", hint: Text | str = "") -> RecipeError:
        """The error to raise; sentences come without their full stop."""
        where = f"{self.where}, {key}" if key else self.where
        return RecipeError(Text(f"{en}.", f"{fr}."), where=where, hint=hint)

    def known(self, raw: Mapping[str, Any], names: Iterable[str]) -> None:
        """Every key of `raw` is among `names`."""
        names = tuple(names)
        for name in raw:
            self.one_of(name, names, name, Text("unknown word", "mot inconnu :"))

    def one_of(self, name: str, names: Iterable[str], key: str, what: Text, advice: Text | None = None) -> None:
        """`name` is among `names`; proposes the closest one, else `advice`, else lists them."""
        names = tuple(names)
        if name in names:
            return
        hint = did_you_mean(name, names) or advice
        if hint is None:
            listing = ", ".join(names)
            hint = Text(f"Possible: {listing}.", f"Possibles : {listing}.")
        raise self.error(f"{what.en} `{name}`", f"{what.fr} « {name} »", key, hint)

    def text(self, raw: Mapping[str, Any], key: str) -> str | None:
        """A text, or None when the key is absent."""
        value = raw.get(key)
        if value is None or (isinstance(value, str) and value):
            return value
        raise self.error(
            f"a text between quotes is expected, not {value!r}",
            f"un texte entre guillemets est attendu, et non {value!r}",
            key,
        )

    def texts(self, raw: Mapping[str, Any], key: str) -> tuple[str, ...]:
        """A list of texts; empty when the key is absent."""
        value = raw.get(key, [])
        if isinstance(value, list) and all(isinstance(one, str) for one in value):
            return tuple(value)
        raise self.error(
            f"a list of texts is expected, not {value!r}", f"une liste de textes est attendue, et non {value!r}", key
        )

    def flag(self, raw: Mapping[str, Any], key: str, *, absent: bool = False) -> bool:
        """true or false; `absent` when the key is absent."""
        value = raw.get(key, absent)
        if isinstance(value, bool):
            return value
        raise self.error(
            f"true or false is expected, not {value!r}", f"true ou false est attendu, et non {value!r}", key
        )

    def choice(self, raw: Mapping[str, Any], key: str, names: tuple[str, ...]) -> str | None:
        """One of `names`, or None when the key is absent."""
        value = self.text(raw, key)
        if value is not None:
            self.one_of(value, names, key, Text("not a choice:", "choix impossible :"))
        return value

    def mapping(self, value: object, key: str) -> Mapping[str, Any]:
        """A section or an inline table."""
        if isinstance(value, dict):
            return value
        raise self.error(f"{{ … }} is expected, not {value!r}", f"{{ … }} est attendu, et non {value!r}", key)

    def tables(self, raw: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        """Repeated sections; empty when there is none."""
        value = raw.get(key, [])
        if isinstance(value, list) and all(isinstance(one, dict) for one in value):
            return value
        name = key.rpartition(".")[2]
        raise self.error(f"write [[{name}]], with two brackets", f"écrivez [[{name}]], avec deux crochets", key)

    def zone(self, raw: Mapping[str, Any]) -> str | None:
        """The name of a time zone that exists, or None."""
        name = self.text(raw, "zone")
        if name is None:
            return None
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise self.error(
                f"no time zone {name}; write for instance Europe/Paris",
                f"aucun fuseau {name} ; écrivez par exemple Europe/Paris",
                "zone",
            ) from None
        return name

    def date_format(self, raw: Mapping[str, Any]) -> str | None:
        """A format of date such as %d/%m/%Y %H:%M, or None."""
        form = self.text(raw, "format")
        if form is None:
            return None
        unknown = [word for word in re.findall(r"%-?(.?)", form) if word not in _DIRECTIVES]
        if unknown or not re.search("%-?[dj]", form) or not re.search("%[yY]", form):
            raise self.error(
                f"this does not describe a date: {form}; write for instance %d/%m/%Y %H:%M",
                f"ce format ne décrit pas une date : {form} ; écrivez par exemple %d/%m/%Y %H:%M",
                "format",
            )
        return form


def did_you_mean(name: str, names: Iterable[str]) -> Text | None:
    """Proposes the closest of `names`, if one is close; case and blanks do not count."""
    folded = {re.sub(r"[\s_\-]+", " ", one).casefold(): one for one in names}
    wanted = re.sub(r"[\s_\-]+", " ", name).casefold()
    close = difflib.get_close_matches(wanted, folded, n=1)
    if not close:
        return None
    return Text(f"Did you mean `{folded[close[0]]}`?", f"Vouliez-vous dire « {folded[close[0]]} » ?")
