"""Every page: a strict policy and nothing that it would refuse, no copy kept by anyone, forms that cannot be forged."""

import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import transaction
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from known_routes import Route, every_route, expected
from looked_at import MARK, Page

pytestmark = pytest.mark.django_db

PASSWORD = "une phrase que personne ne devine"  # noqa: S105
REACHED = [route for route in every_route() if "GET" in expected()[route.name].methods]
WITHOUT_ACCOUNT = {"public", "open"}


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


def check(answer: Any, route: Route) -> list[str]:
    """What is wrong with an answer."""
    wrong = []
    headers = answer.headers
    policy = headers.get("Content-Security-Policy", "")
    for needed in ("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        if needed not in policy:
            wrong.append(f"policy lacks {needed}")
    if "unsafe" in policy or "*" in policy:
        wrong.append(f"loose policy: {policy}")
    for name, value in (("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY")):
        if headers.get(name) != value:
            wrong.append(f"{name}: {headers.get(name)}")
    if "no-store" not in headers.get("Cache-Control", ""):
        wrong.append(f"Cache-Control: {headers.get('Cache-Control')}")
    if headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        wrong.append(f"Referrer-Policy: {headers.get('Referrer-Policy')}")
    if headers.get("Content-Type", "").startswith(("text/html", "image/svg")) and not answer.streaming:
        wrong += Page(answer.content.decode()).regrets
    return [f"{route.name} ({answer.status_code}): {one}" for one in wrong]


def test_every_page_of_an_administrator(signed: Any) -> None:
    client = signed("administrator")
    client.raise_request_exception = False
    wrong = [one for route in REACHED for one in check(client.get(route.address()), route)]
    assert not wrong, "\n".join(wrong)


def test_every_page_without_account() -> None:
    open_routes = [route for route in REACHED if expected()[route.name].access in WITHOUT_ACCOUNT]
    client = Client(raise_request_exception=False)
    wrong = [one for route in open_routes for one in check(client.get(route.address()), route)]
    assert not wrong, "\n".join(wrong)


def test_a_form_without_its_token_is_refused_everywhere(signed: Any) -> None:
    person = signed("administrator")
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.cookies = person.cookies
    passed = []
    for route in every_route():
        with transaction.atomic():
            if client.post(route.address()).status_code != 403:
                passed.append(route.name)
            transaction.set_rollback(True)
    assert passed == []


def test_the_control_text_that_is_not_escaped_is_seen() -> None:
    naughty = Context({"text": f"\"><i {MARK}='1'>", "link": "javascript:alert(1)"})
    assert Page(Template("<p title='{{ text }}'>{{ text }}</p>").render(naughty)).regrets == []
    for loose in (
        "<p>{{ text|safe }}</p>",
        '<p title="{{ text|safe }}">x</p>',
        '<a href="{{ link }}">x</a>',
        "<p style='color: red'>x</p>",
        "<script>let x = 1</script>",
        "<a onclick='x()'>x</a>",
    ):
        assert Page(Template(loose).render(naughty)).regrets, loose


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    from timonier.web.accounts.models import User

    user = User.objects.create_user("a@exemple.fr", role="reader")
    user.set_password(PASSWORD)
    user.save()
    client.get(reverse("account_login"))
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert len(client.cookies) >= 2
    for cookie in client.cookies.values():
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax", cookie.key
        assert not cookie["domain"], cookie.key
    session = client.cookies[django_settings.SESSION_COOKIE_NAME]
    assert session["max-age"] == "" or int(session["max-age"]) <= 12 * 3600


def test_over_https_cookies_demand_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of an installation with a public address, read in a process of its own."""
    import json
    import os
    import subprocess
    import sys

    program = (
        "import json; from timonier.web.project import settings as s; "
        "print(json.dumps([s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SECURE_HSTS_SECONDS, s.DEBUG, s.ALLOWED_HOSTS, s.CSRF_TRUSTED_ORIGINS]))"
    )
    environment = {**os.environ, "TIMONIER_URL": "https://cap.exemple.fr"}
    told = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    session, form, session_name, form_name, strict, debug, hosts, origins = json.loads(told.stdout)
    assert session
    assert form
    assert strict > 10_000_000
    assert not debug
    assert re.match("__Host-", session_name)
    assert re.match("__Host-", form_name)
    assert "cap.exemple.fr" in hosts
    assert "*" not in hosts
    assert origins == ["https://cap.exemple.fr"]


def test_another_host_is_refused(client: Client) -> None:
    assert client.get("/compte/login/", headers={"host": "evil.example"}).status_code == 400
