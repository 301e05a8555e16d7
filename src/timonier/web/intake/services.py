"""Every change of this part: receiving a file, what is settled about it, what is done with it."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from timonier.errors import UsageError
from timonier.facts.intake.recipe import parse_recipe
from timonier.facts.intake.source import SheetChoice
from timonier.text import Text, language
from timonier.web.accounts.access import Right, require
from timonier.web.accounts.models import User
from timonier.web.core import audit
from timonier.web.core.desks import workspace
from timonier.web.intake import looking, reading, recipes, storage
from timonier.web.intake.choices import Answer, Choices, Fill, Reading, choices_of
from timonier.web.intake.models import Run, Upload
from timonier.web.intake.receiving import Received

TASK = "intake.run"


def receive(*, by: User, received: Received) -> Upload:
    """Keeps a file that was sent, if it can be a table. Raises SourceError: a program, empty, a bomb, damaged."""
    require(by, Right.LOAD)
    stored = received.adopt()
    upload = Upload(owner=by, name=received.shown, stored=stored, size=received.weight, sha256=received.sha256)
    try:
        with suppress(SheetChoice):
            reading.check(upload)
        if reading.is_small(upload):
            looking.look(upload, looking.Asked(Reading()))
        upload.save()
    except BaseException:
        storage.remove(stored)
        raise
    return upload


@transaction.atomic
def keep_reading(*, by: User, upload: Upload, read: Reading) -> None:
    """How the file is read, as the person settled it."""
    _settle(by, upload, lambda choices: replace(choices.with_reading(read), recipe="", recipe_name=""))


@transaction.atomic
def keep_table(*, by: User, upload: Upload, table: str) -> None:
    """What a row of the file is. Another table forgets how columns were mapped. Raises UsageError."""
    if table not in workspace().tables():
        raise UsageError(Text("there is no such table.", "cette table n’existe pas."), where=table[:60])

    def settled(choices: Choices) -> Choices:
        same = choices.table == table
        return choices if same else replace(choices, table=table, columns=None, answers={})

    _settle(by, upload, settled)


@transaction.atomic
def keep_columns(*, by: User, upload: Upload, table: str, columns: dict[str, Fill]) -> None:
    """What fills each column of the table."""
    known = workspace().tables()[table].by_name
    kept = {name: fill for name, fill in columns.items() if name in known}
    _settle(by, upload, lambda choices: replace(choices, table=table, columns=kept))


@transaction.atomic
def keep_answers(*, by: User, upload: Upload, answers: dict[str, Answer]) -> None:
    """The choices made on the questions."""
    _settle(by, upload, lambda choices: replace(choices, answers={**choices.answers, **answers}))


@transaction.atomic
def use_recipe(*, by: User, upload: Upload, name: str) -> None:
    """A recipe that was kept takes the place of what was settled; "" gives that back. UnknownName, RecipeError."""
    text = recipes.text_of(name) if name else ""
    _settle(by, upload, lambda choices: replace(choices, recipe=text, recipe_name=name))


def _settle(by: User, upload: Upload, change: Any) -> None:
    require(by, Right.LOAD)
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    _check_open(held)
    held.choices = change(choices_of(held.choices)).as_json()
    held.save(update_fields=["choices"])
    upload.choices = held.choices


def _check_open(upload: Upload) -> None:
    if upload.state != Upload.State.OPEN:
        raise UsageError(
            Text("this file was loaded or removed.", "ce fichier a été chargé ou retiré."),
            where=upload.name,
            hint=Text("Send it again.", "Envoyez-le de nouveau."),
        )


@transaction.atomic
def look(*, by: User, upload: Upload, asked: looking.Asked) -> Run | None:
    """Finds out what a page needs: at once for a small file (None), else by the worker. Raises SourceError."""
    require(by, Right.LOAD)
    if reading.is_small(upload):
        looking.look(upload, asked)
        Upload.objects.filter(pk=upload.pk).update(findings=upload.findings)
        return None
    return _start(by, upload, Run.Kind.LOOK, asked=asked.as_json())


@transaction.atomic
def rehearse(*, by: User, upload: Upload, recipe: str) -> Run:
    """Does everything but keep anything: by the worker, unless the file is small (the caller then performs it)."""
    require(by, Right.LOAD)
    return _start(by, upload, Run.Kind.REHEARSE, recipe=recipe)


@transaction.atomic
def load(*, by: User, upload: Upload, recipe: str) -> Run:
    """Asks the worker to load the file: the request and the job stand or fall together. Raises RecipeError."""
    require(by, Right.LOAD)
    run = _start(by, upload, Run.Kind.LOAD, recipe=recipe)
    detail = {"tables": run.tables, "size": upload.size, "sha256": upload.sha256}
    audit.record(actor=by.pk, action="intake.load_started", target=f"run:{run.pk}", detail=detail)
    return run


def _start(by: User, upload: Upload, kind: Run.Kind, *, recipe: str = "", asked: dict[str, Any] | None = None) -> Run:
    """One run at a time for a file: a second click finds the first one."""
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    _check_open(held)
    reading.existing(held)
    active = held.runs.filter(state__in=Run.ACTIVE).first()
    if active is not None:
        return active
    into = sorted({one.into for one in parse_recipe(recipe, workspace().tables()).tables}) if recipe else []
    run = Run.objects.create(
        upload=held, kind=kind, by=by, language=language.get(), recipe=recipe, tables=into, asked=asked or {}
    )
    if kind == Run.Kind.REHEARSE and reading.is_small(held):
        return run
    run.job = _enqueue(run)
    run.save(update_fields=["job"])
    return run


def _enqueue(run: Run) -> int:
    """In the transaction of the run itself. Loads of the same table follow one another."""
    lock = f"intake:{'+'.join(run.tables)}" if run.kind == Run.Kind.LOAD else f"intake:upload:{run.upload_id}"
    task = app.configure_task(TASK, lock=lock, queueing_lock=f"intake:run:{run.pk}")
    return int(task.defer(run=run.pk))


@transaction.atomic
def cancel(*, by: User, run: Run) -> None:
    """Stops a run: at once when it waits, within a second or so when it is under way."""
    require(by, Right.LOAD)
    held = Run.objects.select_for_update().get(pk=run.pk)
    if not held.active:
        return
    held.cancel_asked = True
    held.save(update_fields=["cancel_asked"])
    if held.state == Run.State.QUEUED:
        if held.job is not None:
            app.job_manager.cancel_job_by_id(held.job)
        finish(held, Run.State.CANCELLED)


@transaction.atomic
def finish(run: Run, state: Run.State, *, outcome: Any = None, problem: Any = None) -> None:
    """Ends a run, once; a load that is done lets go of its file."""
    held = Run.objects.select_for_update().get(pk=run.pk)
    if not held.active:
        return
    held.state, held.finished_at = state, timezone.now()
    held.outcome, held.problem = outcome or {}, problem or {}
    held.save(update_fields=["state", "finished_at", "outcome", "problem"])
    if held.kind != Run.Kind.LOAD:
        return
    endings = {Run.State.DONE: "finished", Run.State.CANCELLED: "cancelled"}
    action = f"intake.load_{endings.get(state, 'failed')}"
    kept = {f"{one['table']}": one["counts"]["kept"] for one in held.loads}
    audit.record(actor=held.by_id, action=action, target=f"run:{held.pk}", detail={"kept": kept} if kept else {})
    if state == Run.State.DONE:
        Upload.objects.filter(pk=held.upload_id).update(state=Upload.State.LOADED, findings={})
        stored = held.upload.stored
        transaction.on_commit(lambda: storage.remove(stored))


@transaction.atomic
def discard(*, by: User, upload: Upload) -> None:
    """Puts a file away. Raises UsageError while something is being done with it."""
    require(by, Right.LOAD)
    held = Upload.objects.select_for_update().get(pk=upload.pk)
    if held.runs.filter(state__in=Run.ACTIVE).exists():
        raise UsageError(
            Text("this file is being worked on.", "ce fichier est en cours de traitement."),
            where=held.name,
            hint=Text("Cancel first.", "Annulez d’abord."),
        )
    if held.state == Upload.State.OPEN:
        held.state, held.findings = Upload.State.DISCARDED, {}
        held.save(update_fields=["state", "findings"])
        transaction.on_commit(lambda: storage.remove(held.stored))


@transaction.atomic
def save_recipe(*, by: User, name: str, text: str, replacing: bool) -> str:
    """Keeps a recipe under a name, which is returned as it was kept. Raises UsageError, RecipeError."""
    require(by, Right.LOAD)
    name = recipes.checked(name)
    parse_recipe(text, workspace().tables(), where=name)
    audit.record(actor=by.pk, action="intake.recipe_saved", target=f"recipe:{name}")
    recipes.keep(name, text, replacing=replacing)
    return name


def problem_of(error: Exception) -> dict[str, Any]:
    """An error of ours as a run remembers it."""
    from timonier.web.intake.findings import scrubbed

    text, hint = getattr(error, "text", Text("", "")), getattr(error, "hint", "")
    problem: dict[str, Any] = scrubbed(
        {"text": _both(text), "where": getattr(error, "where", ""), "hint": _both(hint) if hint else []}
    )
    return problem


def _both(text: Text | str) -> list[str]:
    return [text, text] if isinstance(text, str) else list(text)
