"""The bar of a load, on stderr: bytes, rows, time left."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from timonier import formats
from timonier.cli.screen import progress_screen
from timonier.text import Text, say

if TYPE_CHECKING:
    from timonier.facts.intake.progress import Stage

STAGES: Mapping[str, Text] = {
    "read": Text("reading", "lecture"),
    "check": Text("checking", "vérification"),
    "commit": Text("storing", "enregistrement"),
}


class Bar:
    """What `load` tells, drawn; one line a source."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None
        self._rows = 0

    def start(self, source: str, total_bytes: int) -> None:
        """A source is being opened."""
        self._rows = 0
        self._task = self._progress.add_task(source, total=total_bytes, stage=say(STAGES["read"]), rows="0")

    def advance(self, done_bytes: int, rows: int) -> None:
        """So many bytes and rows were read since the start of the source."""
        self._rows = rows
        if self._task is not None:
            self._progress.update(self._task, completed=done_bytes, rows=formats.count(rows))

    def stage(self, stage: "Stage") -> None:
        """What is being done now."""
        if self._task is not None:
            self._progress.update(self._task, stage=say(STAGES[stage]))


@contextmanager
def counting_bar(what: Text) -> Iterator[Callable[[int, int], None]]:
    """A bar for so many things done out of so many; silent where stderr is no terminal."""
    console = progress_screen()
    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(say(what), total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def progress_bar() -> Iterator[Bar]:
    """A bar that goes away when the load ends; silent where stderr is no terminal."""
    console = progress_screen()
    rows = say(Text("rows", "lignes"))
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        DownloadColumn(),
        TextColumn(f"{{task.fields[rows]}} {rows}"),
        TextColumn("{task.fields[stage]}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        yield Bar(progress)
