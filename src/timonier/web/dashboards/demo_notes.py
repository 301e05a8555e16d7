"""The demo company's own targets, benchmarks and annotations, put beside its figures the first time it is served."""

from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import transaction

from timonier.web.core import audit
from timonier.web.core.models import AuditEntry
from timonier.web.dashboards.models import Annotation, Benchmark, Target

MARK = ".demo"
"""The file that `timonier demo` leaves in its workspace."""
ACTION = "demo_notes_added"


@transaction.atomic
def add_demo_notes() -> bool:
    """Adds them to the database of a demo company, once: those that people remove do not come back."""
    if not (Path(settings.WORKSPACE) / MARK).exists() or AuditEntry.objects.filter(action=ACTION).exists():
        return False
    from timonier.demo import END, TRUTHS
    from timonier.demo.landmarks import landmarks
    from timonier.demo.window import Window

    found = landmarks(Window(END, TRUTHS.programme_months), TRUTHS.ces_wording_changes_months)
    Annotation.objects.bulk_create(Annotation(**asdict(one)) for one in found.happenings)
    Target.objects.bulk_create(Target(**asdict(one), since=found.since) for one in found.aims)
    Benchmark.objects.bulk_create(Benchmark(**asdict(one)) for one in found.elsewhere)
    audit.record(actor=None, action="demo_notes_added", target="demo")
    return True
