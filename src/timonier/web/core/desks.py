"""The company's workspace and the desk that figures are computed on, held by the process.

One desk for all threads: each thread reads through a connection of its own, what is known of the facts is shared, and
a new commit is seen by the next question. The settings are read again when their file changes.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.conf import settings as django_settings

from timonier.facts.settings import FILE_NAME
from timonier.facts.workspace import Workspace
from timonier.scorecard.opening import desk_of
from timonier.scorecard.score import Desk

PAST_DESKS = 3

type FactsKey = tuple[object, ...]


class Counter:
    """The workspace in one state of its settings, and the desk of the latest facts, opened when it is first asked."""

    def __init__(self, root: Path, stamp: int) -> None:
        self.stamp = stamp
        self.workspace = Workspace.open(root, verify=False)
        self._opening = threading.Lock()
        self._desk: Desk | None = None
        self._past: OrderedDict[date, Desk] = OrderedDict()

    @property
    def today(self) -> date:
        """The day, on the clock of the business."""
        return datetime.now(self.workspace.settings.tzinfo).date()

    def desk(self) -> Desk:
        """The desk, with today's date."""
        with self._opening:
            self._desk = self._desk or desk_of(self.workspace)
        return replace(self._desk, today=self.today)

    def desk_as_of(self, day: date) -> Desk:
        """The desk of the facts known at the end of a day; the few that were asked for last are kept open."""
        if day >= self.today:
            return self.desk()
        with self._opening:
            found = self._past.pop(day, None) or desk_of(self.workspace, day)
            self._past[day] = found
            while len(self._past) > PAST_DESKS:
                self._past.popitem(last=False)
        return replace(found, today=self.today)


_opening = threading.Lock()
_open: dict[Path, Counter] = {}


def counter() -> Counter:
    """The workspace as its settings now are. Raises UnknownName, SettingsError."""
    root = Path(django_settings.WORKSPACE)
    stamp = (root / FILE_NAME).stat().st_mtime_ns
    known = _open.get(root)
    if known is None or known.stamp != stamp:
        with _opening:
            known = _open.get(root)
            if known is None or known.stamp != stamp:
                known = _open[root] = Counter(root, stamp)
    return known


def workspace() -> Workspace:
    """The company's workspace. Raises UnknownName, SettingsError."""
    return counter().workspace


@contextmanager
def lent_desk(as_of: date | None = None) -> Iterator[Desk]:
    """A desk to compute on; with `as_of`, over the facts known at the end of that day."""
    held = counter()
    yield held.desk() if as_of is None else held.desk_as_of(as_of)


_of_page: ContextVar[list[FactsKey] | None] = ContextVar("facts_of_page", default=None)


@contextmanager
def one_state_of_facts() -> Iterator[None]:
    """What is asked inside is told of one state of the facts, looked up once: a page asks several times."""
    token = _of_page.set([])
    try:
        yield
    finally:
        _of_page.reset(token)


def facts_key() -> FactsKey:
    """Changes with the facts, the settings and the day: what any remembered figure is kept under."""
    known = _of_page.get()
    if known:
        return known[0]
    held = counter()
    versions = tuple(held.workspace.lake.version(name) for name in held.workspace.tables())
    found = (held.stamp, held.today, versions)
    if known is not None:
        known.append(found)
    return found
