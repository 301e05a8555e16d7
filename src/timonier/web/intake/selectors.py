"""What the pages read: files under way, loads with their receipts."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404

from timonier.facts.log import Entry
from timonier.facts.receipts import Commit
from timonier.web.core.desks import facts_key, workspace
from timonier.web.core.memory import Memory
from timonier.web.intake.models import Run, Upload


@dataclass(frozen=True, slots=True)
class Load:
    """A load: what the store says of it, and the run that asked for it when it was asked for here."""

    table: str
    entry: Entry
    commit: Commit
    run: Run | None

    @property
    def left_out(self) -> int:
        """Rows that the recipe leaves out, or merges with another."""
        notes = self.commit.receipt.notes
        return int(notes.get("filtered", 0)) + int(notes.get("collapsed", 0))

    @property
    def rejects(self) -> int | None:
        """The rank of its rejected rows among those of its run; None when there are none, or they are elsewhere."""
        for rank, one in enumerate(self.run.loads if self.run else ()):
            if one["table"] == self.table and one.get("version") == self.commit.version and one["rejects"]:
                return rank
        return None


type Made = tuple[tuple[str, Entry, Commit], ...]
_made: Memory[Made] = Memory(2)


def loads() -> list[Load]:
    """Every load that the store remembers, the latest first."""
    made = _made.get(("loads", facts_key()), lambda: tuple(_commits()))
    runs = {
        (one["table"], one.get("version")): run
        for run in Run.objects.filter(kind=Run.Kind.LOAD, state=Run.State.DONE).select_related("by", "upload")
        for one in run.loads
    }
    return [Load(table, entry, commit, runs.get((table, commit.version))) for table, entry, commit in made]


def _commits() -> Iterator[tuple[str, Entry, Commit]]:
    lake = workspace().lake
    found = [
        (table, entry, commit)
        for table in workspace().tables()
        for entry in lake.history(table)
        for commit in entry.said()
        if commit.kind == "load"
    ]
    yield from sorted(found, key=lambda one: (one[1].at, one[2].version), reverse=True)


def load_of(table: str, version: int) -> Load:
    """One load. Raises Http404."""
    for one in loads():
        if one.table == table and one.commit.version == version:
            return one
    raise Http404


def has_facts() -> bool:
    """Whether anything was ever loaded."""
    lake = workspace().lake
    return any(lake.version(table) for table in workspace().tables())


def under_way() -> list[Upload]:
    """Files that were sent and neither loaded nor put away, the latest first."""
    return list(Upload.objects.filter(state=Upload.State.OPEN).select_related("owner").prefetch_related("runs")[:50])


def upload_of(pk: int) -> Upload:
    """A file under way. Raises Http404 when it is none, or no more."""
    upload = Upload.objects.filter(pk=pk, state=Upload.State.OPEN).first()
    if upload is None:
        raise Http404
    return upload


def run_of(pk: int) -> Run:
    """A run. Raises Http404."""
    run = Run.objects.select_related("upload", "by").filter(pk=pk).first()
    if run is None:
        raise Http404
    return run
