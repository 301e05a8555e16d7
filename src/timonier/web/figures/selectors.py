"""What pages read: the scorecard of a state, within a scope, remembered until the facts change."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date

from django.http import QueryDict

from timonier.indicators.definition import Indicator
from timonier.scorecard import words
from timonier.scorecard.request import Request
from timonier.scorecard.score import Desk, Scorecard, score
from timonier.scorecard.sources import dimensions, last_day
from timonier.text import say
from timonier.web.accounts.access import Scope
from timonier.web.core.desks import FactsKey, facts_key, lent_desk, workspace
from timonier.web.core.memory import Memory
from timonier.web.figures.broken import parted
from timonier.web.figures.filtering import unheard_of
from timonier.web.figures.shown import discreet
from timonier.web.figures.state import Horizon, ViewState, read_state
from timonier.web.figures.underway import NotBegun, Show, Underway

_scorecards: Memory[Scorecard] = Memory(200)
_underway: Underway[Scorecard] = Underway()
_horizons: Memory[tuple[Horizon, tuple[str, ...]]] = Memory(4)
_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


class StillCounting(Exception):
    """An answer is not known yet. It goes on being counted: whoever asks again finds it further on."""


@contextmanager
def patience_of(seconds: float | None) -> Iterator[None]:
    """Answers asked for here that are not known after so many seconds in all raise StillCounting; None: they wait."""
    token = _deadline.set(None if seconds is None else time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def scorecard(
    state: ViewState, scope: Scope, changes: Mapping[str, object] | None = None, *, patience: float | None = None
) -> Scorecard:
    """The scorecard that a state asks for; `changes` are those of `Request` (indicators, by, every…).

    With `patience`, what is known after so many seconds: what is then `pending` goes on being computed.
    """
    return asked(request_of(state, scope, changes), scope, patience)


def request_of(state: ViewState, scope: Scope, changes: Mapping[str, object] | None = None) -> Request:
    """What a state asks for, as the company's settings have it."""
    return state.request(scope, **{"weighted": workspace().settings.weighted, **(changes or {})})


def asked(request: Request, scope: Scope, patience: float | None = None) -> Scorecard:
    """What may be shown of the answer to a request whose filter already holds the scope."""
    return parted(discreet(counted(request, patience), request, scope))


def counted(request: Request, patience: float | None = None) -> Scorecard:
    """The answer itself, kept under all that it depends on: to choose what to show by, not to be shown."""
    key = (facts_key(), repr(request))

    def compute(show: Show[Scorecard]) -> Scorecard:
        with lent_desk(request.as_of) as desk:
            return _scorecards.get(key, lambda: score(desk, request, seen=show))

    known = _scorecards.known(key)
    if known is not None:
        return known
    deadline = _deadline.get()
    if patience is not None or deadline is None:
        return _underway.answer(key, compute, patience)
    left = max(0.0, deadline - time.monotonic())
    try:
        found = _underway.answer(key, compute, left, begun_within=0.0)
    except NotBegun:
        raise StillCounting from None
    if found.pending:
        raise StillCounting
    return found


def state_of(query: QueryDict, scope: Scope) -> ViewState:
    """The state of an address, bounded by what the facts cover and by what the person may filter by."""
    horizon, names = surroundings_of(facts_key())
    state = read_state(query, horizon, names, scope.closes)
    return replace(state, notices=(*state.notices, *unheard_of(scope, state.filters))) if state.filters else state


def surroundings_of(key: FactsKey) -> tuple[Horizon, tuple[str, ...]]:
    """The days that the facts cover, and the dimensions by which they can be filtered."""

    def look() -> tuple[Horizon, tuple[str, ...]]:
        with lent_desk() as desk:
            return horizon_of(desk), tuple(dimensions(desk.source))

    return _horizons.get(key, look)


def horizon_of(desk: Desk) -> Horizon:
    """The last day of the facts, today's date, the fiscal year."""
    known: date | None = last_day(desk.source)
    return Horizon(known or desk.today, desk.today, desk.fiscal_year_start, first_day(desk) or desk.today)


def first_day(desk: Desk) -> date | None:
    """The earliest accounting day of any fact; customers may be older than what they did."""
    tables = [name for name in desk.source.tables if name != "customers" and desk.source.has(name)]
    days = [desk.source.first_day(name) for name in tables]
    return min((day for day in days if day is not None), default=None)


def has_facts() -> bool:
    """Whether anything was loaded yet."""
    with lent_desk() as desk:
        return any(desk.source.has(table) for table in desk.source.tables)


def known_indicators() -> list[tuple[str, list[Indicator]]]:
    """Every indicator by family, ours and the company's."""
    with lent_desk() as desk:
        every = list(desk.catalogue.values())
    return [
        (say(title), mine)
        for family, title in words.FAMILIES.items()
        if (mine := [one for one in every if one.family == family])
    ]
