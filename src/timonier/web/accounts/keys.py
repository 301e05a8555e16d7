"""Passkeys and security keys, where allauth leaves a person with the wrong words or on the wrong page."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as theirs
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from timonier.text import Text, say

UNKNOWN = Text(
    "This key was not recognised. Try again, or choose another way.",
    "Cette clé n’a pas été reconnue. Réessayez, ou choisissez un autre moyen.",
)


class Recognised:
    """A key that is refused is no “incorrect code”."""

    def clean_credential(self) -> Authenticator:
        """The key that answered. Raises ValidationError."""
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]
        except ValidationError as refused:
            if refused.code != "incorrect_code":
                raise
            raise ValidationError(say(UNKNOWN), code=refused.code) from refused
        return found


class SignInByKey(Recognised, theirs.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""


class SecondFactorByKey(Recognised, theirs.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A key after the password."""


class ConfirmByKey(Recognised, theirs.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A key before something grave."""


class ConfirmByKeyView(ReauthenticateWebAuthnView):  # type: ignore[misc]
    """A key that is refused leads back to the question, not to the sign-in page."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """The same page with what is wrong."""
        answer: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return answer
