"""Asking again who someone is before something grave: a browser left open must not be enough to change people."""

import functools
import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from timonier.web.accounts.access import View, person


def recent_sign_in(view: View) -> View:
    """Lets a view change something only soon after its person signed in; else their password or key is asked for.

    What was sent is kept by the session meanwhile, and done once they answered. Reading is left alone.
    """

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if request.method == "POST" and not signed_in_recently(request):
            raise ReauthenticationRequired
        answer: HttpResponse = view(request, *args, **kwargs)
        return answer

    return guarded


def signed_in_recently(request: HttpRequest) -> bool:
    """Also true for someone who has nothing to prove it by: the first administrator, single sign-on."""
    user = person(request)
    if not get_reauthentication_flows(user):
        return True
    records = get_authentication_records(request, user)
    return any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)
