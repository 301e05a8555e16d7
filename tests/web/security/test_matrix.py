"""Who may go where: every route of the URLconf × GET, POST × each kind of person, against a table in the repository.

A route that the table does not have, or that is no longer there, fails. The table is `expected_routes.txt`.
"""

import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any, Literal

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from django.utils import timezone
from known_routes import Expected, Route, every_route, expected

from timonier.web.accounts.access import RIGHTS, WHOLE_COMPANY, Right

pytestmark = pytest.mark.django_db

type Outcome = Literal["in", "sign in", "refused", "absent"]
type Actor = Callable[[Any], Client]

SCOPE = {"region": ["Bretagne"]}
METHODS = ("GET", "POST")


def role(name: str, **fields: Any) -> Actor:
    return lambda signed: signed(name, **fields)


def anonymous(signed: Any) -> Client:
    return Client()


def deactivated(signed: Any) -> Client:
    client: Client = signed("administrator")
    client.person.is_active = False  # type: ignore[attr-defined]
    client.person.save()  # type: ignore[attr-defined]
    return client


def expired(signed: Any) -> Client:
    client: Client = signed("administrator")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    return client


ACTORS: dict[str, tuple[Actor, frozenset[Right] | None]] = {
    "anonymous": (anonymous, None),
    **{name: (role(name), rights) for name, rights in RIGHTS.items()},
    "scoped reader": (role("reader", scope=SCOPE), RIGHTS["reader"] - WHOLE_COMPANY),
    "scoped pilot": (role("pilot", scope=SCOPE), RIGHTS["pilot"] - WHOLE_COMPANY),
    "scoped administrator": (role("administrator", scope=SCOPE), RIGHTS["administrator"] - WHOLE_COMPANY),
    "deactivated": (deactivated, None),
    "expired session": (expired, None),
}


def promised(access: str, rights: frozenset[Right] | None) -> Outcome:
    """What the table promises to someone with these rights; None: nobody is signed in."""
    if access == "closed":
        return "absent"
    if access in ("public", "open"):
        return "in"
    if rights is None:
        return "sign in"
    if access == "proof":
        return "refused"
    return "in" if access in ("signed_in", "own") or Right(access) in rights else "refused"


def outcome(answer: Any) -> Outcome | str:
    """What happened. A page that is not there for want of a row was reached: who may not come does not get so far."""
    if answer.status_code >= 500:
        return f"error {answer.status_code}"
    if answer.status_code == 403:
        return "refused"
    location = answer.headers.get("Location", "")
    if answer.status_code == 302 and re.match(r"/compte/login/(\?next=|$)", location):
        return "sign in"
    return "in"


def tried(client: Client, route: Route, method: str) -> Any:
    """The answer; whatever the request did is undone, sign-out included."""
    cookies = SimpleCookie(client.cookies)
    client.raise_request_exception = False
    with transaction.atomic():
        answer = client.generic(method, route.address(), content_type="application/x-www-form-urlencoded")
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def test_every_route_is_in_the_table() -> None:
    routes, table = {route.name for route in every_route()}, set(expected())
    assert routes - table == set(), "add a line to expected_routes.txt: who may go there?"
    assert table - routes == set(), "these routes are gone: take their lines out"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Two thousand refusals need not be logged."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("actor", list(ACTORS))
def test_matrix(signed: Any, actor: str) -> None:
    make, rights = ACTORS[actor]
    client = make(signed)
    table = expected()
    wrong = [
        f"{method} {route.name}: {found}, {wanted} was promised"
        for route in every_route()
        for method in METHODS
        for found, wanted in [differing(client, route, method, table[route.name], rights)]
        if found != wanted
    ]
    assert not wrong, "\n".join(wrong)


def differing(
    client: Client, route: Route, method: str, promise: Expected, rights: frozenset[Right] | None
) -> tuple[str, str]:
    """What happened, what was promised: 405 for who gets in by a method that the route does not know."""
    wanted: str = promised(promise.access, rights)
    answer = tried(client, route, method)
    if wanted == "absent":
        return ("absent" if answer.status_code == 404 else outcome(answer)), wanted
    if wanted == "in" and method not in promise.methods:
        return str(answer.status_code), "405"
    return ("405" if answer.status_code == 405 else outcome(answer)), wanted


def test_the_matrix_sees_a_view_that_was_left_open(signed: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a mark taken from a view is seen."""
    from timonier.web.workshop import audit_views

    monkeypatch.setattr(audit_views.log, "access", "public")
    [route] = [route for route in every_route() if route.name == "audit_log"]
    for actor in ("reader", "anonymous"):
        make, rights = ACTORS[actor]
        found, wanted = differing(make(signed), route, "GET", expected()["audit_log"], rights)
        assert found != wanted
