"""Targets, benchmarks and annotations: reading them, and the audited changes to them."""

import logging
import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from timonier.errors import UsageError
from timonier.indicators.definition import Variant
from timonier.indicators.estimate import Period
from timonier.scorecard.breaks import keep_breaks
from timonier.text import Text
from timonier.web.accounts.access import Right, require
from timonier.web.accounts.models import User
from timonier.web.charts.trend import Note
from timonier.web.core import audit
from timonier.web.dashboards.models import Annotation, Benchmark, Target
from timonier.web.figures.beside import Beside

MOST_DRAWN = 6
"""More annotations than this on one chart hide the line: the table has them all."""

_copying = threading.Lock()

type Kept = Target | Benchmark | Annotation
KINDS: dict[str, type[Kept]] = {"objectif": Target, "repere": Benchmark, "annotation": Annotation}
ACTIONS = {Target: "target", Benchmark: "benchmark", Annotation: "annotation"}
BOUNDS: dict[str, tuple[float, float]] = {"points": (-100.0, 100.0), "share": (0.0, 1.0)}


def target_on(indicator: str, variant: str, day: date) -> Target | None:
    """The target in force on a day."""
    return Target.objects.filter(indicator=indicator, variant=variant, since__lte=day).first()


def is_of(target: Target, length: str) -> bool:
    """Whether the target is one of periods of that length."""
    return target.length in ("", length)


def targets_of(indicator: str, variant: str) -> list[Target]:
    """Every target of a variant, the latest first."""
    return list(Target.objects.filter(indicator=indicator, variant=variant)[:50])


def benchmarks_of(indicator: str, variant: str) -> list[Benchmark]:
    """What others reach, by label."""
    return list(Benchmark.objects.filter(indicator=indicator, variant=variant)[:50])


def annotations_of(indicator: str, window: Period) -> list[Annotation]:
    """What happened during a period, to this indicator or to all of them, in order."""
    mine = Q(indicator=indicator) | Q(indicator="")
    return list(Annotation.objects.filter(mine, day__gte=window.start, day__lt=window.end)[:200])


def drawn(annotations: list[Annotation]) -> list[Note]:
    """Those that a chart draws: every break, then the latest."""
    breaks = [one for one in annotations if one.breaks]
    others = [one for one in annotations if not one.breaks][-max(0, MOST_DRAWN - len(breaks)) :]
    kept = {one.pk for one in [*breaks, *(others if len(breaks) < MOST_DRAWN else [])]}
    return [Note(one.day, one.text, "break" if one.breaks else "event") for one in annotations if one.pk in kept]


def reader() -> Beside:
    """How charts read all that."""

    def target(indicator: str, variant: str, day: date, length: str) -> float | None:
        found = target_on(indicator, variant, day)
        return found.value if found and is_of(found, length) else None

    def targets(length: str) -> dict[tuple[str, str], float]:
        latest = {(one.indicator, one.variant): one for one in reversed(Target.objects.all())}
        return {names: one.value for names, one in latest.items() if is_of(one, length)}

    return Beside(target, lambda indicator, window: drawn(annotations_of(indicator, window)), targets, breaks)


def breaks() -> dict[str, list[date]]:
    """The days from which a series starts anew, by indicator."""
    found: dict[str, list[date]] = {}
    for name, day in Annotation.objects.filter(breaks=True).values_list("indicator", "day"):
        found.setdefault(name, []).append(day)
    return found


def copy_breaks() -> None:
    """Puts them in the workspace, for the command line; a disk that refuses is told, and stops nobody."""
    try:
        with _copying:  # whoever reads last writes last
            keep_breaks(Path(settings.WORKSPACE), breaks())
    except OSError:
        logging.getLogger(__name__).exception("breaks of series could not be copied")


@transaction.atomic
def set_target(
    *, by: User, indicator: str, variant: str, chosen: Variant, value: float, since: date, length: str = ""
) -> Target:
    """The value wanted from a day on, in the unit of the variant (shares 0–1). Raises UsageError out of its bounds.

    `length`: that of the periods it is wanted of, "" where it does not matter.
    """
    require(by, Right.STEER)
    _check_value(chosen, value)
    made = Target.objects.create(
        indicator=indicator, variant=variant, value=value, length=length, since=since, created_by=by
    )
    valid = {"length": length} if length else {}
    _record(by, "target_set", made, {"value": value, **valid, "since": f"{since}", "variant": variant})
    return made


@transaction.atomic
def add_benchmark(  # noqa: PLR0913 -- a benchmark says where it comes from
    *,
    by: User,
    indicator: str,
    variant: str,
    chosen: Variant,
    label: str,
    value: float,
    source: str = "",
    year: int | None = None,
    country: str = "",
    population: str = "",
) -> Benchmark:
    """A figure of others. It is sourced when it says its source, year, country and population."""
    require(by, Right.STEER)
    _check_value(chosen, value)
    made = Benchmark.objects.create(
        indicator=indicator,
        variant=variant,
        label=label,
        value=value,
        source=source,
        year=year,
        country=country,
        population=population,
        created_by=by,
    )
    _record(by, "benchmark_added", made, {"value": value, "variant": variant})
    return made


@transaction.atomic
def annotate(*, by: User, indicator: str, day: date, text: str, breaks: bool) -> Annotation:
    """Something that happened; `indicator` "" draws it on every time line, `breaks` parts the line."""
    require(by, Right.STEER)
    made = Annotation.objects.create(indicator=indicator, day=day, text=text, breaks=breaks, created_by=by)
    _record(by, "annotation_added", made, {"day": f"{day}", "breaks": breaks})
    if breaks:
        transaction.on_commit(copy_breaks)
    return made


@transaction.atomic
def remove(*, by: User, kept: Kept) -> None:
    """Removes a target, a benchmark or an annotation."""
    require(by, Right.STEER)
    action, detail = f"{ACTIONS[type(kept)]}_removed", {"indicator": kept.indicator}
    _record(by, action, kept, detail)
    if isinstance(kept, Annotation) and kept.breaks:
        transaction.on_commit(copy_breaks)
    kept.delete()


def is_sourced(benchmark: Benchmark) -> bool:
    """Whether it says where it comes from: without that it is shown as unsourced."""
    return bool(benchmark.source and benchmark.year and benchmark.country and benchmark.population)


def _record(by: User, action: str, kept: Kept, detail: Mapping[str, object]) -> None:
    audit.record(actor=by.pk, action=action, target=f"{ACTIONS[type(kept)]}:{kept.pk}", detail=detail)


def _check_value(chosen: Variant, value: float) -> None:
    low, high = BOUNDS.get(chosen.unit, (-1e15, 1e15))
    if not low <= value <= high:
        raise UsageError(
            Text(
                "this value is outside what the indicator can reach.",
                "cette valeur est hors de ce que l’indicateur peut atteindre.",
            )
        )
