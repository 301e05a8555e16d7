"""Whether the application answers, for whoever watches over it."""

from django.db import connection
from django.http import HttpRequest, HttpResponse

from timonier.web.accounts.access import public


@public
def health(request: HttpRequest) -> HttpResponse:
    """“ok” when the database answers; anything else is an error page."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
