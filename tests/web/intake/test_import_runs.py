"""Loads as jobs: asked for in one transaction, followed, cancelled, taken up again when the worker is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from sent_files import SURVEY, sent, words

from timonier.facts.workspace import Workspace
from timonier.web.core.models import AuditEntry
from timonier.web.intake import jobs, reading, running, services
from timonier.web.intake.models import Run, Upload
from timonier.web.intake.running import Following
from timonier.web.launch.serving import WORK

type Signed = Callable[..., Any]

RECIPE = """version = 1
[[table]]
into = "answers"
[table.columns]
answer_id = "id"
answered_at = { column = "date", order = "dmy" }
score = { column = "note", scale = [0, 10], direction = "up" }
instrument = { constant = "nps" }
"""


def asked(client: Any, content: bytes = SURVEY, recipe: str = RECIPE) -> Run:
    """A load that was asked for, and waits."""
    upload = sent(client, content)
    return services.load(by=client.person, upload=upload, recipe=recipe)


def big(rows: int) -> bytes:
    return b"id;date;note\n" + b"".join(b"r%d;%02d/01/2026;%d\n" % (n, n % 28 + 1, n % 11) for n in range(rows))


@pytest.mark.django_db
def test_run_and_job_stand_or_fall_together(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    upload = sent(client, SURVEY)
    with transaction.atomic():
        services.load(by=client.person, upload=upload, recipe=RECIPE)
        transaction.set_rollback(True)
    assert not Run.objects.exists()
    assert not ProcrastinateJob.objects.exists()
    assert not AuditEntry.objects.exists()
    run = services.load(by=client.person, upload=upload, recipe=RECIPE)
    job = ProcrastinateJob.objects.get()
    assert (job.pk, job.args, job.lock) == (run.job, {"run": run.pk}, "intake:answers")


@pytest.mark.django_db
def test_second_click_finds_the_first_run(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    run = asked(client)
    again = services.load(by=client.person, upload=run.upload, recipe=RECIPE)
    assert again.pk == run.pk
    assert ProcrastinateJob.objects.count() == 1
    assert client.post(f"/donnees/import/{run.upload_id}/retrait").status_code == 400, "not while it is worked on"


@pytest.mark.django_db
def test_cancelled_before_it_starts(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    run = asked(client)
    client.post(f"/donnees/travaux/{run.pk}/annulation")
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert ProcrastinateJob.objects.get().status == "cancelled"
    running.perform(run.pk)
    assert empty.lake.row_count("answers") == 0
    assert "Revenir à l’import" in words(client.get(f"/donnees/travaux/{run.pk}"))
    assert AuditEntry.objects.filter(action="intake.load_cancelled").count() == 1


@pytest.mark.django_db
def test_cancelled_under_way(empty: Workspace, signed: Signed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the file is visible, and it can be loaded again."""
    client = signed("pilot")
    run = asked(client, big(5_000))
    before = Following.start

    def start_then_ask(self: Following, source: str, total_bytes: int) -> None:
        before(self, source, total_bytes)
        services.cancel(by=client.person, run=run)
        self._next = 0.0

    with monkeypatch.context() as patched:
        patched.setattr(Following, "start", start_then_ask)
        running.perform(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert empty.lake.row_count("answers") == 0
    again = services.load(by=client.person, upload=run.upload, recipe=RECIPE)
    running.perform(again.pk)
    assert empty.lake.row_count("answers") == 5_000


@pytest.mark.django_db
def test_progress_is_written_twice_a_second_at_most(empty: Workspace, signed: Signed) -> None:
    run = asked(signed("pilot"))
    now = 0.0
    told = Following(run, clock=lambda: now)
    told.start("a", 1000)
    written = []
    for step in range(200):
        now += 0.05  # ten seconds in all
        told.advance(step * 5, step)
        told.cancelled()
        run.refresh_from_db()
        written.append((run.done_bytes, run.rows))
    assert 15 <= len(set(written)) <= 21
    told.start("b", 1000)
    now += 1
    told.advance(10, 3)
    run.refresh_from_db()
    assert (run.done_bytes, run.total_bytes, run.rows) == (1010, 2000, 202)


@pytest.mark.django_db
def test_progress_page_asks_again_and_then_shows_the_end(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    run = asked(client)
    page = client.get(f"/donnees/travaux/{run.pk}")
    html = page.content.decode()
    assert 'aria-live="polite"' in html
    assert 'hx-trigger="every 1s"' in html
    assert 'http-equiv="refresh"' in html
    assert "Actualiser" in words(page)
    assert client.get(f"/donnees/travaux/{run.pk}/avancement").status_code == 200
    running.perform(run.pk)
    ended = client.get(f"/donnees/travaux/{run.pk}/avancement")
    assert ended.headers["HX-Refresh"] == "true"
    assert "Chargement terminé" in words(client.get(f"/donnees/travaux/{run.pk}"))
    assert "http-equiv" not in client.get(f"/donnees/travaux/{run.pk}").content.decode()


@pytest.mark.django_db
def test_attempt_after_a_commit_tells_what_was_loaded(
    empty: Workspace, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies between the commit and its word: the next attempt finds the facts there, and says whose."""
    run = asked(signed("pilot"))

    def die(*args: Any, **kwargs: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(services, "finish", die)
        with pytest.raises(KeyboardInterrupt):
            running.perform(run.pk)
    assert empty.lake.row_count("answers") == 120
    running.perform(run.pk)
    run.refresh_from_db()
    (load,) = run.loads
    assert run.state == Run.State.DONE
    assert (load["already"], load["added"], load["counts"]["read"]) == (False, 120, 120)
    assert empty.lake.row_count("answers") == 120


@pytest.mark.django_db
def test_run_that_kills_its_workers_is_given_up(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    run = asked(client)
    jobs.give_up(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "n’a pas abouti en 5 essais" in words(client.get(f"/donnees/travaux/{run.pk}"))


@pytest.mark.django_db
def test_failure_is_told_in_words(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    run = asked(client, recipe=RECIPE.replace('"note"', '"notes"'))
    running.perform(run.pk)
    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "n’a pas de colonne « notes »" in words(client.get(f"/donnees/travaux/{run.pk}")).replace("\xa0", " ")
    assert AuditEntry.objects.filter(action="intake.load_failed").count() == 1


@pytest.mark.django_db
def test_large_file_is_looked_at_by_the_worker(
    empty: Workspace, signed: Signed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "SMALL", 100)
    monkeypatch.setattr(reading, "BEGINNING", 2_000)
    client = signed("pilot")
    upload = sent(client, SURVEY)
    assert upload.findings == {}
    assert client.get(f"/donnees/import/{upload.pk}/lecture").status_code == 200, "the first rows are shown at once"
    away = client.get(f"/donnees/import/{upload.pk}/colonnes")
    run = Run.objects.get(kind=Run.Kind.LOOK)
    assert away.headers["Location"] == f"/donnees/travaux/{run.pk}"
    running.perform(run.pk)
    assert client.get(f"/donnees/travaux/{run.pk}").headers["Location"] == f"/donnees/import/{upload.pk}/colonnes"
    page = client.get(f"/donnees/import/{upload.pk}/colonnes")
    assert page.context["step"].found.rows == 120
    assert 40 < page.context["step"].trial.rows < 120, "only the beginning is tried out"
    assert not page.context["step"].trial.whole
    client.post(f"/donnees/import/{upload.pk}/retrait")


@pytest.mark.django_db
def test_files_that_nobody_came_back_to_are_put_away(empty: Workspace, signed: Signed) -> None:
    client = signed("pilot")
    old, new = sent(client, SURVEY), sent(client, SURVEY, "b.csv")
    Upload.objects.filter(pk=old.pk).update(created_at=old.created_at - 2 * jobs.KEPT)
    folder = empty.staging / "uploads"
    draft = folder / "0.part"
    draft.write_bytes(b"x")
    for path in (draft, folder / old.stored):
        os.utime(path, (0, 0))
    jobs.tidy(0)
    assert [path.name for path in folder.iterdir()] == [new.stored]
    assert client.get(f"/donnees/import/{old.pk}/lecture").status_code == 404


def database_address() -> str:
    told = connection.settings_dict
    return f"postgresql://{told['USER']}:{told['PASSWORD']}@/{told['NAME']}?host={quote(str(told['HOST']), safe='')}"


@pytest.fixture
def worker(empty: Workspace) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts workers as `timonier worker` does, on the database of the tests."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        surroundings = {
            **os.environ,
            "DATABASE_URL": database_address(),
            "TIMONIER_WORKSPACE": str(empty.root),
        }
        started.append(subprocess.Popen([sys.executable, "-c", WORK], env=surroundings))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.wait()


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_load_survives_a_worker_that_is_killed(
    empty: Workspace, signed: Signed, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    run = asked(signed("pilot"), big(400_000))
    first = worker()
    state = Run.objects.filter(pk=run.pk).values_list("state", flat=True)
    wait_for(lambda: state.get() == Run.State.RUNNING)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert state.get() == Run.State.RUNNING, "it was killed while it worked"
    with connection.cursor() as cursor:  # half a minute without a sign of life, at once
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
    worker()
    with suppress(AlreadyEnqueued):  # the minute struck, and the worker asked by itself
        app.configure_task("intake.rescue").defer(timestamp=0)
    wait_for(lambda: state.get() == Run.State.DONE)
    assert empty.lake.row_count("answers") == 400_000
    run.refresh_from_db()
    assert run.loads[0]["counts"]["kept"] == 400_000
    assert not list(empty.staging.glob("load-*")), "what the dead one left is removed"
