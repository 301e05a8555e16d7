"""Making, opening and revoking share links."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils import timezone

from timonier.errors import TimonierError, UsageError
from timonier.text import Text
from timonier.web.accounts.access import NAMING, Right, Scope, may, require, scope_of
from timonier.web.accounts.models import User, digest, new_token
from timonier.web.core import audit
from timonier.web.core.desks import lent_desk
from timonier.web.sharing.models import LONGEST, ShareLink
from timonier.web.sharing.subject import Subject, subject_of
from timonier.web.sharing.what import SHARED, what_of


def subject_to_share(what: str, query: QueryDict, scope: Scope) -> Subject | None:
    """What would be shared, frozen: days instead of a moving period, the facts as known today. None: not shareable.

    Days that do not move, facts that do not change, filters that nobody chooses: two looks at a link never give the
    figure of the few people between them.
    """
    named = what_of(what)
    found = None if named is None or named.part not in SHARED else subject_of(named, query, scope)
    if found is None:
        return None
    with lent_desk() as desk:
        today = desk.today
    frozen = found.during(replace(found.state, preset="", as_of=found.state.as_of or today, notices=()))
    if frozen.asked is not None:  # the dimension of a page's table is no part of what is shared
        frozen = replace(frozen, asked=replace(frozen.asked, by=frozen.what.dimension))
    return frozen


def names_people(subject: Subject) -> bool:
    """Whether a filter or the breakdown would name a customer or someone at work."""
    return bool(NAMING & {subject.what.dimension, *(name for name, _ in subject.state.filters)})


@transaction.atomic
def make_share(*, by: User, subject: Subject, days: int, allow_download: bool, label: str = "") -> str:
    """The token of a new link to a frozen subject. Raises UsageError for what may not leave the company."""
    require(by, Right.SHARE)
    if not 1 <= days <= LONGEST:
        raise UsageError(Text("a link lasts 1 to 365 days.", "un lien dure de 1 à 365 jours."))
    if names_people(subject):
        raise UsageError(
            Text("this view names one customer or one agent.", "cette vue nomme un client ou un conseiller."),
            hint=Text("Take that filter or breakdown out.", "Retirez ce filtre ou cette ventilation."),
        )
    if subject.scope != scope_of(by):
        raise PermissionDenied("scope")
    if len(subject.query) > 4000:
        raise UsageError(Text("there are too many filters to share.", "il y a trop de filtres pour partager."))
    token = new_token()
    made = ShareLink.objects.create(
        digest=digest(token),
        what=subject.what.path,
        query=subject.query,
        scope=by.scope,
        label=label.strip()[:120],
        allow_download=allow_download,
        created_by=by,
        expires_at=timezone.now() + timedelta(days=days),
    )
    detail = {"what": made.what, "query": made.query, "days": days, "download": allow_download}
    audit.record(actor=by.pk, action="shared", target=f"share:{made.pk}", detail=detail)
    return token


@transaction.atomic
def revoke_share(*, by: User, link: ShareLink) -> None:
    """The link stops working at once. One's own; administrators: any."""
    if not may_revoke(by, link):
        raise PermissionDenied("share")
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        audit.record(actor=by.pk, action="share_revoked", target=f"share:{link.pk}")


def may_revoke(by: User, link: ShareLink) -> bool:
    """Own links, or any for those who manage people."""
    return may(by, Right.SHARE) and (link.created_by_id == by.pk or may(by, Right.PEOPLE))


def shares_of(user: User) -> QuerySet[ShareLink]:
    """The links that a person may revoke, the latest first."""
    every = ShareLink.objects.select_related("created_by")
    return every if may(user, Right.PEOPLE) else every.filter(created_by=user)


@dataclass(frozen=True)
class Opened:
    """A link that works, and what it shows."""

    link: ShareLink
    subject: Subject


def open_share(token: str) -> Opened | None:
    """What a token shows; None when it is unknown, expired, revoked, or its maker may not share it any more.

    A filter that the facts no longer have would show more than was shared: nothing is shown then.
    """
    link = ShareLink.objects.select_related("created_by").filter(digest=digest(token)).first()
    if link is None or link.ended() or not may(link.created_by, Right.SHARE):
        return None
    named = what_of(link.what)
    try:
        found = None if named is None else subject_of(named, QueryDict(link.query[1:]), scope_now(link))
    except TimonierError:
        return None
    if found is None or named is None:
        return None
    if found.asked is not None:
        found = replace(found, asked=replace(found.asked, by=named.dimension))
    return Opened(link, found) if found.query == link.query and not names_people(found) else None


def scope_now(link: ShareLink) -> Scope:
    """The maker's scope when they made the link, and what it is now: both hold."""
    made, now = Scope.of(link.scope), scope_of(link.created_by)
    return made if made == now else Scope((*made.values, *now.values))


def count_opening(link: ShareLink) -> None:
    """One more look; links live on if it cannot be counted."""
    ShareLink.objects.filter(pk=link.pk).update(opened=F("opened") + 1, last_opened_at=timezone.now())
