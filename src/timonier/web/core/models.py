"""The audit log: who did what, to what, when; each entry seals the one before it."""

import hashlib
import json
from typing import Any

from django.db import models


class AuditEntry(models.Model):
    """One change. `actor` is the identifier of a person, never their name; entries are only ever added.

    `seal` is the SHA-256 of the entry and of the seal before it: an entry altered or removed later is seen.
    """

    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    target = models.CharField(max_length=200, blank=True)
    detail = models.JSONField(default=dict)
    seal = models.CharField(max_length=64)

    class Meta:
        ordering = ("-id",)

    def sealed(self, before: str) -> str:
        """The seal of this entry after the one that `before` seals."""
        told: list[Any] = [before, self.at.isoformat(), self.actor, self.action, self.target, self.detail]
        return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
