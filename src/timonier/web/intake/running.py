"""Doing what a run asks for, in the worker or at once: each attempt starts where the last commit left."""

import logging
import time
from collections.abc import Callable

from django.db import DatabaseError
from django.utils import timezone

from timonier.errors import Cancelled, StoreLocked, TimonierError
from timonier.facts.intake.load import load_sources
from timonier.facts.intake.progress import Stage
from timonier.facts.intake.recipe import parse_recipe
from timonier.text import Text, language
from timonier.web.core.desks import workspace
from timonier.web.intake import looking, reading, services
from timonier.web.intake.models import Run, Upload
from timonier.web.intake.outcomes import Before, report_json

log = logging.getLogger("timonier.web")

EVERY = 0.5  # seconds between two writings of the progress
UNFORESEEN = Text(
    "something went wrong on our side: nothing of this file was left half loaded.",
    "une erreur est survenue de notre côté : rien de ce fichier n’a été chargé à moitié.",
)
AGAIN = Text("Try again; if it fails again, report it.", "Réessayez ; si l’erreur revient, signalez-la.")


def perform(number: int) -> None:
    """Does the run `number`, if it is still to be done. StoreLocked is raised for the worker to try again later."""
    run = Run.objects.select_related("upload").filter(pk=number).first()
    if run is None or not run.active:
        return
    if run.cancel_asked:
        services.finish(run, Run.State.CANCELLED)
        return
    token = language.set("en" if run.language == "en" else "fr")
    try:
        _begin(run)
        services.finish(run, Run.State.DONE, outcome=_WAYS[Run.Kind(run.kind)](run))
    except Cancelled:
        services.finish(run, Run.State.CANCELLED)
    except StoreLocked:
        raise
    except TimonierError as refused:
        services.finish(run, Run.State.FAILED, problem=services.problem_of(refused))
    except Exception:
        log.exception("run %s", run.pk)
        problem = {"text": list(UNFORESEEN), "where": "", "hint": list(AGAIN)}
        services.finish(run, Run.State.FAILED, problem=problem)
        raise
    finally:
        language.reset(token)


def _begin(run: Run) -> None:
    run.state = Run.State.RUNNING
    run.started_at = run.started_at or timezone.now()
    if run.versions is None:
        run.versions = dict(Before.of(workspace(), run.tables).versions)
    run.save(update_fields=["state", "started_at", "versions"])


def _look(run: Run) -> dict[str, object]:
    looking.look(run.upload, looking.Asked.of(run.asked))
    Upload.objects.filter(pk=run.upload_id).update(findings=run.upload.findings)
    return {}


def _load(run: Run) -> dict[str, object]:
    here = workspace()
    recipe = parse_recipe(run.recipe, here.tables())
    told = Following(run)
    report = load_sources(
        here,
        recipe,
        reading.sources(run.upload, recipe.read),
        progress=told,
        cancel=told.cancelled,
        dry_run=run.kind == Run.Kind.REHEARSE,
    )
    return report_json(report, recipe, here, Before(run.versions or {}))


_WAYS: dict[Run.Kind, Callable[[Run], dict[str, object]]] = {
    Run.Kind.LOOK: _look,
    Run.Kind.REHEARSE: _load,
    Run.Kind.LOAD: _load,
}


class Following:
    """The progress of a load, written in the row of its run at most twice a second; a database that does not answer
    stops neither the load nor its next report."""

    def __init__(self, run: Run, clock: Callable[[], float] = time.monotonic) -> None:
        self._run = run
        self._clock = clock
        self._next = 0.0
        self._cancelled = False
        self._total = self._before = self._rows = self._rows_before = 0

    def start(self, source: str, total_bytes: int) -> None:  # noqa: ARG002  the engine’s signature
        """A source begins: the bytes of those before it are done."""
        self._before, self._rows_before = self._total, self._rows
        self._total += total_bytes
        self._write(stage="read")

    def advance(self, done_bytes: int, rows: int) -> None:
        """So much of the source was read."""
        self._rows = self._rows_before + rows
        if self._clock() >= self._next:
            self._write(done_bytes=self._before + done_bytes, rows=self._rows, total_bytes=self._total)

    def stage(self, stage: Stage) -> None:
        """What is being done with the source."""
        self._write(stage=stage, rows=self._rows, total_bytes=self._total)

    def cancelled(self) -> bool:
        """Whether someone asked to stop; asked of the database when the progress is written."""
        if not self._cancelled and self._clock() >= self._next:
            self._write()
        return self._cancelled

    def _write(self, **values: object) -> None:
        self._next = self._clock() + EVERY
        rows = Run.objects.filter(pk=self._run.pk)
        try:
            if values:
                rows.update(**values)
            self._cancelled = bool(rows.values_list("cancel_asked", flat=True).first())
        except DatabaseError as silent:
            log.warning("progress of run %s: %s", self._run.pk, silent)
