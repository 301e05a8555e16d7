"""What a file or a share is about, as its address names it: `passerelle`, `indicateur/nps/ventilation/region`…"""

import re
from dataclasses import dataclass
from typing import Final, Literal, cast

from timonier.text import ascii_slug

type Part = Literal["passerelle", "tendance", "distribution", "ventilation", "lignes"]

_NAMED: Final = re.compile(
    r"indicateur/(?P<indicator>[-\w]{1,80})/"
    r"(?:(?P<part>tendance|distribution|lignes)|ventilation/(?P<dimension>\w{1,80}))",
    re.ASCII,
)
SHARED: Final[frozenset[Part]] = frozenset({"passerelle", "tendance", "ventilation"})
DRAWN: Final[frozenset[Part]] = frozenset({"tendance", "distribution", "ventilation"})


@dataclass(frozen=True, slots=True)
class What:
    """The bridge, or one part of what is known of an indicator."""

    part: Part
    indicator: str = ""
    dimension: str = ""

    @property
    def path(self) -> str:
        """As addresses name it."""
        if self.part == "passerelle":
            return "passerelle"
        return "/".join(part for part in ("indicateur", self.indicator, self.part, self.dimension) if part)

    @property
    def slug(self) -> str:
        """As file names say it."""
        by = ("par", self.dimension) if self.dimension else (self.part,)
        words = (self.part,) if self.part == "passerelle" else (self.indicator, *by)
        return "-".join(map(ascii_slug, words))


def what_of(path: str) -> What | None:
    """What an address names; None when nothing has that name."""
    if path == "passerelle":
        return What("passerelle")
    found = _NAMED.fullmatch(path)
    if found is None:
        return None
    return What(cast("Part", found["part"] or "ventilation"), found["indicator"], found["dimension"] or "")
