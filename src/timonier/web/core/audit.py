"""Writing and checking the audit log."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from timonier.web.core.models import AuditEntry

CHAIN_LOCK = 7_331_001  # an advisory lock: two changes at once would seal the same entry


def record(*, actor: int | None, action: str, target: object = "", detail: Mapping[str, Any] | None = None) -> None:
    """Adds an entry in the transaction of the change itself: both stand or neither."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        last = AuditEntry.objects.order_by("-id").values_list("seal", flat=True).first() or ""
        entry = AuditEntry(
            at=timezone.now(), actor=actor, action=action, target=str(target)[:200], detail=dict(detail or {})
        )
        entry.seal = entry.sealed(last)
        entry.save()


def broken_at() -> int | None:
    """The identifier of the first entry that its seal contradicts; None when the log is whole."""
    before = ""
    for entry in AuditEntry.objects.order_by("id").iterator():
        if entry.sealed(before) != entry.seal:
            return entry.pk
        before = entry.seal
    return None
