"""Indicators whose name resembles what was typed."""

from difflib import get_close_matches

from timonier.indicators.definition import Indicator
from timonier.text import say
from timonier.web.core.desks import lent_desk


def near(name: str, most: int = 5) -> list[Indicator]:
    """At most `most` of them, by their name then by their words; none when nothing resembles."""
    with lent_desk() as desk:
        known = dict(desk.catalogue)
    wanted = name[:80].casefold()
    found = get_close_matches(wanted, known, most, 0.5)
    found += [one.name for one in known.values() if wanted in say(one.label).casefold() or wanted in one.name]
    return [known[one] for one in dict.fromkeys(found)][:most]
