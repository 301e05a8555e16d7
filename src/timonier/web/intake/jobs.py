"""What the worker does for this part: runs, runs that a dead worker left, files that nobody came back to."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.job_context import JobContext

from timonier.errors import StoreLocked
from timonier.text import Text
from timonier.web.intake import running, services, storage
from timonier.web.intake.models import Run, Upload

ATTEMPTS = 5
SILENCE = 30  # seconds without a sign of life after which a worker is taken for dead
KEPT = timedelta(days=7)
DRAFTS_KEPT = timedelta(hours=6)
GAVE_UP = Text(
    f"this could not be brought to an end in {ATTEMPTS} attempts: nothing was left half loaded.",
    f"le traitement n’a pas abouti en {ATTEMPTS} essais : rien n’a été chargé à moitié.",
)
CUT = Text(
    "Cut the file in several, or give the machine more memory.", "Découpez le fichier, ou ajoutez de la mémoire."
)


@app.task(
    name=services.TASK,
    retry=RetryStrategy(max_attempts=ATTEMPTS, wait=10, retry_exceptions=(StoreLocked,)),
    pass_context=True,
)
def run(context: JobContext, run: int) -> None:
    """Does one run. Run again after a worker died, it goes on from what was committed."""
    if context.job.attempts >= ATTEMPTS:
        give_up(run)
        return
    running.perform(run)


def give_up(number: int) -> None:
    """A run that kills its workers must not do so for ever."""
    for one in Run.objects.filter(pk=number):
        problem = {"text": list(GAVE_UP), "where": "", "hint": list(CUT)}
        services.finish(one, Run.State.FAILED, problem=problem)


@app.periodic(cron="* * * * *")
@app.task(name="intake.rescue", queueing_lock="intake:rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int) -> None:  # noqa: ARG001  given to every periodic task
    """Gives back to the queue the jobs of workers that died: they sent no sign of life for half a minute."""
    manager: Any = context.app.job_manager
    for job in await manager.get_stalled_jobs(task_name=services.TASK, seconds_since_heartbeat=SILENCE):
        await manager.retry_job(job)


@app.periodic(cron="17 3 * * *")
@app.task(name="intake.tidy", queueing_lock="intake:tidy")
def tidy(timestamp: int) -> None:  # noqa: ARG001  given to every periodic task
    """Puts away files that nobody came back to, and what interrupted sendings left."""
    now = timezone.now()
    old = Upload.objects.filter(state=Upload.State.OPEN, created_at__lt=now - KEPT).exclude(runs__state__in=Run.ACTIVE)
    for upload in old:
        upload.state, upload.findings = Upload.State.DISCARDED, {}
        upload.save(update_fields=["state", "findings"])
    wanted = set(Upload.objects.filter(state=Upload.State.OPEN).values_list("stored", flat=True))
    for path in storage.folder().iterdir():
        aged = now.timestamp() - path.stat().st_mtime
        if path.name not in wanted and aged > DRAFTS_KEPT.total_seconds():
            path.unlink(missing_ok=True)
