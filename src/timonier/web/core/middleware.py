"""Around every request: bytes that no database takes are refused, facts are of one state, errors say what to do."""

from collections.abc import Callable

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from timonier.errors import TimonierError
from timonier.web.core.desks import one_state_of_facts
from timonier.web.core.errors import known_error

type Answer = Callable[[HttpRequest], HttpResponse]


class NaughtyBytes:
    """Refuses a NUL in an address, a query or a cookie: PostgreSQL cannot store it, and no person types it."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in the address")
        if any("\x00" in value for value in request.COOKIES.values()):  # “\\000” between quotes is read as one
            raise SuspiciousOperation("NUL in a cookie")
        return self.get_response(request)


class OneStateOfFacts:
    """A page that only shows is about one state of the facts; one that changes something looks again each time."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with one_state_of_facts():
            return self.get_response(request)


class KnownErrors:
    """Turns an error of ours into a page (or a card, for htmx) that says what happened, where, and what to do."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """None for what is not ours."""
        return known_error(request, exception) if isinstance(exception, TimonierError) else None
