"""The two steps of the journey between which some indicators count: those that there are, and what an address asks."""

from functools import partial
from typing import Any, Final

import narwhals as nw
from django.http import QueryDict

from timonier.text import Text, folded
from timonier.web.accounts.access import Scope
from timonier.web.core.desks import facts_key, lent_desk
from timonier.web.core.memory import Memory
from timonier.web.figures.reach import visible

KEYS: Final = ("etape-depart", "etape-arrivee")
"""How the address names them: with a hyphen, which no dimension has."""
MOST: Final = 200
"""Steps listed; one that is not may be asked for all the same."""
LONGEST: Final = 200

_listed: Memory[tuple[str, ...]] = Memory(50)
_there: Memory[bool] = Memory(500)


def listed(scope: Scope) -> tuple[str, ...]:
    """The first steps of the events within a scope, by name."""

    def look() -> tuple[str, ...]:
        with lent_desk() as desk:
            frame = _named(visible(desk, "events", scope))
            if frame is None:
                return ()
            found = frame.unique().sort("step").head(MOST).collect()["step"].to_list()
            return tuple(sorted(found, key=folded))

    return _listed.get((facts_key(), scope.key), look)


def chosen(query: QueryDict, scope: Scope, notices: list[Text]) -> tuple[str, str]:
    """Both steps that an address asks for, "" for one that is not there or not chosen."""
    start, end = (_step(query.get(key, ""), scope, notices) for key in KEYS)
    if start and start == end:
        notices.append(Text("Choose two different steps.", "Choisissez deux étapes différentes."))
        end = ""
    return start, end


def _step(wanted: str, scope: Scope, notices: list[Text]) -> str:
    if not wanted:
        return ""
    known = len(wanted) <= LONGEST and _there.get((facts_key(), scope.key, wanted), partial(_is_there, wanted, scope))
    if known:
        return wanted
    shown = wanted[:40]
    notices.append(Text(f"No step is called “{shown}”.", f"Aucune étape ne s’appelle « {shown} »."))
    return ""


def _is_there(step: str, scope: Scope) -> bool:
    with lent_desk() as desk:
        frame = _named(visible(desk, "events", scope))
        return frame is not None and len(frame.filter(nw.col("step") == step).head(1).collect()) > 0


def _named(events: nw.LazyFrame[Any] | None) -> nw.LazyFrame[Any] | None:
    """The steps of events, one row each."""
    if events is None or "step" not in events.columns:
        return None
    return events.select("step").filter(~nw.col("step").is_null())
