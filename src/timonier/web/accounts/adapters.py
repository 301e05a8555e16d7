"""How allauth behaves here: nobody signs up by themselves, single sign-on opens accounts of invited people only."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from timonier.web.accounts.models import User
from timonier.web.core import audit


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-up is closed: people are invited."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """A key before a code for those who have no authenticator app: their only codes are for bad days."""
        ways: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if is_mfa_enabled(user, [Authenticator.Type.TOTP]):
            return ways
        return sorted(ways, key=lambda way: way["id"] == "mfa_reauthenticate")

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Every sign-in is in the audit log."""
        audit.record(actor=user.pk, action="signed_in", target=f"person:{user.pk}")
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response


class SingleSignOn(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Someone whom the identity provider vouches for enters if an active person has that verified address."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        """Never: `pre_social_login` connects those who are known."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Connects the identity to the person who was invited under its verified address."""
        if sociallogin.is_existing:
            return
        verified = {address.email.lower() for address in sociallogin.email_addresses if address.verified}
        known = User.objects.filter(email__in=verified, is_active=True).first()
        if known is None:
            raise ImmediateHttpResponse(render(request, "account/signup_closed.html", status=403))
        sociallogin.connect(request, known)
