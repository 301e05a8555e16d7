"""What happens in allauth's own pages, told to the audit log: passwords, second factors, identities, refusals."""

from typing import Any, Final

from allauth.account import signals as account
from allauth.mfa import signals as factors
from allauth.socialaccount import signals as identities
from django.contrib.auth.signals import user_login_failed
from django.dispatch import Signal

from timonier.web.accounts.models import User
from timonier.web.core import audit

HEARD: Final[tuple[tuple[str, Signal], ...]] = (
    ("password_changed", account.password_changed),
    ("password_changed", account.password_set),
    ("password_changed", account.password_reset),
    ("factor_added", factors.authenticator_added),
    ("factor_removed", factors.authenticator_removed),
    ("recovery_codes_made", factors.authenticator_reset),
)


def listen() -> None:
    """Called once, when Django is ready. Receivers are kept by name: asking twice adds nothing."""
    for action, signal in HEARD:
        signal.connect(_teller(action), weak=False, dispatch_uid=f"{action}-{id(signal)}")
    identities.social_account_added.connect(_identity, dispatch_uid="identity_connected")
    user_login_failed.connect(_failed, dispatch_uid="sign_in_failed")


def _teller(action: str) -> Any:
    def tell(sender: object, user: User, **told: Any) -> None:
        audit.record(actor=user.pk, action=action, target=f"person:{user.pk}")

    return tell


def _identity(sender: object, sociallogin: Any, **told: Any) -> None:
    user = sociallogin.user
    audit.record(actor=user.pk, action="identity_connected", target=f"person:{user.pk}")


def _failed(sender: object, credentials: dict[str, Any], **told: Any) -> None:
    """Who was tried is told by the account alone: what was typed may be a password put in the wrong field."""
    typed = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    known = User.objects.filter(email=typed).values_list("pk", flat=True).first()
    audit.record(actor=None, action="sign_in_failed", target=f"person:{known}" if known else "unknown")
