"""Asking again who someone is before something grave: a browser left open must not be enough to change people."""

import functools
import time

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse

from timonier.web.accounts.access import View, person
from timonier.web.accounts.models import User


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


def listen() -> None:
    """Called once, when Django is ready."""
    signals.authenticator_added.connect(_used_just_now, dispatch_uid="used_just_now")


def _used_just_now(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **told: object
) -> None:
    """Setting up a factor means having used it: the recovery codes that follow are shown without asking for it again.

    Who had nothing to prove themselves by would be asked at once for a code of which they just used the only good one.
    """
    del sender, told
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        used = {"id": authenticator.pk, "type": authenticator.type, "reauthenticated": True}
        record_authentication(request, user, "mfa", **used)
