"""What the page of the audit log reads: entries by person, action and day, in words."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.http import QueryDict

from timonier.text import Text, say
from timonier.web.accounts.models import User
from timonier.web.core import audit
from timonier.web.core.desks import workspace
from timonier.web.core.models import AuditEntry
from timonier.web.exports.sheet import About, Column, Sheet
from timonier.web.workshop.log_words import detail_words, target_words
from timonier.web.workshop.words import ACTIONS

CHECKED_AT_ONCE = 5_000  # entries: above, the chain is checked when asked, a second for some 50,000


@dataclass(frozen=True)
class Filters:
    """What is looked for; `unread` tells what of the address could not be understood."""

    actor: int | None = None
    action: str = ""
    day: date | None = None
    unread: str = ""


@dataclass(frozen=True)
class Told:
    """An entry in words."""

    entry: AuditEntry
    actor: str
    action: str
    target: str
    detail: list[str]


@dataclass(frozen=True)
class Chain:
    """Whether every entry is as it was written; `broken_at` is the first that is not."""

    entries: int
    checked: bool
    broken_at: int | None = None


def read_filters(query: QueryDict) -> Filters:
    """The filters of an address; what means nothing is left out, and told."""
    unread = []
    actor, day = query.get("personne", ""), query.get("jour", "")
    known: int | None = None
    if actor.isascii() and actor.isdigit() and len(actor) < 10:
        known = int(actor)
    elif actor:
        unread.append(actor)
    found: date | None = None
    if day:
        try:
            found = date.fromisoformat(day)
        except ValueError:
            unread.append(day)
    return Filters(known, query.get("action", "")[:60], found, ", ".join(unread)[:120])


def entries(filters: Filters) -> QuerySet[AuditEntry]:
    """The entries, the latest first."""
    found = AuditEntry.objects.order_by("-id")
    if filters.actor is not None:
        found = found.filter(actor=filters.actor)
    if filters.action:
        found = found.filter(action=filters.action)
    if filters.day is not None:
        start, end = bounds(filters.day)
        found = found.filter(at__gte=start, at__lt=end)
    return found


def bounds(day: date) -> tuple[datetime, datetime]:
    """A day on the clock of the business."""
    zone = workspace().settings.tzinfo
    tomorrow = day + timedelta(days=1) if day < date.max else day
    return datetime.combine(day, time(), zone), datetime.combine(tomorrow, time(), zone)


def told(found: Iterable[AuditEntry]) -> list[Told]:
    """Entries in words: people by name while they are here, by number else."""
    found = list(found)
    numbers = {one.actor for one in found} | {_number(one.target) for one in found}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=[one for one in numbers if one is not None])}
    return [
        Told(
            one,
            actor_words(one.actor, names),
            action_words(one.action),
            target_words(one.target, names),
            detail_words(one.detail),
        )
        for one in found
    ]


def actor_words(actor: int | None, names: dict[int, str]) -> str:
    """Who did it."""
    if actor is None:
        return say(Text("console", "console"))
    return names.get(actor) or say(Text(f"person {actor}", f"personne {actor}"))


def action_words(action: str) -> str:
    """What was done."""
    return say(ACTIONS.get(action, Text(action.replace("_", " "), action.replace("_", " "))))


def _number(target: str) -> int | None:
    kind, _, number = target.partition(":")
    return int(number) if kind == "person" and number.isdigit() else None


def _codes(entry: AuditEntry) -> str:
    """What an entry holds as the seal was made on it."""
    return json.dumps(entry.detail, ensure_ascii=False) if entry.detail else ""


def actions() -> list[tuple[str, str]]:
    """The actions that the log holds."""
    names = AuditEntry.objects.order_by().values_list("action", flat=True).distinct()
    return sorted(((name, action_words(name)) for name in names), key=lambda one: one[1])


def actors() -> list[tuple[int, str]]:
    """The people whom the log names."""
    numbers = [one for one in AuditEntry.objects.order_by().values_list("actor", flat=True).distinct() if one]
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=numbers)}
    return sorted(((number, actor_words(number, names)) for number in numbers), key=lambda one: one[1])


def chain(*, asked: bool) -> Chain:
    """Checks the seals, at once when there are few, else when asked."""
    count = AuditEntry.objects.count()
    if not asked and count > CHECKED_AT_ONCE:
        return Chain(count, checked=False)
    return Chain(count, checked=True, broken_at=audit.broken_at())


def sheet(filters: Filters) -> Sheet:
    """The entries as a table to download, seals included: the chain can be checked elsewhere."""
    zone = workspace().settings.zone
    columns = (
        Column("id", Text("number", "numéro"), "number"),
        Column("at", Text("at", "date"), "instant"),
        Column("actor", Text("by", "par")),
        Column("action", Text("action", "action")),
        Column("target", Text("what", "objet")),
        Column("detail", Text("detail", "détail")),
        Column("seal", Text("seal", "sceau")),
    )
    rows = [
        (one.entry.pk, one.entry.at, one.actor, one.entry.action, one.entry.target, _codes(one.entry), one.entry.seal)
        for one in told(entries(filters))
    ]
    about = About(datetime.now(workspace().settings.tzinfo))
    return Sheet(say(Text("Audit log", "Journal d’audit")), columns, rows, about, zone)
