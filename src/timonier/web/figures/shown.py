"""Nothing by subtraction: what a person may not find from several answers is hidden from the later one.

For people who may see figures and not rows. What they were shown is remembered in the database, so that all processes
know it; figures kept in memory pass here once they are taken from it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.utils import timezone

from timonier.indicators.compare import compare_estimates
from timonier.indicators.definition import Indicator
from timonier.indicators.disclosure import by_subtraction
from timonier.indicators.estimate import Estimate, State
from timonier.indicators.subtraction import LATEST, Cut, Ledger, Shown
from timonier.scorecard.request import Request
from timonier.scorecard.score import Line, Scorecard
from timonier.web.accounts.access import Scope
from timonier.web.core.desks import counter, facts_key
from timonier.web.core.memory import Memory
from timonier.web.figures.filtering import choices
from timonier.web.figures.models import FiguresShown

LOCK: Final = 7_014
"""With the person: one turn each, since two requests at once would not know of each other."""
FORGOTTEN: Final = timedelta(hours=1)
"""What was shown of facts that are no longer goes then: no process still reads them."""

type _Key = tuple[str, str]

_told: Memory[Scorecard] = Memory(200)


def discreet(found: Scorecard, request: Request, scope: Scope) -> Scorecard:
    """The answer to `request` as this person may see it, remembered as shown; as it is for those who may see rows."""
    person = scope.figures_only
    if person is None or found.minimum_n < 2:
        return found
    pending = tuple(one.name for one in found.pending)
    key = (scope.key, facts_key(), found.minimum_n, repr(request), pending)
    return _told.get(key, lambda: _settled(found, request, scope, person))


def _settled(found: Scorecard, request: Request, scope: Scope, person: int) -> Scorecard:
    """One turn: what was shown is read, new figures are judged one after the other, what is shown is written."""
    filters, facts = _filters(request, scope), _facts_of(scope)
    turn = _Turn(found.minimum_n, filters, _known(request.as_of), facts, request.params)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, person % 2**31])
        turn.read(person, {turn.key(line) for line in found.lines})
        lines = tuple(turn.line(line) for line in found.lines)
        turn.write(person)
    return replace(found, lines=lines)


def _filters(request: Request, scope: Scope) -> dict[str, frozenset[str | None]]:
    """What the person chose, within their scope; what leaves nothing out is no filter."""
    mine = dict(scope.values)
    chosen = request.within[len(scope.values) :]
    offered = {one.name: set(one.values) for one in choices(scope) if not one.more} if chosen else {}
    kept: dict[str, frozenset[str | None]] = {}
    for name, values in chosen:
        inside = set(values) & set(mine[name]) if name in mine else set(values)
        if name in mine and inside == set(mine[name]):
            continue
        if name in offered and inside >= offered[name]:
            continue
        kept[name] = frozenset(inside)
    return kept


def _known(as_of: date | None) -> int:
    return LATEST if as_of is None or as_of >= counter().today else as_of.toordinal()


def _facts_of(scope: Scope) -> dict[str, str]:
    """The version of each table; under "", the settings and the scope, which change what a figure is about."""
    stamp, _, versions = facts_key()
    names = counter().workspace.tables()
    told = versions if isinstance(versions, tuple) else ()
    return {**{name: f"{version}" for name, version in zip(names, told, strict=True)}, "": f"{stamp} {scope.within}"}


def population(indicator: Indicator, variant: str, params: Mapping[str, Any]) -> str:
    """What is counted: variants of the same units tell of the same people, other parameters of others."""
    chosen = indicator.variants[variant]
    apart = chosen.units or chosen.needs or chosen.params or chosen.timing
    name = f"{indicator.name}/{variant}" if apart else indicator.name
    told = hashlib.sha256(repr(sorted(params.items())).encode()).hexdigest()[:16] if params else ""
    return f"{name}?{told}" if told else name


@dataclass
class _Turn:
    """The figures of one answer, judged with the person's ledgers."""

    minimum: int
    filters: dict[str, frozenset[str | None]]
    known: int
    facts: dict[str, str]
    params: Mapping[str, Mapping[str, Any]]
    ledgers: dict[_Key, Ledger] = field(default_factory=dict)

    def key(self, line: Line) -> _Key:
        """The facts that a line reads, and what it counts."""
        indicator, variant = line.indicator, line.estimate.variant
        tables = sorted({"", "customers", *(need.table for need in indicator.needs)})
        told = repr([(name, self.facts.get(name)) for name in tables])
        asked = self.params.get(indicator.name, {})
        return hashlib.sha256(told.encode()).hexdigest(), population(indicator, variant, asked)

    def read(self, person: int, keys: Iterable[_Key]) -> None:
        """The ledgers of these keys."""
        wanted = set(keys)
        rows = FiguresShown.objects.filter(
            person=person, facts__in={facts for facts, _ in wanted}, population__in={name for _, name in wanted}
        )
        written = {(row.facts, row.population): row.ledger for row in rows}
        self.ledgers = {key: Ledger.read(self.minimum, written.get(key, ())) for key in wanted}

    def line(self, line: Line) -> Line:
        """The line with what may be shown of it."""
        ledger = self.ledgers[self.key(line)]
        estimate = self._judged(line, line.estimate, ledger)
        reference = None if line.reference is None else self._judged(line, line.reference, ledger)
        trend = tuple(self._judged(line, one, ledger) for one in line.trend)
        difference = line.difference
        if reference is not None and (estimate is not line.estimate or reference is not line.reference):
            difference = compare_estimates(estimate, reference)
        return replace(line, estimate=estimate, reference=reference, difference=difference, trend=trend)

    def _judged(self, line: Line, one: Estimate, ledger: Ledger) -> Estimate:
        """Volumes of events are not people; what is hidden already tells nothing."""
        if one.unit == "count" or one.state == State.SUPPRESSED or one.period is None:
            return one
        start, end = one.period.start.toordinal(), one.period.end.toordinal()
        chosen = line.indicator.variants[one.variant]
        alone = (start, end) if (chosen.timing or line.indicator.timing) == "window" else None
        filters = {**self.filters, **{name: frozenset({value}) for name, value in one.by}}
        cut = replace(Cut.of(filters, self.known), alone=alone)
        return one if ledger.admit(Shown(cut, start, end, one.n)) else by_subtraction(one, self.minimum)

    def write(self, person: int) -> None:
        """Ledgers that grew; those of the same populations under facts that are no longer go."""
        now = timezone.now()
        rows = [
            FiguresShown(person_id=person, facts=facts, population=name, ledger=ledger.written(), last_at=now)
            for (facts, name), ledger in self.ledgers.items()
            if ledger.grown
        ]
        if not rows:
            return
        FiguresShown.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["person", "facts", "population"],
            update_fields=["ledger", "last_at"],
        )
        old = FiguresShown.objects.filter(person=person, last_at__lt=now - FORGOTTEN)
        old.filter(population__in=[row.population for row in rows]).exclude(
            facts__in={row.facts for row in rows}
        ).delete()
