"""Who may do what: rights by role, scopes, and the marks that every view carries."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import PermissionDenied

from timonier.scorecard.membership import Within

if TYPE_CHECKING:
    from django.http import HttpRequest

    from timonier.web.accounts.models import User

type View = Callable[..., Any]

NAMING: Final = frozenset({"account_id", "agent", "customer_id"})
"""Dimensions whose values are one customer, one account, or one person at work."""


class Right(StrEnum):
    """One thing that a person may be allowed to do."""

    SEE = "see"  # figures, within one's scope
    ROWS = "rows"  # the rows behind them, customers' timelines
    COMMENTS = "comments"  # what customers wrote
    EXPORT = "export"
    STEER = "steer"  # targets, annotations, views for everybody
    SHARE = "share"  # links for people without an account
    LOAD = "load"  # files in, recipes
    SETTINGS = "settings"  # the company, its dimensions and indicators
    PEOPLE = "people"
    AUDIT = "audit"


READER = frozenset({Right.SEE, Right.EXPORT})
AGENT = READER | {Right.ROWS, Right.COMMENTS}
OWNER = AGENT | {Right.STEER}
PILOT = OWNER | {Right.SHARE, Right.LOAD}
RIGHTS: Mapping[str, frozenset[Right]] = {
    "administrator": frozenset(Right),
    "pilot": PILOT,
    "owner": OWNER,
    "agent": AGENT,
    "reader": READER,
}
# What shows or changes the whole company: not for those who may see a part of it.
WHOLE_COMPANY = frozenset({Right.STEER, Right.LOAD, Right.SETTINGS, Right.PEOPLE, Right.AUDIT})


@dataclass(frozen=True)
class Scope:
    """The part of the company that someone may see: values by dimension; none: all of it.

    `figures_only`: the person whose scope it is, when rows are closed to them; None for those who may see rows.
    """

    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    figures_only: int | None = None

    @classmethod
    def of(cls, stored: Mapping[str, list[str]], figures_only: int | None = None) -> "Scope":
        """From what is stored with a person; the order of values means nothing."""
        return cls(tuple(sorted((name, tuple(sorted(allowed))) for name, allowed in stored.items())), figures_only)

    @property
    def whole(self) -> bool:
        """Whether nothing is hidden."""
        return not self.values

    def closes(self, dimension: str) -> bool:
        """Whether a dimension is one row a person or an account, and rows are closed to whoever asks."""
        return self.figures_only is not None and dimension in NAMING

    @property
    def within(self) -> tuple[Within, ...]:
        """The scope as memberships, and-ed to every question; a dimension without any value lets nothing through."""
        return tuple(Within(name, allowed) for name, allowed in self.values)

    @property
    def key(self) -> str:
        """What every cached answer is kept under, so that nobody is given another's."""
        return repr((self.within, self.figures_only))


def rights_of(user: "User") -> frozenset[Right]:
    """What a person may do; their scope takes away what concerns the whole company."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    given = RIGHTS.get(user.role, frozenset())
    return given - WHOLE_COMPANY if user.scope else given


def scope_of(user: "User") -> Scope:
    """The part of the company that a person may see."""
    return Scope.of(user.scope, None if may(user, Right.ROWS) else user.pk)


def may(user: "User", right: Right) -> bool:
    """Whether a person has a right."""
    return right in rights_of(user)


def require(user: "User", right: Right) -> None:
    """For services: raises PermissionDenied, whatever page or command called."""
    if not may(user, right):
        raise PermissionDenied(right.value)


def allowed(right: Right) -> Callable[[View], View]:
    """Marks a view with the right that it demands; `accounts.middleware.AccessControl` holds it."""

    def mark(view: View) -> View:
        view.access = right  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Marks a view that anyone may call: it decides by itself, from a token for instance."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Marks a view for every person with an account, whatever their role (their own preferences…)."""
    view.access = "signed_in"  # type: ignore[attr-defined]
    return view


def person(request: "HttpRequest") -> "User":
    """The person behind a request that passed the access control."""
    user: User = request.user  # type: ignore[assignment]
    return user
