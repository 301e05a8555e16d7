"""Around every request: the language and look that a person chose, then whether they may be here at all."""

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

from timonier.errors import TimonierError
from timonier.text import Lang, language
from timonier.web.accounts.access import Right, may, person
from timonier.web.core.desks import workspace

type Answer = Callable[[HttpRequest], HttpResponse]

# allauth's own views decide by themselves (sign-in, second factor). Some do not exist here: an address is that of the
# invitation and is not changed by its bearer, and nobody opens an account or connects an identity by themselves.
SELF_GUARDED = ("allauth.",)
CLOSED = frozenset(
    {
        "account_signup",
        "account_signup_by_passkey",
        "account_email",
        "account_email_verification_sent",
        "account_confirm_email",
        "account_confirm_login_code",
        "mfa_signup_webauthn",
        "mfa_trust",
        "socialaccount_connections",
        "socialaccount_signup",
    }
)


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
    try:
        own = getattr(request.user, "language", "")
    except DatabaseError:  # the access control meets it too, and its page is then drawn in the browser's language
        own = ""
    chosen = own or request.COOKIES.get("langue", "")
    if chosen not in ("fr", "en"):
        asked = request.headers.get("Accept-Language", "")
        chosen = translation.get_language_from_request(request)[:2] if asked else company_language()
    return "en" if chosen == "en" else "fr"


def company_language() -> str:
    """French while the settings cannot be read: their error has a page, which needs a language."""
    try:
        return workspace().settings.language
    except TimonierError:
        return "fr"


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
        match = request.resolver_match
        if match is not None and (match.url_name in CLOSED or match.route.startswith("compte/social/")):
            raise Http404
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
