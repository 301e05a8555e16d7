"""Loading files into a workspace: read, convert, check, commit; every row accounted for, nothing half done.

Each source (a file, a sheet, a member of an archive) is prepared in a folder of its own, then committed to each
table in one step. A load that is cancelled, killed or refused leaves nothing visible of the sources that were not
committed; run again, it goes on with those: a source whose content was already loaded with the same recipe is not
read again.
"""

import hashlib
import os
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from timonier.errors import Cancelled
from timonier.facts.engines.staging import Staging
from timonier.facts.intake.chunks import chunks
from timonier.facts.intake.contract import Source
from timonier.facts.intake.conversion import Setting
from timonier.facts.intake.progress import Progress, Silent, Stage
from timonier.facts.intake.recipe_fit import check_columns
from timonier.facts.intake.recipe_model import Recipe, TableRecipe
from timonier.facts.intake.rejects import RejectsFile
from timonier.facts.intake.report import LoadReport, TableLoad
from timonier.facts.intake.scratch import disk_errors, scratch
from timonier.facts.intake.source import open_sources
from timonier.facts.intake.table_stage import Piece, TableStage
from timonier.facts.receipts import Receipt
from timonier.facts.workspace import Workspace
from timonier.text import Text

if TYPE_CHECKING:
    import pyarrow as pa


def load(
    workspace: Workspace,
    recipe: Recipe,
    paths: Sequence[Path],
    *,
    progress: Progress | None = None,
    cancel: Callable[[], bool] = lambda: False,
    dry_run: bool = False,
    now: datetime | None = None,
) -> LoadReport:
    """Loads the files `paths` (or folders of them) as `recipe` says; `now` is when we learnt of them.

    With `dry_run`, everything is done but the commits. Raises SourceError, RecipeError, StoreError, StoreLocked;
    Cancelled soon after `cancel()` turns true: sources committed before stay, nothing else is visible.
    """
    sources = [source for path in paths for source in open_sources(Path(path), recipe.read)]
    return load_sources(workspace, recipe, sources, progress=progress, cancel=cancel, dry_run=dry_run, now=now)


def load_sources(
    workspace: Workspace,
    recipe: Recipe,
    sources: Sequence[Source],
    *,
    progress: Progress | None = None,
    cancel: Callable[[], bool] = lambda: False,
    dry_run: bool = False,
    now: datetime | None = None,
) -> LoadReport:
    """`load`, for sources that are open already. All are checked against the recipe before the first is read."""
    for source in sources:
        check_columns(recipe, source)
    loading = _Loading(workspace, recipe, progress or Silent(), cancel, dry_run, now or datetime.now(UTC))
    with disk_errors(workspace.staging):
        done = tuple(one for source in sources for one in loading.source(source))
    return LoadReport(done, dry_run)


