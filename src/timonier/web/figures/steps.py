"""The two steps of the journey between which some indicators count: those that there are, and what an address asks."""

from typing import Final

import narwhals as nw
from django.http import QueryDict

from timonier.indicators.definition import Indicator
from timonier.text import Text, folded
from timonier.web.accounts.access import Scope
from timonier.web.core.desks import facts_key, lent_desk
from timonier.web.core.memory import Memory
from timonier.web.figures.reach import visible

KEYS: Final = ("depart", "arrivee")
"""How the address names them."""
PARAMETERS: Final = ("start_step", "end_step")
MOST: Final = 200

_known: Memory[tuple[str, ...]] = Memory(50)


def wanting(indicator: Indicator) -> bool:
    """Whether the indicator cannot be counted before two steps are chosen."""
    stepless = any("step" not in need.columns for need in indicator.needs)
    return not stepless and indicator.defaults.get(PARAMETERS[0], ...) is None


def steps(scope: Scope) -> tuple[str, ...]:
    """The steps of the events within a scope, by name."""

    def look() -> tuple[str, ...]:
        with lent_desk() as desk:
            frame = visible(desk, "events", scope)
            if frame is None or "step" not in frame.columns:
                return ()
            found = frame.select("step").filter(~nw.col("step").is_null()).unique().head(MOST)
            return tuple(sorted(found.collect()["step"].to_list(), key=folded))

    return _known.get((facts_key(), scope.key), look)


def chosen(query: QueryDict, scope: Scope, notices: list[Text]) -> tuple[str, str]:
    """Both steps that an address asks for, "" for one that is not there or not chosen."""
    start, end = (_step(query.get(key, ""), scope, notices) for key in KEYS)
    if start and start == end:
        notices.append(Text("Choose two different steps.", "Choisissez deux étapes différentes."))
        end = ""
    return start, end


def _step(wanted: str, scope: Scope, notices: list[Text]) -> str:
    if not wanted or wanted in steps(scope):
        return wanted
    shown = wanted[:40]
    notices.append(Text(f"No step is called “{shown}”.", f"Aucune étape ne s’appelle « {shown} »."))
    return ""
