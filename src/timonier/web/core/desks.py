"""The company's workspace and the desks that figures are computed on, held by the process.

A desk is used by one thread at a time (its DuckDB connection is not shared): a few of them are lent in turn. Each
keeps what it knows of the facts, and sees a new commit by itself.
"""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from django.conf import settings as django_settings

from timonier.facts.settings import FILE_NAME
from timonier.facts.workspace import Workspace
from timonier.scorecard.opening import desk_of
from timonier.scorecard.score import Desk

DESKS = 2  # as many questions computed at once; the others wait their turn

type FactsKey = tuple[object, ...]


class Counter:
    """The desks of one state of the settings."""

    def __init__(self, root: Path, stamp: int) -> None:
        self.stamp = stamp
        self.workspace = Workspace.open(root, verify=False)
        self._free: queue.LifoQueue[Desk] = queue.LifoQueue()
        self._left = threading.BoundedSemaphore(DESKS)

    @contextmanager
    def lend(self) -> Iterator[Desk]:
        """A desk for one question; today's date is put on it again."""
        with self._left:
            try:
                desk = self._free.get_nowait()
            except queue.Empty:
                desk = desk_of(self.workspace)
            try:
                yield replace(desk, today=datetime.now(self.workspace.settings.tzinfo).date())
            finally:
                self._free.put(desk)


_opening = threading.Lock()
_open: dict[Path, Counter] = {}


def counter() -> Counter:
    """The counter of the workspace as its settings now are: they are read again when the file changes."""
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
    if as_of is not None:
        yield desk_of(workspace(), as_of)
        return
    with counter().lend() as desk:
        yield desk


def facts_key() -> FactsKey:
    """Changes with the facts, the settings and the day: what any remembered figure is kept under."""
    held = counter()
    today = datetime.now(held.workspace.settings.tzinfo).date()
    versions = tuple(held.workspace.lake.version(name) for name in held.workspace.tables())
    return (held.stamp, today, versions)