@dataclass(frozen=True, slots=True)
class _Loading:
    """One call of `load`."""

    workspace: Workspace
    recipe: Recipe
    progress: Progress
    cancel: Callable[[], bool]
    dry_run: bool
    now: datetime

    def source(self, source: Source) -> Iterator[TableLoad]:
        """Loads one source into each of its tables; those that have it already are left alone."""
        wanted = []
        for table in self.recipe.tables:
            if self.workspace.lake.has_source(table.into, self.checksum(table, source)):
                yield TableLoad(source.name, table.into, already=True)
            else:
                wanted.append(table)
        if wanted:
            self.progress.start(source.name, source.total_bytes)
            with scratch(self.workspace.staging) as folder:
                yield from self._load(source, wanted, folder)

    def checksum(self, table: TableRecipe, source: Source) -> str:
        """Of the content and of everything that decides what becomes of it."""
        settings = self.workspace.settings
        columns = [(one.name, one.type) for one in self.workspace.tables()[table.into].columns]
        decisive = (source.fingerprint, source.detected.sheet, table.fingerprint, self.recipe.read)
        parts = repr(
            (decisive, settings.zone, settings.currency, [one for one in columns if self._fills(table, one[0])])
        )
        return hashlib.sha256(parts.encode()).hexdigest()

    @staticmethod
    def _fills(table: TableRecipe, name: str) -> bool:
        return any(one.name == name for one in table.columns)

    def _load(self, source: Source, recipes: Sequence[TableRecipe], folder: Path) -> list[TableLoad]:
        staging = Staging(self.workspace.settings, folder)
        rejects = [self._rejects(source, one) for one in recipes]
        clock = _Clock()
        try:
            stages = [self._stage(*pair, source, staging) for pair in zip(recipes, rejects, strict=True)]
            self.progress.stage("read")
            self._read(source, stages)
            clock.lap("read")
            self.progress.stage("check")
            for stage in stages:
                stage.finish(self._check_cancelled)
            clock.lap("check")
            staging.close()
            self.progress.stage("commit")
            return [self._commit(source, *pair, clock) for pair in zip(stages, rejects, strict=True)]
        finally:
            staging.close()
            for one in rejects:
                one.drop()

    def _stage(self, recipe: TableRecipe, rejects: RejectsFile, source: Source, staging: Staging) -> TableStage:
        settings = self.workspace.settings
        machine = source.detected.format != "csv"
        setting = Setting(settings.zone, settings.currency, source.name, self.now, machine)
        return TableStage(recipe, self.workspace.tables()[recipe.into], source, setting, staging, rejects)

    def _rejects(self, source: Source, recipe: TableRecipe) -> RejectsFile:
        self.workspace.rejects.mkdir(exist_ok=True)
        stem = Path(source.name).name.replace("/", "-").replace("\\", "-")[:80]
        mark = self.checksum(recipe, source)[:8]
        return RejectsFile(self.workspace.rejects / f"{stem}-{recipe.into}-{mark}.csv", source.columns)

    def _read(self, source: Source, stages: Sequence[TableStage]) -> None:
        """Chunks are read here and converted by a few threads; pieces are added up in the order of the file."""
        workers = self.workspace.settings.threads or os.cpu_count() or 1
        rows = 0
        with _Pool(workers) as pool:
            for rank, chunk in enumerate(chunks(source.batches())):
                self._check_cancelled()
                rows += chunk.num_rows
                for stage in stages:
                    pool.submit(stage, rank, chunk)
                self.progress.advance(source.position(), rows)
            pool.drain()
        for stage in stages:
            stage.add_malformed()
        self._check_cancelled()

    def _commit(self, source: Source, stage: TableStage, rejects: RejectsFile, clock: "_Clock") -> TableLoad:
        """The rejects file is in place before the commit: an acknowledged load never lacks its rejected rows."""
        counts, recipe = stage.counts, stage.recipe
        if self.dry_run:
            return TableLoad(source.name, recipe.into, counts, samples=tuple(stage.samples), differing=stage.differing)
        self._check_cancelled()
        kept_rejects = rejects.keep()
        checksum = self.checksum(recipe, source)
        receipt = Receipt(
            batch=checksum,
            source=source.name,
            checksum=checksum,
            rows_read=counts.read,
            rows_kept=counts.kept,
            rows_rejected=counts.rejected,
            rows_duplicate=counts.duplicate,
            recipe=recipe.fingerprint,
            notes={"filtered": str(counts.filtered), "collapsed": str(counts.collapsed), "made": str(counts.made)},
        )
        merged = recipe.repeats != "number"  # rows of one key were merged here; numbered ones are for the lake to check
        commit = self.workspace.lake.commit(recipe.into, stage.files, receipt, unique=merged)
        clock.lap("commit")
        return TableLoad(
            source.name,
            recipe.into,
            counts,
            0 if commit.replayed else commit.added,
            0 if commit.replayed else commit.updated,
            counts.kept if commit.replayed else commit.unchanged,
            already=commit.replayed,
            rejects_file=kept_rejects,
            samples=tuple(stage.samples),
            differing=stage.differing,
            seconds=clock.laps(),
        )

    def _check_cancelled(self) -> None:
        if self.cancel():
            raise Cancelled(
                Text(
                    "the load was cancelled: the file being read left nothing behind.",
                    "le chargement est annulé : le fichier en cours n’a rien laissé.",
                ),
                hint=Text("Run it again to go on.", "Relancez-le pour continuer."),
            )


class _Pool:
    """A few threads that convert chunks; at most one more chunk than threads is in memory."""

    def __init__(self, workers: int) -> None:
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="intake")
        self._pending: deque[tuple[TableStage, Future[Piece]]] = deque()
        self._most = workers + 1

    def __enter__(self) -> "_Pool":
        return self

    def __exit__(self, *error: object) -> None:
        self._executor.shutdown(wait=True, cancel_futures=True)

    def submit(self, stage: TableStage, rank: int, chunk: "pa.Table") -> None:
        """Converts `chunk` soon; waits when too many are waiting."""
        while len(self._pending) >= self._most:
            self._add_first()
        self._pending.append((stage, self._executor.submit(stage.work, rank, chunk)))

    def drain(self) -> None:
        """Waits for all."""
        while self._pending:
            self._add_first()

    def _add_first(self) -> None:
        stage, future = self._pending.popleft()
        stage.add(future.result())


class _Clock:
    """How long each stage took."""

    def __init__(self) -> None:
        self._laps: list[tuple[Stage, float]] = []
        self._since = time.monotonic()

    def lap(self, name: Stage) -> None:
        """Ends a stage."""
        now = time.monotonic()
        self._laps.append((name, now - self._since))
        self._since = now

    def laps(self) -> tuple[tuple[Stage, float], ...]:
        """The stages ended so far, with their seconds."""
        return tuple(self._laps)
