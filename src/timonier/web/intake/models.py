"""A file that someone sent, and what is done with it: looked at, tried out, loaded."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils import timezone

from timonier.web.accounts.models import User


class Upload(models.Model):
    """A file under `staging/uploads`, as long as it is of use.

    `name` is what the person calls it: shown, never a path; `stored` is the name of the file, which we chose.
    `choices` is what the person settled so far (see `choices.py`), `findings` what was seen of the file under each way
    of reading it (see `findings.py`).
    """

    class State(models.TextChoices):
        """`OPEN`: the steps go on. `LOADED`, `DISCARDED`: the file is gone."""

        OPEN = "open"
        LOADED = "loaded"
        DISCARDED = "discarded"

    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    name = models.CharField(max_length=255)
    stored = models.CharField(max_length=80, unique=True)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    choices = models.JSONField(default=dict)
    findings = models.JSONField(default=dict)

    class Meta:
        ordering = ("-id",)


class Run(models.Model):
    """One thing done with a file by the worker, or at once when it is small.

    `outcome` is what it gave (see `outcomes.py`), `problem` why it failed: text, place and advice in both languages.
    `versions`: the version of each table before the first attempt, so that a run taken up again knows its own commits.
    """

    class Kind(models.TextChoices):
        """What is done."""

        LOOK = "look"
        REHEARSE = "rehearse"
        LOAD = "load"

    class State(models.TextChoices):
        """`QUEUED` and `RUNNING` are followed by one of the three others."""

        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    ACTIVE = (State.QUEUED, State.RUNNING)

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(max_length=10, choices=Kind)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL)
    language = models.CharField(max_length=2, default="fr")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    job = models.BigIntegerField(null=True)
    recipe = models.TextField(blank=True)
    tables = models.JSONField(default=list)
    versions = models.JSONField(null=True)
    asked = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    stage = models.CharField(max_length=10, blank=True)
    done_bytes = models.BigIntegerField(default=0)
    total_bytes = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    outcome = models.JSONField(default=dict)
    problem = models.JSONField(default=dict)
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("upload",), condition=models.Q(state__in=("queued", "running")), name="one_run_at_a_time"
            ),
        )

    @property
    def active(self) -> bool:
        """Whether it is waiting or under way."""
        return self.state in self.ACTIVE

    @property
    def percent(self) -> int | None:
        """How much of the file was read; None before the first byte."""
        return min(100, round(100 * self.done_bytes / self.total_bytes)) if self.total_bytes else None

    @property
    def loads(self) -> list[Mapping[str, Any]]:
        """What happened, file by file and table by table."""
        found: list[Mapping[str, Any]] = self.outcome.get("loads", [])
        return found
