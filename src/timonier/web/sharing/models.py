"""Links by which people without an account see one figure, as it was, for some time."""

from datetime import datetime
from typing import Final

from django.db import models
from django.utils import timezone

from timonier.web.accounts.models import User

LONGEST: Final = 365
USUAL: Final = 30


class ShareLink(models.Model):
    """What is shared: `what` (a name of `sharing.what`) in the state that `query` holds, never another.

    `scope` is the maker's when they made it; theirs of the day is and-ed to it. The token itself is nowhere.
    """

    digest = models.CharField(max_length=64, unique=True)
    what = models.CharField(max_length=260)
    query = models.CharField(max_length=4000)
    scope = models.JSONField(default=dict, blank=True)
    label = models.CharField(max_length=120, blank=True)
    allow_download = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, on_delete=models.CASCADE)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-created_at", "-id")

    def ended(self, now: datetime | None = None) -> bool:
        """Whether it was revoked or has expired."""
        return self.revoked_at is not None or self.expires_at <= (now or timezone.now())
