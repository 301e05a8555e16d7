"""Around every request: the language and look that a person chose, then whether they may be here at all."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from timonier.text import Lang, language
from timonier.web.accounts.access import Right, may, person
from timonier.web.core.desks import workspace

type Answer = Callable[[HttpRequest], HttpResponse]

# What allowing without an account means for allauth's own views: they decide by themselves (sign-in, second factor).
SELF_GUARDED = ("allauth.",)


class Preferences:
    """Puts the person's language in force: theirs, else the browser's, else the company's."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = spoken(request)
        token = language.set(chosen)
        try:
            with translation.override(chosen):
                response = self.get_response(request)
        finally:
            language.reset(token)
        response.headers.setdefault("Content-Language", chosen)
        return response


def spoken(request: HttpRequest) -> Lang:
    """The language of the answer."""
    chosen = getattr(request.user, "language", "") or request.COOKIES.get("langue", "")
    if chosen not in ("fr", "en"):
        asked = request.headers.get("Accept-Language", "")
        chosen = translation.get_language_from_request(request)[:2] if asked else workspace().settings.language
    return "en" if chosen == "en" else "fr"


class AccessControl:
    """Refuses what was not allowed on purpose: a view without a mark is closed to everybody."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store, private")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """None lets the view answer. Someone who is not signed in is sent there; others get a refusal."""
        access = access_of(view)
        if access == "public" or (access is None and view.__module__.startswith(SELF_GUARDED)):
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if access == "signed_in":
            return None
        if access is None or not may(person(request), Right(access)):
            raise PermissionDenied
        return None


def access_of(view: Callable[..., Any]) -> str | None:
    """The mark that a view carries; class-based views may carry it on the class."""
    found: str | None = getattr(view, "access", None) or getattr(getattr(view, "view_class", None), "access", None)
    return found
